import { effectKeys, type EntryOf } from '../../domain/journal';
import type { CaseRef, Instant } from '../../domain/types';
import type { Operation } from '../../domain/vocabulary';
import type { CaseFilter, JournalCase } from '../port';
import { toEntry, type Db, type ListedCaseRow } from './rows';

/** The opening lines of all cases that have no end, oldest first. */
export async function listOpenCases(db: Db): Promise<EntryOf<'check', 'opening'>[]> {
  const rows = await openingsOfOpenCases(db).execute();
  return rows.map((row) => toEntry<EntryOf<'check', 'opening'>>(row));
}

/**
 * Those that the Storno has claimed. The claim is looked up for each open case by its key: with a join PostgreSQL expects that most open
 * cases have one, because most ended ones do, and reads every line that there is to find their openings.
 */
export async function listOpenStornoCases(db: Db): Promise<EntryOf<'check', 'opening'>[]> {
  const rows = await openingsOfOpenCases(db)
    .where(
      ({ selectFrom }) =>
        selectFrom('claim').select('claim.value').whereRef('claim.case_id', '=', 'listed.case_id'),
      '=',
      'storno',
    )
    .execute();
  return rows.map((row) => toEntry<EntryOf<'check', 'opening'>>(row));
}

function openingsOfOpenCases(db: Db) {
  return db
    .selectFrom('listed_case as listed')
    .innerJoin('entry as opening', (join) =>
      join.onRef('opening.case_id', '=', 'listed.case_id').onRef('opening.seq', '=', 'listed.seq'),
    )
    .selectAll('opening')
    .where('listed.state', '=', 'open')
    .orderBy('listed.at');
}

/** What answers a request for an approval, or makes it pointless. */
const ANSWERS: readonly string[] = [
  'request-approval',
  'approve',
  'reject',
  'override',
  'end-approval',
  'abort',
  'close',
] satisfies Operation[];

/**
 * The newest request for an approval of each case that waits for a decision. Each page of the console asks: so it looks among the
 * open cases, and in each by the key of a request, not among all requests that ever were.
 */
export async function listOpenRequests(
  db: Db,
  houses?: readonly string[],
): Promise<EntryOf<'request-approval'>[]> {
  if (houses?.length === 0) return [];
  const rows = await db
    .selectFrom('listed_case as listed')
    .innerJoin('entry as request', 'request.case_id', 'listed.case_id')
    .selectAll('request')
    .where('listed.state', '=', 'open')
    .$if(houses !== undefined, (query) => query.where('listed.house', 'in', houses ?? []))
    .where('request.effect_key', '>=', effectKeys.approvalRequests)
    .where('request.effect_key', '<', `${effectKeys.approvalRequests}:`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('entry as answer')
            .select('answer.seq')
            .whereRef('answer.case_id', '=', 'request.case_id')
            .whereRef('answer.seq', '>', 'request.seq')
            .where('answer.operation', 'in', ANSWERS),
        ),
      ),
    )
    .orderBy('request.at')
    .execute();
  return rows.map((row) => toEntry<EntryOf<'request-approval'>>(row));
}

/** The cases that ended at this time or later, the one that ended first first. */
export async function listEndedSince(db: Db, at: Instant): Promise<CaseRef[]> {
  const rows = await db
    .selectFrom('entry')
    .select(['case_id', 'house', 'event_number'])
    .where('kind', '=', 'end')
    .where('at', '>=', at)
    .orderBy('at')
    .orderBy('case_id')
    .execute();
  return rows.map(({ case_id: caseId, house, event_number: eventNumber }) => ({
    caseId,
    house,
    eventNumber,
  }));
}

/** Newest first. */
export async function listCases(db: Db, filter: CaseFilter): Promise<JournalCase[]> {
  // PostgreSQL takes no empty list.
  if ([filter.houses, filter.ends, filter.eventNumbers].some((wanted) => wanted?.length === 0)) return [];
  const rows = await db
    .with('listed', () => listedCases(db, filter))
    .selectFrom('listed')
    .innerJoin('entry as first', (join) =>
      join.onRef('first.case_id', '=', 'listed.case_id').onRef('first.seq', '=', 'listed.seq'),
    )
    .leftJoin('claim', 'claim.case_id', 'listed.case_id')
    .selectAll('first')
    .select(['listed.state as state', 'claim.value as claim'])
    .orderBy('listed.at', 'desc')
    .orderBy('listed.case_id', 'desc')
    .execute();
  return rows.map(({ state, claim, ...row }) => ({
    opening: toEntry<EntryOf<'check'>>(row),
    end: state === 'open' || row.kind === 'refusal' ? null : state,
    hasStornoClaim: claim === 'storno',
  }));
}

/**
 * One page of the list. Each state is a query of its own, because then each goes along an index in the order of the list, and reads
 * no more than the page, however rare the state is.
 */
function listedCases(db: Db, filter: CaseFilter) {
  const states = filter.ends ? [...new Set(filter.ends.map((end) => end ?? 'open'))] : [null];
  const [first, ...others] = states.map((state) =>
    db.selectFrom(newest(db, filter, state).as('page')).selectAll(),
  );
  return others
    .reduce((all, other) => all.unionAll(other), first!)
    .orderBy('at', 'desc')
    .orderBy('case_id', 'desc')
    .limit(filter.limit);
}

/** `state`: `null` for any. */
function newest(
  db: Db,
  { houses, eventNumbers, before, limit }: CaseFilter,
  state: ListedCaseRow['state'] | null,
) {
  let query = db.selectFrom('listed_case').selectAll();
  if (state) query = query.where('state', '=', state);
  if (houses) query = query.where('house', 'in', houses);
  if (eventNumbers) query = query.where('event_number', 'in', eventNumbers);
  if (before)
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('at', 'case_id'), '<', tuple(before.at, before.caseId)),
    );
  return query.orderBy('at', 'desc').orderBy('case_id', 'desc').limit(limit);
}
