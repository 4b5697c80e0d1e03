import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { approvalRuleOf } from '../domain/approval';
import type { CancellationInput } from '../domain/case';
import { toInstant, toMs } from '../domain/clock';
import { isSealed, readableOrder, withoutContact } from '../domain/contact';
import { stripMarker } from '../domain/marker';
import { withoutPromises, type Plan } from '../domain/plan';
import { withNextStep, type Obstacle } from '../domain/refusals';
import type { Contact, House, MarkerStyle, Order } from '../domain/types';
import { openingOf } from '../domain/lines';
import { ACTION_TEXTS } from '../domain/wording';
import { isOpenRun, type RunRecord } from '../client';
import { digest } from '../digest';
import { findCase } from './which-case';
import type { JournalEntry } from '../domain/journal';
import { requireHouse, sealedFor, type Caller } from './caller';
import { viewOf } from './case-view';
import { alreadyRefusal, findCaseInTheWay, findHoldingCase, isPutBack } from './holding-case';
import { initialStatus } from './journal-status';
import { requireSimulatorOrLogIn } from './missing-log-in';
import { previewNotice, type ComposeNotice, type NoticePreview } from './notice-preview';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { forCaller } from './for-caller';
import { toView, type CancellationView, type CaseView } from './view';

/** The waits of new cases. A running case keeps its own. */
export type Timing = Pick<
  CancellationInput['policy'],
  'syncIntervalMs' | 'pollIntervalMs' | 'attentionAfterMs' | 'jetTimeoutMs'
>;

export interface OrderDesk extends CaseSources {
  timing: Timing;
  /** How many calls per second go to Jet, those of all houses together. */
  jetPerSecond: number;
  composeNotice: ComposeNotice;
  /** The gateway has said that no real Jet is behind it. Until then what a rehearsal writes counts as real. */
  isSimulator(): boolean;
}

/** A plan with the hash that an order may refer to, and what only Absage knows. */
export type PlannedOrder = Omit<Plan, 'refusals'> & {
  refusals: Obstacle[];
  planHash: string;
  /** The case there already is, because of which nothing new can be ordered. */
  cancellation: CancellationView | null;
  /** What the mail to Ö-Ticket says for the clerk (their words, and who is called back), and all of it. */
  notice: { reason: string; contact: Contact; mail: NoticePreview | null };
};

/** An order for a house without a gateway must carry what the mask shows. A house with a gateway reads Jet itself. */
export function requireFittingOrder({ backend }: House, { seen }: Pick<Order, 'seen'>): void {
  if ((backend === 'guided') === (seen !== undefined)) return;
  const error =
    backend === 'guided'
      ? { path: 'seen', text: 'fehlt: dieses Haus arbeitet ohne Gateway' }
      : { path: 'seen', text: 'ist nur bei einem Haus ohne Gateway möglich' };
  throw new Problem('malformed-request', undefined, { errors: [error] });
}

/** `isOfSeries`: the case is one of many that are ordered together. */
export function policyOf(house: House, timing: Timing, isOfSeries = false): CancellationInput['policy'] {
  const { marker, rightReserveMonths } = house;
  const approval = approvalRuleOf(house, isOfSeries);
  return { ...timing, marker, rightReserveMonths, ...(approval && { approval }) };
}

