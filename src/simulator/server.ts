import Fastify, {
  LogController,
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
} from 'fastify';
import { ConfigError, type Config } from '../settings/environment';
import type { Logger } from '../observability';
import { registerControlRoutes } from './control-routes';
import { openDatabase } from './database';
import { sendProblem } from './fault-replies';
import { Gateway, Refusal } from './gateway';
import { registerGatewayRoutes } from './gateway-routes';
import { malformed, notFound, problem } from './problems';
import { SimulatorState } from './state';

/** What the simulator needs of the settings. Port 0 takes any free one: for tests. */
export type SimulatorConfig = Pick<Config, 'dataDir' | 'syncIntervalMs'> &
  Partial<Pick<Config, 'mode'>> & { ports: Pick<Config['ports'], 'simulator'> };

export interface Simulator {
  /** Without a path: the gateway is at `/jet/v1`, the controls are at `/simulator/v1`. */
  url: string;
  /** Breaks off what still hangs, and closes the file. */
  stop(): Promise<void>;
}

/**
 * A Jet installation with its gateway and its link to Ö-Ticket, for rehearsals and tests. It listens on this
 * machine only and keeps everything in one file, so that a restart, also after kill -9, loses nothing. Rejects with a
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
    const app = buildApp(state, logger);
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

function buildApp(state: SimulatorState, logger: Logger): FastifyInstance {
  const app: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Faults keep connections open for as long as the other side likes.
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => void sendProblem(reply as FastifyReply, notFound()),
    routerOptions: { maxParamLength: 2_000 },
  });
  // Bodies stay text until an operation comes to them: what a write says is checked last.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

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
  return app;
}
