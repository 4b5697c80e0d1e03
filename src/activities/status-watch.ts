import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { setTimeout } from 'node:timers/promises';
import type { JournalEntry } from '../domain/journal';
import { endOf, isOlderThanWrites } from '../domain/lines';
import { isLost, knownStorno, lastLook } from '../domain/storno-lines';
import type { CaseRef, JetEvent } from '../domain/types';
import type { Journal } from '../journal/port';
import { asScheduledActivity, WATCH } from './scheduled';

export interface WatchPorts {
  journal: Pick<Journal, 'openStornoCases' | 'entries'>;
  /** Reads the event in Jet's queue, behind everything else. Rejects where Jet does not answer, or has no turn left for it. */
  readEvent(ref: CaseRef): Promise<JetEvent | null>;
  /** Has the case's run look for itself. A run that has closed meanwhile is no failure. */
  lookAgain(ref: CaseRef): Promise<void>;
}

export interface WatchDependencies extends WatchPorts {
  /** Aborted when this worker stops: another one goes on. */
  stopping: AbortSignal;
}

/** A new run begins after that, so that no memory of what was seen grows for ever. */
const LIFETIME_MS = 23 * 3_600_000;
/** The pause between two rounds while there is nothing to read: so long can the first Storno stand before it is looked at. */
const IDLE_MS = 5_000;

/** So many rounds later a run is told of the same thing again. */
const FIRST_PAUSE = 4;

/** Watches the status of events that are Storno, for all cases at once. It belongs to none of them. */
export function createWatchActivities({ stopping, ...ports }: WatchDependencies) {
  const watchStatus = asScheduledActivity(WATCH, async (): Promise<void> => {
    const stop = AbortSignal.any([Context.current().cancellationSignal, stopping]);
    const lookAround = createWatch(ports);
    const endsAtMs = Date.now() + LIFETIME_MS;
    while (Date.now() < endsAtMs) {
      const pauseMs = await lookAround(stop);
      await setTimeout(pauseMs, undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted) throw handOver();
    }
  });

  return { watchStatus };
}

/**
 * Looks, in one round, at the status of every event that is Storno and of which a case is still open: in the second wait, and
 * while a person is asked, the case's own run does not look. What is seen is no proof of anything: the run reads the event
 * itself, writes down what it saw and asks a person. One read at a time, so that however many cases wait, Jet's queue stays
 * free for those at work. Of cases that are not Storno it asks for nothing: many thousands may sleep in their first wait. Resolves to
 * the pause before the next round, in milliseconds: the shortest poll interval of the cases that are Storno.
 */
export function createWatch({ journal, readEvent, lookAgain }: WatchPorts) {
  /**
   * What each case's run was last told of, and how many more rounds it is left alone: one between two steps has let it pass
   * and is told again; one that cannot look, seldom and ever more seldom, as its history would grow for nothing.
   */
  const told = new Map<string, { seen: string; pause: number; roundsLeft: number }>();
  /** A round that was broken off is gone on with behind the case whose read failed: the others are looked at in their turn. */
  let failedAt: string | null = null;

  return async (stop?: AbortSignal): Promise<number> => {
    let pauseMs = Infinity;
    for (const { after, caseId, house, eventNumber } of beginningBehind(
      failedAt,
      await journal.openStornoCases(),
    )) {
      if (after.backend === 'guided') continue;
      pauseMs = Math.min(pauseMs, after.input.policy.pollIntervalMs);
      if (stop?.aborted || !isWatched(await journal.entries(caseId))) continue;
      const ref = { caseId, house, eventNumber };
      const read = await readEvent(ref).then(
        (event) => ({ event }),
        () => null,
      );
      failedAt = read ? null : caseId;
      // Jet is away, or busy, for the others, too; the cases at work say so.
      if (!read) break;
      const entries = await journal.entries(caseId);
      if (!isWatched(entries) || !isLostIn(read.event, entries)) continue;
      const seen = `${read.event?.version ?? 'gone'} after ${entries.at(-1)?.hash}`;
      const known = told.get(caseId);
      const before = known?.seen === seen ? known : null;
      if (before && (before.roundsLeft -= 1) > 0) continue;
      await lookAgain(ref);
      const pause = before ? 2 * before.pause : FIRST_PAUSE;
      told.set(caseId, { seen, pause, roundsLeft: pause });
    }
    return Number.isFinite(pauseMs) ? pauseMs : IDLE_MS;
  };
}

function beginningBehind<T extends CaseRef>(caseId: string | null, cases: readonly T[]): T[] {
  const from = cases.findIndex((each) => each.caseId === caseId) + 1;
  return [...cases.slice(from), ...cases.slice(0, from)];
}

/** The event is known as Storno. Once another status is known, the run goes on looking by itself. */
function isWatched(entries: readonly JournalEntry[]): boolean {
  return knownStorno(entries) !== null && !isLost(lastLook(entries)) && endOf(entries) === null;
}

function isLostIn(event: JetEvent | null, entries: readonly JournalEntry[]): boolean {
  return event?.status !== 'CANCELLED' && !isOlderThanWrites(event, entries);
}

/** Retried at once, by whichever worker is there. */
function handOver(): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'the worker stops',
    category: ApplicationFailureCategory.BENIGN,
  });
}
