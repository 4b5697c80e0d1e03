import { makeCases } from '../cases';
import { startStack, type Stack } from '../stack';
import type { SeriesOptions } from './options';

/** Each house of a programme has numbers of its own. */
const NUMBERS_OF_ONE = 10_000;
const FIRST_NUMBER = 700_001;

/** One performance, as an order names it. */
export interface Item {
  house: string;
  eventNumber: string;
  expected: { title: string; startsAt: string };
}

/** So many performances of each of these houses, each with its own block of numbers. */
export function makeItems(wanted: readonly { house: string; count: number }[], syncIntervalMs: number) {
  const programme: object[] = [];
  const items = wanted.map(({ house, count }, nth) => {
    const cases = makeCases(count, syncIntervalMs, {
      house,
      firstNumber: FIRST_NUMBER + nth * NUMBERS_OF_ONE,
    });
    programme.push(...cases.programme);
    return Array.from({ length: count }, (): Item => {
      const { eventNumber, expected } = cases.next().order;
      return { house, eventNumber, expected };
    });
  });
  return { programme, items };
}

/** Everything that a series needs, and what orders through the API. */
export async function startSeriesStack(
  { dist, rate, concurrency, syncIntervalMs, pollMs }: SeriesOptions,
  programme: object[],
) {
  const stack: Stack = await startStack({
    dist,
    jetConcurrency: concurrency,
    jetRate: rate,
    syncIntervalMs,
    programme,
    settings: {
      ABSAGE_POLL_INTERVAL: `${pollMs}ms`,
      // As in production: whoever waits for its turn does not ask for a person.
      ABSAGE_ATTENTION_AFTER: '30m',
      ABSAGE_SERIES_NOTICE_AFTER: '30m',
    },
  });
  const worker = await stack.startWorker();
  const api = await stack.startServer();
  const post = async <T>(path: string, body: object): Promise<T> => {
    const response = await fetch(`${api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-absage-actor': 'bench' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const common = { marker: 'ENTFÄLLT', reason: 'Die Vorstellung entfällt.' };
  return {
    stack,
    worker,
    async orderSeries(title: string, items: readonly Item[]): Promise<string> {
      return (await post<{ id: string }>('/series', { ...common, title, items })).id;
    },
    orderSingle: (item: Item) => post('/cancellations', { ...common, ...item }),
  };
}
