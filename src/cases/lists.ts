import { isOpenRun, type RunRecord } from '../client';
import { isEnd, isWait } from '../domain/vocabulary';
import { type CaseState } from '../domain/vocabulary';
import { type StepName } from '../domain/vocabulary';
import { viennaDate } from '../domain/clock';
import type { CaseFilter, JournalCase } from '../journal/port';
import { allowedHouses, requireHouse, type Caller } from './caller';
import { asHeld } from './held-run';
import { statusFromJournal } from './journal-status';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { heldAs, locate, type Located, type ShownStatus } from './view';
import { isStranger, ownRun } from './which-case';

const PAGE_SIZE = 100;
/** Most reads of the journal for one page of a filtered list, because a rare state may be far back. */
const MAX_READS_PER_PAGE = 20;

/** A view without steps and texts. */
export type ListedCancellation = Located & {
  state: CaseState;
  step: StepName;
  pointOfNoReturnPassed: boolean;
  caseId: string | null;
  orderedBy: string | null;
  orderedAt: string;
  needsAttention: boolean;
  title: string | null;
  startsAt: string | null;
  venue: string | null;
};

export interface ListFilter {
  /** Without one, the list covers every house that the caller may act for. */
  house?: string;
  /** The case is in one of these states. */
  state?: readonly CaseState[];
  needsAttention?: string;
  /** Days of the performance in Vienna, inclusive. */
  from?: string;
  to?: string;
  cursor?: string;
}

export interface CancellationPage {
  cancellations: ListedCancellation[];
  nextCursor: string | null;
}

type Position = NonNullable<CaseFilter['before']>;

/**
 * Newest first. Open runs come from Temporal's lists, all begun cases from the journal. A row needs no call of its own,
 * but for a case that has not ended and whose run the lists do not show: they are behind at times, so Temporal is asked
 * about it. A page holds at least `PAGE_SIZE` rows, or fewer when the rows that match are far back. Only a missing
 * cursor means that there is no further page.
 */
export async function listCancellations(
  sources: CaseSources,
  caller: Caller,
  filter: ListFilter,
): Promise<CancellationPage> {
  return readPage(sources, narrow(sources, caller, filter));
}

/** A filter with the houses that a caller may see; `undefined`: all of them. */
export type NarrowedFilter = Omit<ListFilter, 'house'> & { houses: readonly string[] | undefined };

/** Narrows a filter to the house that it names, or else to those that the caller may act for. */
export function narrow(
  { houses }: Pick<CaseSources, 'houses'>,
  caller: Caller,
  { house, ...filter }: ListFilter,
): NarrowedFilter {
  const named =
    house === undefined ? allowedHouses(caller) : [requireHouse(houses, caller, house, 'see').key];
  return { ...filter, houses: named };
}

/** One page of a list. The filter has already been narrowed to what the caller may see. */
export async function readPage(sources: CaseSources, filter: NarrowedFilter): Promise<CancellationPage> {
  const rows: ListedCancellation[] = [];
  let next = filter.cursor ? decodeCursor(filter.cursor) : null;
  const scope = { houses: filter.houses, ends: endsOf(filter) };
  const open = await readOpenRuns(sources, scope.houses);
  for (let reads = 0; reads < MAX_READS_PER_PAGE; reads += 1) {
    const page = await readRows(sources, scope, open, next);
    rows.push(...page.rows.filter((row) => matches(row, filter)));
    next = page.next;
    if (next === null || rows.length >= PAGE_SIZE) break;
  }
  return { cancellations: rows, nextCursor: next && encodeCursor(next) };
}

/** The state of the newest case of each of these events. The map leaves out events without a case. */
export async function statesByEvent(
  sources: CaseSources,
  house: string,
  eventNumbers: readonly string[],
): Promise<Map<string, CaseState>> {
  const states = new Map<string, CaseState>();
  const missing = new Set(eventNumbers);
  const scope = { houses: [house], eventNumbers };
  if (missing.size === 0) return states;
  const open = await readOpenRuns(sources, scope.houses);
  // One read is enough, except for an event that was ordered and aborted again and again.
  for (let next: Position | null = null; missing.size > 0;) {
    const page: Page = await readRows(sources, scope, open, next);
    for (const { eventNumber, state } of page.rows) {
      if (missing.delete(eventNumber)) states.set(eventNumber, state);
    }
    next = page.next;
    if (next === null) break;
  }
  return states;
}

/** The part of a filter that the journal can apply. */
type Scope = Pick<CaseFilter, 'houses' | 'eventNumbers' | 'ends'>;

/**
 * The ends of the cases that can have the wanted states. The journal does not know the state of an open case, so it
 * returns all open ones.
 */
function endsOf({ state, needsAttention }: NarrowedFilter): Scope['ends'] {
  if (needsAttention === 'true') return [null];
  return state && [...new Set(state.map((wanted) => (isEnd(wanted) ? wanted : null)))];
}

interface OpenRuns {
  runs: readonly RunRecord[];
  byCase: ReadonlyMap<string | null, RunRecord>;
}

async function readOpenRuns(sources: CaseSources, houses?: readonly string[]): Promise<OpenRuns> {
  const listed = await sources.client.listOpen(houses?.length === 1 ? houses[0] : undefined);
  const visible = houses ? listed.filter(({ house }) => houses.includes(house)) : listed;
  const own = await Promise.all(visible.map((run) => ownRun(sources, run)));
  const runs = own.filter((run) => run !== null);
  return { runs, byCase: new Map(runs.map((run) => [run.caseId, run])) };
}

interface Page {
  rows: ListedCancellation[];
  next: Position | null;
}

