import { sql } from 'kysely';
import { MARKED, MARKED_WITH_CONTENT, markOf, type CaseMark, type MarkRow } from '../../domain/case-marks';
import {
  SERIES,
  seriesKeys,
  seriesStateOf,
  type NewSeriesLine,
  type SeriesLine,
  type SeriesLineOf,
} from '../../domain/series-lines';
import { REQUEST } from '../../domain/series-line';
import { sealContact } from '../contact';
import type { NewSeries, SeriesOpening, SeriesStore } from '../port';
import { makeContactKey } from './contact-keys';
import { findPlace, insertRow, readEntries, type Place, type Writing } from './entries';
import { toEntry, type Db } from './rows';

const AT_A_TIME = 400;

/** The lines of a series, oldest first. `operations`: only those. */
export async function readSeries(
  db: Db,
  seriesId: string,
  operations?: readonly SeriesLine['operation'][],
): Promise<SeriesLine[]> {
  if (!operations) return readEntries<SeriesLine>(db, seriesId);
  const rows = await db
    .selectFrom('entry')
    .selectAll()
    .where('case_id', '=', seriesId)
    .where('operation', 'in', operations)
    .orderBy('seq')
    .execute();
  return rows.map((row) => toEntry<SeriesLine>(row));
}

/** Writes the first line, unless a series for the same thing has not ended: then that one is returned. */
export async function openSeriesOnce(
  writing: Writing,
  seriesId: string,
  { contact, ...line }: NewSeries,
): Promise<SeriesOpening> {
  const { db } = writing;
  const same = await findUnended(db, line.outcome);
  if (same !== null) return { isNew: false, seriesId: same };
  const after = contact
    ? { ...line.after, contact: sealContact(await makeContactKey(db, seriesId), seriesId, contact) }
    : line.after;
  await insertSeriesLine(
    writing,
    seriesId,
    { ...line, after },
    await findPlace(db, seriesId, line.effectKey),
  );
  return { isNew: true, seriesId };
}

/** `null`: the effect key is there already. */
export async function appendNewToSeries(
  writing: Writing,
  seriesId: string,
  line: NewSeriesLine,
): Promise<SeriesLine | null> {
  const place = await findPlace(writing.db, seriesId, line.effectKey);
  return place.there ? null : insertSeriesLine(writing, seriesId, line, place);
}

/** The same effect key again returns the line that is there. */
export async function appendToSeries(
  writing: Writing,
  seriesId: string,
  line: NewSeriesLine,
): Promise<SeriesLine> {
  const place = await findPlace(writing.db, seriesId, line.effectKey);
  return place.there ? toEntry<SeriesLine>(place.there) : insertSeriesLine(writing, seriesId, line, place);
}

/** `null`: nothing is to be written. */
export async function decideOnSeries(
  writing: Writing,
  seriesId: string,
  decide: Parameters<SeriesStore['decideOnSeries']>[1],
): Promise<SeriesLine | null> {
  const { db } = writing;
  const lines = await readSeries(db, seriesId);
  const caseIds = seriesStateOf(lines)?.items.map(({ item }) => item.caseId) ?? [];
  const line = decide(lines, await readMarks(db, caseIds));
  return line && appendToSeries(writing, seriesId, line);
}

async function insertSeriesLine(
  writing: Writing,
  seriesId: string,
  line: NewSeriesLine,
  place: Place,
): Promise<SeriesLine> {
  const ref = { caseId: seriesId, house: '', eventNumber: '' };
  return toEntry<SeriesLine>(await insertRow(writing, ref, { kind: SERIES, step: SERIES, ...line }, place));
}

