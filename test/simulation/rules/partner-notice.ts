import { inputOf, type Rule } from './rule';
import { isProof } from './seen';

/** The mail to Ö-Ticket. */
export const PARTNER_NOTICE_RULES: readonly Rule[] = [
  {
    id: 'S6',
    says: 'The mail goes out only after Connect Online was looked at, and after the right was granted, confirmed or waived.',
    watch: ({ world: { jet }, lines }, require) => ({
      beforeMail: (attempt) => {
        if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
        const known = lines(inputOf(attempt).caseId);
        const isVerified = known.some(isProof);
        require(isVerified, 'the mail goes out before anything was seen in Connect Online');
        const isWaived = known.some(
          ({ operation, step }) => operation === 'waive-step' && step === 'grant-right',
        );
        const isByHand = known.some(
          ({ operation, outcome }) => operation === 'grant-right' && outcome === 'by-hand',
        );
        require(jet.right !== null || isWaived || isByHand, 'the mail goes out before the right is granted');
      },
    }),
  },
  {
    id: 'S7',
    says: 'A mail server accepts the mail at most once for each recipient and case, under one Message-ID, unless a person has said "send again".',
    watch: ({ world: { journal, mail } }, require) => {
      /** `place`: the index of the sending among the mail server's deliveries. */
      const mailed: { caseId: string; recipient: string; linesThen: number; place: number }[] = [];
      return {
        beforeMail: (attempt, message, recipients) => {
          if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
          const { caseId, order } = inputOf(attempt);
          const messageId = `<cancellation.${order.eventNumber}.${caseId}@example>`;
          require(message.messageId === messageId, `another Message-ID: ${message.messageId}`);
          const place = mail.deliveries.length;
          for (const [index, recipient] of recipients.entries()) {
            const taken = mailed.findLast(
              (sent) =>
                sent.caseId === caseId &&
                sent.recipient === recipient &&
                mail.deliveries[sent.place]?.wasAccepted,
            );
            const isAllowedAgain = journal.lines
              .slice(taken?.linesThen)
              .some(
                (line) =>
                  line.caseId === caseId && line.operation === 'decide' && line.outcome === 'send-again',
              );
            require(!taken || isAllowedAgain, `${recipient} is sent the mail twice`);
            mailed.push({ caseId, recipient, linesThen: journal.lines.length, place: place + index });
          }
        },
      };
    },
  },
];
