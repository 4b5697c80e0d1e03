import {
  startTemporalDevServer,
  type TemporalDevServer,
  type TemporalDevServerOptions,
} from '../../src/up/temporal-dev-server';
import { pickPort } from './ports';

/** The server takes further ports for its parts, which nobody can choose: another process may be faster at one of them. */
const ATTEMPTS = 4;

/**
 * The development server on a free port, in memory and without a Web UI unless asked otherwise. Resolves when it answers.
 *
 * @example const temporal = await startTemporal();
 */
export async function startTemporal(
  options: Partial<TemporalDevServerOptions> = {},
): Promise<TemporalDevServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await pickPort();
    const server = startTemporalDevServer({
      executable: process.env.TEMPORAL_CLI_PATH ?? 'temporal',
      port,
      uiPort: null,
      databaseFile: null,
      ...options,
    });
    try {
      await server.ready;
      return server;
    } catch (error) {
      await server.stop();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}
