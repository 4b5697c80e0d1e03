import { randomUUID } from 'node:crypto';
import { toInstant, toMs } from '../domain/clock';
import { stripMarker } from '../domain/marker';
import {
  itemInput,
  openedSeries,
  type SeriesItem,
  type SeriesItemOrder,
  type SeriesOrder,
} from '../domain/series';
import { failedItems, seriesActionFault, type SeriesRequest } from '../domain/series-actions';
import { isSeriesApproval, type SeriesAction } from '../domain/series-vocabulary';
import { seriesKeys, type SeriesLine } from '../domain/series-lines';
import type { Order } from '../domain/types';
import { ACTION_TEXTS } from '../domain/wording';
import { digest } from '../digest';
import { contactOfSeries } from '../journal/contact';
import { requireHouse, sealedFor, type Caller } from './caller';
import { requireSimulatorOrLogIn } from './missing-log-in';
import { policyOf, requireFittingOrder, type OrderDesk } from './orders';
import { Problem } from './problems';
import { requireWord } from './series-approvals';
import type { KnownSeries } from './known-series';
import { readKnown, readSeriesView, requireKnown, type SeriesView } from './series-view';

const MINUTE_MS = 60_000;

/** One performance as an order of its own. */
export function orderOf(
  { items: _items, title: _title, planHash: _hash, ...common }: SeriesOrder,
  item: SeriesItemOrder,
): Order {
  return { ...common, ...item };
}

/** Each house that a series touches, where the caller may do that in all of them, and each item fits its house. */
export function requireSeries(desk: OrderDesk, caller: Caller, order: SeriesOrder, what: 'order' | 'plan') {
  const keys = [...new Set(order.items.map(({ house }) => house))];
  const houses = new Map(keys.map((key) => [key, requireHouse(desk.houses, caller, key, what)]));
  for (const item of order.items) {
    const house = houses.get(item.house);
    if (house) requireFittingOrder(house, orderOf(order, item));
  }
  return houses;
}

/** Orders for the same thing have equal digests, whatever the order of the performances. */
function digestOf(desk: OrderDesk, { planHash: _hash, items, ...common }: SeriesOrder): string {
  const comparable = items.map(({ expected: { title, startsAt }, ...item }) => {
    const style = desk.houses.get(item.house)?.marker;
    const bare = style ? stripMarker(title, style).trim() : title;
    return { ...item, title: bare, minute: Math.floor(toMs(startsAt) / MINUTE_MS) };
  });
  return digest({ ...common, items: comparable.sort(byEvent) });
}

function byEvent(one: { house: string; eventNumber: string }, other: typeof one): number {
  const [first, second] = [one, other].map(({ house, eventNumber }) => `${house} ${eventNumber}`);
  return (first ?? '') < (second ?? '') ? -1 : 1;
}

/** Begins a series, or returns the one that the same order began before and that has not ended. */
export async function placeSeries(
  desk: OrderDesk,
  caller: Caller,
  order: SeriesOrder,
): Promise<{ isNew: boolean; view: SeriesView }> {
  const houses = requireSeries(desk, caller, order, 'order');
  requireSimulatorOrLogIn(desk);
  const { contact, items, ...common } = order;
  const policies = Object.fromEntries(
    [...houses].map(([key, house]) => [key, policyOf(house, desk.timing, true)]),
  );
  const soonestFirst: SeriesItem[] = [...items]
    .sort((one, other) => toMs(one.expected.startsAt) - toMs(other.expected.startsAt))
    .map((item) => ({ ...item, caseId: randomUUID() }));
  const opened = await desk.journal.openSeries(randomUUID(), {
    actor: caller.actor,
    actorId: caller.id,
    operation: 'order-series',
    effectKey: seriesKeys.order,
    after: {
      ...common,
      items: soonestFirst,
      policies,
      orderedAt: toInstant(Date.now()),
      hasFewTurns: true,
      ...(!desk.isSimulator() && { isPlaceNeeded: true }),
    },
    outcome: digestOf(desk, order),
    ...(contact && { contact }),
  });
  const known = await readKnown(desk, opened.seriesId);
  if (!known) throw new Problem('journal-unavailable');
  // A server that died right here has begun nothing yet.
  if (known.state.order.actorId === caller.id) await startRun(desk, caller, known, contact);
  return { isNew: opened.isNew, view: await readSeriesView(desk, caller, opened.seriesId) };
}

