import swagger from '@fastify/swagger';
import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  validatorCompiler,
} from 'fastify-type-provider-zod';
import { ActionNotPossible, WorkersUnavailable } from '../client';
import { KnownFailure } from '../domain/failures';
import type { Logger } from '../observability';
import type { OrderDesk } from './orders';
import { Problem, sendProblem, type FieldError, type ProblemCode } from './problems';
import { registerRoutes } from './routes';
import { parseStrictJson } from './strict-json';

/** Longest body, in bytes. */
const BODY_LIMIT = 16 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

export interface AppDependencies extends OrderDesk {
  version: string;
  logger: Logger;
}

/** The API. It never listens by itself: the door does, and tests inject. */
export async function buildApp(deps: AppDependencies): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: false },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(() => JSON.stringify);

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseStrictJson(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });

  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Absage',
        version: 'v1',
        description: 'Cancels a JetTicket performance that is also sold through Ö-Ticket.',
      },
    },
    transform: jsonSchemaTransform,
  });

  app.addHook('onSend', (_request, reply, _payload, done) => {
    void reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff');
    done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error);
    if (problem.code === 'internal') request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, problem);
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Problem('not-found')));

  const methodsByUrl = collectMethods(app);
  await app.register((routes, _options, done) => {
    registerRoutes(routes, deps);
    done();
  });
  refuseOtherMethods(app, methodsByUrl);
  await app.ready();
  return app;
}

function collectMethods(app: FastifyInstance): Map<string, Set<string>> {
  const methodsByUrl = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByUrl.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    methodsByUrl.set(url, methods);
  });
  return methodsByUrl;
}

/** A known path with another method is 405, not 404. */
function refuseOtherMethods(app: FastifyInstance, methodsByUrl: Map<string, Set<string>>): void {
  for (const [url, known] of [...methodsByUrl]) {
    const method = METHODS.filter((name) => !known.has(name));
    const allow = [...known].join(', ');
    app.route({
      url,
      method,
      schema: { hide: true },
      // Before the body is read: what is in it does not matter.
      onRequest: (_request, reply) =>
        void sendProblem(reply.header('allow', allow), new Problem('method-not-allowed')),
      handler: () => undefined,
    });
  }
}

const BY_FASTIFY_CODE: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_BAD_URL: 'not-found',
  FST_ERR_MAX_PARAM_LENGTH: 'not-found',
};

function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ActionNotPossible) return new Problem('action-not-possible', error.message);
  if (error instanceof WorkersUnavailable) return new Problem('workers-unavailable');
  if (error instanceof KnownFailure) return fromKnownFailure(error);
  if (hasZodFastifySchemaValidationErrors(error)) return fromValidation(error.validation);
  const code = BY_FASTIFY_CODE[error.code];
  if (code) return new Problem(code);
  return error.statusCode === 400 ? new Problem('malformed-request') : new Problem('internal');
}

function fromKnownFailure({ code }: KnownFailure): Problem {
  if (code === 'journal-unavailable' || code === 'journal-behind') return new Problem('journal-unavailable');
  if (code === 'house-not-configured') return new Problem('house-not-found');
  return new Problem('jet-unavailable');
}

interface ValidationIssue {
  keyword: string;
  instancePath: string;
  message?: string;
}

/** Wrong shape (type, missing, unknown) is 400; a value of the right shape that cannot be taken is 422. */
function fromValidation(issues: readonly ValidationIssue[]): Problem {
  const errors: FieldError[] = issues.map(({ instancePath, message }) => ({
    path: instancePath.replace(/^\//, '').replaceAll('/', '.'),
    text: message ?? 'ist nicht möglich',
  }));
  const isShape = issues.some(({ keyword }) => keyword === 'invalid_type' || keyword === 'unrecognized_keys');
  return new Problem(isShape ? 'malformed-request' : 'invalid-value', undefined, { errors });
}
