import { toInstant } from '../../src/domain/clock';
import type { Sleeper } from './troubles';
import type { World } from './world';

/** Where somebody switches the writes off: a world of one case, or of a series. */
export interface Switched extends Pick<
  World,
  'seed' | 'time' | 'policy' | 'coverage' | 'nemesis' | 'journal' | 'sleeper'
> {
  /** Somebody aborts what this world is about. */
  abort(): unknown;
  /** A moment of its own that chance meets too seldom. */
  readonly switchedAt?: Omit<Sleeper, 'times' | 'forMs' | 'then'>;
}

/** In the schedules of everything else one in so many has somebody who switches the writes off and on. */
const SLOT = 24;
const EVERY = 25;

export function isSwitched(seed: number): boolean {
  return seed % EVERY === SLOT;
}

const MOST = 3;

/**
 * Somebody switches the writes off and on again, at any moment. Chosen by numbers of its own: whatever else happens in a
 * schedule does not shift by it. The answer names who is at work then.
 */
export function switchAtRandom(world: Switched): void {
  const { seed, time, policy, coverage } = world;
  const random = ownNumbers(seed);
  const spanMs = policy.syncIntervalMs + policy.pollIntervalMs;
  let left = MOST;
  const off = (): void => {
    if (world.nemesis.isCalm || left === 0) return;
    left -= 1;
    switchOff(world);
    coverage.hit('mishap', SWITCHED_OFF);
    time.after(random() * (left === 0 ? 3 : 0.5) * policy.attentionAfterMs, () => {
      switchOn(world);
      // Mostly soon again, in the middle of what had waited.
      time.after(random() < 0.6 ? random() * 2_000 : random() * spanMs, off);
    });
  };
  switchAtCertainMoment(world, SWITCHED_OFF);
  time.after(random() < 0.5 ? random() * 3_000 : random() * 2 * spanMs, off);
}

export const SWITCHED_OFF = 'writes switched off';

/** Moments that chance meets too seldom: the end of the first wait, between right and mail, an abort, and the world's own. */
function switchAtCertainMoment(world: Switched, mishap: string): void {
  const { seed, time, policy, coverage, switchedAt } = world;
  const offFor = (ms: number) => {
    if (world.nemesis.isCalm) return;
    switchOff(world);
    coverage.hit('mishap', mishap);
    time.after(ms, () => switchOn(world));
  };
  const { syncIntervalMs } = policy;
  const kind = Math.floor(seed / EVERY) % 4;
  if (kind === 0 && switchedAt)
    world.sleeper = { ...switchedAt, times: 1, forMs: 1, then: () => offFor(0.5 * syncIntervalMs) };
  if (kind === 1) time.after(0.8 * syncIntervalMs, () => offFor(0.6 * syncIntervalMs));
  if (kind === 2)
    world.sleeper = {
      activityType: 'grantExtendedRight',
      operation: 'append',
      times: 1,
      forMs: 1,
      then: () => offFor(0.2 * syncIntervalMs),
    };
  if (kind !== 3) return;
  time.after(0.4 * syncIntervalMs, () => offFor(0.3 * syncIntervalMs));
  time.after(0.5 * syncIntervalMs, async () => void (await world.abort()));
}

function switchOff({ journal, time }: Switched): void {
  journal.writes = { on: false, since: toInstant(time.now), by: 'Ada', reason: 'Titel falsch' };
  journal.named = new Set(journal.atWork.keys());
}

export function switchOn({ journal, time }: Pick<Switched, 'journal' | 'time'>): void {
  if (journal.writes.on) return;
  journal.writes = { on: true, since: toInstant(time.now), by: 'Ada', reason: 'geklärt' };
}

/** Numbers beside those of the nemesis (mulberry32, as there): whatever is chosen by them shifts nothing else. */
export function ownNumbers(seed: number): () => number {
  let state = (Math.imul(seed, 0x85ebca6b) ^ 0x27d4eb2f) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
