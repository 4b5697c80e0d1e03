import { join } from 'node:path';
import formBody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pages } from '../api/dependencies';
import { registerDocs } from '../api/docs';
import { toProblem, withStatus } from '../api/faults';
import { logFault } from '../api/request-log';
import type { LiveCases } from '../cases/live';
import { logRefusal, logSecurity } from '../api/security-log';
import { housesFor } from '../cases/caller';
import { Problem } from '../cases/problems';
import { liveCase, registerCase } from './case-routes';
import { pagePolicy } from './content-policy';
import type { ConsoleDependencies } from './dependencies';
import { registerHandbook } from './handbook/routes';
import { registerFind } from './find-routes';
import { KeptForms, pathOf } from './kept-forms';
import { countApprovals } from '../cases/approvals';
import { registerApprovals } from './approvals-page';
import { NOBODYS, renderPage } from './layout';
import { registerLive } from './live-routes';
import { registerLogin } from './login-routes';
import { registerLogoutDoor } from './logout-door';
import { registerPeople } from './people-routes';
import { registerOwnRights } from './own-rights';
import { ACCOUNT, BACK_FROM_ISSUER } from './account-path';
import { registerOrder } from './order-routes';
import { liveOverview, registerOverview } from './overview-routes';
import { registerPayloadDoor } from './payload-door';
import { ProblemPage } from './problem';
import { liveSeriesPlan, registerSeriesOrder } from './series/order-routes';
import { registerSeriesApprovals } from './series/approval-routes';
import { liveSeries, registerSeries } from './series/routes';
import { registerTypedItems } from './series/typed-routes';
import { identifyBySession, noteActivity, registerSession } from './session';
import { show } from './show';
import { registerWrites } from './writes-routes';
import { readWrites } from '../cases/writes';
import { renderEndedFrame } from './stand-frame';
import { registerTasksPage } from './tasks-page';
import { registerTraining } from './training/routes';
import { ALLOW_COOKIES, keepForm, pathToForm, toLogIn } from './turned-away';

/** Longest form, in bytes: the clerk of a guided house copies whole fields of the mask into it. */
const FORM_LIMIT = 128 * 1024;

/**
 * The pages for people: rendered on the server, in German, usable without JavaScript. They read and act through the
 * same use cases as the API.
 *
 * @example const app = await buildApp(deps, consolePages({ ...deps, sessionKey, isSecure: true }));
 */
export function consolePages(deps: ConsoleDependencies): Pages {
  return {
    async register(app, live) {
      await app.register((pages) => registerPages(pages, deps, live));
      // Beside the pages, and without what each of them has: only the log-in is the same.
      await app.register((door) => registerPayloadDoor(door, deps));
      const { provider } = deps;
      if (provider) await app.register((door) => registerLogoutDoor(door, { ...deps, provider }));
    },
    notFound: () => lostPage(deps),
  };
}

/** Without a header and a form: whose page it is, nobody has asked. */
function lostPage({ isRehearsal, isSimulator }: ConsoleDependencies): string {
  const problem = new Problem('not-found');
  const frame = { title: 'Diese Adresse gibt es nicht', isRehearsal, isSimulator: isSimulator() };
  return renderPage({ ...frame, ...NOBODYS }, <ProblemPage problem={problem} isSent={false} mayOrder />);
}

async function registerPages(
  app: FastifyInstance,
  deps: ConsoleDependencies,
  live: LiveCases,
): Promise<void> {
  const kept = new KeptForms(deps.forms, deps.sessionKey);
  await secure(app, deps, kept);
  const { training, isRehearsal } = deps;
  if (training && isRehearsal) registerTraining(app, { ...deps, training });
  registerLogin(app, deps, kept);
  await app.register(registerDocs);
  registerOverview(app, deps);
  registerTasksPage(app, deps);
  registerApprovals(app, deps);
  registerHandbook(app, deps);
  registerOwnRights(app, deps);
  registerPeople(app, deps);
  registerWrites(app, deps);
  registerFind(app, deps, kept);
  registerOrder(app, deps, kept);
  registerCase(app, deps, kept);
  registerSeries(app, deps, kept);
  registerSeriesApprovals(app, deps, kept);
  registerSeriesOrder(app, deps, kept);
  registerTypedItems(app, deps, kept);
  registerLive(app, deps, live, [
    liveOverview(deps, live),
    liveCase(deps, live),
    liveSeriesPlan(deps, kept),
    liveSeries(deps, live),
  ]);
  // A mistyped address of a case is one of these pages, with its log-in.
  for (const path of ['/absagen/*', '/serien/*'])
    app.get(path, () => {
      throw new Problem('not-found');
    });
}

