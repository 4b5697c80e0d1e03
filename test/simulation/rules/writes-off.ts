import type { Attempt } from '../models/run';
import type { Rule } from './rule';

/** The lines that go before a write. A task that is open may be shown again: it has its line already. */
const BEFORE_A_WRITE = [
  'save-announcement',
  'restore-announcement',
  'set-storno',
  'grant-right',
  'send-partner-notice',
];

export const WRITES_OFF_RULES: readonly Rule[] = [
  {
    id: 'writes off',
    says: 'Between the answer that writes are off and the next time that they are on, nothing is written to Jet and nothing mailed to Ö-Ticket, but by an attempt that had asked before and was named; and nothing is begun.',
    watch: ({ world: { journal } }, require) => {
      const look = (what: string) => (attempt: Attempt) => {
        const isNamed = attempt.asked !== undefined && journal.named.has(attempt.asked);
        require(journal.writes.on || isNamed, `${what} while writes are off`);
      };
      return {
        beforeSave: look('texts are saved'),
        beforeStorno: look('Storno is set'),
        beforeGrant: look('the right is granted'),
        beforeMail: (attempt, { messageId }) => {
          if (messageId.includes('cancellation.')) look('a mail to Ö-Ticket')(attempt);
        },
        onLine: ({ kind, operation }) =>
          require(journal.writes.on ||
            kind !== 'intent' ||
            !BEFORE_A_WRITE.includes(operation), `${operation} is begun while writes are off`),
      };
    },
  },
  {
    id: 'writes off: nobody is asked',
    says: 'That writes are off is a warning: no person is asked for it.',
    watch: (_seen, require) => ({
      onStatus: ({ attention }) =>
        require(attention?.code !== 'writes-off', 'a person is asked because writes are off'),
    }),
  },
];
