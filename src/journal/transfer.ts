import { rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Actor } from '../domain/actor';
import type { Signer } from '../domain/signature';
import type { Chains, JournalInspection } from './inspection';
import { inspectJournal, openDatabase } from './open';
import { placeOf } from './postgres/connect';
import { migratePostgres } from './postgres/migrate';
import { withPostgresSnapshot } from './postgres/snapshot';
import { readCaseHeads } from './sql/case-chain';
import { copyTables } from './sql/copy';
import { appendToInstallation, noteInstallationId, readInstallationLines } from './sql/installation';
import { MOVED_TO, NO_BUILD, OLDEST_BUILD } from './sql/oldest-build';
import type { Db } from './sql/rows';
import type { SqlConnection } from './sql/sql-journal';
import { HOLD_EVERYTHING } from './sql/writer';
import { backupSqlite } from './sqlite/backup';

/** Why a journal was not copied. Nothing was changed in it. */
export type TransferFault =
  | { kind: 'source' | 'target' | 'copy'; inspection: JournalInspection }
  /** The target holds another journal. */
  | { kind: 'foreign-target' };

/** `lines`, `cases`: what was copied and compared. */
export type Transfer = { cases: number; lines: number } | TransferFault;

interface Move {
  from: string;
  to: string;
  /** Who makes the tables in PostgreSQL where there are none yet; `null`: the role that `to` names. */
  ownerUrl: string | null;
  /** Who signs the line that the journal has moved. */
  signer: Signer;
  by: Actor;
}

/**
 * Copies a journal with everything that belongs to it, checks the copy, and closes the source: its last row says where it has
 * moved to, and no build writes there any more. Nobody else writes meanwhile. What was interrupted can be done again.
 */
export async function moveJournal({ from, to, ownerUrl, signer, by }: Move): Promise<Transfer> {
  const before = await inspectWhole(from);
  if (!isWhole(before)) return { kind: 'source', inspection: before };
  const target = await prepare(to, ownerUrl);
  if (target) return target;
  const [source, copy] = [await openDatabase(from), await openDatabase(to)];
  try {
    return await source.writer.write({ names: [HOLD_EVERYTHING] }, async (db) => {
      if (!(await isFor(copy, await noteInstallationId(db)))) return { kind: 'foreign-target' };
      await copy.writer.write({ names: [HOLD_EVERYTHING] }, (into) => copyTables(db, into));
      const after = await inspectWhole(to);
      if (!isWhole(after) || !(await areSame(db, copy.db))) return { kind: 'copy', inspection: after };
      const lines = await countLines(db);
      await close(db, signer, by, to);
      return { cases: after.chains.caseCount, lines };
    });
  } finally {
    await source.db.destroy();
    await copy.db.destroy();
  }
}

/**
 * Writes the journal as it is at one moment into a file that must not be there yet, only for this user, and checks it; also of
 * a journal in PostgreSQL. Others go on writing meanwhile.
 */
export async function backupJournal(from: string, path: string): Promise<Transfer> {
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  const url = pathToFileURL(path).href;
  try {
    if (from.startsWith('file:')) backupSqlite(from, path);
    else await withPostgresSnapshot(from, (db) => copyInto(url, db));
  } catch (error) {
    rmSync(path);
    throw error;
  }
  const inspection = await inspectWhole(url);
  if (!isWhole(inspection)) return { kind: 'copy', inspection };
  return { cases: inspection.chains.caseCount, lines: await withDatabase(url, countLines) };
}

const copyInto = (url: string, from: Db) =>
  withDatabase(url, (_db, { writer }) =>
    writer.write({ names: [HOLD_EVERYTHING] }, (into) => copyTables(from, into)),
  );

async function withDatabase<T>(
  url: string,
  work: (db: Db, connection: SqlConnection) => Promise<T>,
): Promise<T> {
  const connection = await openDatabase(url);
  return work(connection.db, connection).finally(() => connection.db.destroy());
}

type WholeJournal = JournalInspection & { state: 'readable'; chains: Chains };

const inspectWhole = (url: string) => inspectJournal(url, { budgetMs: Infinity, ownKeys: null });

function isWhole(inspection: JournalInspection): inspection is WholeJournal {
  if (inspection.state !== 'readable') return false;
  const { broken, contacts, proof } = inspection.chains;
  return broken.length === 0 && contacts.length === 0 && (proof?.faults ?? []).length === 0;
}

async function prepare(to: string, ownerUrl: string | null): Promise<TransferFault | null> {
  const found = await inspectWhole(to);
  if (found.state === 'unmigrated') await migratePostgres(ownerUrl ?? to, to);
  else if (!['missing', 'older-schema', 'readable'].includes(found.state))
    return { kind: 'target', inspection: found };
  return null;
}

/** Whether the target is empty, or holds an earlier try to copy this very journal. */
async function isFor({ db }: SqlConnection, id: string): Promise<boolean> {
  const facts = await db.selectFrom('installation').selectAll().where('name', '=', 'id').execute();
  const line = await db.selectFrom('entry').select('case_id').limit(1).executeTakeFirst();
  return facts[0] ? facts[0].value === id : line === undefined;
}

async function areSame(one: Db, other: Db): Promise<boolean> {
  const [here, there] = await Promise.all([one, other].map(summary));
  return here === there;
}

/** Each head holds the hashes of all the lines before it. */
async function summary(db: Db): Promise<string> {
  const heads = await readCaseHeads(db);
  const sorted = heads.sort((one, other) => (one.caseId < other.caseId ? -1 : 1));
  const own = (await readInstallationLines(db)).at(-1)?.hash;
  return JSON.stringify([await countLines(db), own, sorted.map(({ caseId, last }) => [caseId, last])]);
}

async function countLines(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('entry')
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function close(db: Db, signer: Signer, by: Actor, to: string): Promise<void> {
  const place = to.startsWith('file:') ? to : placeOf(to);
  await appendToInstallation(
    { db, signer },
    { ...by, operation: 'moved', effectKey: 'moved', before: null, after: { to: place } },
  );
  await db.deleteFrom('installation').where('name', 'in', [OLDEST_BUILD, MOVED_TO]).execute();
  await db
    .insertInto('installation')
    .values([
      { name: OLDEST_BUILD, value: String(NO_BUILD) },
      { name: MOVED_TO, value: place },
    ])
    .execute();
}
