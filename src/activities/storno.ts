import { SYNC_INTERVAL_FLOOR_MS, type Opening } from '../domain/case';
import { decideStorno, remainingWaitMs } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf, type EntryOf, type JournalEntry } from '../domain/journal';
import {
  findStorno,
  isSaved,
  isStornoKnown,
  lastHead,
  skippedSaves,
  standingChoice,
  stornoOf,
  type StornoLine,
} from '../domain/lines';
import type { Instant, JetEvent, JournalHead } from '../domain/types';
import type { Journal } from '../journal/port';
import { asActivity, type ActivityDependencies, type StepInput } from './activity';
import { noteFound, readEventThenLines, readOpenCase, requireEvent, toFailure } from './reading';

export type StornoResult =
  | {
      kind: 'cancelled';
      savedAt: Instant;
      /** Rest of the wait on Jet's clock, from the save of the Storno. */
      remainingMs: number;
      /** `false`: a person has set it, the write was not needed. */
      isOurs: boolean;
      head: JournalHead;
    }
  | { kind: 'not-yet'; remainingMs: number; savedAt: Instant; head: JournalHead }
  /** The marker was taken off, and a person has decided to put it on again. */
  | { kind: 'mark-again'; head: JournalHead }
  | { kind: 'aborted'; head: JournalHead };

/** Step 1b, the point of no return. */
export function createStornoActivities({ jet, journal }: ActivityDependencies) {
  /**
   * Sets the status to Storno (wiki, step 1), when the guard on this very read allows it. The claim is made after
   * the guard and right before the write: from then on nobody can abort, whatever becomes of the answer.
   */
  const setStatusStorno = asActivity(async (input: StepInput): Promise<StornoResult> => {
    const { ref, actor } = input;
    const { opening } = await readOpenCase(journal, input);
    await requireSafeInterval(opening);

    const { event, entries } = await readEventThenLines(jet, journal, ref);
    const decision = decideStorno(event, opening, skippedSaves(entries));
    if (decision.kind === 'stop') {
      // A run restored from an older Temporal backup finds the state that its own abort left behind.
      if ((await journal.readClaim(ref.caseId)) === 'abort')
        return { kind: 'aborted', head: lastHead(entries) };
      const isToBeMarked =
        decision.code === 'marker-removed' &&
        standingChoice(entries, ['set-storno'], isSaved) === 'mark-again';
      if (isToBeMarked) return { kind: 'mark-again', head: lastHead(entries) };
      throw toFailure(decision);
    }
    if (decision.kind === 'not-yet') return { ...decision, head: lastHead(entries) };
    if (decision.kind === 'cancelled-already') return adopt(input, opening, event, entries);

    const effectKey = effectKeys.write('set-storno', event.version);
    const before = { status: event.statusText, version: event.version };
    const line = {
      actor,
      step: 'set-storno',
      operation: 'set-storno',
      before,
      after: { status: 'Storno' },
    } as const;
    const winner = await journal.claim(ref, 'storno', { ...line, kind: 'intent', effectKey });
    if (winner === 'abort') return { kind: 'aborted', head: lastHead(entries) };

    await jet.setStatusStorno(ref.eventNumber, {
      version: event.version,
      idempotencyKey: `${ref.caseId}/${effectKey}`,
    });
    const readBack = await requireEvent(jet, ref);
    if (readBack.version === event.version)
      throw new KnownFailure('jet-stale-read', 'the read-back shows the old version');
    if (readBack.status !== 'CANCELLED') {
      throw new KnownFailure('status-not-cancellable', `status is ${readBack.statusText} right after Storno`);
    }
    const outcome = await journal.append(ref, {
      ...line,
      kind: 'outcome',
      effectKey: effectKeys.outcomeOf(effectKey),
      after: { status: readBack.statusText, version: readBack.version, savedAt: readBack.savedAt },
      outcome: 'ok',
    });
    return cancelled(readBack, opening, outcome, headOf(outcome));
  });

  /** Storno stands there: from our own lost answer, or because a person has set it. Nothing is written. */
  async function adopt(
    input: StepInput,
    opening: Opening,
    event: JetEvent,
    entries: readonly JournalEntry[],
  ): Promise<StornoResult> {
    const found = await noteFound(journal, input, 'set-storno', entries, event);
    const known = found && isStornoKnown(found) ? found : findStorno(entries);
    if (known) return cancelled(event, opening, known, found ? headOf(found) : lastHead(entries));

    const { statusText: status, version, savedAt } = event;
    const adopted = await adoptStorno(journal, input, { status, version, savedAt });
    if (!adopted) return { kind: 'aborted', head: lastHead(entries) };
    return cancelled(event, opening, adopted, headOf(adopted));
  }

  /** Held here too, whatever the input says: never a short interval where something real is behind the gateway. */
  async function requireSafeInterval(opening: Opening): Promise<void> {
    if (opening.input.policy.syncIntervalMs >= SYNC_INTERVAL_FLOOR_MS) return;
    const { isSimulator } = await jet.health();
    if (!isSimulator) throw new KnownFailure('interval-too-short', 'a short interval and a real gateway');
  }

  return { setStatusStorno };
}

/** Another person or program has set Storno: the case is bound to it from here on. `null`: it was aborted before. */
export async function adoptStorno(
  journal: Journal,
  { ref, actor }: StepInput,
  after: { status: string; savedAt: Instant; version?: string },
): Promise<EntryOf<'adopt-storno'> | null> {
  const adoption = {
    actor,
    kind: 'decision',
    step: 'set-storno',
    operation: 'adopt-storno',
    effectKey: effectKeys.adoption,
    after,
    outcome: 'found',
  } as const;
  const winner = await journal.claim(ref, 'storno', adoption);
  return winner === 'abort' ? null : journal.append(ref, adoption);
}

function cancelled(event: JetEvent, opening: Opening, storno: StornoLine, head: JournalHead): StornoResult {
  const { savedAt, isOurs } = stornoOf(storno);
  const remainingMs = remainingWaitMs(savedAt, event.readAt, opening.input.policy.syncIntervalMs);
  return { kind: 'cancelled', savedAt, remainingMs, isOurs, head };
}
