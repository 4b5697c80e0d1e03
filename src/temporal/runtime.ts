import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { LogLevel } from '@temporalio/common';
import type { Logger } from '../observability';
import { toLogFields } from './log-fields';
import { Runtime, DefaultLogger, makeTelemetryFilterString } from '@temporalio/worker';

const PINO_LEVELS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * What Temporal's library and its native core have to say goes into the same log, in the same form. `metricsAddress`: where
 * the core shows what it measures; `null`: it measures nothing.
 */
export function installTemporalLogger(logger: Logger, metricsAddress: string | null = null): void {
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message, meta }) =>
      logger[PINO_LEVELS[level]](toLogFields(meta), message),
    ),
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN' }) },
      ...(metricsAddress !== null && {
        metrics: {
          prometheus: {
            bindAddress: metricsAddress,
            countersTotalSuffix: true,
            useSecondsForDurations: true,
          },
        },
      }),
    },
  });
}

/**
 * An address of this machine alone, for the page of the native core: it can neither share a port nor say which free one it was
 * given. The worker's own page passes on what stands there.
 */
export async function pickCoreAddress(): Promise<string> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

const CORE_PATIENCE_MS = 3_000;

/** What the native core measures, in Prometheus' text format. */
export async function readCoreMetrics(address: string): Promise<string> {
  const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(CORE_PATIENCE_MS) });
  if (!answer.ok) throw new Error(`the core answers ${answer.status}`);
  return answer.text();
}
