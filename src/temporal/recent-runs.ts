import { cancellationWorkflowId } from '../workflows/messages';
import type { RunRecord } from './run-record';

export type EventOfHouse = Pick<RunRecord, 'house' | 'eventNumber'>;

type Find = (house: string, eventNumber: string) => Promise<RunRecord | null>;

const AT_A_TIME = 10;
const RECENT_MS = 2_000;

/** The runs of many events: a few are asked for at the same time, and none that was found a moment ago. */
export class RecentRuns {
  private readonly found = new Map<string, { atMs: number; run: ReturnType<Find> }>();

  constructor(private readonly find: Find) {}

  /** One for each event, in their order. Rejects with the first failure. */
  async all(events: readonly EventOfHouse[]): Promise<(RunRecord | null)[]> {
    this.forget();
    const runs: (RunRecord | null)[] = [];
    for (let from = 0; from < events.length; from += AT_A_TIME) {
      const few = events.slice(from, from + AT_A_TIME);
      runs.push(...(await Promise.all(few.map((event) => this.one(event)))));
    }
    return runs;
  }

  private one({ house, eventNumber }: EventOfHouse): ReturnType<Find> {
    const key = cancellationWorkflowId(house, eventNumber);
    const known = this.found.get(key);
    if (known) return known.run;
    const run = this.find(house, eventNumber);
    // A failure is not remembered.
    run.catch(() => this.found.delete(key));
    this.found.set(key, { atMs: Date.now(), run });
    return run;
  }

  private forget(): void {
    for (const [key, { atMs }] of this.found) {
      if (Date.now() - atMs >= RECENT_MS) this.found.delete(key);
    }
  }
}