async function startRun(
  desk: OrderDesk,
  caller: Caller,
  known: KnownSeries,
  contact: Order['contact'],
): Promise<void> {
  if (known.state.end) return;
  await desk.client.series.start(runOf(desk, caller, known, contact), sealedFor(caller, firstHouse(known)));
}

/** What a run of the series is started with: sealed for the caller, who may order in each of its houses. */
function runOf(desk: OrderDesk, caller: Caller, { seriesId, state }: KnownSeries, contact: Order['contact']) {
  const whole = openedSeries(state.order.after, contact);
  const inputs = state.items.map((item) => itemInput(seriesId, whole, item));
  const seals = desk.client.series.sealItems(inputs, (house) => sealedFor(caller, house));
  return { input: { seriesId, seals }, title: state.order.after.title };
}

function firstHouse({ state }: KnownSeries): string {
  return state.items[0]?.item.house ?? '';
}

/** What a caller asks of a series. */
export interface SeriesAct {
  reason: string;
  items?: { house: string; eventNumber: string }[];
  notice?: { house: string; number: number };
  choice?: 'treat-as-sent' | 'send-again';
  /** With a word of a second person: whose performances, and which plan was seen. */
  house?: string;
  planHash?: string;
}

/** Carries out an action on a series. If its rule refuses it, a problem says why, and nothing is done. */
export async function actOnSeries(
  desk: OrderDesk,
  caller: Caller,
  seriesId: string,
  action: SeriesAction,
  act: SeriesAct,
  idempotencyKey?: string,
): Promise<SeriesView> {
  const known = await requireKnown(desk, caller, seriesId);
  requireSimulatorOrLogIn(desk);
  const chosen = chosenItems(known, action, act);
  const named = act.notice ?? (act.house === undefined ? null : { house: act.house });
  const touched = named ? [named] : (chosen ?? known.state.items.map(({ item }) => item));
  for (const house of new Set(touched.map((each) => each.house)))
    requireHouse(desk.houses, caller, house, action);
  const { lines, state, marks } = known;
  const caseIds = chosen?.map(({ caseId }) => caseId);
  const updateKey = idempotencyKey && digest({ caller: caller.id, key: idempotencyKey });
  const isRepeated = updateKey !== undefined && lines.some((line) => isOf(line, updateKey));
  if (isSeriesApproval(action) && !isRepeated)
    requireWord(desk, caller, known, action, { house: act.house ?? '', planHash: act.planHash });
  const fault = isRepeated ? null : seriesActionFault(action, lines, state, marks, caseIds);
  if (fault) throw new Problem('action-not-possible', fault);
  const { request, seals } = await requestOf(desk, caller, known, action, act, chosen);
  const start = { input: { seriesId, seals: {} }, title: state.order.after.title };
  // Only what failed can be tried again once the series has ended; everything else waits for somebody to take it up again.
  const isOpen = await desk.client.series.isOpen(seriesId);
  if (!isOpen && action !== 'retry-items' && action !== 'decide-series-notice')
    throw new Problem('action-not-possible', ACTION_TEXTS.seriesInterrupted);
  await desk.client.series.act(
    action,
    start,
    { ...request, ...(seals && { seals }) },
    {
      by: sealedFor(caller, touched[0]?.house ?? firstHouse(known)),
      ...(updateKey !== undefined && { updateKey }),
    },
  );
  return readSeriesView(desk, caller, seriesId);
}

