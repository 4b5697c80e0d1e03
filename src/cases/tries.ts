import type { RunRecord } from '../client';
import { toMs } from '../domain/clock';
import type { FailureCode } from '../domain/failures';
import { noticeAttempts } from '../domain/mail-lines';
import type { JournalEntry } from '../domain/journal';
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

/** What the run is trying again at the moment, as the description says it that the view begins with. */
export type Failing = RunRecord['pending'][number] & { lastFailure: FailureCode };

/** `null`: nothing that the run is waiting for has failed. */
export function failingOf({ state }: ShownStatus, run: RunRecord | null): Failing | null {
  if (!run || isEnd(state)) return null;
  return run.pending
    .filter((each): each is Failing => each.lastFailure !== null && !ASIDE.includes(each.activity))
    .reduce<Failing | null>((most, each) => (most && most.attempt >= each.attempt ? most : each), null);
}

/** `entries`: the lines of the case, which count the sendings of the mail to Ö-Ticket. `null`: not worth a word. */
export function triesOf(
  { state, step, steps, attention }: ShownStatus,
  failing: Failing,
  entries: readonly JournalEntry[],
  now: Instant,
): Tries | null {
  const { activity, lastFailure: code, nextAttemptAt } = failing;
  // Each sending is an activity of its own.
  const attempt = step === 'notify-partner' ? noticeAttempts(entries).length + 1 : failing.attempt;
  // Beside an open question each failure counts: many went before it.
  if (!isWatched(step) && !attention && attempt - 1 <= SILENT_FAILURES) return null;
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
