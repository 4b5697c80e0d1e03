import { join } from 'node:path';
import formBody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Child } from 'hono/jsx';
import { actOn, resumeCase } from '../cases/actions';
import type { Pages } from '../api/dependencies';
import type { AppDependencies } from '../api/dependencies';
import { visibleHouses } from '../cases/caller';
import { allowedHouses } from '../cases/caller';
import { findEvents, readEvent, type EventFilter } from '../cases/events';
import { registerDocs } from '../api/docs';
import { toProblem } from '../api/faults';
import type { LiveCases } from '../cases/live';
import { listCancellations, type ListedCancellation } from '../cases/lists';
import { placeOrder, planOrder, requireHouse } from '../cases/orders';
import { PROBLEMS, Problem } from '../cases/problems';
import { sendProtocol } from '../api/protocol';
import { actionBodies, caseParams, eventsQuery, listQuery, orderSchema } from '../api/schemas';
import { untilClosed } from '../api/stream';
import { parseAs } from '../api/validation';
import { readView, type CancellationView } from '../cases/view';
import { type Action } from '../domain/vocabulary';
import { ACTIONS } from '../domain/vocabulary';
import { isEnd } from '../domain/vocabulary';
import { CASE_STATES } from '../domain/vocabulary';
import { viennaDate } from '../domain/clock';
import { EVENT_NUMBER } from '../domain/input';
import type { Order } from '../domain/types';
import { CasePage, caseRegions, type Attempt } from './case';
import { FindPage } from './find';
import { toAction, toDraft, toOrder } from './forms';
import { renderPage, type Frame } from './layout';
import { LoginPage } from './login';
import { CheckPage, OrderPage, type Draft, type ShownEvent } from './order';
import { OverviewPage, overviewRegions } from './overview';
import { ProblemPage } from './problem';
import { sendRegions, type Regions } from './regions';
import { identifyBySession, registerSession, startSession, type SessionSettings } from './session';
import type { TrainingSettings } from '../settings/training';
import { registerTraining, trainingCard, trainingNotice } from './training/routes';
import { faultText } from './words';

/** Longest form, in bytes: a guided house's clerk copies whole fields of the mask. */
const FORM_LIMIT = 128 * 1024;

export interface ConsoleDependencies extends AppDependencies, SessionSettings {
  /** What a rehearsal with the simulator can be disturbed with; production has none of it, whatever it is given. */
  training?: TrainingSettings | null;
}

type Case = { house: string; eventNumber: string };

/**
 * The pages for people: rendered here, in German, usable without JavaScript. Everything that they show and do, they do
 * by the API's own functions.
 *
 * @example const app = await buildApp(deps, consolePages({ ...deps, sessionKey, isSecure: true }));
 */
export function consolePages(deps: ConsoleDependencies): Pages {
  return async (app, live) => {
    await secure(app, deps);
    const { training, isRehearsal } = deps;
    if (training && isRehearsal) {
      registerTraining(app, { ...deps, training }, (...page) => show(deps, ...page));
    }
    registerLogin(app, deps);
    await app.register(registerDocs);
    registerOverview(app, deps, live);
    registerOrder(app, deps);
    registerCase(app, deps, live);
    // A mistyped address of a case is answered by a page, and not as the API answers its programs.
    app.get('/absagen/*', () => {
      throw new Problem('not-found');
    });
  };
}

// --- what every page has --------------------------------------------------------------------------------------

async function secure(app: FastifyInstance, deps: ConsoleDependencies): Promise<void> {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, isPage: true };
    route.schema = { ...route.schema, hide: true };
    if (route.method === 'POST') route.bodyLimit = FORM_LIMIT;
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: deps.isSecure,
    referrerPolicy: { policy: 'same-origin' },
  });
  await app.register(formBody, { bodyLimit: FORM_LIMIT });
  await registerSession(app, deps);
  await app.register(fastifyStatic, { root: join(__dirname, 'assets'), prefix: '/assets/' });

  const identify = identifyBySession(deps);
  app.addHook('onRequest', async (request, reply) => {
    const caller = identify(request);
    if (caller) request.caller = caller;
    else if (!isOpen(request)) {
      if (isVisit(request)) request.session.set('wanted', request.url);
      return reply.redirect('/anmelden', 303);
    }
  });
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method === 'POST') app.csrfProtection(request, reply, done);
    else done();
  });
  app.setErrorHandler((error: Error, request, reply) => {
    const problem = toPageProblem(error);
    if (problem.code === 'internal') request.log.error({ err: error }, 'page failed');
    return show(deps, request, reply.status(problem.status), { title: 'Das ging nicht' }, () => (
      <ProblemPage problem={problem} />
    ));
  });
}

