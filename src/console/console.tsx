import { join } from 'node:path';
import formBody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Pages } from '../api/dependencies';
import { registerDocs } from '../api/docs';
import { toProblem } from '../api/faults';
import { Problem } from '../cases/problems';
import { registerCase } from './case-routes';
import type { ConsoleDependencies } from './dependencies';
import { registerLogin } from './login-routes';
import { registerOrder } from './order-routes';
import { registerOverview } from './overview-routes';
import { ProblemPage } from './problem';
import { identifyBySession, registerSession } from './session';
import { show } from './show';
import { registerTraining } from './training/routes';

/** Longest form, in bytes: the clerk of a guided house copies whole fields of the mask into it. */
const FORM_LIMIT = 128 * 1024;

/**
 * The pages for people: rendered on the server, in German, usable without JavaScript. They read and act through the
 * same use cases as the API.
 *
 * @example const app = await buildApp(deps, consolePages({ ...deps, sessionKey, isSecure: true }));
 */
export function consolePages(deps: ConsoleDependencies): Pages {
  return async (app, live) => {
    await secure(app, deps);
    const { training, isRehearsal } = deps;
    if (training && isRehearsal) registerTraining(app, { ...deps, training });
    registerLogin(app, deps);
    await app.register(registerDocs);
    registerOverview(app, deps, live);
    registerOrder(app, deps);
    registerCase(app, deps, live);
    // A mistyped address of a case gets an error page; without this route it would get the API's JSON.
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

/** Only the log-in page and the assets are shown without a log-in. */
function isOpen({ routeOptions: { url = '' } }: FastifyRequest): boolean {
  return url === '/anmelden' || url.startsWith('/assets/');
}

/** A person opened a page, as opposed to a page that opened its live stream. */
function isVisit({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers.accept !== 'text/event-stream';
}

function toPageProblem(error: Error): Problem {
  const { code } = error as { code?: string };
  return code?.startsWith('FST_CSRF') ? new Problem('stale-page') : toProblem(error);
}
