import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { migratePostgres } from '../../src/journal/postgres/migrate';
import { copyDatabase, removeDatabase } from '../chaos/copies';
import { PostgresServer } from '../support/postgres-server';
import type { Strike } from './drill';
import type { Evening } from './evening';

/** Where an installation keeps its journal. Its backup is a file in both cases: `absage journal backup`. */
export interface JournalPlace extends Pick<Strike, 'options' | 'cleanUp'> {
  /** In the title of a row. */
  name: string;
  /** The backup takes the place of the journal. Resolves to what brings the newest one back. */
  putBackup(evening: Evening): Promise<() => Promise<void>>;
}

export const backupOf = ({ dataDir }: Evening['stack']) => join(dataDir, 'journal-backup.sqlite');

export const IN_FILE: JournalPlace = {
  name: 'Das Logbuch',
  putBackup({ stack }) {
    return stack.withJournalClosed(() => {
      const newest = copyDatabase(stack.journalFile, 'newest');
      removeDatabase(stack.journalFile);
      copyFileSync(backupOf(stack), stack.journalFile);
      return () => stack.withJournalClosed(() => newest.putBack());
    });
  },
};

/** A server and a database of its own for each row. */
export function inPostgres(): JournalPlace {
  const NAME = 'absage';
  let postgres: PostgresServer;
  return {
    name: 'Das Logbuch in PostgreSQL',
    async options() {
      postgres = await PostgresServer.start();
      const databaseUrl = await postgres.createDatabase(NAME);
      await migratePostgres(databaseUrl, databaseUrl);
      return { databaseUrl };
    },
    async putBackup(evening) {
      const { stack } = evening;
      const newest = `${NAME}_newest`;
      await stack.withJournalClosed(async () => {
        postgres.query(`alter database "${NAME}" rename to "${newest}"`);
        const url = await postgres.createDatabase(NAME);
        await migratePostgres(url, url);
        const from = { ABSAGE_DATABASE_URL: `file:${backupOf(stack)}` };
        await evening.commandWith(from, 'journal', 'copy', '--to', url, '--offline');
      });
      return () =>
        stack.withJournalClosed(() => {
          postgres.query(`drop database "${NAME}" with (force)`);
          postgres.query(`alter database "${newest}" rename to "${NAME}"`);
        });
    },
    cleanUp: () => postgres.stop(),
  };
}
