import type { InjectedSinks } from '@temporalio/worker';
import type { WaitSinks } from '../workflows/messages';

/** Every worker of the workflows has these, whether anybody listens or not: Temporal's library logs what has no listener. */
export function waitSinks(note: (lateMs: number) => void = () => {}): InjectedSinks<WaitSinks> {
  return { waits: { over: { fn: (_run, lateMs) => note(lateMs), callDuringReplay: false } } };
}
