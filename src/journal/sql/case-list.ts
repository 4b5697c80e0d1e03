import { effectKeys, type EntryOf } from '../../domain/journal';
import type { CaseRef, Instant } from '../../domain/types';
import type { CaseEnd, Operation } from '../../domain/vocabulary';
import type { CaseFilter, JournalCase } from '../port';
import { toEntry, type Db } from './rows';

/** The opening lines of all cases that have no end, oldest first. */
export async function listOpenCases(db: Db): Promise<EntryOf<'check', 'opening'>[]> {
  const rows = await db
    .selectFrom('entry as opening')
    .selectAll()
    .where('opening.kind', '=', 'opening')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('entry as ending')
            .select('ending.seq')
            .whereRef('ending.case_id', '=', 'opening.case_id')
            // Found by the key, without a look at all the other lines of the case.
            .where('ending.effect_key', '=', effectKeys.end)
            .where('ending.kind', '=', 'end'),
        ),
      ),
    )
    .orderBy('opening.at')
    .execute();
  return rows.map((row) => toEntry<EntryOf<'check', 'opening'>>(row));
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

/** The newest request for an approval of each case that waits for a decision. */
export async function listOpenRequests(
  db: Db,
  houses?: readonly string[],
): Promise<EntryOf<'request-approval'>[]> {
  if (houses?.length === 0) return [];
  const rows = await db
    .selectFrom('entry as request')
    .selectAll()
    .where('request.operation', '=', 'request-approval')
    .$if(houses !== undefined, (query) => query.where('request.house', 'in', houses ?? []))
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

/**
 * Newest first. Two queries joined, one for opening lines and one for refusals, because each can use the index (kind, at)
 * and need not sort all the others.
 */
export async function listCases(db: Db, filter: CaseFilter): Promise<JournalCase[]> {
  // PostgreSQL takes no empty list.
  if (filter.houses?.length === 0) return [];
  const rows = await db
    .selectFrom(firstLines(db, 'opening', filter).as('opening'))
    .selectAll()
    .unionAll(db.selectFrom(firstLines(db, 'refusal', filter).as('refusal')).selectAll())
    .orderBy('at', 'desc')
    .orderBy('case_id', 'desc')
    .limit(filter.limit)
    .execute();
  return rows.map(({ end, claim, ...row }) => ({
    opening: toEntry<EntryOf<'check'>>(row),
    end: end as CaseEnd | null,
    hasStornoClaim: claim === 'storno',
  }));
}

function firstLines(db: Db, kind: 'opening' | 'refusal', filter: CaseFilter) {
  let query = db
    .selectFrom('entry as first')
    .leftJoin('entry as last', (join) =>
      join
        .onRef('last.case_id', '=', 'first.case_id')
        .on('last.effect_key', '=', effectKeys.end)
        .on('last.kind', '=', 'end'),
    )
    .leftJoin('claim', 'claim.case_id', 'first.case_id')
    .selectAll('first')
    .select(['last.outcome as end', 'claim.value as claim'])
    .where('first.kind', '=', kind);
  const { houses, eventNumbers, ends, before } = filter;
  if (houses) query = query.where('first.house', 'in', houses);
  if (eventNumbers) query = query.where('first.event_number', 'in', eventNumbers);
  if (ends) {
    const outcomes = ends.filter((end) => end !== null);
    query = query.where(({ or, eb, lit }) =>
      or([
        lit(kind === 'refusal' && outcomes.includes('refused')),
        ...(outcomes.length > 0 ? [eb('last.outcome', 'in', outcomes)] : []),
        ...(ends.includes(null) && kind === 'opening' ? [eb('last.case_id', 'is', null)] : []),
      ]),
    );
  }
  if (before) {
    query = query
      .where('first.at', '<=', before.at)
      .where(({ or, eb }) => or([eb('first.at', '<', before.at), eb('first.case_id', '<', before.caseId)]));
  }
  // With few events there are few rows; an ORDER BY would make the database drop the better index.
  if (eventNumbers) return query;
  return query.orderBy('first.at', 'desc').orderBy('first.case_id', 'desc').limit(filter.limit);
}
