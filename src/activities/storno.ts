import { Context } from '@temporalio/activity';
import { actorOf } from '../domain/actor';
import { SYNC_INTERVAL_FLOOR_MS, type Opening } from '../domain/case';
import { clockTime, toMs } from '../domain/clock';
import { decideStorno } from '../domain/decisions';
import { KnownFailure, STORNO_TRIED } from '../domain/failures';
import { effectKeys, headOf, type EntryOf, type JournalEntry } from '../domain/journal';
import { isSaved, isSkipped, isTask, lastHead, seenAt, skipsOf, standingChoice } from '../domain/lines';
import { isStornoKnown, knownStorno, stornoOf, type KnownStorno } from '../domain/storno-lines';
import { latestSave, remainingWaitMs } from '../domain/saves';
import type { Instant, JetEvent, JournalHead } from '../domain/types';
import type { Journal } from '../journal/port';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { noteFound, readEventThenLines, readOpenCase, requireEvent, toFailure } from './reading';
import { attempting, JET_MAY_LAST_MS, type OpenAttempt } from './writes';

export type StornoResult =
  | {
      kind: 'cancelled';
      savedAt: Instant;
      /** Remaining wait on Jet's clock, counted from the save of the Storno. */
      remainingMs: number;
      /** `false`: Storno was already set by another person or program, so no write was needed. */
      isOurs: boolean;
      head: JournalHead;
    }
  | { kind: 'not-yet'; remainingMs: number; savedAt: Instant; head: JournalHead }
  /** The marker was removed, and an operator decided to put it on again. */
  | { kind: 'mark-again'; head: JournalHead }
  | { kind: 'aborted'; head: JournalHead };

export interface StornoInput extends StepInput {
  /** A wait that would end later than this has been put off for too long: a person is told. */
  toldBy?: Instant;
}

/** Step 1b, the point of no return. */
export function createStornoActivities({ jet, journal, trust }: ActivityDependencies) {
  /**
   * Sets the status to Storno (wiki, step 1), if the guard allows it on this same read. The claim comes after the guard
   * and right before the write: from then on no abort is possible, even if the answer is lost.
   */
  const setStatusStorno = asStep(trust, async (input: StornoInput): Promise<StornoResult> => {
    const { ref, toldBy } = input;
    const { opening } = await readOpenCase(journal, input);
    await requireSafeInterval(opening);

    const { event, entries } = await readEventThenLines({ jet, journal }, input, 'set-storno');
    const savedBy = latestSave(event, seenAt(entries, event.version));
    const isWaitSkipped = isSkipped(entries, 'wait-for-title-transfer', event.savedAt);
    const decision = decideStorno(event, opening, isWaitSkipped, savedBy);
    if (decision.kind === 'stop') {
      // A run restored from an older Temporal backup finds the state that its own abort left behind.
      if ((await journal.readClaim(ref.caseId)) === 'abort')
        return { kind: 'aborted', head: lastHead(entries) };
      const isToBeMarked =
        decision.code === 'marker-removed' &&
        standingChoice(entries, ['set-storno'], isSaved) === 'mark-again';
      if (isToBeMarked) return { kind: 'mark-again', head: lastHead(entries) };
      throw toFailure({ ...decision, situation: wasTried(entries) ? STORNO_TRIED : undefined });
    }
    if (decision.kind === 'not-yet') {
      requirePatience(decision, toldBy, entries);
      return { ...decision, head: lastHead(entries) };
    }
    if (decision.kind === 'cancelled-already') return adopt(input, opening, event, entries);

    const about = { ref, step: 'set-storno', mayLastMs: JET_MAY_LAST_MS } as const;
    return attempting(journal, about, (attempt) => write(input, opening, event, entries, attempt));
  });

  async function write(
    input: StornoInput,
    opening: Opening,
    event: JetEvent,
    entries: readonly JournalEntry[],
    attempt: OpenAttempt,
  ): Promise<StornoResult> {
    const { ref } = input;
    const effectKey = effectKeys.write('set-storno', event.version);
    const before = { status: event.statusText, version: event.version, savedAt: event.savedAt };
    const line = {
      ...actorOf(input),
      step: 'set-storno',
      operation: 'set-storno',
      before,
      after: { status: 'Storno' },
    } as const;
    const winner = await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey }, attempt);
    if (winner === 'abort') return { kind: 'aborted', head: lastHead(entries) };

    await jet.setStatusStorno(ref.eventNumber, {
      version: event.version,
      idempotencyKey: `${ref.caseId}/${effectKey}`,
    });
    const readBack = await requireEvent(jet, ref);
    if (readBack.version === event.version)
      throw new KnownFailure('jet-stale-read', 'the read-back shows the old version');
    if (readBack.status !== 'CANCELLED') {
      throw new KnownFailure(
        'status-not-cancellable',
        `status is ${readBack.statusText} right after Storno`,
        {
          situation: STORNO_TRIED,
        },
      );
    }
    const outcome = await attempt.end({
      ...line,
      kind: 'outcome',
      effectKey: effectKeys.outcomeOf(effectKey),
      after: {
        status: readBack.statusText,
        version: readBack.version,
        savedAt: readBack.savedAt,
        readAt: readBack.readAt,
      },
      outcome: 'ok',
    });
    return cancelled(readBack, opening, stornoOf(outcome), headOf(outcome));
  }

  /**
   * The event is already Storno: through our own write whose answer was lost, or set by another person or program.
   * Writes nothing.
   */
  async function adopt(
    input: StepInput,
    opening: Opening,
    event: JetEvent,
    entries: readonly JournalEntry[],
  ): Promise<StornoResult> {
    const found = await noteFound(journal, input, 'set-storno', entries, event);
    const known = found && isStornoKnown(found) ? stornoOf(found) : knownStorno(entries);
    if (known) return cancelled(event, opening, known, found ? headOf(found) : lastHead(entries));

    const { statusText: status, version, savedAt, readAt } = event;
    const adopted = await adoptStorno(journal, input, entries, { status, version, savedAt, readAt });
    if (!adopted) return { kind: 'aborted', head: lastHead(entries) };
    return cancelled(event, opening, stornoOf(adopted), headOf(adopted));
  }

  /** A second guard, whatever the input says: no short interval unless the gateway is a simulator. */
  async function requireSafeInterval(opening: Opening): Promise<void> {
    if (opening.input.policy.syncIntervalMs >= SYNC_INTERVAL_FLOOR_MS) return;
    const { isSimulator } = await jet.health();
    if (!isSimulator) throw new KnownFailure('interval-too-short', 'a short interval and a real gateway');
  }

  return { setStatusStorno };
}

