import type { RunRecord } from '../client';
import type { StepProgress } from '../domain/case';
import { toInstant } from '../domain/clock';
import { endFactsOf, endNotes } from '../domain/end-notice';
import { remainingByHand, unclearStep, type Ending } from '../domain/ending';
import { byHandTask } from '../domain/guided';
import { readLines, type CaseLines } from '../domain/lines';
import { isEnd } from '../domain/vocabulary';
import { statusFromJournal } from './journal-status';
import type { CaseSources } from './sources';
import { failingOf, triesOf } from './tries';
import type { CancellationView } from './view';

type Sources = Pick<CaseSources, 'journal' | 'houses'>;

/**
 * What has to be looked up: what Temporal says of the attempts, and what the lines say of the end, or of a step that a
 * person can do. Without a readable journal the view lacks only that.
 */
export async function tell(
  sources: Sources,
  view: CancellationView,
  run: RunRecord | null,
): Promise<Partial<CancellationView>> {
  const failing = failingOf(view, run);
  // The run itself learns of a save only when it has waited after it.
  const newest = { waitSavedAt: failing?.savedAt ?? view.waitSavedAt };
  const isSending = failing !== null && view.step === 'notify-partner';
  const lines = isSending || needsLines(view) ? await linesOf(sources, view) : null;
  const tries = failing && triesOf(view, failing, lines?.entries ?? [], toInstant(Date.now()));
  if (!lines) return { tries, ...newest };
  return isEnd(view.state)
    ? toldOfEnd(view, lines)
    : { tries, ...newest, ...toldOfWaysOut(sources, view, lines) };
}

function needsLines({ state, allowedActions }: CancellationView): boolean {
  return isEnd(state) || allowedActions.includes('confirm-step') || allowedActions.includes('close-by-hand');
}

async function linesOf({ journal }: Sources, { caseId }: CancellationView): Promise<CaseLines | null> {
  const entries = await journal.entries(caseId).catch(() => []);
  return readLines(entries);
}

function toldOfEnd(view: CancellationView, lines: CaseLines): Partial<CancellationView> {
  const facts = endFactsOf(lines);
  return {
    notes: facts ? endNotes(facts) : view.notes,
    remaining: remainingByHand(lines),
    steps: view.state === 'closed-by-hand' ? stepsAsWritten(view.steps, lines) : view.steps,
  };
}

/** Where a person closed the case, only what is written down counts as done, as in the Protokoll. */
function stepsAsWritten(steps: readonly StepProgress[], { entries }: CaseLines): StepProgress[] {
  const written = statusFromJournal(entries, false)?.steps ?? [];
  return steps.map((step) => {
    const known = written.find(({ name }) => name === step.name);
    const isDone = known !== undefined && known.state !== 'upcoming';
    if (isDone) return step.state === 'upcoming' ? known : step;
    return { ...step, state: 'upcoming', finishedAt: null, detail: unclearStep(step.name, entries) };
  });
}

function toldOfWaysOut(
  { houses }: Sources,
  { house, step, attention, allowedActions }: CancellationView,
  lines: CaseLines,
): Pick<CancellationView, 'remaining' | 'byHand'> {
  const ending: Ending = 'closed-by-hand';
  const user = houses.get(house)?.connectOnlineUser;
  const isOffered = allowedActions.includes('confirm-step') && !attention?.task;
  return {
    remaining: allowedActions.includes('close-by-hand') ? remainingByHand(lines, ending) : [],
    byHand: isOffered && user !== undefined ? byHandTask(step, lines.entries, user) : null,
  };
}
