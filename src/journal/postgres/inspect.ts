import { sql } from 'kysely';
import { KnownFailure } from '../../domain/failures';
import { INSTALLATION } from '../../domain/installation';
import {
  followChains,
  readWrites,
  type InspectionWish,
  type JournalCondition,
  type JournalInspection,
} from '../inspection';
import { APPEND_ONLY_TABLES, compareSchema } from '../sql/migrations';
import { readMark } from '../sql/oldest-build';
import type { Db } from '../sql/rows';
import { connect, placeOf } from './connect';
import { isCertificateRefused, isConnectionLost } from './failures';
import { findBrokenGuards } from './guards';
import { createSqlJournal } from '../sql/sql-journal';
import { journalIn } from './open';

/** Reads only. Tables that are not there yet are not made, and those of an older version not brought up to date. */
export async function inspectPostgresJournal(
  databaseUrl: string,
  wish: InspectionWish,
): Promise<JournalInspection> {
  const place = placeOf(databaseUrl);
  try {
    return { place, ...(await look(databaseUrl, wish)) };
  } catch (error) {
    const cause = error instanceof KnownFailure ? error.options.cause : error;
    const reason = error instanceof KnownFailure ? error.detail : (error as Error).message;
    const isReached = !isConnectionLost(cause) && !isCertificateRefused(cause);
    return { place, state: isReached ? 'unreadable' : 'unreachable', reason };
  }
}

async function look(databaseUrl: string, wish: InspectionWish): Promise<JournalCondition> {
  const db = connect(databaseUrl);
  try {
    const mark = await readMark(db);
    if (mark.movedTo !== null) return { state: 'moved', to: mark.movedTo };
    const schema = compareSchema(mark);
    if (schema !== 'current') return { state: schema === 'newer' ? 'newer-schema' : 'unmigrated' };
    const triggers = await findBrokenGuards(db);
    if (triggers.length > 0) return { state: 'unguarded', triggers };
    const journal = createSqlJournal(journalIn(db), null);
    const kept = await journal.keptContacts();
    const chains = await followChains(journal, await readCaseIds(db), wish);
    const writes = await readWrites(journal);
    return { state: 'readable', chains, kept, ownsTables: await ownsTables(db), writes };
  } finally {
    await db.destroy();
  }
}

/** Of every case, also of one whose first line is gone; those with the newest lines first. */
async function readCaseIds(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('entry')
    .select('case_id')
    .where('case_id', '!=', INSTALLATION)
    .groupBy('case_id')
    .orderBy(({ fn }) => fn.max('at'), 'desc')
    .execute();
  return rows.map(({ case_id }) => case_id);
}

/** Whether the role that the service works as could take the guards away. */
async function ownsTables(db: Db): Promise<boolean> {
  const { rows } = await sql<{ owned: boolean }>`
    select bool_or(pg_has_role(current_user, relowner, 'usage')) as owned from pg_class
    where relnamespace = current_schema()::regnamespace and relname = any(${[...APPEND_ONLY_TABLES]}::text[])`.execute(
    db,
  );
  return rows[0]?.owned ?? false;
}