async function readRows(
  sources: CaseSources,
  scope: Scope,
  open: OpenRuns,
  after: Position | null,
): Promise<Page> {
  const cases = await sources.journal.cases({ ...scope, before: after ?? undefined, limit: PAGE_SIZE });
  const written = new Set(cases.map(({ opening }) => opening.caseId));
  // A run without lines in the journal is still in its check, and so is always among the newest.
  const unwritten = after
    ? []
    : open.runs.filter(({ step, caseId }) => step === 'check' && !written.has(caseId ?? ''));
  const looks = await lookAt(
    sources,
    cases.filter(
      (known) => !isClosed(known) && (!isGoingOn(runOf(known, open)) || mayAwaitApproval(known, open)),
    ),
  );
  const last = cases.length === PAGE_SIZE ? cases.at(-1)?.opening : undefined;
  return {
    rows: [
      ...unwritten.map((run) => fromRun(sources, run)),
      ...cases.map((known) => {
        const look = looks.get(known.opening.caseId);
        return fromCase(sources, known, look?.run ?? runOf(known, open), look?.status ?? null);
      }),
    ],
    next: last ? { at: last.at, caseId: last.caseId } : null,
  };
}

function isClosed({ opening, end }: JournalCase): boolean {
  return end !== null || opening.kind === 'refusal';
}

function runOf(known: JournalCase, open: OpenRuns): RunRecord | null {
  return isClosed(known) ? null : (open.byCase.get(known.opening.caseId) ?? null);
}

/** Temporal's lists do not tell a case that waits for a second person from one that is being checked. */
function mayAwaitApproval(known: JournalCase, open: OpenRuns): boolean {
  return known.opening.after.input.policy.approval !== undefined && runOf(known, open)?.step === 'check';
}

/** Whether the lists say how a run is doing. */
function isGoingOn(run: RunRecord | null): boolean {
  return run?.status === 'running' && !run.isStuck;
}

/** What Temporal and the journal say of a case that is not among the runs that go on by themselves. */
interface Look {
  /** Its open run; `null`: it has none. */
  run: RunRecord | null;
  /** As the case's own page shows it; `null`: the run is open, and says of itself how it is doing. */
  status: ShownStatus | null;
}

async function lookAt(
  sources: CaseSources,
  cases: readonly JournalCase[],
): Promise<ReadonlyMap<string, Look>> {
  const { client, journal } = sources;
  const runs = await client.findAll(cases.map(({ opening }) => opening));
  const looks = cases.map(async ({ opening }, index): Promise<[string, Look]> => {
    const { caseId } = opening;
    const newest = runs[index];
    // A run that was started by hand names no case.
    const isItsRun = newest && isOpenRun(newest) && (newest.caseId ?? caseId) === caseId;
    const run = isItsRun && !(await isStranger(sources, newest, caseId)) ? newest : null;
    const isAsked = opening.after.input.policy.approval !== undefined;
    if (run && isGoingOn(run) && !isAsked) return [caseId, { run, status: null }];
    const status = statusFromJournal(await journal.entries(caseId), run !== null);
    if (run && isGoingOn(run) && status?.state !== 'awaiting-approval')
      return [caseId, { run, status: null }];
    return [caseId, { run, status: run && status ? asHeld(status, run) : status }];
  });
  return new Map(await Promise.all(looks));
}

function fromRun(sources: CaseSources, run: RunRecord): ListedCancellation {
  return {
    ...locate(sources, run, run.runId, false),
    state: openState(run),
    step: stepOf(run),
    pointOfNoReturnPassed: false,
    caseId: run.caseId,
    orderedBy: null,
    orderedAt: run.startedAt,
    needsAttention: openState(run) === 'needs-attention',
    title: run.title,
    startsAt: run.performanceAt,
    venue: null,
  };
}

function fromCase(
  sources: CaseSources,
  known: JournalCase,
  run: RunRecord | null,
  status: ShownStatus | null,
): ListedCancellation {
  const { opening, end, hasStornoClaim } = known;
  const { input, event } = opening.after;
  const withoutRun = end ?? (isClosed(known) ? 'refused' : 'interrupted');
  const state = status?.state ?? (run ? openState(run) : withoutRun);
  return {
    ...locate(sources, opening, run?.runId ?? null, true),
    state,
    step: status?.step ?? (run ? stepOf(run) : withoutRun === 'refused' ? 'check' : 'report'),
    pointOfNoReturnPassed: hasStornoClaim,
    caseId: opening.caseId,
    orderedBy: input.orderedBy,
    orderedAt: opening.after.input.orderedAt ?? opening.at,
    needsAttention: status ? state === 'needs-attention' : (run?.needsAttention ?? false),
    title: event?.title.before ?? input.order.expected.title,
    startsAt: event?.startsAt ?? input.order.expected.startsAt,
    venue: event?.venue ?? null,
  };
}

function openState(run: RunRecord): CaseState {
  const { needsAttention, step } = run;
  if (needsAttention || heldAs(run)) return 'needs-attention';
  if (isWait(step)) return 'waiting';
  return step === 'check' ? 'checking' : 'running';
}

function stepOf({ step }: RunRecord): StepName {
  return (step ?? 'check') as StepName;
}

function matches(row: ListedCancellation, { state, needsAttention, from, to }: NarrowedFilter): boolean {
  if (state !== undefined && !state.includes(row.state)) return false;
  if (needsAttention !== undefined && String(row.needsAttention) !== needsAttention) return false;
  const day = row.startsAt ? viennaDate(row.startsAt) : '';
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

function encodeCursor({ at, caseId }: Position): string {
  return Buffer.from(`${at} ${caseId}`).toString('base64url');
}

function decodeCursor(cursor: string): Position {
  const [at, caseId] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (!at || !caseId)
    throw new Problem('invalid-value', undefined, { errors: [{ path: 'cursor', text: 'ist unbekannt' }] });
  return { at, caseId };
}
