import type { Opening } from '../../domain/case';
import { effectKeys, type NewOpening } from '../../domain/journal';
import { itemHindrance, seriesStateOf, type ItemHindrance } from '../../domain/series-lines';
import type { CaseRef } from '../../domain/types';
import type { CaseEnd } from '../../domain/vocabulary';
import type { CaseOpening } from '../port';
import { findPlace, insertEntry, type Writing } from './entries';
import { toEntry, type Db } from './rows';
import { readSeries } from './series';

/** The ends of a case after which the event can be ordered again. */
const ENDS_THAT_FREE_THE_EVENT: readonly string[] = ['aborted', 'refused'] satisfies CaseEnd[];

export async function openCaseOnce(writing: Writing, ref: CaseRef, entry: NewOpening): Promise<CaseOpening> {
  const { db } = writing;
  const place = await findPlace(db, ref.caseId, entry.effectKey);
  if (place.there) return { opened: toEntry(place.there) };
  const hinderedBy = await findHindrance(db, ref, entry);
  if (hinderedBy) return { hinderedBy };
  const holder = await findHolder(db, ref.house, ref.eventNumber, ref.caseId);
  const isFree = holder === null || (holder.end !== null && holder.caseId === replacedBy(entry.after));
  return isFree ? { opened: await insertEntry(writing, ref, entry, place) } : { takenBy: holder.caseId };
}

/** The series that a case belongs to; `null`: it was ordered by itself. */
export function seriesOf({ after }: Pick<NewOpening, 'after'>): string | null {
  return (after as Partial<Opening> | undefined)?.input?.series?.id ?? null;
}

/** The plan with which a case was approved in its series. An opening that does not say it was approved with none. */
export function approvedPlanOf({ after }: Pick<NewOpening, 'after'>): string {
  return (after as Partial<Opening> | undefined)?.approvedInSeries?.planHash ?? '';
}

/** In the transaction that opens the case: nothing is decided about its series in between. */
async function findHindrance(db: Db, { caseId }: CaseRef, entry: NewOpening): Promise<ItemHindrance | null> {
  const seriesId = seriesOf(entry);
  if (seriesId === null) return null;
  const series = seriesStateOf(await readSeries(db, seriesId));
  return series ? itemHindrance(series, { caseId, planHash: approvedPlanOf(entry) }) : 'not-in-series';
}

export async function findHoldingCase(db: Db, house: string, eventNumber: string): Promise<string | null> {
  return (await findHolder(db, house, eventNumber))?.caseId ?? null;
}

/**
 * The case that neither freed the event by its end nor was replaced by a later one. `exceptCaseId`: the case to ignore.
 */
async function findHolder(
  db: Db,
  house: string,
  eventNumber: string,
  exceptCaseId = '',
): Promise<{ caseId: string; end: string | null } | null> {
  const openings = await db
    .selectFrom('entry as opening')
    .leftJoin('entry as ending', (join) =>
      join
        .onRef('ending.case_id', '=', 'opening.case_id')
        .on('ending.effect_key', '=', effectKeys.end)
        .on('ending.kind', '=', 'end'),
    )
    .select(['opening.case_id as caseId', 'opening.after as after', 'ending.outcome as end'])
    .where('opening.house', '=', house)
    .where('opening.event_number', '=', eventNumber)
    .where('opening.kind', '=', 'opening')
    .execute();
  const replaced = new Set(openings.map(({ after }) => replacedBy(JSON.parse(after))));
  const holder = openings.find(
    ({ caseId, end }) =>
      caseId !== exceptCaseId &&
      !replaced.has(caseId) &&
      (end === null || !ENDS_THAT_FREE_THE_EVENT.includes(end)),
  );
  return holder ? { caseId: holder.caseId, end: holder.end } : null;
}

/** The case in whose place another one was opened, by the content of its opening line. */
function replacedBy(opening: unknown): string | null {
  return (opening as Partial<Opening> | null | undefined)?.replaces ?? null;
}

/** The newest case of an event, a refused one too. */
export async function findLatestCase(db: Db, house: string, eventNumber: string): Promise<string | null> {
  const row = await db
    .selectFrom('entry')
    .select('case_id')
    .where('event_number', '=', eventNumber)
    .where('house', '=', house)
    .where('kind', 'in', ['opening', 'refusal'])
    .orderBy('at', 'desc')
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  return row?.case_id ?? null;
}
