import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import { ConfigError, type Config } from '../settings/environment';
import type { Logger } from '../observability';
import { answerOnlyToOwnHosts, ownHosts } from '../own-hosts';
import { registerControlRoutes } from './control-routes';
import { openDatabase } from './database';
import { sendProblem } from './fault-replies';
import { Gateway, Refusal } from './gateway';
import { registerGatewayRoutes } from './gateway-routes';
import { registerMasks } from './masks/routes';
import { malformed, notFound, problem } from './problems';
import { SimulatorState } from './state';

/** The settings that the simulator needs. Port 0 takes any free port, for tests. */
export type SimulatorConfig = Pick<Config, 'dataDir' | 'syncIntervalMs'> &
  Partial<Pick<Config, 'mode' | 'host' | 'publicUrl'>> & { ports: Pick<Config['ports'], 'simulator'> };

export interface Simulator {
  /** The address without a path: the gateway is at `/jet/v1`, the controls are at `/simulator/v1`. */
  url: string;
  /** Breaks off the connections that still hang, and closes the file. */
  stop(): Promise<void>;
}

/**
 * A Jet installation with its gateway, its link to Ö-Ticket and masks to practise with, for rehearsals and tests. It listens on this
 * machine only and keeps everything in one file, so that a restart loses nothing, even after kill -9. Rejects with a
 * `ConfigError` in production.
 *
 * @example
 * const { url, stop } = await startSimulator(loadConfig(process.env), createLogger('simulator', process.env));
 */
export async function startSimulator(config: SimulatorConfig, logger: Logger): Promise<Simulator> {
  if (config.mode === 'production') {
    throw new ConfigError(['ABSAGE_MODE ist production, den Simulator gibt es nur im Probebetrieb']);
  }
  const database = openDatabase(config.dataDir);
  try {
    const state = new SimulatorState(database, config.syncIntervalMs, logger);
    state.completeProgramme();
    const app = buildApp(state, ownHosts(config), logger);
    const url = await app.listen({ host: '127.0.0.1', port: config.ports.simulator });
    state.sync.start();
    logger.info({ url }, 'simulator listens');
    return {
      url,
      async stop() {
        state.sync.stop();
        await app.close();
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

function buildApp(state: SimulatorState, hosts: readonly string[], logger: Logger): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Some faults keep connections open until the other side hangs up.
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => void sendProblem(reply as FastifyReply, notFound()),
    routerOptions: { maxParamLength: 2_000 },
    http: { requireHostHeader: false },
  });
  answerOnlyToOwnHosts(app, hosts);
  // Bodies stay text until the operation reads them: the contract checks the content of a write last.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  );
  app.addHook('onRequest', refuseForms);

  app.setNotFoundHandler((_request, reply) => sendProblem(reply, notFound()));
  app.setErrorHandler((error: FastifyError | Refusal, request, reply) => {
    if (error instanceof Refusal) return sendProblem(reply, error.problem);
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, malformed(error.code, status));
    request.log.error({ err: error }, 'request failed');
    return sendProblem(reply, problem('internal'));
  });

  const { database, events, rights, sync, faults } = state;
  const gateway = new Gateway(events, rights, sync);
  app.register(
    (routes, _options, done) => {
      registerGatewayRoutes(routes, { database, gateway, sync, faults });
      done();
    },
    { prefix: '/jet/v1' },
  );
  app.register(
    (routes, _options, done) => {
      registerControlRoutes(routes, state);
      done();
    },
    { prefix: '/simulator/v1' },
  );
  app.register(
    (routes, _options, done) => {
      registerMasks(routes, state);
      done();
    },
    { prefix: '/masken' },
  );
  return app;
}

/**
 * A page of another site may send a form, or nothing at all, without asking first. It cannot send JSON so: the browser
 * asks, as it does for every method but this one, and gets no for an answer. A browser names the page's origin; a program
 * that sends no body names none. A practice mask takes the form of its own page, and looks for the secret in it.
 */
function refuseForms(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { method, headers, routeOptions } = request;
  if (routeOptions.config.takesOwnForm) return done();
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const isJson = type.trim().toLowerCase() === 'application/json';
  const isProgramWithoutBody = type === '' && headers.origin === undefined;
  if (method !== 'POST' || isJson || isProgramWithoutBody) return done();
  void sendProblem(reply, malformed('the content type must be application/json', 415));
}