/** Shows what an order would do, and when. Writes nothing. */
export async function planOrder(desk: OrderDesk, caller: Caller, order: Order): Promise<PlannedOrder> {
  const house = requireHouse(desk.houses, caller, order.house, 'plan');
  requireFittingOrder(house, order);
  const [plan, cancellation] = await Promise.all([
    desk.client.read<Plan & { planHash: string }>('planOrder', order.house, {
      // Nobody needs it to plan, and Temporal keeps what it is asked with.
      order: withoutContact(order),
      policy: policyOf(house, desk.timing),
    }),
    findCaseInTheWay(desk, caller, order),
  ]);
  const refusals = [...(cancellation ? [alreadyRefusal(cancellation)] : []), ...plan.refusals];
  const contact = order.contact ?? house.boxOffice;
  const shown = refusals.length === 0 ? plan : withoutPromises(plan);
  const noticed = { order, house, contact, isSimulator: desk.isSimulator() };
  return {
    ...shown,
    refusals: refusals.map(withNextStep),
    cancellation,
    notice: { reason: order.reason, contact, mail: previewNotice(desk.composeNotice, shown, noticed) },
  };
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
  const house = requireHouse(desk.houses, caller, order.house, 'order');
  requireSimulatorOrLogIn(desk);
  requireFittingOrder(house, order);
  const wanted = orderDigest(order, house.marker);
  const holding = await findHoldingCase(desk, order);
  const mayFollowCompleted = holding !== null && (await isPutBack(desk, order, holding));
  if (holding && !mayFollowCompleted) {
    const { view, entries } = holding;
    return { isNew: false, view: sameOrConflict(caller, isOrderOf(entries, order, house.marker), view) };
  }

  const input: CancellationInput = {
    caseId: randomUUID(),
    order,
    orderedBy: caller.actor,
    policy: policyOf(house, desk.timing),
    orderedAt: toInstant(Date.now()),
    isOrderMailed: true,
    hasFewTurns: true,
    ...(!desk.isSimulator() && { isPlaceNeeded: true }),
  };
  const start = (mayFollow: boolean) =>
    desk.client.start(input, wanted, { by: sealedFor(caller, house.key), mayFollowCompleted: mayFollow });
  let started = await start(mayFollowCompleted);
  const { stranger } = started.isNew ? { stranger: null } : await findCase(desk, order);
  if (stranger && isOpenRun(stranger)) throw heldByStranger(desk, stranger);
  if (stranger) started = await start(true);
  const deadline = Date.now() + CLOSING_MS;
  for (;;) {
    if (started.isNew) {
      const view = toView(desk, order, started.runId, initialStatus(input), false);
      return { isNew: true, view: forCaller(caller, view) };
    }
    const run = await desk.client.find(order.house, order.eventNumber);
    const view = await viewOf(desk, { house: order.house, eventNumber: order.eventNumber });
    if (view?.state !== 'aborted' && view?.state !== 'refused')
      return { isNew: false, view: sameOrConflict(caller, run?.orderDigest === wanted, view) };
    if (Date.now() > deadline)
      throw new Problem('conflicting-cancellation', ACTION_TEXTS.stillClosing, {
        cancellation: forCaller(caller, view),
      });
    await sleep(CLOSING_POLL_MS);
    started = await start(mayFollowCompleted);
  }
}

/** So long an order waits for the case before it: that one has ended, and its run is closed once its mails are out. */
const CLOSING_MS = 8_000;
const CLOSING_POLL_MS = 250;

/** Ending it is left to a person: it may be somebody's who has only taken the wrong namespace. */
export function heldByStranger(
  { temporalUiUrl, namespace }: CaseSources,
  { workflowId, runId }: RunRecord,
): Problem {
  const run = `${temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}`;
  return new Problem(
    'held-by-stranger',
    `Bitte den Lauf in Temporals Web UI ansehen und beenden (Terminate), danach noch einmal versuchen: ${run}`,
  );
}

/** Whether a case was begun by the same order. A contact that was erased makes no difference any more. */
function isOrderOf(entries: readonly JournalEntry[], asked: Order, style: MarkerStyle): boolean {
  const input = openingOf(entries)?.input;
  if (!input) return false;
  const comparable = isSealed(input.order.contact) ? withoutContact(asked) : asked;
  return orderDigest(readableOrder(input.order), input.policy.marker) === orderDigest(comparable, style);
}

function sameOrConflict(caller: Caller, isSame: boolean, found: CaseView | null): CancellationView {
  const view = found && forCaller(caller, found);
  if (view && view.state !== 'interrupted' && isSame) return view;
  const detail =
    view?.state === 'interrupted'
      ? ACTION_TEXTS.interrupted
      : 'Für diese Veranstaltung gibt es bereits eine Absage mit anderen Angaben.';
  throw new Problem('conflicting-cancellation', detail, { cancellation: view });
}
