import { accessSync, constants, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { KnownFailure } from '../../domain/failures';
import { INSTALLATION } from '../../domain/installation';
import {
  followChains,
  readWrites,
  type InspectionWish,
  type JournalCondition,
  type JournalInspection,
} from '../inspection';
import { compareSchema } from '../sql/migrations';
import { toMark } from '../sql/oldest-build';
import { createSqlJournal } from '../sql/sql-journal';
import { findBrokenGuards } from './guards';
import { openSqlite } from './open';

const LOCK_PATIENCE_MS = 1_000;

/** Reads only. A file that is not there yet is not made, and an older schema is not brought up to date. */
export async function inspectSqliteJournal(
  databaseUrl: string,
  wish: InspectionWish,
): Promise<JournalInspection> {
  const place = fileURLToPath(databaseUrl);
  if (!existsSync(place)) return { place, state: 'missing' };
  if (!isAccessible(place)) return { place, state: 'no-access' };
  try {
    return { place, ...(await look(place, databaseUrl, wish)) };
  } catch (error) {
    const { code, name } = error as NodeJS.ErrnoException;
    const reason = error instanceof KnownFailure ? error.detail : (code ?? name);
    return { place, state: 'unreadable', reason };
  }
}

function isAccessible(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function look(path: string, databaseUrl: string, wish: InspectionWish): Promise<JournalCondition> {
  const { movedTo, schema, brokenGuards, caseIds } = readFrame(path);
  if (movedTo !== null) return { state: 'moved', to: movedTo };
  if (schema !== 'current') return { state: `${schema}-schema` };
  if (brokenGuards.length > 0) return { state: 'unguarded', triggers: brokenGuards };
  const journal = createSqlJournal(await openSqlite(databaseUrl), null);
  try {
    const kept = await journal.keptContacts();
    // Whoever may write the file may do anything with it: its mode says who that is.
    return {
      state: 'readable',
      chains: await followChains(journal, caseIds, wish),
      kept,
      ownsTables: false,
      writes: await readWrites(journal),
    };
  } finally {
    await journal.close();
  }
}

/** Everything around the lines. Every case counts, even one whose first line is gone. */
function readFrame(path: string) {
  const database = new Database(path);
  const column = (query: string) =>
    (database.prepare(query).raw().all() as string[][]).map(([value = '']) => value);
  try {
    database.exec(`pragma busy_timeout = ${LOCK_PATIENCE_MS}`);
    const tables = column(`select name from sqlite_master where type = 'table'`);
    const applied = tables.includes('kysely_migration') ? column('select name from kysely_migration') : [];
    const triggers = database.prepare(`select name, sql from sqlite_master where type = 'trigger'`).all();
    const facts = tables.includes('installation')
      ? (database.prepare('select name, value from installation').raw().all() as [string, string][])
      : [];
    const mark = toMark(applied, new Map(facts));
    const schema = compareSchema(mark);
    const brokenGuards = findBrokenGuards(triggers as { name: string; sql: string }[]);
    const newestFirst = `select case_id from entry where case_id <> '${INSTALLATION}' group by case_id order by max(rowid) desc`;
    const isReadable = schema === 'current' && brokenGuards.length === 0;
    return { movedTo: mark.movedTo, schema, brokenGuards, caseIds: isReadable ? column(newestFirst) : [] };
  } finally {
    database.close();
  }
}
