import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { isEnd } from '../domain/vocabulary';
import { requireHouse, type Caller } from './caller';
import { narrow, readPage, type ListedCancellation, type ListFilter, type NarrowedFilter } from './lists';
import { newestView } from './newest-case';
import type { CaseSources } from './sources';
import type { CancellationView } from './view';

/** How old what a viewer is shown may be, in milliseconds. */
const CASE_INTERVAL_MS = 1_000;
/** A list costs more than a case. */
const LIST_INTERVAL_MS = 2_000;

/** What was seen, with an id that is another one when it is something else; or why nothing could be seen. */
export type Reading<T> = { id: string; value: T } | { error: unknown };

/** How a list has changed since a viewer was told last; the first time everything is new. */
export interface ListChange {
  cancellations: ListedCancellation[];
  /** Rows that the list does not show any more. */
  gone: Pick<ListedCancellation, 'house' | 'eventNumber' | 'caseId'>[];
}

/**
 * Cases and lists as they change, for everybody who looks: one read a second for all that look at the same, and none
 * when nobody does. Whoever is slow gets the newest, not everything in between.
 *
 * @example for await (const reading of live.watchCase(caller, 'FSP', '104233', signal)) show(reading);
 */
export class LiveCases {
  private readonly cases = new SharedPoller<CancellationView | null>(CASE_INTERVAL_MS);
  private readonly lists = new SharedPoller<ListedCancellation[]>(LIST_INTERVAL_MS);

  constructor(private readonly sources: CaseSources) {}

  /**
   * Whole views of an event's newest case, until it has ended. `null`: there is none. Ends with the signal. Throws at
   * once when the caller may not act for the house, since viewers of one case share what is read.
   */
  watchCase(
    caller: Caller,
    house: string,
    eventNumber: string,
    signal: AbortSignal,
  ): AsyncGenerator<Reading<CancellationView | null>, void> {
    requireHouse(this.sources.houses, caller, house);
    return this.viewsOf(house, eventNumber, signal);
  }

  private async *viewsOf(
    house: string,
    eventNumber: string,
    signal: AbortSignal,
  ): AsyncGenerator<Reading<CancellationView | null>, void> {
    const read = () => newestView(this.sources, house, eventNumber);
    for await (const reading of this.cases.watch(`${house}/${eventNumber}`, read, signal)) {
      yield reading;
      if ('value' in reading && reading.value && isEnd(reading.value.state)) return;
    }
  }

  /**
   * What changes on the first page of each of these lists. Never ends by itself but when the server stops. Throws at
   * once when a filter names a house that the caller may not act for.
   */
  watchLists(
    caller: Caller,
    filters: readonly ListFilter[],
    signal: AbortSignal,
  ): AsyncGenerator<Reading<ListChange>, void> {
    const narrowed = filters.map((filter) => narrow(this.sources, caller, filter));
    return this.changesOf(narrowed, signal);
  }

  private async *changesOf(
    filters: readonly NarrowedFilter[],
    signal: AbortSignal,
  ): AsyncGenerator<Reading<ListChange>, void> {
    const read = async () => {
      const pages = await Promise.all(filters.map((filter) => readPage(this.sources, filter)));
      return pages.flatMap(({ cancellations }) => cancellations);
    };
    let known: readonly ListedCancellation[] = [];
    for await (const reading of this.lists.watch(JSON.stringify(filters), read, signal)) {
      if (!('value' in reading)) {
        yield reading;
        continue;
      }
      // After a failure everything may be as it was before; that it can be seen again is worth an event.
      yield { id: reading.id, value: compare(known, reading.value) };
      known = reading.value;
    }
  }

  /** Ends every watch. */
  stop(): void {
    this.cases.stop();
    this.lists.stop();
  }
}

function compare(known: readonly ListedCancellation[], present: readonly ListedCancellation[]): ListChange {
  const before = new Map(known.map((row) => [keyOf(row), JSON.stringify(row)]));
  const now = new Set(present.map(keyOf));
  return {
    cancellations: present.filter((row) => before.get(keyOf(row)) !== JSON.stringify(row)),
    gone: known
      .filter((row) => !now.has(keyOf(row)))
      .map(({ house, eventNumber, caseId }) => ({ house, eventNumber, caseId })),
  };
}

/** A run that was started by hand names no case. */
function keyOf({ caseId, runId }: ListedCancellation): string {
  return caseId ?? `run ${runId}`;
}

/** Reads again and again what somebody watches, once for all who watch the same. */
class SharedPoller<T> {
  private readonly topics = new Map<string, Topic<T>>();
  private isStopped = false;

  constructor(private readonly intervalMs: number) {}

  /** Begins with what is known now. `key` says what it is that `read` reads. Ends with the signal. */
  async *watch(key: string, read: () => Promise<T>, signal: AbortSignal): AsyncGenerator<Reading<T>, void> {
    if (this.isStopped || signal.aborted) return;
    const topic = this.topics.get(key) ?? new Topic(read, this.intervalMs);
    this.topics.set(key, topic);
    topic.viewers.add(signal);
    const leave = () => this.leave(key, topic, signal);
    // A viewer who is gone may never ask for the next reading.
    signal.addEventListener('abort', leave, { once: true });
    try {
      let version = 0;
      for (;;) {
        const latest = await topic.after(version, signal);
        if (!latest) return;
        version = latest.version;
        yield latest.reading;
      }
    } finally {
      signal.removeEventListener('abort', leave);
      leave();
    }
  }

  stop(): void {
    this.isStopped = true;
    for (const topic of this.topics.values()) topic.stop();
    this.topics.clear();
  }

  private leave(key: string, topic: Topic<T>, viewer: AbortSignal): void {
    topic.viewers.delete(viewer);
    if (topic.viewers.size > 0) return;
    topic.stop();
    if (this.topics.get(key) === topic) this.topics.delete(key);
  }
}

interface Latest<T> {
  version: number;
  /** `null`: it could not be read. */
  json: string | null;
  reading: Reading<T>;
}

class Topic<T> {
  /** One signal each. */
  readonly viewers = new Set<AbortSignal>();
  private readonly news = new EventEmitter().setMaxListeners(0);
  private latest: Latest<T> | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(
    private readonly read: () => Promise<T>,
    private readonly intervalMs: number,
  ) {
    void this.poll();
  }

  /** The newest reading, once there is a newer one than that; `null`: there will be none. */
  async after(version: number, signal: AbortSignal): Promise<Latest<T> | null> {
    while (!this.isStopped && !signal.aborted) {
      if (this.latest && this.latest.version > version) return this.latest;
      // It rejects with the signal; then there is nobody left to tell.
      await once(this.news, 'reading', { signal }).catch(() => undefined);
    }
    return null;
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    this.news.emit('reading');
  }

  private async poll(): Promise<void> {
    const [json, reading] = await this.readOnce();
    if (this.isStopped) return;
    if (!this.latest || this.latest.json !== json) {
      this.latest = { version: (this.latest?.version ?? 0) + 1, json, reading };
      this.news.emit('reading');
    }
    this.timer = setTimeout(() => void this.poll(), this.intervalMs);
  }

  private async readOnce(): Promise<[string | null, Reading<T>]> {
    try {
      const value = await this.read();
      const json = JSON.stringify(value);
      return [json, { id: createHash('sha256').update(json).digest('hex').slice(0, 16), value }];
    } catch (error) {
      return [null, { error }];
    }
  }
}
