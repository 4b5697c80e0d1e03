import type { JournalEntry } from '../../../src/domain/journal';
import type { Run } from '../models/run';
import type { Require, Rule } from './rule';
import type { Seen } from './seen';

/** Enough for slow replies and a queue before the abort. */
const ABORT_IS_ANSWERED_WITHIN_MS = 30_000;

/** A case comes to an end, or asks for an operator. `world.ts` checks the rest of L1 while it waits for that. */
export const LIVENESS_RULES: readonly Rule[] = [
  {
    id: 'L1',
    says: 'Once faults stop, a case is completed or aborted or asks a person; what is completed was done, confirmed or waived; what has ended is written down; an interruption is reported to the house.',
    watch: (seen, require) => ({
      onInterruption: () => {
        const wasTold = seen.world.mail.deliveries.some(
          ({ messageId, wasAccepted }) => wasAccepted && messageId.includes('interrupted.'),
        );
        require(wasTold, 'a case was interrupted, and nobody was told');
      },
      atRest: () => {
        for (const [caseId, lines] of seen.cases())
          if (seen.world.journal.endOf(caseId) === 'completed') checkCompleted(seen, require, caseId, lines);
        for (const run of seen.world.temporal.runs) checkWrittenDown(seen, require, run);
      },
    }),
  },
  {
    id: 'L2',
    says: 'The house gets one mail for each situation.',
    watch: ({ world }, require) => ({
      atRest: () => {
        const alerts = new Map<string, number>();
        for (const { isToHouse, wasAccepted, messageId } of world.mail.deliveries)
          if (isToHouse && wasAccepted) alerts.set(messageId, (alerts.get(messageId) ?? 0) + 1);
        for (const [id, count] of alerts)
          require(count === 1 || world.wasJournalSetBack, `the alert ${id} was sent ${count} times`);
      },
    }),
  },
  {
    id: 'L3',
    says: 'Every action is answered, an abort within seconds.',
    watch: ({ world: { temporal } }, require) => ({
      atRest: () => {
        const updates = temporal.runs.flatMap((run) => [...run.updates.values()]);
        for (const { name, outcome, sentAt, answeredAt = Infinity, isUndisturbed } of updates) {
          require(outcome !== null, `the update ${name} was never answered`);
          if (name !== 'abort' || !isUndisturbed) continue;
          const ms = answeredAt - sentAt;
          require(ms <= ABORT_IS_ANSWERED_WITHIN_MS, `an abort was answered after ${ms} ms`);
        }
      },
    }),
  },
];

function checkCompleted(
  { world: { jet, mail }, openingOf }: Seen,
  require: Require,
  caseId: string,
  lines: readonly JournalEntry[],
): void {
  const { order } = openingOf(caseId)!.input;
  const isByHand = (operation: string) =>
    lines.some((line) => line.operation === operation && line.outcome === 'by-hand');
  const isWaived = (step: string) =>
    lines.some((line) => line.operation === 'waive-step' && line.step === step);
  // S21 asks whether it was Storno when the mail went out. Afterwards a colleague may do as they like.
  const isStorno = jet.event?.status === 'CANCELLED';
  const wasStorno = jet.writes.some((write) =>
    [write.before, write.after].some((event) => event?.status === 'CANCELLED'),
  );
  require(isStorno ||
    wasStorno ||
    isByHand('set-storno'), `completed with the status ${jet.event?.statusText}`);
  const hasRight = jet.right !== null || isWaived('grant-right') || isByHand('grant-right');
  require(hasRight, 'completed without the right');
  const messageId = `<cancellation.${order.eventNumber}.${caseId}@example>`;
  const accepted = mail.deliveries.filter(
    (delivery) => delivery.messageId === messageId && delivery.wasAccepted,
  );
  const isSettled =
    isWaived('notify-partner') ||
    isByHand('send-partner-notice') ||
    lines.some(({ operation, outcome }) => operation === 'decide' && outcome === 'treat-as-sent');
  require(accepted.length >= 2 || isSettled, `completed with ${accepted.length} mails taken`);
}

/** Every order that was begun is in the journal, even if only as a refusal. */
function checkWrittenDown({ world }: Seen, require: Require, { options, closed, history }: Run): void {
  if (options.workflowType !== 'cancelPerformance' || closed?.as === 'terminated') return;
  // The run's cancellation was requested before the run had begun.
  if (closed?.as === 'cancelled' && history.length === 1) return;
  const isNoted = world.journal.lines.some(({ caseId }) => caseId === options.caseId);
  require(isNoted || closed === null, 'a run has ended, and nothing of it is written down');
}