/** What a stranger may see: how to log in. */
function isOpen({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return url === '/anmelden' || url.startsWith('/assets/');
}

/** Somebody wants to see a page: not what a page asks for by itself. */
function isVisit({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept !== 'text/event-stream';
}

function toPageProblem(error: Error): Problem {
  const { code } = error as { code?: string };
  return code?.startsWith('FST_CSRF') ? new Problem('stale-page') : toProblem(error);
}

type PageFrame = Pick<Frame, 'title' | 'here' | 'live'> & { isTypedOn?: boolean };

function show(
  { isRehearsal, hasRealJet, tokens }: ConsoleDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: PageFrame,
  body: (csrfToken: string) => Child,
): FastifyReply {
  const csrfToken = reply.generateCsrf();
  const isKnown = request.caller.actor !== '';
  const actor = isKnown ? request.caller.actor : null;
  const mayTrain = request.training !== undefined;
  const still = stillPath(request, frame);
  const page = renderPage(
    { ...frame, still, isRehearsal, hasRealJet, csrfToken, actor, mayTrain, mayRename: !tokens },
    body(csrfToken),
  );
  return reply.type('text/html; charset=utf-8').send(page);
}

/** A page that answers a form cannot be loaded again, and on one that asks something somebody types. */
function stillPath({ method, url }: FastifyRequest, { live, isTypedOn }: PageFrame): string | undefined {
  const [path, search] = url.split('?');
  const query = new URLSearchParams(search);
  if (!live || isTypedOn || method !== 'GET' || query.has('ruhig')) return undefined;
  query.set('ruhig', '1');
  return `${path}?${query}`;
}

// --- log-in -----------------------------------------------------------------------------------------------------

function registerLogin(app: FastifyInstance, deps: ConsoleDependencies): void {
  const isByToken = Boolean(deps.tokens);
  const identify = identifyBySession(deps);
  const frame = { title: 'Anmelden' };

  app.get('/anmelden', (request, reply) =>
    show(deps, request, reply, frame, (csrfToken) => (
      <LoginPage csrfToken={csrfToken} isByToken={isByToken} isWrong={false} />
    )),
  );

  app.post('/anmelden', (request, reply) => {
    const wanted = request.session.get('wanted') ?? '/';
    const { token = '', name = '' } = toDraft(request.body);
    startSession(request, isByToken ? { token: token.trim() } : { name: name.trim() || 'rehearsal' });
    if (identify(request)) return reply.redirect(wanted, 303);
    startSession(request, null);
    return show(deps, request, reply.status(401), frame, (csrfToken) => (
      <LoginPage csrfToken={csrfToken} isByToken={isByToken} isWrong />
    ));
  });

  app.post('/abmelden', (request, reply) => {
    request.session.delete();
    return reply.redirect('/anmelden', 303);
  });
}

// --- overview ---------------------------------------------------------------------------------------------------

/** However many have ended since, a case that is open stands on the page. */
const OPEN = CASE_STATES.filter((state) => !isEnd(state));
const ENDED = CASE_STATES.filter(isEnd);

function registerOverview(app: FastifyInstance, deps: ConsoleDependencies, live: LiveCases): void {
  const filterOf = ({ query, caller }: FastifyRequest) => {
    const { haus, tag, weiter } = query as Record<string, string | undefined>;
    const given = { house: haus || undefined, from: tag || undefined, to: tag || undefined };
    const { house, from, to, cursor } = parseAs(listQuery, { ...given, cursor: weiter || undefined });
    requireVisible(deps, caller, house);
    return { house, from, to, cursor, houses: allowedHouses(caller) };
  };

  app.get('/', async (request, reply) => {
    const filter = filterOf(request);
    const isNewest = filter.cursor === undefined;
    const [open, ended] = await Promise.all([
      isNewest ? listCancellations(deps, { ...filter, state: OPEN }) : null,
      listCancellations(deps, { ...filter, state: ENDED }),
    ]);
    const { nextCursor } = ended;
    const query = new URLSearchParams(request.query as Record<string, string>);
    const frame = {
      title: 'Übersicht',
      here: '/',
      live: isNewest ? `/live?${query}` : undefined,
    } as const;
    if (nextCursor) query.set('weiter', nextCursor);
    return show(deps, request, reply, frame, () => (
      <OverviewPage
        filter={{ house: filter.house, day: filter.from }}
        houses={visibleHouses(deps.houses, request.caller)}
        regions={overviewRegions([...(open?.cancellations ?? []), ...ended.cancellations])}
        older={nextCursor && `/?${query}`}
      />
    ));
  });

  app.get('/live', { exposeHeadRoute: false }, (request, reply) => {
    const { cursor: _newestOnly, ...filter } = filterOf(request);
    const filters = [OPEN, ENDED].map((state) => ({ ...filter, state }));
    const readings = live.watchLists(filters, untilClosed(reply));
    return sendRegions(reply, overviewStates(readings));
  });
}

async function* overviewStates(
  readings: ReturnType<LiveCases['watchLists']>,
): AsyncGenerator<Regions | null, void> {
  const rows = new Map<string, ListedCancellation>();
  const keyOf = ({
    house,
    eventNumber,
    caseId,
  }: Pick<ListedCancellation, 'house' | 'eventNumber' | 'caseId'>) => `${house}/${eventNumber}/${caseId}`;
  for await (const reading of readings) {
    if ('error' in reading) {
      yield null;
      continue;
    }
    for (const row of reading.value.gone) rows.delete(keyOf(row));
    for (const row of reading.value.cancellations) rows.set(keyOf(row), row);
    yield overviewRegions([...rows.values()]);
  }
}

// --- a new order ------------------------------------------------------------------------------------------------

function registerOrder(app: FastifyInstance, deps: ConsoleDependencies): void {
  const title = 'Neue Absage';
  const here = '/absagen/neu';

  app.get('/absagen/neu', async (request, reply) => {
    const { haus, tag, text, weiter } = request.query as Record<string, string | undefined>;
    const houses = visibleHouses(deps.houses, request.caller);
    const house = haus || houses[0]?.key || '';
    requireVisible(deps, request.caller, house);
    const from = tag || viennaDate(new Date().toISOString());
    const given = { house, from, to: tag || undefined, text: text || undefined, cursor: weiter || undefined };
    const filter = parseAs(eventsQuery, given);
    const found = await searchEvents(deps, filter).catch((error: unknown) => toProblem(error as Error));
    const fault = found instanceof Problem ? PROBLEMS[found.code].title : undefined;
    const { events, nextCursor } = found instanceof Problem ? { events: [], nextCursor: null } : found;
    const query = new URLSearchParams({ haus: house, ...(tag && { tag }), ...(text && { text }) });
    if (nextCursor) query.set('weiter', nextCursor);
    return show(deps, request, reply, { title, here }, () => (
      <FindPage
        search={{ house, day: tag, text }}
        houses={houses}
        events={events}
        more={nextCursor && `/absagen/neu?${query}`}
        fault={fault}
      />
    ));
  });

  app.get('/absagen/neu/von-hand', (request, reply) => {
    const { haus, nummer } = request.query as Record<string, unknown>;
    const typed = typeof nummer === 'string' ? nummer.trim() : nummer;
    const { house, eventNumber } = parseAs(caseParams, { house: haus, eventNumber: typed });
    return reply.redirect(`/absagen/neu/${house}/${eventNumber}`, 303);
  });

  const showForm = async (
    request: FastifyRequest,
    reply: FastifyReply,
    draft: Draft,
    faults: Problem['extra']['errors'] = [],
  ) => {
    const { house, eventNumber } = requireCase(deps, request);
    const event = await readShownEvent(deps, { house, eventNumber });
    return show(deps, request, reply, { title, here }, (csrfToken) => (
      <OrderPage {...{ house, eventNumber, event, draft, csrfToken, faults }} />
    ));
  };

  app.get('/absagen/neu/:house/:eventNumber', (request, reply) => showForm(request, reply, {}));

  app.post('/absagen/neu/:house/:eventNumber', async (request, reply) => {
    const { house, eventNumber } = requireCase(deps, request);
    const draft = toDraft(request.body);
    if ((request.body as { intent?: unknown }).intent === 'edit') return showForm(request, reply, draft);
    const preview = await previewOf(deps, { house, eventNumber }, draft).catch(withFaults);
    if (preview instanceof Problem) {
      return showForm(request, reply.status(preview.status), draft, preview.extra.errors);
    }
    return show(deps, request, reply, { title, here }, (csrfToken) => (
      <CheckPage {...{ house, eventNumber, draft, csrfToken, ...preview }} />
    ));
  });

  app.post('/absagen', async (request, reply) => {
    const draft = toDraft(request.body);
    const { house, eventNumber } = parseAs(caseParams, {
      house: draft.house,
      eventNumber: draft.eventNumber,
    });
    requireVisible(deps, request.caller, house);
    const order = parseAs(orderSchema, toOrder(house, eventNumber, draft));
    await placeOrder(deps, order, request.caller.actor);
    return reply.redirect(`/absagen/${house}/${eventNumber}`, 303);
  });
}

/** Jet itself finds words only; who has the number of an event at hand means that event. */
async function searchEvents(deps: ConsoleDependencies, filter: EventFilter) {
  const number = filter.text?.trim() ?? '';
  if (!EVENT_NUMBER.test(number)) return findEvents(deps, filter);
  const event = await readEvent(deps, filter.house, number).catch((error: unknown) => {
    if (toProblem(error as Error).code !== 'event-not-found') throw error;
  });
  return event ? { events: [event], nextCursor: null } : findEvents(deps, filter);
}

async function previewOf(deps: ConsoleDependencies, { house, eventNumber }: Case, draft: Draft) {
  // What Jet shows now is what counts: the plan that was looked at before is not.
  const order = parseAs(orderSchema, toOrder(house, eventNumber, { ...draft, planHash: undefined }));
  const plan = await planOrder(deps, order);
  const event = (await readShownEvent(deps, { house, eventNumber })) ?? eventAsSeen(order);
  return { plan, event, limits: event.limits ?? null };
}

/** What a person can mend on the form. */
function withFaults(error: unknown): Problem {
  const problem = toProblem(error as Error);
  if (problem.extra.errors) return problem;
  throw error;
}

type KnownEvent = ShownEvent & { limits?: { title: number; customerTitle: number; externalMemo: number } };

/** `null`: nobody but the clerk can look into the Jet of this house. */
async function readShownEvent(
  deps: ConsoleDependencies,
  { house, eventNumber }: Case,
): Promise<KnownEvent | null> {
  if (deps.houses.get(house)?.backend === 'guided') return null;
  return readEvent(deps, house, eventNumber);
}

function eventAsSeen({ house, eventNumber, expected, seen }: Order): KnownEvent {
  const { venue = '', location = '', status = '' } = seen ?? {};
  return { house, eventNumber, ...expected, venue, location, status };
}

// --- a case -----------------------------------------------------------------------------------------------------

function registerCase(app: FastifyInstance, deps: ConsoleDependencies, live: LiveCases): void {
  const showCase = async (request: FastifyRequest, reply: FastifyReply, attempt?: Attempt) => {
    const { house, eventNumber } = requireCase(deps, request);
    const view = await readView(deps, house, eventNumber);
    if (!view) throw new Problem('cancellation-not-found');
    const entries = await readLines(deps, view);
    const frame = {
      title: view.event?.title.before ?? view.order.expected.title,
      live: livePath(view),
      isTypedOn: view.attention !== null,
    };
    return show(deps, request, reply, frame, (csrfToken) => (
      <>
        {trainingNotice(request)}
        <CasePage {...{ view, entries, csrfToken, attempt }} />
        {trainingCard(deps, request, view, csrfToken)}
      </>
    ));
  };

  app.get('/absagen/:house/:eventNumber', (request, reply) => showCase(request, reply));

  app.get('/absagen/:house/:eventNumber/live', { exposeHeadRoute: false }, (request, reply) => {
    const { house, eventNumber } = requireCase(deps, request);
    const csrfToken = reply.generateCsrf();
    const readings = live.watchCase(house, eventNumber, untilClosed(reply));
    return sendRegions(reply, caseStates(deps, readings, csrfToken));
  });

  const forms = { '': 'text/html', '.pdf': 'application/pdf', '.json': 'application/json' } as const;
  for (const [extension, type] of Object.entries(forms)) {
    app.get(`/absagen/:house/:eventNumber/protokoll${extension}`, (request, reply) => {
      const wanted = requireCase(deps, request);
      const address = `/absagen/${wanted.house}/${wanted.eventNumber}/protokoll`;
      return sendProtocol(deps, reply, wanted, type, { pdf: `${address}.pdf`, json: `${address}.json` });
    });
  }

  for (const action of ACTIONS) {
    app.post(`/absagen/:house/:eventNumber/${action}`, async (request, reply) => {
      const wanted = requireCase(deps, request);
      const draft = { ...toDraft(request.body), action };
      try {
        await act(deps, action, wanted, draft, request.caller.actor);
      } catch (error) {
        const problem = toProblem(error as Error);
        if (problem.status >= 500 || problem.status === 404) throw problem;
        return showCase(request, reply.status(problem.status), { faults: faultsOf(problem), draft });
      }
      return reply.redirect(`/absagen/${wanted.house}/${wanted.eventNumber}`, 303);
    });
  }
}

function livePath({ house, eventNumber }: CancellationView): string {
  return `/absagen/${house}/${eventNumber}/live`;
}

async function act(
  deps: ConsoleDependencies,
  action: Action,
  wanted: Case,
  draft: Draft,
  actor: string,
): Promise<CancellationView> {
  const request = parseAs(actionBodies[action], toAction(draft)) as { reason: string };
  const asked = { ...wanted, request, actor };
  return action === 'resume' ? resumeCase(deps, asked) : actOn(deps, action, asked);
}

function faultsOf({ code, detail, extra }: Problem): string[] {
  const errors = (extra.errors ?? []).map(faultText);
  return errors.length > 0 ? errors : [detail ?? PROBLEMS[code].title];
}

async function* caseStates(
  deps: ConsoleDependencies,
  readings: ReturnType<LiveCases['watchCase']>,
  csrfToken: string,
): AsyncGenerator<Regions | null | 'end', void> {
  for await (const reading of readings) {
    const view = 'value' in reading ? reading.value : null;
    yield view && caseRegions({ view, entries: await readLines(deps, view), csrfToken });
    // A stream that ends without this one is asked for again: the server is about to stop.
    if (view && isEnd(view.state)) yield 'end';
  }
}

/** The journal stands last on the page: that it cannot be read now hides nothing else. */
function readLines({ journal }: ConsoleDependencies, { caseId }: CancellationView) {
  return journal.entries(caseId).catch(() => []);
}

function requireCase({ houses }: ConsoleDependencies, { params }: FastifyRequest): Case {
  const wanted = parseAs(caseParams, params);
  requireHouse(houses, wanted.house);
  return wanted;
}

/** A house that somebody may not act for is one that does not exist. */
function requireVisible(
  { houses }: ConsoleDependencies,
  caller: FastifyRequest['caller'],
  house: string | undefined,
): void {
  if (house === undefined) return;
  if (!visibleHouses(houses, caller).some(({ key }) => key === house)) throw new Problem('house-not-found');
}