/**
 * Another person or program set Storno: from here on the case is bound to it. `null`: the case was aborted before. Fails when
 * another attempt has tried to set Storno since these lines were read.
 */
export async function adoptStorno(
  journal: Journal,
  input: StepInput,
  entries: readonly JournalEntry[],
  after: { status: string; savedAt: Instant; version?: string; readAt?: Instant },
): Promise<EntryOf<'adopt-storno'> | null> {
  const { ref } = input;
  const adoption = {
    ...actorOf(input),
    kind: 'decision',
    step: 'set-storno',
    operation: 'adopt-storno',
    effectKey: effectKeys.adoption,
    after,
    outcome: 'found',
  } as const;
  const winner = await journal.claimFound(ref, 'storno', adoption, lastHead(entries));
  if (winner === null) throw new KnownFailure('jet-stale-read', 'another attempt has tried Storno since');
  return winner === 'abort' ? null : journal.append(ref, adoption);
}

/**
 * The wait starts again with each save. That is right, but nobody must wait for ever without knowing it. Counted on
 * Temporal's clock, which all workers share.
 */
function requirePatience(
  { savedAt, remainingMs }: { savedAt: Instant; remainingMs: number },
  toldBy: Instant | undefined,
  entries: readonly JournalEntry[],
): void {
  const endsAtMs = Context.current().info.currentAttemptScheduledTimestampMs + remainingMs;
  if (toldBy === undefined || endsAtMs <= toMs(toldBy)) return;
  const wasSkipped = skipsOf(entries, 'wait-for-title-transfer').length > 0;
  throw new KnownFailure('saved-again-and-again', `${remainingMs} ms are left after the last save`, {
    situation: 'saved-again',
    savedAt,
    found: [
      `Zuletzt gespeichert wurde um ${clockTime(savedAt)}.`,
      // A skip holds for exactly the save that it names, and that was overtaken.
      ...(wasSkipped ? ['Das Überspringen gilt nicht: danach wurde noch einmal gespeichert.'] : []),
    ],
    // The server wakes the next attempt when the wait would be over, which adds nothing to the history.
    retryAfterMs: Math.max(remainingMs, SHORTEST_PAUSE_MS),
  });
}

/** Whether Absage may have set Storno: an attempt has begun, whatever became of its answer. */
function wasTried(entries: readonly JournalEntry[]): boolean {
  return entries.some(
    (entry) => entry.operation === 'set-storno' && entry.kind === 'intent' && !isTask(entry),
  );
}

const SHORTEST_PAUSE_MS = 1_000;

function cancelled(event: JetEvent, opening: Opening, storno: KnownStorno, head: JournalHead): StornoResult {
  const { savedAt, seenAt, isOurs } = storno;
  const savedBy = latestSave({ savedAt, readAt: event.readAt }, seenAt);
  const remainingMs = remainingWaitMs(savedBy, event.readAt, opening.input.policy.syncIntervalMs);
  return { kind: 'cancelled', savedAt, remainingMs, isOurs, head };
}
