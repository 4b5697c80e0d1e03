import { digest } from '../../digest';
import type { ChainRow, FirstLine } from '../../domain/case-chain';
import { INSTALLATION } from '../../domain/installation';
import { keyIdOf, type PublicKey, type Signer } from '../../domain/signature';
import type { Instant } from '../../domain/types';
import { hashEntry, NO_PREVIOUS_HASH } from '../chain';
import type { CaseHead } from '../port';
import type { CaseChainRow, Db } from './rows';

/** What stands in row 0. Its hash covers the list by count and digest, so that the row can be shown without the list. */
interface Earlier {
  at: Instant;
  cases: FirstLine[];
}

/** Begins the chain, and enters all cases that are there. A chain that has begun stays as it is. */
export async function beginCaseChain(db: Db, signer: Signer): Promise<void> {
  if (await lastRow(db)) return;
  const cases = await readFirstLines(db);
  const earlier: Earlier = { at: new Date().toISOString(), cases };
  const content = { number: 0, earlier: summaryOf(earlier) };
  await insertChainRow(db, signer, content, NO_PREVIOUS_HASH, JSON.stringify(earlier));
}

/**
 * Enters a case, in the transaction that writes its first line. This is the last statement of that transaction: a database
 * that lets several write at once (PostgreSQL) takes the one lock of the whole installation here, after all the others, so
 * that nobody holds it and waits. In SQLite the write transaction is the lock.
 */
export async function enterCase(db: Db, signer: Signer, first: FirstLine): Promise<void> {
  const last = await lastRow(db);
  const number = (last?.number ?? 0) + 1;
  await insertChainRow(db, signer, { number, ...first }, last?.hash ?? NO_PREVIOUS_HASH);
}

type Content = { number: number } & (FirstLine | { earlier: ReturnType<typeof summaryOf> });

async function insertChainRow(
  db: Db,
  signer: Signer,
  content: Content,
  previousHash: string,
  earlier: string | null = null,
): Promise<void> {
  const hash = hashEntry({ ...content, previousHash });
  const row = {
    number: content.number,
    case_id: 'caseId' in content ? content.caseId : null,
    first_hash: 'caseId' in content ? content.firstHash : null,
    earlier,
    previous_hash: previousHash,
    hash,
    signature: signer.sign('case', hash),
  };
  await db.insertInto('case_chain').values(row).execute();
}

function lastRow(db: Db): Promise<Pick<CaseChainRow, 'number' | 'hash'> | undefined> {
  return db
    .selectFrom('case_chain')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function summaryOf({ at, cases }: Earlier) {
  return { at, count: cases.length, digest: digest(cases) };
}

/** Of every case that has its first line, in the order of the ids. */
async function readFirstLines(db: Db): Promise<FirstLine[]> {
  const rows = await db
    .selectFrom('entry')
    .select(['case_id as caseId', 'hash as firstHash'])
    .where('seq', '=', 1)
    .where('case_id', '!=', INSTALLATION)
    .execute();
  // Not in the order of the database, which may be another one elsewhere.
  return rows.sort((one, other) => (one.caseId < other.caseId ? -1 : 1));
}

/** The row of a case, or the one that stands for the earlier cases where it is one of them. */
export async function findCaseRow(db: Db, caseId: string): Promise<ChainRow | null> {
  const own = await db.selectFrom('case_chain').selectAll().where('case_id', '=', caseId).executeTakeFirst();
  if (own) return toChainRow(own);
  const earlier = await db.selectFrom('case_chain').selectAll().where('number', '=', 0).executeTakeFirst();
  return earlier && earlierOf(earlier)?.cases.some((each) => each.caseId === caseId)
    ? toChainRow(earlier)
    : null;
}

/** The whole chain, oldest first. */
export async function readCaseRows(db: Db): Promise<ChainRow[]> {
  const rows = await db.selectFrom('case_chain').selectAll().orderBy('number').execute();
  return rows.map(toChainRow);
}

/** The last number that a key has signed; 0: none. */
export async function findLastCaseOf(db: Db, key: Pick<PublicKey, 'fingerprint'>): Promise<number> {
  const last = await db
    .selectFrom('case_chain')
    .select('number')
    .where('signature', 'like', `${keyIdOf(key)}:%`)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.number ?? 0;
}

/** The cases that were there before the chain began. */
export async function readEarlierCases(db: Db): Promise<FirstLine[]> {
  const row = await db.selectFrom('case_chain').selectAll().where('number', '=', 0).executeTakeFirst();
  return (row && earlierOf(row)?.cases) ?? [];
}

/** Where every case begins and ends. */
export async function readCaseHeads(db: Db): Promise<CaseHead[]> {
  const rows = await db
    .selectFrom((from) =>
      from
        .selectFrom('entry')
        .select(({ fn }) => ['case_id', fn.max('seq').as('seq')])
        .where('case_id', '!=', INSTALLATION)
        .groupBy('case_id')
        .as('newest'),
    )
    .innerJoin('entry as last', (join) =>
      join.onRef('last.case_id', '=', 'newest.case_id').onRef('last.seq', '=', 'newest.seq'),
    )
    .leftJoin('entry as first', (join) =>
      join.onRef('first.case_id', '=', 'newest.case_id').on('first.seq', '=', 1),
    )
    .select([
      'last.case_id as caseId',
      'last.house as house',
      'last.event_number as eventNumber',
      'last.seq as seq',
      'last.hash as hash',
      'last.at as at',
      'first.hash as firstHash',
    ])
    .execute();
  return rows.map(({ seq, hash, ...head }) => ({ ...head, last: { seq, hash } }));
}

function toChainRow(row: CaseChainRow): ChainRow {
  const frame = {
    number: row.number,
    previousHash: row.previous_hash,
    hash: row.hash,
    signature: row.signature,
  };
  const earlier = earlierOf(row);
  if (earlier) return { ...frame, earlier: summaryOf(earlier) };
  return { ...frame, caseId: row.case_id ?? '', firstHash: row.first_hash ?? '' };
}

function earlierOf({ earlier }: CaseChainRow): Earlier | null {
  return earlier === null ? null : (JSON.parse(earlier) as Earlier);
}
