import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../api/faults';
import { limited } from '../api/limits';
import { caseParams, orderSchema } from '../api/schemas';
import { parseAs } from '../api/validation';
import { contactsOfHouse, requireHouse, type Caller } from '../cases/caller';
import { readEvent, type SingleEvent } from '../cases/events';
import { findCaseInTheWay } from '../cases/holding-case';
import { placeOrder, planOrder } from '../cases/orders';
import { Problem } from '../cases/problems';
import type { Order } from '../domain/types';
import { CheckPage } from './check';
import type { ShownEvent } from './components';
import type { ConsoleDependencies } from './dependencies';
import { DRAFT, Drafts, formPath } from './drafts';
import { toDraft, toOrder, type Draft } from './forms';
import type { KeptForms } from './kept-forms';
import { OrderPage, type OrderForm } from './order';
import type { EventAddress } from '../cases/which-case';
import { casePage } from '../domain/addresses';
import { requireCase } from './requests';
import { show } from './show';
import { practiceMasks } from './practice-masks';
import { keptForm, NOT_CARRIED_OUT } from './turned-away';

/** The pages of a new order once a performance is chosen (fill in, check), and the button that places it. */
export function registerOrder(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  const title = 'Neue Absage';
  const here = '/absagen/neu';
  const drafts = new Drafts(kept);

  const showForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    draft: Draft,
    { faults = [], lost, isOpen }: Pick<OrderForm, 'faults' | 'lost' | 'isOpen'> = {},
  ) => {
    const { house, eventNumber } = requireCase(deps, request, 'order');
    const wanted = { house, eventNumber };
    request.session.set('house', house);
    const [event, inTheWay] = await Promise.all([
      readShownEvent(deps, request.caller, wanted),
      findCaseInTheWay(deps, request.caller, wanted),
    ]);
    const known = requireHouse(deps.houses, request.caller, house, 'order');
    const { marker: style, maskLimits } = known;
    return show(deps, request, reply, { title, here }, (csrfToken) => (
      <OrderPage
        {...{ ...wanted, style, maskLimits, event, inTheWay, draft, csrfToken, faults, lost, isOpen }}
        contacts={contactsOfHouse(known)}
        masks={practiceMasks(deps)}
      />
    ));
  };

  app.get('/absagen/neu/:house/:eventNumber', limited('searches'), async (request, reply) => {
    const event = requireCase(deps, request, 'order');
    const form = await keptForm(kept, request);
    const draft = await drafts.find(request, event);
    const lost = form ? NOT_CARRIED_OUT : (await drafts.isGone(request, event)) ? DRAFT_GONE : undefined;
    return showForm(request, reply, draft?.fields ?? form?.fields ?? {}, { lost, isOpen: draft !== null });
  });

  app.post('/absagen/neu/:house/:eventNumber', async (request, reply) => {
    const event = requireCase(deps, request, 'order');
    const draft = toDraft(request.body);
    const fault = faultOf(event, draft);
    if (fault) {
      return showForm(request, reply.status(fault.status), draft, { faults: fault.extra.errors });
    }
    return reply.redirect(await drafts.keep(request, event, draft), 303);
  });

  app.get('/absagen/neu/:house/:eventNumber/pruefen', limited('plans'), async (request, reply) => {
    const { house, eventNumber } = requireCase(deps, request, 'order');
    const draft = await drafts.find(request, { house, eventNumber });
    // The form says that the draft is gone, or shows the case that was begun with it.
    if (!draft) return reply.redirect(`${formPath({ house, eventNumber })}?${DRAFT}=`, 303);
    const { id, fields } = draft;
    const preview = await previewOf(deps, request.caller, { house, eventNumber }, fields).catch(withFaults);
    if (preview instanceof Problem) {
      return showForm(request, reply.status(preview.status), fields, { faults: preview.extra.errors });
    }
    const { actor } = request.caller;
    return show(deps, request, reply, { title, here }, (csrfToken) => (
      <CheckPage {...{ house, eventNumber, draft: fields, draftId: id, actor, csrfToken, ...preview }} />
    ));
  });

  app.post('/absagen', limited('orders'), async (request, reply) => {
    const draft = toDraft(request.body);
    const { house, eventNumber } = parseAs(caseParams, {
      house: draft.house,
      eventNumber: draft.eventNumber,
    });
    requireHouse(deps.houses, request.caller, house, 'order');
    const order = parseAs(orderSchema, toOrder(house, eventNumber, draft));
    const { view } = await placeOrder(deps, request.caller, order);
    await drafts.forget(request, { house, eventNumber });
    return reply.redirect(casePage(view), 303);
  });
}

const DRAFT_GONE =
  'Ihre Angaben sind nicht mehr da: Absage hebt sie eine halbe Stunde lang auf, für diesen Browser allein, und löscht sie nach dem Auftrag.';

/** What can be said of the fields without a look at Jet; `null`: nothing. */
function faultOf({ house, eventNumber }: EventAddress, draft: Draft): Problem | null {
  try {
    parseAs(orderSchema, toOrder(house, eventNumber, draft));
    return null;
  } catch (error) {
    return withFaults(error);
  }
}

async function previewOf(
  deps: ConsoleDependencies,
  caller: Caller,
  { house, eventNumber }: EventAddress,
  draft: Draft,
) {
  // The plan is made from what Jet shows now, so the hash of an earlier plan does not count.
  const order = parseAs(orderSchema, toOrder(house, eventNumber, { ...draft, planHash: undefined }));
  const plan = await planOrder(deps, caller, order);
  const event = (await readShownEvent(deps, caller, { house, eventNumber })) ?? eventAsSeen(order);
  const known = requireHouse(deps.houses, caller, house, 'order');
  return { plan, event, limits: event.limits ?? known.maskLimits, contacts: contactsOfHouse(known) };
}

/** A problem that the form can show beside its fields; rethrows any other error. */
function withFaults(error: unknown): Problem {
  const problem = toProblem(error as Error);
  if (problem.extra.errors) return problem;
  throw error;
}

type KnownEvent = ShownEvent & Partial<Pick<SingleEvent, 'limits' | 'externalMemo' | 'refusals'>>;

/** `null`: a guided house, whose Jet only its clerk can read. */
async function readShownEvent(
  deps: ConsoleDependencies,
  caller: Caller,
  { house, eventNumber }: EventAddress,
): Promise<KnownEvent | null> {
  if (deps.houses.get(house)?.backend === 'guided') return null;
  return readEvent(deps, caller, house, eventNumber);
}

function eventAsSeen({ house, eventNumber, expected, seen }: Order): KnownEvent {
  const { venue = '', location = '', status = '' } = seen ?? {};
  return { house, eventNumber, ...expected, venue, location, status };
}
