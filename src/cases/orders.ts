import { randomUUID } from 'node:crypto';
import type { CancellationInput } from '../domain/case';
import { toMs } from '../domain/clock';
import { stripMarker } from '../domain/marker';
import type { Plan } from '../domain/plan';
import type { House, MarkerStyle, Order } from '../domain/types';
import { openingOf } from '../domain/lines';
import { ACTION_TEXTS } from '../domain/wording';
import { digest } from '../digest';
import type { JournalEntry } from '../domain/journal';
import { requireHouse, type Caller } from './caller';
import { initialStatus, statusFromJournal } from './journal-status';
import { newestView, readHoldingCase } from './newest-case';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { toView, type CancellationView } from './view';

/** The waits of new cases. A running case keeps its own. */
export type Timing = Pick<
  CancellationInput['policy'],
  'syncIntervalMs' | 'pollIntervalMs' | 'attentionAfterMs' | 'jetTimeoutMs'
>;

export interface OrderDesk extends CaseSources {
  timing: Timing;
}

/** A plan with the hash that an order may refer to. */
export type PlannedOrder = Plan & { planHash: string };

/** An order for a house without a gateway must carry what the mask shows. A house with a gateway reads Jet itself. */
function requireFittingOrder({ backend }: House, { seen }: Order): void {
  if ((backend === 'guided') === (seen !== undefined)) return;
  const error =
    backend === 'guided'
      ? { path: 'seen', text: 'fehlt: dieses Haus arbeitet ohne Gateway' }
      : { path: 'seen', text: 'ist nur bei einem Haus ohne Gateway möglich' };
  throw new Problem('malformed-request', undefined, { errors: [error] });
}

export function policyOf(house: House, timing: Timing): CancellationInput['policy'] {
  return { ...timing, marker: house.marker, rightReserveMonths: house.rightReserveMonths };
}

/** Shows what an order would do, and when. Writes nothing. */
export async function planOrder(desk: OrderDesk, caller: Caller, order: Order): Promise<PlannedOrder> {
  const house = requireHouse(desk.houses, caller, order.house);
  requireFittingOrder(house, order);
  return desk.client.read<PlannedOrder>('planOrder', { order, policy: policyOf(house, desk.timing) });
}

const MINUTE_MS = 60_000;

/**
 * Orders for the same thing have equal digests. As in the check, a marker in the expected title and everything below a
 * minute make no difference. The hash of the plan that the caller looked at is not part of the order.
 */
export function orderDigest({ planHash: _planHash, ...order }: Order, style: MarkerStyle): string {
  const { title, startsAt } = order.expected;
  const minute = Math.floor(toMs(startsAt) / MINUTE_MS);
  return digest({ ...order, expected: { title: stripMarker(title, style).trim(), minute } });
}

/**
 * Starts a case, or returns the case that the same order started before. An order with other details is a conflict
 * while the event's case is open, interrupted or completed.
 */
export async function placeOrder(
  desk: OrderDesk,
  caller: Caller,
  order: Order,
): Promise<{ isNew: boolean; view: CancellationView }> {
  const house = requireHouse(desk.houses, caller, order.house);
  requireFittingOrder(house, order);
  const wanted = orderDigest(order, house.marker);
  const known = await findHoldingCase(desk, order);
  if (known) return { isNew: false, view: sameOrConflict(known, wanted) };

  const input: CancellationInput = {
    caseId: randomUUID(),
    order,
    orderedBy: caller.actor,
    policy: policyOf(house, desk.timing),
  };
  const started = await desk.client.start(input, wanted);
  if (started.isNew) {
    const view = toView(desk, order.house, order.eventNumber, started.runId, initialStatus(input), false);
    return { isNew: true, view };
  }
  const run = await desk.client.find(order.house, order.eventNumber);
  const view = await newestView(desk, order.house, order.eventNumber);
  return { isNew: false, view: sameOrConflict({ orderDigest: run?.orderDigest ?? null, view }, wanted) };
}

/** The case that already holds the event: it blocks the order, unless it was started by the same one. */
interface HoldingCase {
  orderDigest: string | null;
  view: CancellationView | null;
}

/** The journal remembers longer than Temporal: a completed case holds its event for good. */
async function findHoldingCase(desk: OrderDesk, order: Order): Promise<HoldingCase | null> {
  const { house, eventNumber } = order;
  // If the event belongs to a case of another house, this order's check will not find the event in its own house.
  const holding = await readHoldingCase(desk.journal, house, eventNumber);
  if (!holding) return null;
  const { caseId, entries } = holding;
  const run = await desk.client.find(house, eventNumber);
  const orderDigest = digestOfOpening(entries);
  // A run that was started by hand has no case id in its memo. If it is open, it can only be this case.
  const isOwn = run?.caseId === caseId || (run?.caseId === null && run.status === 'running');
  if (isOwn) return { orderDigest, view: await newestView(desk, house, eventNumber) };
  const status = statusFromJournal(entries, false);
  return { orderDigest, view: status && toView(desk, house, eventNumber, null, status, true) };
}

function digestOfOpening(entries: readonly JournalEntry[]): string | null {
  const opening = openingOf(entries);
  if (!opening) return null;
  const { order, policy } = opening.input;
  return orderDigest(order, policy.marker);
}

function sameOrConflict({ orderDigest: known, view }: HoldingCase, wanted: string): CancellationView {
  if (view && view.state !== 'interrupted' && known === wanted) return view;
  const detail =
    view?.state === 'interrupted'
      ? ACTION_TEXTS.interrupted
      : 'Für diese Veranstaltung gibt es bereits eine Absage mit anderen Angaben.';
  throw new Problem('conflicting-cancellation', detail, { cancellation: view });
}