// --- what every page has --------------------------------------------------------------------------------------

/** Whether a whole page is asked for, with its frame. */
function isPage({ method, routeOptions: { config } }: FastifyRequest): boolean {
  return method === 'GET' && !config.isStream && !config.isFrame;
}

async function secure(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): Promise<void> {
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, isPage: true };
    route.schema = { ...route.schema, hide: true };
    if (route.method === 'POST') route.bodyLimit = FORM_LIMIT;
  });
  await app.register(helmet, pagePolicy(deps.isSecure));
  await app.register(formBody, { bodyLimit: FORM_LIMIT });
  await registerSession(app, deps);
  await app.register(fastifyStatic, { root: join(__dirname, 'assets'), prefix: '/assets/' });

  app.decorateRequest('approvals', null);
  app.decorateRequest('writes', null);
  app.addHook('onRequest', async (request, reply) => {
    // A file of the console is the same for everybody.
    if (request.routeOptions.url?.startsWith('/assets/')) return;
    const caller = await identifyBySession(deps, request);
    if (caller) request.caller = caller;
    if (caller && isPage(request)) request.approvals = await countApprovals(deps, caller).catch(() => null);
    // Each page says it, and so does the answer to a form.
    if (caller && !isStream(request)) request.writes = await readWrites(deps).catch(() => null);
    await noteActivity(deps, request);
    if (caller || isOpen(request)) return;
    if (request.session.get('id') !== undefined && !isStream(request)) logSecurity(request, 'session-ended');
    // What a form holds is read first, so that it can be kept.
    if (request.method === 'POST') return;
    if (request.routeOptions.config.isFrame) {
      const page = request.url.split('?')[0]?.replace(/\/[^/]+$/, '') ?? '/';
      return reply.type('text/html; charset=utf-8').send(renderEndedFrame(page));
    }
    if (isVisit(request)) request.session.set('wanted', request.url);
    return reply.redirect('/anmelden', 303);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (request.method !== 'POST') return;
    if (!isOpen(request) && request.caller.id === '') return toLogIn(kept, request, reply);
  });
  app.addHook('preHandler', (request, reply, done) => {
    if (request.method !== 'POST') return done();
    app.csrfProtection(request, reply, done);
  });
  app.addHook('preHandler', async (request) => {
    if (request.method === 'POST') await kept.forget(request.session.get('browser'), pathOf(request.url));
  });
  app.setErrorHandler(async (error: Error, request, reply) => {
    const problem = toPageProblem(error, request);
    const form =
      problem.code === 'stale-page' || problem.code === 'no-cookies' ? await keepForm(kept, request) : null;
    logRefusal(request, problem);
    if (form) return reply.redirect(pathToForm(form), 303);
    if (problem.code === 'internal') logFault(request, error, 'page failed');
    return show(deps, request, withStatus(reply, problem), { title: 'Das ging nicht' }, () => (
      <ProblemPage
        problem={problem}
        isSent={request.method === 'POST'}
        mayOrder={housesFor(deps.houses, request.caller, 'order').length > 0}
      />
    ));
  });
}

/** Only the log-in page and the assets are shown without a log-in. */
function isOpen({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return ['/anmelden', ACCOUNT, BACK_FROM_ISSUER].includes(url) || url.startsWith('/assets/');
}

/** A person opened a page, as opposed to a page that opened its live stream. */
function isVisit(request: FastifyRequest): boolean {
  return request.method === 'GET' && !isStream(request);
}

function isStream({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.isStream === true;
}

function toPageProblem(error: Error, { headers }: FastifyRequest): Problem {
  const { code } = error as { code?: string };
  if (!code?.startsWith('FST_CSRF')) return toProblem(error);
  return !headers.cookie ? new Problem('no-cookies', ALLOW_COOKIES) : new Problem('stale-page');
}
