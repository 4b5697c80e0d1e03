import type { Signer } from '../domain/signature';
import type { InspectionWish, JournalInspection } from './inspection';
import type { JournalStore } from './port';
import { inspectPostgresJournal } from './postgres/inspect';
import { openPostgres } from './postgres/open';
import { createSqlJournal, type SqlConnection } from './sql/sql-journal';
import { inspectSqliteJournal } from './sqlite/inspect';
import { openSqlite } from './sqlite/open';

/** What a database must offer to hold the journal. Each has a folder of its own. */
interface JournalDatabase {
  open(databaseUrl: string): Promise<SqlConnection>;
  inspect(databaseUrl: string, wish: InspectionWish): Promise<JournalInspection>;
}

const POSTGRES: JournalDatabase = { open: openPostgres, inspect: inspectPostgresJournal };

/** By the protocol of `ABSAGE_DATABASE_URL`. */
const DATABASES: Readonly<Record<string, JournalDatabase>> = {
  'file:': { open: openSqlite, inspect: inspectSqliteJournal },
  'postgres:': POSTGRES,
  'postgresql:': POSTGRES,
};

/**
 * Opens the journal. A file is made where it is missing, and its schema brought up to date; the tables in PostgreSQL are for
 * `migratePostgres` to make. Rejects with an `UnusableJournal` where this build may not work with it. `signer`: who signs the
 * lines that are written through it; without one nothing can be added to a chain that is signed.
 */
export async function openJournal(databaseUrl: string, signer: Signer | null = null): Promise<JournalStore> {
  return createSqlJournal(await openDatabase(databaseUrl), signer);
}

/** The database of a journal, for what copies it as a whole. */
export function openDatabase(databaseUrl: string): Promise<SqlConnection> {
  return databaseOf(databaseUrl).open(databaseUrl);
}

/** Looks at a journal without changing anything. Rejects only for a URL that names no journal. */
export async function inspectJournal(databaseUrl: string, wish: InspectionWish): Promise<JournalInspection> {
  return databaseOf(databaseUrl).inspect(databaseUrl, wish);
}

function databaseOf(databaseUrl: string): JournalDatabase {
  const { protocol } = new URL(databaseUrl);
  const database = DATABASES[protocol];
  // Without the URL, which may hold a password.
  if (!database) throw new Error(`no database of the journal is reached by ${protocol}`);
  return database;
}
