import { randomUUID } from 'node:crypto';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
} from 'fastify';
import { answerOnlyToOwnHosts } from '../own-hosts';
import { registerAuthentication } from './auth';
import { answerOnceBegun } from './begin';
import { registerDocs } from './docs';
import { answerBrokenRequest, toProblem } from './faults';
import { LiveCases } from '../cases/live';
import { traceRequests } from './trace';
import { stopGracefully } from './graceful-stop';
import { measureAnswers } from './measure';
import { registerLimits } from './limits';
import { registerDocument } from './openapi';
import { Problem } from '../cases/problems';
import { sendProblem } from './faults';
import { logFault } from './request-log';
import { registerRoutes } from './routes';
import { logRefusal } from './security-log';
import { parseStrictJson } from './strict-json';
import { compileValidator } from './validation';
import type { AppDependencies, Pages } from './dependencies';

/** Longest body, in bytes. */
const BODY_LIMIT = 16 * 1024;
/** Longest part of a path. Node refuses longer ones itself. The schemas judge its content. */
const PATH_PART_LIMIT = 16 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for connections that exceed their time. */
const TIMEOUT_CHECK_MS = 1_000;

/** Headers that must not repeat: a proxy and we might read different copies. */
const SINGLE_HEADERS = ['authorization', 'content-type', 'x-absage-actor', 'idempotency-key'];

/** The API, and the pages if there are any. It does not listen: `server.ts` does, and tests inject requests. */
export async function buildApp(deps: AppDependencies, pages?: Pages): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // One of another process must not look like the same request.
    genReqId: () => randomUUID(),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: deps.trustedProxies?.length ? [...deps.trustedProxies] : false,
    // A request without `Host` gets the same answer as one with a wrong one.
    http: {
      requireHostHeader: false,
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
    },
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: PATH_PART_LIMIT },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toProblem(error)),
    clientErrorHandler: answerBrokenRequest,
  });
  stopGracefully(app);
  traceRequests(app);
  measureAnswers(app, deps.measure ?? null);
  answerOnlyToOwnHosts(app, deps.ownHosts);
  if (deps.begun) answerOnceBegun(app, deps.begun);
  app.setValidatorCompiler(compileValidator);
  // The schemas of answers are only for the document: an answer is typed, and is sent as it is.
  app.setSerializerCompiler(() => JSON.stringify);
  acceptOnlyJson(app);
  await registerDocument(app);
  registerAuthentication(app, deps);
  await registerLimits(app, deps);

  const allowedMethods = collectMethods(app);
  app.addHook('onRequest', (request, reply, done) => {
    refuseDoubledHeaders(request);
    if (!request.is404) return done();
    // This runs before the body is read, because the body cannot change the answer.
    const allow = allowedMethods(request.url);
    if (allow === null) throw new Problem('not-found');
    void reply.header('allow', allow);
    throw new Problem('method-not-allowed');
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    void reply.header('x-content-type-options', 'nosniff');
    done();
  });
  // A static path matches its route before the file is looked up, so a missing file ends here.
  app.setNotFoundHandler(() => {
    throw new Problem('not-found');
  });
  app.setErrorHandler((error: Error, request, reply) => {
    const problem = toProblem(error);
    if (problem.code === 'internal') logFault(request, error, 'request failed');
    logRefusal(request, problem);
    if (pages && problem.code === 'not-found' && isOfBrowser(request)) {
      void reply.header('content-security-policy', "default-src 'none'; style-src 'self'; img-src 'self'");
      return reply.status(problem.status).type('text/html; charset=utf-8').send(pages.notFound());
    }
    return sendProblem(reply, problem);
  });

  const live = new LiveCases(deps);
  await app.register((routes, _options, done) => {
    registerRoutes(routes, deps, live);
    done();
  });
  // The API's document is also a page. If there are pages, it gets their log-in.
  if (pages) await app.register((instance) => pages.register(instance, live));
  else await registerDocs(app);
  await app.ready();
  return app;
}

/** A person opened an address, as opposed to a program that asks the API. */
function isOfBrowser({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !url.startsWith('/v1/') && (headers.accept ?? '').includes('text/html');
}

function acceptOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
    if (charset && charset.toLowerCase() !== 'utf-8') return done(new Problem('unsupported-media-type'));
    try {
      done(null, parseStrictJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function refuseDoubledHeaders({ raw }: FastifyRequest): void {
  const names = raw.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  for (const path of SINGLE_HEADERS) {
    if (names.indexOf(path) === names.lastIndexOf(path)) continue;
    throw new Problem('malformed-request', undefined, { errors: [{ path, text: 'kommt zweimal vor' }] });
  }
}

/** The methods of a known path, for a request with another method: that is 405, not 404. */
function collectMethods(app: FastifyInstance): (url: string) => string | null {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    methodsByPath.set(url, methods);
  });
  return (url) => {
    const [path = ''] = url.split('?');
    for (const [pattern, methods] of methodsByPath) {
      const isIt = new RegExp(
        `^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replace(/:\w+/g, '[^/]+')}$`,
      );
      if (isIt.test(path)) return [...methods].join(', ');
    }
    return null;
  };
}
