import type { JetEvent } from '../../../src/domain/types';
import { inputOf, type Rule } from './rule';
import { MARKED, textsOf } from './seen';

const REAL_INTERVAL_FLOOR_MS = 15 * 60_000;

/** How Storno is set. */
export const STORNO_RULES: readonly Rule[] = [
  {
    id: 'S1',
    says: 'The only status that is ever written is Storno, and no event is deleted.',
    watch: ({ world: { jet } }, require) => ({
      afterWrite: () => {
        const { before, after } = jet.writes.at(-1)!;
        const isSame = !after || after.status === before?.status;
        require(isSame || after.status === 'CANCELLED', `the status ${String(after?.status)} was written`);
      },
      atRest: () =>
        require(jet.writes.every(
          ({ actor, after }) => actor === 'human' || after !== null,
        ), 'something was deleted'),
    }),
  },
  {
    id: 'S2',
    says: 'Storno is set only by an attempt that has itself just read Verkaufsfreigabe.',
    watch: ({ world: { jet } }, require) => ({
      beforeStorno: ({ lastRead }, version) => {
        require(lastRead?.status === 'ON_SALE', `Storno is set after reading ${lastRead?.status}`);
        const { event } = jet;
        if (event?.version !== version) return; // nothing will be written
        require(event.status === 'ON_SALE', `Storno is set from ${event.statusText}`);
      },
    }),
  },
  {
    id: 'S3',
    says: 'Storno is set on marked texts, an interval after their last save by the clock of Jet, or after a skip of exactly this wait; a guided house is asked for it no sooner.',
    watch: ({ world: { jet, time }, lines, openingOf }, require) => ({
      beforeStorno: (attempt, version) => {
        const { caseId, order, policy } = inputOf(attempt);
        const { event } = jet;
        if (event?.version !== version) return; // nothing will be written
        require(isMarked(
          event,
          order.reason,
        ), `Storno is set with the texts ${JSON.stringify(textsOf(event))}`);
        // By the clock of Jet itself: what it shows may be cut to minutes.
        const save = jet.writes.find(({ after }) => after?.version === version);
        const savedAtMs = save?.at ?? Date.parse(event.savedAt);
        const sinceSaveMs = time.now - savedAtMs;
        const isSkipped = lines(caseId).some(
          ({ operation, step, after }) =>
            operation === 'skip-wait' &&
            step === 'wait-for-title-transfer' &&
            Date.parse((after as { savedAt: string }).savedAt) === Date.parse(event.savedAt),
        );
        require(sinceSaveMs >= policy.syncIntervalMs ||
          isSkipped, `Storno ${sinceSaveMs} ms after the last save`);
      },
      onLine: ({ effectKey, caseId }) => {
        if (effectKey !== 'task/set-storno') return;
        const known = lines(caseId);
        const saved = known.findLast(
          ({ operation, outcome }) => operation === 'save-announcement' && outcome === 'by-hand',
        );
        const { savedAt } = saved?.after as { savedAt: string };
        const isSkipped = known.some(
          ({ operation, step, after }) =>
            operation === 'skip-wait' &&
            step === 'wait-for-title-transfer' &&
            (after as { savedAt: string }).savedAt === savedAt,
        );
        const sinceMs = time.now - Date.parse(savedAt);
        const { syncIntervalMs } = openingOf(caseId)!.input.policy;
        require(sinceMs >= syncIntervalMs || isSkipped, `the task of Storno ${sinceMs} ms after the save`);
      },
    }),
  },
  {
    id: 'real gateway',
    says: 'With a short interval, as in a rehearsal, Storno is set only at a gateway that has called itself a simulator.',
    watch: (_seen, require) => ({
      beforeStorno: (attempt) => {
        const { syncIntervalMs } = inputOf(attempt).policy;
        require(attempt.hasSeenSimulator === true ||
          syncIntervalMs >=
            REAL_INTERVAL_FLOOR_MS, `Storno with an interval of ${syncIntervalMs} ms and who knows which gateway`);
      },
    }),
  },
];

function isMarked({ title, customerTitle, externalMemo }: JetEvent, reason: string): boolean {
  const isCustomerTitleMarked = (customerTitle ?? '').trim() === '' || MARKED.test(customerTitle ?? '');
  const hasReason = externalMemo === reason || externalMemo?.startsWith(`${reason}\n\n`) === true;
  return MARKED.test(title) && isCustomerTitleMarked && hasReason;
}
