import { isOpenRun, type RunRecord } from '../client';
import { toMs } from '../domain/clock';
import { failureRow, type FailureCode } from '../domain/failures';
import { noticeAttempts } from '../domain/mail-lines';
import type { JournalEntry } from '../domain/journal';
import { isWaiting, triesText, type Tries } from '../domain/tries';
import type { Instant } from '../domain/types';
import { isEnd, isWatched } from '../domain/vocabulary';
import type { CaseSources } from './sources';
import { heldAs, isHeld, type ShownStatus } from './view';

/** A mail to the house never holds a case up. */
/** What waits for the writes to be on says so by its warning. */
const ASIDE: readonly string[] = ['alertHouse', 'awaitWrites'];
/** These begin with a person's action, not with the step. */
const OF_ACTIONS: readonly string[] = ['claimAbort', 'confirmStep', 'readClaim', 'recordAction'];

/** So often may an attempt fail before it is worth a word. */
const SILENT_FAILURES = 1;

type PendingTry = RunRecord['pending'][number];

/** What the run is trying again at the moment, as the description says it that the view begins with. */
export type Failing = PendingTry & { lastFailure: FailureCode };

/** `null`: nothing that the run is waiting for has failed, or nothing is tried any more. */
export function failingOf({ state, attention }: ShownStatus, run: RunRecord | null): Failing | null {
  // Temporal keeps the last attempts of a run that was terminated or paused, and an activity may be tried beside a stuck one.
  const isStopped = !run || !isOpenRun(run) || heldAs(run) !== null;
  if (isStopped || isEnd(state)) return null;
  return run.pending
    .map((each) => ({ ...each, lastFailure: each.lastFailure ?? askedOf(each, attention) }))
    .filter((each): each is Failing => each.lastFailure !== null && !ASIDE.includes(each.activity))
    .reduce<Failing | null>((most, each) => (most && most.attempt >= each.attempt ? most : each), null);
}

/** Beside a question about a failure that can heal, the first attempt of the next activity is one more. */
function askedOf({ activity }: PendingTry, attention: ShownStatus['attention']): FailureCode | null {
  if (!attention || isHeld(attention.code) || OF_ACTIONS.includes(activity)) return null;
  return failureRow(attention.code).kind === 'terminal' ? null : attention.code;
}

/** The attempt that is under way or comes next, counted over the whole step. */
export async function attemptOf(
  client: Pick<CaseSources['client'], 'countEarlierTries'>,
  { step, attention }: ShownStatus,
  { activity, attempt }: Failing,
  run: RunRecord,
  entries: readonly JournalEntry[],
): Promise<number | null> {
  // Each sending is an activity of its own. The look before it counts for itself.
  if (step === 'notify-partner' && !isLookBefore(activity)) return noticeAttempts(entries).length + 1;
  if (!attention) return attempt;
  const earlier = await client.countEarlierTries(run, activity).catch(() => null);
  return earlier === null ? null : earlier + attempt;
}

/** The look at the event that a sending or the end goes by: it begins when the step is well under way. */
function isLookBefore(activity: string): boolean {
  return activity === 'lookAtEvent';
}

/** Since when it is tried; `null`: it is not known. */
export function triedSince(
  { state, step, steps }: ShownStatus,
  { activity }: Failing,
  entries: readonly JournalEntry[],
): Instant | null {
  if (state === 'waiting' || OF_ACTIONS.includes(activity)) return null;
  const startedAt = steps.find(({ name }) => name === step)?.startedAt ?? null;
  if (!isLookBefore(activity)) return startedAt;
  // While Jet does not answer, nothing but mails to the house is written down.
  const before = entries.findLast(({ operation }) => operation !== 'alert-house');
  return before && startedAt && toMs(before.at) > toMs(startedAt) ? before.at : startedAt;
}

/** `null`: not worth a word. */
export function triesOf(
  { step, attention }: ShownStatus,
  { lastFailure: code, nextAttemptAt, answer }: Failing,
  { attempt, since }: Pick<Tries, 'attempt' | 'since'>,
  now: Instant,
): Tries | null {
  // Beside an open question each failure counts: many went before it.
  const isFirst = attempt !== null && attempt - 1 <= SILENT_FAILURES;
  if (isFirst && !isWatched(step) && !attention && !isWaiting(code)) return null;
  const tries = {
    step,
    attempt,
    since,
    code,
    nextAttemptAt: nextAttemptAt && toMs(nextAttemptAt) > toMs(now) ? nextAttemptAt : null,
  };
  return { ...tries, text: triesText({ ...tries, answer, isAsked: attention?.code === code }, now) };
}