/** Whether a line was written for the request with this key. */
function isOf({ effectKey, after }: SeriesLine, updateKey: string): boolean {
  return effectKey.endsWith(updateKey) || ('updateId' in after && after.updateId.endsWith(updateKey));
}

/** The performances that the action names; absent: all that it can mean. */
function chosenItems(
  { state, marks }: KnownSeries,
  action: SeriesAction,
  { items }: SeriesAct,
): SeriesItem[] | undefined {
  if (action !== 'skip-items' && action !== 'retry-items') return undefined;
  const all = state.items.map(({ item }) => item);
  if (items === undefined && action === 'retry-items') {
    const failed = failedItems(state, marks);
    return all.filter(({ caseId }) => failed.includes(caseId));
  }
  return (items ?? []).map(({ house, eventNumber }) => {
    const item = all.find((each) => each.house === house && each.eventNumber === eventNumber);
    if (!item)
      throw new Problem('invalid-value', undefined, {
        errors: [{ path: 'items', text: `${house} ${eventNumber} gehört nicht zu dieser Serie` }],
      });
    return item;
  });
}

async function requestOf(
  desk: OrderDesk,
  caller: Caller,
  known: KnownSeries,
  action: SeriesAction,
  { reason, notice, choice, house, planHash }: SeriesAct,
  chosen: SeriesItem[] | undefined,
) {
  const orderedAt = toInstant(Date.now());
  const plain: SeriesRequest = {
    actor: caller.actor,
    reason,
    ...(chosen && { items: chosen.map(({ caseId }) => ({ caseId })) }),
    ...(notice && choice && { notice: { ...notice, choice } }),
    ...(house !== undefined && { approval: { house, ...(planHash !== undefined && { planHash }) } }),
  };
  if (action !== 'retry-items') return { request: plain };
  const retried = (chosen ?? []).map((item) => ({ item, newCaseId: randomUUID() }));
  const items = retried.map(({ item: { caseId }, newCaseId }) => ({ caseId, newCaseId }));
  const request: SeriesRequest = { ...plain, items, orderedAt };
  const { order } = known.state;
  const whole = openedSeries(order.after, (await contactOfSeries(desk.journal, order))?.contact);
  const inputs = retried.map(({ item, newCaseId }) =>
    itemInput(known.seriesId, whole, {
      item: { ...item, caseId: newCaseId },
      by: { actor: caller.actor, actorId: caller.id },
      orderedAt,
    }),
  );
  return { request, seals: desk.client.series.sealItems(inputs, (house) => sealedFor(caller, house)) };
}

/** A series that has lost its run is taken up again: what has not begun is then ordered by whoever takes it up. */
export async function resumeSeries(
  desk: OrderDesk,
  caller: Caller,
  seriesId: string,
  { reason }: SeriesAct,
): Promise<SeriesView> {
  const known = await requireKnown(desk, caller, seriesId);
  requireSimulatorOrLogIn(desk);
  for (const house of new Set(known.state.items.map(({ item }) => item.house)))
    requireHouse(desk.houses, caller, house, 'order');
  if (known.state.end || (await desk.client.series.isOpen(seriesId)))
    throw new Problem('action-not-possible', ACTION_TEXTS.seriesNotInterrupted);
  const { length } = known.lines;
  await desk.journal.appendToSeries(seriesId, {
    actor: caller.actor,
    actorId: caller.id,
    operation: 'resume-series',
    // Two who take it up at once do it once.
    effectKey: seriesKeys.decision('resume-series', String(length)),
    after: { reason, orderedAt: toInstant(Date.now()) },
    outcome: 'accepted',
  });
  const now = await requireKnown(desk, caller, seriesId);
  const named = await contactOfSeries(desk.journal, now.state.order);
  await startRun(desk, caller, now, named?.contact);
  return readSeriesView(desk, caller, seriesId);
}
