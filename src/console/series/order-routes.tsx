import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from '../../api/faults';
import { limited } from '../../api/limits';
import { seriesOrderSchema } from '../../api/schemas';
import { parseAs } from '../../api/validation';
import { contactsOfHouse, housesFor } from '../../cases/caller';
import { Problem } from '../../cases/problems';
import { placeSeries } from '../../cases/series';
import { planSeriesOrder, readSeriesPlan } from '../../cases/series-plans';
import { whoMay } from '../../domain/rights';
import type { ConsoleDependencies } from '../dependencies';
import { DRAFT } from '../drafts';
import { textsOf, TICKED, ticksIn, toDraft, type Draft } from '../forms';
import type { KeptForms } from '../kept-forms';
import type { LivePages } from '../live-routes';
import { ownPath } from '../requests';
import { show } from '../show';
import { keptForm, NOT_CARRIED_OUT } from '../turned-away';
import {
  CHOICE,
  choiceKey,
  choiceOf,
  SeriesDrafts,
  seriesFormPath,
  toSeriesOrder,
  type ChosenItem,
  type SeriesDraft,
} from './draft';
import {
  checkRegions,
  NothingChosenPage,
  SeriesCheckPage,
  SeriesOrderPage,
  type SeriesCheck,
  type SeriesOrderForm,
} from './order';

const FRAME = { title: 'Mehrere absagen', here: '/absagen/neu' } as const;

/** The pages of a new series once performances are chosen (fill in, check), and the button that orders it. */
export function registerSeriesOrder(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  const drafts = new SeriesDrafts(kept);

  /** What the search shows ticked is chosen, what it shows without a tick is not; the rest stays as it was. */
  app.post('/serien/neu/auswahl', async (request, reply) => {
    const known = await drafts.find(request);
    const shown = textsOf(request.body, 'gezeigt').map(choiceOf);
    const keys = new Set(shown.map(choiceKey));
    const others = (known?.items ?? []).filter((item) => !keys.has(choiceKey(item)));
    const [all] = textsOf(request.body, 'alle');
    const ticked = textsOf(request.body, TICKED).map(choiceOf);
    const items = [...others, ...(all ? shown.filter((item) => isTicked(item, ticked)) : ticked)];
    const [goal = all] = textsOf(request.body, 'ziel');
    if (items.length === 0 && !known) return reply.redirect(goal ? searchPath(goal) : '/serien/neu', 303);
    const id = await drafts.keep(request, known?.fields ?? {}, items);
    return reply.redirect(goal ? searchPath(goal, id) : seriesFormPath(id), 303);
  });

  const showForm = (
    request: FastifyRequest,
    reply: FastifyReply,
    draft: SeriesDraft | null,
    changes: Pick<SeriesOrderForm, 'ticked' | 'faults' | 'lost'> = {},
  ) => {
    if (housesFor(deps.houses, request.caller, 'order').length === 0)
      throw new Problem('not-allowed', whoMay('order'));
    return show(deps, request, reply, FRAME, (csrfToken) =>
      draft && draft.items.length > 0 ? (
        <SeriesOrderPage {...{ draft, csrfToken, ...changes }} />
      ) : (
        <NothingChosenPage isGone={request.method === 'POST' || DRAFT in (request.query as object)} />
      ),
    );
  };

  app.get('/serien/neu', async (request, reply) => {
    const form = await keptForm(kept, request);
    if (!form) return showForm(request, reply, await drafts.find(request));
    const draft = await drafts.read(request, form.fields[DRAFT]);
    const { [TICKED]: _ticked, ...fields } = form.fields;
    const changes = { ticked: ticksIn(form.fields), lost: NOT_CARRIED_OUT };
    return showForm(request, reply, draft && { ...draft, fields }, changes);
  });

  app.post('/serien/neu', limited('plans'), async (request, reply) => {
    const ticked = textsOf(request.body, TICKED);
    const { [DRAFT]: _id, [TICKED]: _ticked, ...fields } = toDraft(request.body);
    const draft = await drafts.find(request);
    if (!draft) return showForm(request, reply, null);
    const items = draft.items.filter((item) => ticked.includes(choiceKey(item)));
    try {
      return await plan(request, reply, fields, items);
    } catch (error) {
      const problem = toProblem(error as Error);
      const { errors: faults } = problem.extra;
      if (!faults) throw error;
      return showForm(request, reply.status(problem.status), { ...draft, fields }, { ticked, faults });
    }
  });

  const plan = async (
    request: FastifyRequest,
    reply: FastifyReply,
    fields: Draft,
    items: Parameters<SeriesDrafts['keep']>[2],
  ) => {
    const order = parseAs(seriesOrderSchema, toSeriesOrder({ fields, items: [...items] }));
    const planId = await planSeriesOrder(deps, request.caller, order);
    const id = await drafts.keep(request, fields, items);
    return reply.redirect(checkPath(planId, id), 303);
  };

  app.get('/serien/neu/:planId', async (request, reply) => {
    const { planId } = request.params as { planId: string };
    const check = await readCheck(deps, drafts, request, planId, request.query);
    const isReading = check.plan.state === 'reading';
    // Once there is a form on it, the page never loads itself again.
    const live = isReading ? checkPath(planId, check.draft?.id ?? '') : undefined;
    return show(deps, request, reply, { ...FRAME, live }, (csrfToken) => (
      <SeriesCheckPage {...{ ...check, csrfToken }} />
    ));
  });

  /** Leaves out what cannot be cancelled, and reads the rest anew. */
  app.post('/serien/neu/:planId/moegliche', limited('plans'), async (request, reply) => {
    const { planId } = request.params as { planId: string };
    const [known, draft] = await Promise.all([
      readSeriesPlan(deps, request.caller, planId),
      drafts.find(request),
    ]);
    if (!draft) return reply.redirect(checkPath(planId, ''), 303);
    const refused = known.items.filter(({ cancellable }) => !cancellable).map(choiceKey);
    const items = draft.items.filter((item) => !refused.includes(choiceKey(item)));
    return plan(request, reply, draft.fields, items);
  });

  app.post('/serien', limited('orders'), async (request, reply) => {
    const { planHash } = toDraft(request.body);
    const draft = await drafts.find(request);
    if (!draft) return reply.redirect(`/serien/neu?${DRAFT}=`, 303);
    if (!planHash) throw new Problem('invalid-value');
    const order = parseAs(seriesOrderSchema, toSeriesOrder(draft, planHash));
    const { view } = await placeSeries(deps, request.caller, order);
    await drafts.forget(request);
    return reply.redirect(view.links.page, 303);
  });
}

