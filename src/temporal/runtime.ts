import type { LogLevel } from '@temporalio/common';
import type { Logger } from '../observability';
import { Runtime, DefaultLogger, makeTelemetryFilterString } from '@temporalio/worker';

const PINO_LEVELS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** What Temporal's library and its native core have to say goes into the same log, in the same form. */
export function installTemporalLogger(logger: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      logger[PINO_LEVELS[level]](meta, message),
    ),
    telemetryOptions: { logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) } },
  });
}
