import { randomUUID } from 'node:crypto';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { ABSAGE } from '../domain/actor';
import { toMs } from '../domain/clock';
import { KnownFailure, type FailureCode } from '../domain/failures';
import type { NewEntry, Written } from '../domain/journal';
import { lastHead } from '../domain/lines';
import { houseMailAttempts } from '../domain/mail-lines';
import { stripMarker } from '../domain/marker';
import type { CaseRef, JournalHead } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import { isOff, writesOffMail, type WritesOff } from '../domain/writes';
import type { Journal, WriteAttempt } from '../journal/port';
import { asAskedStep, type ActivityDependencies, type StepInput } from './activity';
import { alertOnce } from './house-alert';
import { readCase, type KnownCase } from './reading';

/** A process that stands still may wake up and write, as long as Jet's version is the one that its attempt has read. */
export const JET_MAY_LAST_MS = 24 * 3_600_000;

/** A sending connects soon or not at all, and a conversation has an end. */
export const MAIL_MAY_LAST_MS = 5 * 60_000;

/** An attempt that can say what came of it. */
export interface OpenAttempt extends WriteAttempt {
  /** Writes the line that says it, and that the attempt is over, in one commit. */
  end<E extends NewEntry>(outcome: E): Promise<Written<E>>;
}

/**
 * One attempt to write. It hands `attempt` to the journal with the line that goes before the write: so it is asked whether writes
 * are on, and whoever switches them off knows of the attempt until this has ended.
 */
export async function attempting<T>(
  journal: Journal,
  about: Omit<WriteAttempt, 'id'>,
  work: (attempt: OpenAttempt) => Promise<T>,
): Promise<T> {
  const id = randomUUID();
  let isOver = false;
  const end = async <E extends NewEntry>(outcome: E) => {
    const written = await journal.appendLast(about.ref, outcome, { id });
    isOver = true;
    return written;
  };
  try {
    return await work({ id, ...about, end });
  } finally {
    // What came of the attempt counts. Where this cannot be noted, it is named for longer than it lasts.
    if (!isOver) await journal.endAttempt(id).catch(() => undefined);
  }
}

/** Waits for the switch that stops every write. */
export function createWritesActivities(deps: ActivityDependencies) {
  const { journal, trust } = deps;

  /**
   * Fails, and is tried again, until writes are on. Off for longer than the time after which a person is told of anything, it
   * tells the house, once for all of its cases.
   */
  const awaitWrites = asAskedStep(
    trust,
    async (input: StepInput & { step: StepName }): Promise<{ head: JournalHead | null }> => {
      const known = await readCase(journal, input);
      const writes = await journal.writesState();
      if (!isOff(writes)) return { head: known.entries.length > 0 ? lastHead(known.entries) : null };
      await tellHouse(input.ref, input.step, known, writes);
      throw ApplicationFailure.create({
        type: 'writes-off' satisfies FailureCode,
        message: 'writes are still off',
        category: ApplicationFailureCategory.BENIGN,
      });
    },
  );

  async function tellHouse(
    ref: CaseRef,
    step: StepName,
    { entries, opening }: KnownCase,
    writes: WritesOff,
  ): Promise<void> {
    if (!opening) return;
    const { event, input } = opening;
    // Two houses may share a mailbox, which shows one mail of a name.
    const id = `writes-off.${ref.house}.${toMs(writes.since)}`;
    const tries = houseMailAttempts(entries, 'attention', id).length;
    const dueAtMs = toMs(writes.since) + input.policy.attentionAfterMs * 2 ** tries;
    if (Date.now() < dueAtMs || (await journal.tellerOf(ref, writes.since)) !== ref.caseId) return;
    const alert = {
      ref,
      ...ABSAGE,
      head: null,
      kind: 'attention',
      step,
      attention: { id, text: writesOffMail(writes), actions: [] },
      event: {
        title: stripMarker(event.title.before ?? '', input.policy.marker),
        startsAt: event.startsAt,
        venue: event.venue,
      },
    } as const;
    await alertOnce(deps, { ...alert, attention: { ...alert.attention, actions: [] } }).catch(
      (error: unknown) => {
        // A mail that was certainly not sent is tried again later. Nothing waits for it.
        if (!(error instanceof KnownFailure)) throw error;
      },
    );
  }

  return { awaitWrites };
}
