import type { JournalEntry } from '../../../src/domain/journal';
import type { Rule } from './rule';

/** Which cases may exist, and which may act. */
export const CASES_RULES: readonly Rule[] = [
  {
    id: 'S14',
    says: 'At most one case of an event is open, and none is opened after it was completed, unless a rehearsal has put the event on sale again.',
    watch: ({ world }, require) => ({
      onLine: (line) => {
        if (line.kind !== 'opening') return;
        const { journal, jet, isRehearsal, isSimulator } = world;
        const isPutBack = isRehearsal && isSimulator && jet.event?.status === 'ON_SALE';
        const others = journal.lines.filter(
          ({ kind, caseId }) => kind === 'opening' && caseId !== line.caseId,
        );
        const over = ['aborted', 'refused', ...(isPutBack ? ['completed', 'closed-by-hand'] : [])];
        const open = others.filter(({ caseId }) => !over.includes(journal.endOf(caseId) ?? ''));
        require(open.length === 0, 'a second case is opened beside an open or completed one');
      },
    }),
  },
  {
    id: 'S20',
    says: 'What can be refused is refused before the first write.',
    watch: ({ world: { journal }, cases }, require) => ({
      atRest: () => {
        for (const [caseId, lines] of cases())
          if (journal.endOf(caseId) === 'refused' || lines[0]?.kind === 'refusal')
            require(lines.every(isHarmless), 'a refused case has tried to write');
      },
    }),
  },
  {
    id: 'S26',
    says: 'The mail that a case has begun is not begun when it has ended.',
    watch: ({ world: { journal } }, require) => ({
      onLine: ({ kind, effectKey, caseId }) => {
        if (kind !== 'intent' || !effectKey.startsWith('ordered/')) return;
        require(journal.endOf(caseId) === null, 'the house is told of the beginning after the end');
      },
    }),
  },
  {
    id: 'guided',
    says: 'A guided house has no gateway, and nothing calls one for it; only whether an event is practised again says the simulator.',
    watch: ({ world: { house, isRehearsal } }, require) => ({
      beforeJet: ({ task }, operation) => {
        const isPractised = isRehearsal && task.options.activityType === 'checkEvent';
        const isAsked = isPractised && ['health', 'read-event'].includes(operation);
        require(house.backend === 'gateway' || isAsked, `${operation} in a house without a gateway`);
      },
    }),
  },
];

function isHarmless({ kind, operation }: JournalEntry): boolean {
  return kind !== 'intent' || operation === 'alert-house';
}
