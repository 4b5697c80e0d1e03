import { ConfigError, type Config } from './settings/environment';
import { createLogger, type Logger } from './observability';
import type { PartName } from './settings/parts';
import { closeDataFolder } from './settings/private-files';
import { loadSettings } from './settings/settings';
import { startTracing } from './start/tracing';

/** A started role, which runs until it is stopped. */
export interface Running {
  stop(): Promise<void>;
}

/** Starts one role. Resolves when the role is working. A `ConfigError` ends the process like faulty settings. */
export type StartRole = (config: Config, logger: Logger) => Promise<Running>;

/** The message from a role process to its parent as soon as it is working. */
export const READY_MESSAGE = 'ready';

/** The exit code of a role process with faulty settings: starting it again would not help. */
export const EXIT_CONFIG = 2;

/** Longest time that a role may take to stop. All of them together may take 15 s. */
const STOP_DEADLINE_MS = 10_000;

/**
 * The life of a role process: settings, start, `ready` to the parent, and an orderly end at SIGTERM, SIGINT, SIGHUP or
 * the death of the parent. Further signals while it stops change nothing.
 *
 * @example await runRole('worker', async (config, logger) => startWorker(config, logger));
 */
export async function runRole(name: PartName, start: StartRole): Promise<void> {
  const config = readConfig(name);
  closeDataFolder(config.dataDir);
  const logger = createLogger(name, process.env);
  const isChild = process.send !== undefined;
  const fail = (error: unknown) => {
    if (error instanceof ConfigError) refuse(error);
    logger.fatal({ err: error }, `${name} died`);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);

  const shallStop = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.on('disconnect', () => resolve());
    // The parent may have died while this process loaded.
    if (isChild && !process.connected) resolve();
  });
  void shallStop.then(() => {
    setTimeout(() => {
      logger.warn(`${name} did not stop in time`);
      process.exit(0);
    }, STOP_DEADLINE_MS).unref();
  });

  try {
    const tracing = await startTracing(name, process.env);
    const running = await start(config, logger);
    if (isChild && process.connected) process.send?.(READY_MESSAGE);
    await shallStop;
    await running.stop();
    await tracing.stop();
    process.exit(0);
  } catch (error) {
    fail(error);
  }
}

function readConfig(part: PartName): Config {
  try {
    return loadSettings(process.env, part).config;
  } catch (error) {
    if (error instanceof ConfigError) refuse(error);
    throw error;
  }
}

function refuse({ message }: ConfigError): never {
  process.stderr.write(`${message}\n`);
  process.exit(EXIT_CONFIG);
}
