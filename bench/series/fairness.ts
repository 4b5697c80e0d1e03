import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../../src/simulator/operation-log';
import { progress } from '../progress';
import type { Stack } from '../stack';
import { summarise } from '../statistics';
import type { SeriesOptions } from './options';
import { makeItems, startSeriesStack, type Item } from './orders';

/** Of a house that has no series, and of one that has. */
const OTHER_HOUSE = 'KREMS';
const LOOK_MS = 50;
const PATIENCE_MS = 10 * 60_000;
const BETWEEN_SINGLES_MS = 5_000;
const BUCKET_MS = 30_000;

/** A single case, in seconds since it was ordered. */
interface Single {
  house: string;
  checkedSeconds: number;
  savedSeconds: number;
}

/**
 * Several series that have all of their performances still before them, and single cases that are ordered meanwhile: how long each of
 * these waits for its check and its save, against alone; and how the series' houses share Jet.
 */
export async function measureFairness(options: SeriesOptions) {
  const { seasons, items: count, singles, syncIntervalMs } = options;
  const busyHouse = seasons[0] ?? OTHER_HOUSE;
  const alone = { house: OTHER_HOUSE, count: singles };
  const meanwhile = [
    { house: OTHER_HOUSE, count: singles },
    { house: busyHouse, count: singles },
  ];
  const ofSeries = seasons.map((house) => ({ house, count }));
  const made = makeItems([alone, ...meanwhile, ...ofSeries], syncIntervalMs);
  const [aloneItems = [], otherItems = [], busyItems = [], ...seriesItems] = made.items;
  const { stack, orderSeries, orderSingle } = await startSeriesStack(options, made.programme);

  const before = await orderEach(stack, aloneItems, orderSingle);
  progress(`fairness: ${before.length} alone`);
  const orderedAtMs = Date.now();
  for (const [nth, items] of seriesItems.entries()) await orderSeries(`Saison ${nth + 1}`, items);
  // The queue is as full as it gets once each of them has begun with its first performances.
  await untilLogged(
    stack,
    ({ operation }) => operation === 'save-announcement',
    seasons.length * 5 + singles,
  );
  // In turn, because the machine is not the same from one minute to the next.
  const both = otherItems.flatMap((item, nth) => [item, busyItems[nth] ?? item]);
  const ordered = await orderEach(stack, both, orderSingle);
  const other = ordered.filter(({ house }) => house === OTHER_HOUSE);
  const busy = ordered.filter(({ house }) => house === busyHouse);
  const endedAtMs = Date.now();

  const numbers = new Map(
    seriesItems.flatMap((items, nth) =>
      items.map(({ eventNumber }) => [eventNumber, `${nth + 1} ${seasons[nth] ?? ''}`] as const),
    ),
  );
  const log = await stack.readLog();
  const result = {
    alone: summaryOf(before),
    [`beside ${seasons.length} series, house without one`]: summaryOf(other),
    [`beside ${seasons.length} series, house with one`]: summaryOf(busy),
    shares: sharesOf(log, numbers, orderedAtMs, endedAtMs),
    measuredSeconds: Math.round((endedAtMs - orderedAtMs) / 1_000),
  };
  await stack.stop();
  return result;
}

function summaryOf(singles: readonly Single[]) {
  return {
    checkedSeconds: summarise(singles.map(({ checkedSeconds }) => checkedSeconds)),
    savedSeconds: summarise(singles.map(({ savedSeconds }) => savedSeconds)),
  };
}

/** One after the other: each is ordered when the one before it has saved, and a pause has passed. */
async function orderEach(
  stack: Stack,
  items: readonly Item[],
  order: (item: Item) => Promise<unknown>,
): Promise<Single[]> {
  const singles: Single[] = [];
  for (const item of items) {
    await sleep(BETWEEN_SINGLES_MS);
    const orderedAtMs = Date.now();
    await order(item);
    const log = await untilLogged(stack, isSave, 1, item.eventNumber);
    const secondsOf = (isIt: (entry: LogEntry) => boolean) =>
      (Date.parse(log.find(isIt)?.at ?? '') - orderedAtMs) / 1_000;
    singles.push({
      house: item.house,
      checkedSeconds: secondsOf(({ operation }) => operation === 'read-event'),
      savedSeconds: secondsOf(isSave),
    });
  }
  return singles;
}

function isSave({ operation, outcome }: LogEntry): boolean {
  return operation === 'save-announcement' && outcome === 'ok';
}

async function untilLogged(
  stack: Stack,
  isIt: (entry: LogEntry) => boolean,
  count: number,
  eventNumber?: string,
): Promise<LogEntry[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const log = await stack.readLog(eventNumber);
    if (log.filter(isIt).length >= count) return log;
    if (Date.now() > deadline) throw new Error(`not ${count} such calls of Jet`);
    await sleep(LOOK_MS);
  }
}

/** The calls of Jet by series, in each half minute. */
function sharesOf(
  log: readonly LogEntry[],
  seriesOf: ReadonlyMap<string, string>,
  fromMs: number,
  untilMs: number,
): Record<string, number>[] {
  const buckets = Array.from(
    { length: Math.ceil((untilMs - fromMs) / BUCKET_MS) },
    (): Record<string, number> => ({}),
  );
  for (const { at, actor, eventNumber } of log) {
    const bucket = buckets[Math.floor((Date.parse(at) - fromMs) / BUCKET_MS)];
    if (actor !== 'gateway' || !bucket) continue;
    const name = seriesOf.get(eventNumber ?? '') ?? 'singles';
    bucket[name] = (bucket[name] ?? 0) + 1;
  }
  return buckets;
}
