import { ActivityFailure, ApplicationFailure, proxyActivities, setHandler } from '@temporalio/workflow';
import type { JetActivities } from '../activities';
import { turnOf } from '../domain/urgency';
import { SERIES_SUMMARIES } from '../domain/wording';
import { inBatches } from './batches';
import { JET_TASK_QUEUE } from './messages';
import { seriesPlanQuery, type PlannedSeriesItem, type SeriesPlanInput } from './series-messages';

/** So many plans are asked for at once. */
const AT_ONCE = 4;

/** A performance that cannot be read for so long is shown as that. */
const PATIENCE_MS = 5 * 60_000;

/** Reads what a series would do, performance by performance. Writes nothing, and nothing follows from it. */
export async function planSeries(input: SeriesPlanInput): Promise<void> {
  const items: PlannedSeriesItem[] = [];
  let isReady = false;
  setHandler(seriesPlanQuery, () => ({
    isReady,
    items,
    total: input.orders.length,
    houses: housesOf(input),
  }));
  const { orders } = input;
  for (const some of inBatches(orders, AT_ONCE)) items.push(...(await Promise.all(some.map(planOne))));
  isReady = true;
}

const NO_EVENT = { title: null, customerTitle: null, startsAt: null, venue: null };

function housesOf({ orders }: SeriesPlanInput): string[] {
  return [...new Set(orders.map(({ order }) => order.house))];
}

async function planOne({ order, policy }: SeriesPlanInput['orders'][number]): Promise<PlannedSeriesItem> {
  const { planOrder } = proxyActivities<Pick<JetActivities, 'planOrder'>>({
    taskQueue: JET_TASK_QUEUE,
    startToCloseTimeout: 60_000,
    scheduleToCloseTimeout: PATIENCE_MS,
    heartbeatTimeout: 3_000,
    retry: { initialInterval: 1_000, maximumInterval: 30_000 },
    priority: turnOf('search', order.house),
    summary: SERIES_SUMMARIES.plan,
  });
  const { house, eventNumber } = order;
  try {
    const { steps: _steps, event, ...plan } = await planOrder({ order, policy });
    const { title, customerTitle, startsAt, venue } = event ?? NO_EVENT;
    const titles = title && customerTitle && { title, customerTitle };
    return {
      house,
      eventNumber,
      ...plan,
      title: title?.before ?? null,
      startsAt,
      venue,
      titles,
      isRead: true,
    };
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const { cause } = error;
    const code = cause instanceof ApplicationFailure ? (cause.type ?? '') : '';
    return {
      house,
      eventNumber,
      cancellable: false,
      refusals: [{ code: code || 'jet-unavailable', text: 'Konnte in Jet nicht gelesen werden.' }],
      warnings: [],
      stornoAt: null,
      finishedAt: null,
      planHash: '',
      title: null,
      startsAt: null,
      venue: null,
      titles: null,
      isRead: false,
    };
  }
}
