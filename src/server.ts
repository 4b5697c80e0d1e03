import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { buildApp } from './api/app';
import { createCancellationClient } from './client';
import type { Config } from './config';
import { loadHouses } from './houses';
import { openSqlJournal } from './journal/sql-journal';
import type { Logger } from './observability';
import { loadTemporalSettings } from './temporal-settings';

/** The API, listening. Connects to Temporal when it is first asked something. */
export async function startServer(config: Config, logger: Logger): Promise<{ stop(): Promise<void> }> {
  const { connectionOptions, namespace } = loadTemporalSettings(config, process.env);
  const connection = Connection.lazy(connectionOptions);
  const journal = await openSqlJournal(config.databaseUrl);
  const app = await buildApp({
    client: createCancellationClient(new Client({ connection, namespace })),
    journal,
    houses: loadHouses(config.housesFile),
    isRehearsal: config.mode === 'rehearsal',
    temporalUiUrl: config.temporalUiUrl,
    namespace,
    timing: {
      syncIntervalMs: config.syncIntervalMs,
      pollIntervalMs: config.pollIntervalMs,
      attentionAfterMs: config.attentionAfterMs,
      jetTimeoutMs: config.jet.timeoutMs,
    },
    version: readVersion(),
    logger,
  });
  await app.listen({ host: config.host, port: config.port });
  logger.info({ host: config.host, port: config.port }, 'API listens');
  return {
    async stop() {
      await app.close();
      await journal.close();
      await connection.close();
    },
  };
}

function readVersion(): string {
  const manifest = readFileSync(join(__dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
