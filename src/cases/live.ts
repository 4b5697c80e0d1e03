import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { casePage } from '../domain/addresses';
import { toInstant } from '../domain/clock';
import { isEnd } from '../domain/vocabulary';
import { isOff, writesOffText } from '../domain/writes';
import { requireHouse, type Caller } from './caller';
import { narrow, readPage, type ListedCancellation, type ListFilter, type NarrowedFilter } from './lists';
import { viewOf } from './case-view';
import { readSeriesView, type SeriesView } from './series-view';
import type { CaseSources } from './sources';
import { forCaller } from './for-caller';
import { readWrites } from './writes';
import type { CancellationView, CaseView } from './view';
import type { WantedCase } from './which-case';

/** How far a viewer's picture may be behind, in milliseconds. */
const CASE_INTERVAL_MS = 1_000;
/** Reading a list costs more than reading a case. */
const LIST_INTERVAL_MS = 2_000;

/** A successful reading, whose id changes when its value does, or the error of a failed one. */
export type Reading<T> = { id: string; value: T } | { error: unknown };

/** How a list changed since the viewer's last event. In the first event every row is new. */
export interface ListChange {
  cancellations: ListedCancellation[];
  /** Rows that are no longer in the list. */
  gone: Pick<ListedCancellation, 'house' | 'eventNumber' | 'caseId'>[];
}

/**
 * Cases and lists as they change. All viewers of the same case or list share one read per interval, and without viewers
 * nothing is read. A slow viewer gets the newest state and skips the states in between.
 *
 * @example for await (const reading of live.watchCase(caller, 'FSP', '104233', signal)) show(reading);
 */
export class LiveCases {
  private readonly cases = new SharedPoller<CaseView | null>(CASE_INTERVAL_MS);
  private readonly series = new SharedPoller<SeriesView>(LIST_INTERVAL_MS);
  private readonly lists = new SharedPoller<ListedCancellation[]>(LIST_INTERVAL_MS);
  private readonly writes = new SharedPoller<string | null>(LIST_INTERVAL_MS);

  constructor(private readonly sources: CaseSources) {}

  /**
   * Whole views of a case, until it has ended. `null`: there is no such case. Ends with the signal.
   * Throws at once when the caller may not see the house: viewers of one case share their readings, so neither that check
   * nor what each of them may do can be part of the reading.
   */
  watchCase(
    caller: Caller,
    wanted: WantedCase,
    signal: AbortSignal,
  ): AsyncGenerator<Reading<CancellationView | null>, void> {
    requireHouse(this.sources.houses, caller, wanted.house, 'see');
    return this.viewsOf(caller, wanted, signal);
  }

  private async *viewsOf(
    caller: Caller,
    wanted: WantedCase,
    signal: AbortSignal,
  ): AsyncGenerator<Reading<CancellationView | null>, void> {
    const read = () => viewOf(this.sources, wanted);
    for await (const reading of this.cases.watch(casePage(wanted), read, signal)) {
      if (!('value' in reading)) {
        yield reading;
        continue;
      }
      const { id, value: view } = reading;
      yield { id, value: view && forCaller(caller, view) };
      if (view && isEnd(view.state)) return;
    }
  }

  /**
   * The changes on the first page of each of these lists. Ends with the signal or when the server stops. Throws at once
   * when a filter names a house that the caller may not act for.
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
      // The first reading after a failure is an event even if nothing changed: the viewer learns that reading works
      // again.
      yield { id: reading.id, value: compare(known, reading.value) };
      known = reading.value;
    }
  }

  /**
   * Whole views of a series, as this caller sees it: only windows of the same person share their readings. Ends with the
   * signal.
   */
  watchSeries(
    caller: Caller,
    seriesId: string,
    signal: AbortSignal,
  ): AsyncGenerator<Reading<SeriesView>, void> {
    const { everywhere, byHouse, isAdmin } = caller.grants;
    // Nobody approves their own order, so whose order it is makes a difference.
    const key = JSON.stringify([seriesId, caller.id, everywhere, [...byHouse].sort(), isAdmin]);
    return this.series.watch(key, () => readSeriesView(this.sources, caller, seriesId), signal);
  }

  /** What pages say at the top while writes are off; `null`: they are on. Ends with the signal. */
  watchWritesOff(signal: AbortSignal): AsyncGenerator<Reading<string | null>, void> {
    const read = async () => {
      const writes = await readWrites(this.sources);
      return isOff(writes) ? writesOffText(writes, toInstant(Date.now())) : null;
    };
    return this.writes.watch('off', read, signal);
  }

  /** Ends every watch. */
  stop(): void {
    this.cases.stop();
    this.series.stop();
    this.lists.stop();
    this.writes.stop();
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

/** A run that was started by hand has no case id in its memo. */
function keyOf({ caseId, runId }: ListedCancellation): string {
  return caseId ?? `run ${runId}`;
}

/** Repeats each read for as long as it has viewers, once for all viewers of the same thing. */
class SharedPoller<T> {
  private readonly topics = new Map<string, Topic<T>>();
  private isStopped = false;

  constructor(private readonly intervalMs: number) {}

  /** Begins with the newest reading there is. `key` names what `read` reads. Ends with the signal. */
  async *watch(key: string, read: () => Promise<T>, signal: AbortSignal): AsyncGenerator<Reading<T>, void> {
    if (this.isStopped || signal.aborted) return;
    const topic = this.topics.get(key) ?? new Topic(read, this.intervalMs);
    this.topics.set(key, topic);
    topic.viewers.add(signal);
    const leave = () => this.leave(key, topic, signal);
    // A viewer that has disconnected may never ask for the next reading.
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
  /** `null`: the read failed. */
  json: string | null;
  reading: Reading<T>;
}

class Topic<T> {
  /** One signal for each viewer. */
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

  /** Waits for a reading newer than `version`; `null`: no further one will come. */
  async after(version: number, signal: AbortSignal): Promise<Latest<T> | null> {
    while (!this.isStopped && !signal.aborted) {
      if (this.latest && this.latest.version > version) return this.latest;
      // `once` rejects when the signal aborts. Then the viewer is gone, and the loop ends.
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
