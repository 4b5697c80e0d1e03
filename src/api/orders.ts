import { randomUUID } from 'node:crypto';
import type { RunRecord } from '../client';
import type { CancellationInput, Opening } from '../domain/case';
import type { House, Order } from '../domain/types';
import { digest } from '../digest';
import type { JournalEntry } from '../journal/port';
import { Problem } from './problems';
import { initialStatus, statusFromJournal } from './journal-status';
import { readView, toView, type CancellationView, type ViewSources } from './view';

/** The waits that new cases are given; a running case keeps its own. */
export type Timing = Pick<
  CancellationInput['policy'],
  'syncIntervalMs' | 'pollIntervalMs' | 'attentionAfterMs' | 'jetTimeoutMs'
>;

export interface OrderDesk extends ViewSources {
  houses: ReadonlyMap<string, House>;
  timing: Timing;
}

export function requireHouse(houses: ReadonlyMap<string, House>, key: string): House {
  const house = houses.get(key);
  if (!house) throw new Problem('house-not-found');
  return house;
}

/** A house without a gateway is told what stands in the mask; one with a gateway looks for itself. */
export function requireFittingOrder({ backend }: House, { seen }: Order): void {
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

/** Equal orders have equal digests; the hash of the plan that was looked at is not part of what is ordered. */
export function orderDigest({ planHash: _planHash, ...order }: Order): string {
  return digest(order);
}

/**
 * Starts a case, or returns the one that the same order has started already. Another order for an event whose
 * case is open, interrupted or completed is a conflict.
 */
export async function placeOrder(
  desk: OrderDesk,
  order: Order,
  orderedBy: string,
): Promise<{ isNew: boolean; view: CancellationView }> {
  const house = requireHouse(desk.houses, order.house);
  requireFittingOrder(house, order);
  const wanted = orderDigest(order);
  const known = await findHoldingCase(desk, order);
  if (known) return { isNew: false, view: await sameOrConflict(desk, order, known, wanted) };

  const input: CancellationInput = {
    caseId: randomUUID(),
    order,
    orderedBy,
    policy: policyOf(house, desk.timing),
  };
  const started = await desk.client.start(input, wanted);
  if (started.isNew) {
    const view = toView(desk, order.house, order.eventNumber, started.runId, initialStatus(input), false);
    return { isNew: true, view };
  }
  const run = await desk.client.find(order.house, order.eventNumber);
  return {
    isNew: false,
    view: await sameOrConflict(desk, order, { orderDigest: run?.orderDigest ?? null }, wanted),
  };
}

interface HoldingCase {
  orderDigest: string | null;
}

/** The journal remembers longer than Temporal: a completed case holds its event for good. */
async function findHoldingCase({ journal, client }: OrderDesk, order: Order): Promise<HoldingCase | null> {
  const caseId = await journal.latestCase(order.house, order.eventNumber);
  if (!caseId) return null;
  const entries = await journal.entries(caseId);
  const run = await client.find(order.house, order.eventNumber);
  const isOpen = isOpenRunOf(run, caseId);
  const state = statusFromJournal(entries, isOpen)?.state;
  if (state === undefined || state === 'aborted' || state === 'refused') return null;
  if (state === 'interrupted' && run?.status === 'running') return null;
  return { orderDigest: digestOfOpening(entries) };
}

function isOpenRunOf(run: RunRecord | null, caseId: string): boolean {
  return run?.status === 'running' && (run.caseId === null || run.caseId === caseId);
}

function digestOfOpening(entries: readonly JournalEntry[]): string | null {
  const opening = entries.find(({ kind }) => kind === 'opening');
  return opening ? orderDigest((opening.after as Opening).input.order) : null;
}

async function sameOrConflict(
  desk: OrderDesk,
  order: Order,
  known: HoldingCase,
  wanted: string,
): Promise<CancellationView> {
  const view = await readView(desk, order.house, order.eventNumber);
  if (view && view.state !== 'interrupted' && known.orderDigest === wanted) return view;
  const detail =
    view?.state === 'interrupted'
      ? 'Die begonnene Absage wurde unterbrochen. Sie kann fortgesetzt werden (resume).'
      : 'Für diese Veranstaltung gibt es bereits eine Absage mit anderen Angaben.';
  throw new Problem('conflicting-cancellation', detail, { cancellation: view });
}
