import type { RunRecord } from '../client';
import { toMs } from '../domain/clock';
import { triesText, type Tries } from '../domain/tries';
import type { Instant } from '../domain/types';
import { isEnd, isWatched } from '../domain/vocabulary';
import type { ShownStatus } from './view';

/** A mail to the house never holds a case up. */
const ASIDE: readonly string[] = ['alertHouse'];
/** These begin with a person's action, not with the step. */
const OF_ACTIONS: readonly string[] = ['claimAbort', 'confirmStep', 'readClaim', 'recordAction'];

/** So often may an attempt fail before it is worth a word. */
const SILENT_FAILURES = 1;

/**
 * What Temporal says about the attempts of the run, from the description that the view begins with; `null`: nothing
 * worth a word.
 */
export function triesOf(
  { state, step, steps, attention }: ShownStatus,
  run: RunRecord | null,
  now: Instant,
): Tries | null {
  if (!run || isEnd(state)) return null;
  const failing = run.pending
    .filter(({ activity }) => !ASIDE.includes(activity))
    .toSorted((a, b) => b.attempt - a.attempt)[0];
  const code = failing?.lastFailure;
  if (!failing || !code) return null;
  const { activity, attempt, nextAttemptAt } = failing;
  if (!isWatched(step) && attempt - 1 <= SILENT_FAILURES) return null;
  const isOfStep = state !== 'waiting' && !OF_ACTIONS.includes(activity);
  const tries = {
    step,
    attempt,
    since: isOfStep ? (steps.find(({ name }) => name === step)?.startedAt ?? null) : null,
    code,
    nextAttemptAt: nextAttemptAt && toMs(nextAttemptAt) > toMs(now) ? nextAttemptAt : null,
  };
  return { ...tries, text: triesText({ ...tries, isAsked: attention?.code === code }, now) };
}
