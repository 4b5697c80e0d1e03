import { randomUUID } from 'node:crypto';
import type { CodedText, TextChange } from '../domain/case';
import { toInstant, toMs } from '../domain/clock';
import { withoutContact } from '../domain/contact';
import { withNextStep, type Obstacle } from '../domain/refusals';
import { seriesFingerprint, type SeriesOrder } from '../domain/series';
import type { Instant } from '../domain/types';
import { digest } from '../digest';
import type { SeriesPlanState } from '../client';
import { mayDo, type Caller } from './caller';
import { policyOf, type OrderDesk } from './orders';
import { Problem } from './problems';
import { orderOf, requireSeries } from './series';

/** The plan of a series, as far as it was read. */
export interface SeriesPlan {
  state: 'reading' | 'ready';
  /** Of those that were read: all of them can be cancelled. */
  cancellable: boolean;
  items: SeriesPlanItem[];
  /** `total`: how many are to be read. */
  counts: { total: number; read: number; cancellable: number; refused: number };
  /** When the last one is set to Storno, and when all is finished, at Jet's rate; `null`: it is not known yet. */
  stornoAt: Instant | null;
  finishedAt: Instant | null;
  /** When all are read. */
  planHash: string | null;
}

export interface SeriesPlanItem {
  house: string;
  eventNumber: string;
  title: string | null;
  startsAt: Instant | null;
  venue: string | null;
  /** As they are, and as they become; `null`: there is no such event, or nobody could read it. */
  titles: { title: TextChange; customerTitle: TextChange } | null;
  cancellable: boolean;
  refusals: Obstacle[];
  warnings: CodedText[];
  planHash: string;
  stornoAt: Instant | null;
  finishedAt: Instant | null;
}

/** So many of a case's calls to Jet come until Storno, and until the end. */
const CALLS = { storno: 3, after: 6 };

/** Begins to read what a series would do. Writes nothing. Resolves to the id of the plan. */
export async function planSeriesOrder(desk: OrderDesk, caller: Caller, order: SeriesOrder): Promise<string> {
  const houses = requireSeries(desk, caller, order, 'plan');
  const orders = order.items.flatMap((item) => {
    const house = houses.get(item.house);
    return house
      ? [{ order: withoutContact(orderOf(order, item)), policy: policyOf(house, desk.timing, true) }]
      : [];
  });
  const planId = randomUUID();
  await desk.client.series.startPlan(planId, { orders });
  return planId;
}

export async function readSeriesPlan(
  desk: Pick<OrderDesk, 'client' | 'jetPerSecond'>,
  caller: Caller,
  planId: string,
): Promise<SeriesPlan> {
  const plan = await desk.client.series.readPlan(planId);
  if (!plan?.houses.every((house) => mayDo(caller, house, 'plan'))) throw new Problem('series-not-found');
  return toPlan(plan, desk.jetPerSecond);
}

function toPlan({ isReady, items, total }: SeriesPlanState, jetPerSecond: number): SeriesPlan {
  const begun = Date.now();
  const perCall = 1_000 / jetPerSecond;
  let nth = 0;
  const planned = items.map(({ isRead: _isRead, refusals, titles = null, ...item }): SeriesPlanItem => {
    if (item.cancellable) nth += 1;
    const later = (at: Instant | null, calls: number) =>
      at && toInstant(Math.max(toMs(at), begun + nth * calls * perCall + (toMs(at) - begun)));
    return {
      ...item,
      titles,
      refusals: refusals.map(withNextStep),
      stornoAt: later(item.stornoAt, CALLS.storno),
      finishedAt: later(item.finishedAt, CALLS.after),
    };
  });
  const cancellable = planned.filter((item) => item.cancellable);
  const isAllRead = isReady && items.every((item) => item.isRead);
  const last = (times: (Instant | null)[]) =>
    isReady
      ? (times
          .filter((at) => at !== null)
          .sort()
          .at(-1) ?? null)
      : null;
  return {
    state: isReady ? 'ready' : 'reading',
    cancellable: cancellable.length === planned.length && planned.length > 0,
    items: planned,
    counts: {
      total,
      read: planned.length,
      cancellable: cancellable.length,
      refused: planned.length - cancellable.length,
    },
    stornoAt: last(planned.map((item) => item.stornoAt)),
    finishedAt: last(planned.map((item) => item.finishedAt)),
    planHash: isAllRead ? digest(seriesFingerprint(planned)) : null,
  };
}