/** With one press: whatever has not begun yet, and what was ticked by hand. */
function isTicked(item: ChosenItem, ticked: readonly ChosenItem[]): boolean {
  const isAhead = Date.parse(item.expected.startsAt) > Date.now();
  return isAhead || ticked.some((each) => choiceKey(each) === choiceKey(item));
}

function checkPath(planId: string, draftId: string): string {
  return `/serien/neu/${planId}?${DRAFT}=${draftId}`;
}

/** Back to a search of this console, with what was chosen. */
function searchPath(goal: string, draftId?: string): string {
  const path = ownPath(goal);
  const [page = '', query] = path.split('?');
  if (page !== '/absagen/neu') return '/absagen/neu';
  const words = new URLSearchParams(query);
  if (draftId) words.set(CHOICE, draftId);
  return `${page}?${words}`;
}

async function readCheck(
  deps: ConsoleDependencies,
  drafts: SeriesDrafts,
  request: FastifyRequest,
  planId: string,
  query: unknown,
): Promise<Omit<SeriesCheck, 'csrfToken'>> {
  const [plan, draft] = await Promise.all([
    readSeriesPlan(deps, request.caller, planId),
    drafts.read(request, (query as Record<string, unknown>)[DRAFT]),
  ]);
  const houses = [...new Set(plan.items.map(({ house }) => house))];
  const contacts = houses.flatMap((key) => {
    const house = deps.houses.get(key);
    return house ? contactsOfHouse(house) : [];
  });
  const unique = new Map(contacts.map((contact) => [`${contact.name} ${contact.phone}`, contact]));
  return { planId, plan, draft, contacts: [...unique.values()], actor: request.caller.actor };
}

/** How often a plan is looked at while it is being read. */
const LOOK_EVERY_MS = 1_000;

/** What keeps the check up to date until all is read. */
export function liveSeriesPlan(deps: ConsoleDependencies, kept: KeptForms): LivePages {
  const drafts = new SeriesDrafts(kept);
  return {
    path: /^\/serien\/neu\/(?<planId>[0-9a-f-]{36})$/,
    async *states(request, { parts, query, csrfToken }, signal) {
      while (!signal.aborted) {
        const check = await readCheck(deps, drafts, request, parts.planId ?? '', query).catch(() => null);
        const isLast = check?.plan.state === 'ready';
        yield check && { regions: checkRegions({ ...check, csrfToken }), isLast };
        if (isLast) return;
        await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