/** How far these cases are; one that has no line is left out. Of each of them only the lines that say it are read. */
export async function readMarks(db: Db, caseIds: readonly string[]): Promise<Map<string, CaseMark>> {
  const marks = new Map<string, CaseMark>();
  for (let from = 0; from < caseIds.length; from += AT_A_TIME) {
    const rows = await db
      .selectFrom('entry')
      .select(['case_id', 'seq', 'hash', 'at', 'kind', 'step', 'operation', 'outcome'])
      .select(
        sql<string | null>`case when operation in (${sql.join(MARKED_WITH_CONTENT)}) then after end`.as(
          'content',
        ),
      )
      .where('case_id', 'in', caseIds.slice(from, from + AT_A_TIME))
      .where(({ and, eb, or, selectFrom }) =>
        or([
          eb('kind', 'in', MARKED.kinds),
          eb('operation', 'in', MARKED.operations),
          and([eb('operation', '=', MARKED.proof.operation), eb('outcome', 'in', MARKED.proof.outcomes)]),
          eb(
            'seq',
            '=',
            selectFrom('entry as newest')
              .select(({ fn }) => fn.max('newest.seq').as('seq'))
              .whereRef('newest.case_id', '=', 'entry.case_id'),
          ),
        ]),
      )
      .orderBy('case_id')
      .orderBy('seq')
      .execute();
    const byCase = new Map<string, MarkRow[]>();
    for (const row of rows) {
      const own = byCase.get(row.case_id);
      if (own) own.push(toMarkRow(row));
      else byCase.set(row.case_id, [toMarkRow(row)]);
    }
    for (const [caseId, own] of byCase) {
      const mark = markOf(own);
      if (mark) marks.set(caseId, mark);
    }
  }
  return marks;
}

type LightRow = {
  case_id: string;
  seq: number;
  hash: string;
  at: string;
  kind: string;
  step: string;
  operation: string;
  outcome: string | null;
  content: string | null;
};

function toMarkRow({ case_id: caseId, content, ...row }: LightRow): MarkRow {
  return { ...row, caseId, after: content === null ? null : (JSON.parse(content) as unknown) };
}

/** The first lines of the series that have not ended, or go on after their end: as `seriesStateOf` says it. */
function selectUnended(db: Db) {
  return db
    .selectFrom('entry as first')
    .select('first.case_id as seriesId')
    .where('first.kind', '=', SERIES)
    .where('first.effect_key', '=', seriesKeys.order)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('entry as ending')
            .select('ending.seq')
            .whereRef('ending.case_id', '=', 'first.case_id')
            .where('ending.operation', '=', END)
            .where(({ not: none, exists: any, selectFrom: select }) =>
              none(
                any(
                  select('entry as retrial')
                    .select('retrial.seq')
                    .whereRef('retrial.case_id', '=', 'ending.case_id')
                    .whereRef('retrial.seq', '>', 'ending.seq')
                    .where('retrial.operation', '=', RETRIAL),
                ),
              ),
            ),
        ),
      ),
    )
    .orderBy('first.at');
}

const END = 'end-series' satisfies SeriesLine['operation'];
const RETRIAL = 'retry-items' satisfies SeriesLine['operation'];

/** The series that was ordered for the same thing and has not ended; `null`: there is none. */
async function findUnended(db: Db, digest: string): Promise<string | null> {
  const [same] = await selectUnended(db).where('first.outcome', '=', digest).limit(1).execute();
  return same?.seriesId ?? null;
}

/** The series that have not ended, the one that was ordered first first. */
export async function listUnendedSeries(db: Db): Promise<string[]> {
  return (await selectUnended(db).execute()).map(({ seriesId }) => seriesId);
}

const REQUESTED = 'request-series-approval' satisfies SeriesLine['operation'];
const ABORTED = 'abort-series' satisfies SeriesLine['operation'];

/**
 * The requests of series that have not ended, without those that were decided. Each page of the console asks: so it looks among
 * the open series alone.
 */
export async function listOpenRequests(db: Db): Promise<SeriesLineOf<typeof REQUESTED>[]> {
  const rows = await selectUnended(db)
    .innerJoin('entry as request', 'request.case_id', 'first.case_id')
    .clearSelect()
    .selectAll('request')
    .where('request.operation', '=', REQUESTED)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('entry as answer')
            .select('answer.seq')
            .whereRef('answer.case_id', '=', 'request.case_id')
            .where(({ eb, or }) =>
              or([
                eb('answer.operation', '=', ABORTED),
                eb('request.effect_key', '=', sql<string>`answer.effect_key || ${REQUEST}`),
              ]),
            ),
        ),
      ),
    )
    .execute();
  return rows.map((row) => toEntry<SeriesLineOf<typeof REQUESTED>>(row));
}

/** The ids of the series that were ordered last, newest first. */
export async function listSeries(db: Db, before: string | null, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('entry')
    .select('case_id')
    .where('kind', '=', SERIES)
    .where('effect_key', '=', seriesKeys.order)
    .$if(before !== null, (query) => query.where('at', '<', before ?? ''))
    .orderBy('at', 'desc')
    .orderBy('case_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ case_id: caseId }) => caseId);
}
