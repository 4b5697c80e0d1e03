import { openJournal } from '../../src/journal/open';
import { migratePostgres } from '../../src/journal/postgres/migrate';
import type { PostgresServer } from '../support/postgres-server';
import { SIGNER } from '../support/signing';
import type { JournalPlace } from './journal-contract';

/** The role that the service works as: it owns nothing. */
const SERVICE = 'absage_service';

/** A journal in a database of its own, whose tables another role owns. */
export async function makePostgresPlace(
  postgres: PostgresServer,
): Promise<JournalPlace & { url: string; ownerUrl: string }> {
  const ownerUrl = await postgres.createDatabase();
  const database = new URL(ownerUrl).pathname.slice(1);
  const url = postgres.url(database, SERVICE);
  postgres.query(
    `do $$ begin create role ${SERVICE} login; exception when duplicate_object then null; end $$`,
  );
  await migratePostgres(ownerUrl, url);
  return {
    url,
    ownerUrl,
    open: () => openJournal(url, SIGNER),
    block: async () => {
      await postgres.halt();
      return () => postgres.start();
    },
    remove: () => void postgres.query(`drop database "${database}" with (force)`),
  };
}
