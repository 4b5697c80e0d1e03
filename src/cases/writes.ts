import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import type { WritesState } from '../domain/writes';
import type { SwitchWish } from '../journal/port';
import { requireAdmin, type Caller } from './caller';
import { requireSimulatorOrLogIn } from './missing-log-in';
import type { CaseSources } from './sources';

export type { WritesState } from '../domain/writes';

/** An attempt that had asked before writes were switched off, and may still end. */
export interface StillAtWork {
  house: string;
  /** `null`: the mail of a series. */
  eventNumber: string | null;
  /** Of the series, for its mail. */
  caseId: string;
  step: StepName;
  since: Instant;
}

/** How long the answer waits for them. Off counts before that, and each write is short. */
const PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 50;

type Sources = Pick<CaseSources, 'journal'>;

export function readWrites({ journal }: Sources): Promise<WritesState> {
  return journal.writesState();
}

/**
 * Switches writes off or on. Off counts in every process before it is waited for the attempts that had asked before; those that do
 * not end soon are named. It asks neither Temporal nor Jet.
 */
export async function switchWrites(
  sources: Sources & Pick<CaseSources, 'isLogInMissing'>,
  caller: Caller,
  wish: SwitchWish,
): Promise<{ writes: WritesState; atWork: StillAtWork[] }> {
  requireAdmin(caller, 'switch-writes');
  // Stopping never has to wait until it is known what is behind the gateway.
  if (wish.on) requireSimulatorOrLogIn(sources);
  const { actor, id: actorId } = caller;
  const writes = await sources.journal.switchWrites({ ...wish, actor, actorId });
  return { writes, atWork: writes.on ? [] : await untilAtRest(sources) };
}

async function untilAtRest({ journal }: Sources): Promise<StillAtWork[]> {
  const endsAtMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const open = await journal.attemptsAtWork();
    if (open.length === 0 || Date.now() >= endsAtMs)
      return open.map(({ ref: { house, eventNumber, caseId }, step, since }) => ({
        house,
        eventNumber: eventNumber || null,
        caseId,
        step,
        since,
      }));
    await pause(LOOK_EVERY_MS);
  }
}
