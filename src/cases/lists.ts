import { isOpenRun, type RunRecord } from '../client';
import { isEnd, isWait } from '../domain/vocabulary';
import { type CaseState } from '../domain/vocabulary';
import { type StepName } from '../domain/vocabulary';
import { viennaDate } from '../domain/clock';
import type { Instant } from '../domain/types';
import type { CaseFilter, JournalCase } from '../journal/port';
import { allowedHouses, requireHouse, type Caller } from './caller';
import { asHeld } from './held-run';
import { statusFromJournal } from './journal-status';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { heldAs, locate, type Located, type ShownStatus } from './view';
import { isStranger, ownRuns, readNamedRuns, type NamedRuns } from './which-case';

const PAGE_SIZE = 100;
/** A filtered page that has so many rows is not filled up: that would take another read for the few that are missing. */
const ENOUGH_ROWS = PAGE_SIZE / 2;
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
 * Newest first. All begun cases come from the journal, their open runs from Temporal's lists. A row needs no call of its own,
 * but for a case that has not ended and whose run the lists do not show: they are behind at times, so Temporal is asked
 * about it. A page holds about `PAGE_SIZE` rows, or fewer when the rows that match are far back. Only a missing
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
  const wanted = await narrowedToRuns(sources, filter);
  for (let reads = 0; reads < MAX_READS_PER_PAGE; reads += 1) {
    const page = await readRows(sources, wanted, next);
    rows.push(...page.rows.filter((row) => matches(row, filter)));
    next = page.next;
    if (next === null || rows.length >= ENOUGH_ROWS) break;
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
  if (missing.size === 0) return states;
  const scope = { houses: [house], eventNumbers };
  const listed = await sources.client.listOpen({
    events: eventNumbers.map((eventNumber) => ({ house, eventNumber })),
  });
  const wanted = { scope, listed, filter: scope };
  // One read is enough, except for an event that was ordered and aborted again and again.
  for (let next: Position | null = null; missing.size > 0;) {
    const page: Page = await readRows(sources, wanted, next);
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

interface Wanted {
  scope: Scope;
  /** The open runs, where they are known before the journal is read; `null`: they are asked for, for the cases of each page. */
  listed: readonly RunRecord[] | null;
  filter: NarrowedFilter;
}

/**
 * What needs a person is rare among many open cases, and only Temporal can name it: so its list comes first, and the journal is
 * asked for those cases. Otherwise the journal's page comes first, and no more runs are asked for than it has rows: how many
 * are open besides is no matter.
 */
async function narrowedToRuns(sources: CaseSources, filter: NarrowedFilter): Promise<Wanted> {
  const { houses, state } = filter;
  const isRare = filter.needsAttention === 'true' || state?.every((each) => each === 'needs-attention');
  if (!isRare) return { scope: { houses, ends: endsOf(filter) }, listed: null, filter };
  const listed = visible(await sources.client.listOpen({ ...houseOf(filter), needsSomebody: true }), houses);
  const eventNumbers = listed.map(({ eventNumber }) => eventNumber);
  return { scope: { houses, eventNumbers, ends: [null] }, listed, filter };
}

function houseOf({ houses }: Pick<Scope, 'houses'>): { house?: string } {
  return houses?.length === 1 ? { house: houses[0] } : {};
}

function visible(runs: readonly RunRecord[], houses: Scope['houses']): RunRecord[] {
  return runs.filter(({ house }) => houses?.includes(house) ?? true);
}

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

interface Page {
  rows: ListedCancellation[];
  next: Position | null;
}

async function readRows(sources: CaseSources, wanted: Wanted, after: Position | null): Promise<Page> {
  const { scope, filter } = wanted;
  const [page, inCheck] = await Promise.all([
    sources.journal.cases({ ...scope, before: after ?? undefined, limit: PAGE_SIZE }),
    after ? [] : listInCheck(sources, wanted),
  ]);
  const cases = page.filter((known) => isOnDay(startOf(known), filter));
  const open = await readOpenRuns(sources, wanted, cases, inCheck);
  const unwritten = await withoutLines(sources, scope, page, open, inCheck);
  const looks = await lookAt(sources, cases, open);
  const last = page.length === PAGE_SIZE ? page.at(-1)?.opening : undefined;
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

/** Runs that may have no line in the journal yet. */
async function listInCheck(sources: CaseSources, { scope, listed, filter }: Wanted): Promise<RunRecord[]> {
  if (listed) return listed.filter(({ step }) => step === 'check');
  if (filter.state && !filter.state.some((state) => IN_CHECK.includes(state))) return [];
  return visible(await sources.client.listOpen({ ...houseOf(scope), isInCheck: true }), scope.houses);
}

/** The states in which a run without a line can be. */
const IN_CHECK: readonly CaseState[] = ['checking', 'needs-attention'];

/** The open runs of these cases, and those that are in their check. */
async function readOpenRuns(
  sources: CaseSources,
  { listed }: Wanted,
  cases: readonly JournalCase[],
  inCheck: readonly RunRecord[],
): Promise<OpenRuns> {
  const known = new Set((listed ?? inCheck).map(({ workflowId }) => workflowId));
  const events = cases.filter((each) => !isClosed(each)).map(({ opening }) => opening);
  const others = listed ? [] : await sources.client.listOpen({ events });
  const runs = await ownRuns(sources, [
    ...(listed ?? inCheck),
    ...others.filter(({ workflowId }) => !known.has(workflowId)),
  ]);
  return { runs, byCase: new Map(runs.map((run) => [run.caseId, run])) };
}

/**
 * The runs that are still in their check and have no line. A case that waits for a second person is in its check, too, and may be on
 * a later page.
 */
async function withoutLines(
  { journal }: CaseSources,
  { houses }: Scope,
  page: readonly JournalCase[],
  { runs }: OpenRuns,
  inCheck: readonly RunRecord[],
): Promise<RunRecord[]> {
  const ids = new Set(inCheck.map(({ runId }) => runId));
  const onPage = new Set(page.map(({ opening }) => opening.caseId));
  const missing = runs.filter(({ runId, caseId }) => ids.has(runId) && !onPage.has(caseId ?? ''));
  if (missing.length === 0) return [];
  const eventNumbers = missing.map(({ eventNumber }) => eventNumber);
  const elsewhere = await journal.cases({ houses, eventNumbers, ends: [null], limit: missing.length });
  const written = new Set(elsewhere.map(({ opening }) => opening.caseId));
  return missing.filter(({ caseId }) => !written.has(caseId ?? ''));
}

function isClosed({ opening, end }: JournalCase): boolean {
  return end !== null || opening.kind === 'refusal';
}

function runOf(known: JournalCase, open: OpenRuns): RunRecord | null {
  return isClosed(known) ? null : (open.byCase.get(known.opening.caseId) ?? null);
}

/** Temporal's lists do not tell a case that waits for a second person from one that is being checked. */
function mayAwaitApproval(known: JournalCase, open: OpenRuns): boolean {
  return isApprovalNeeded(known) && runOf(known, open)?.step === 'check';
}

function isApprovalNeeded({ opening }: JournalCase): boolean {
  return opening.after.input.policy.approval !== undefined;
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

/** Few questions, however many cases: Temporal is asked for each only where its lists do not say how the case is doing. */
async function lookAt(
  sources: CaseSources,
  cases: readonly JournalCase[],
  open: OpenRuns,
): Promise<ReadonlyMap<string, Look>> {
  const { client, journal } = sources;
  const unclear = cases.filter((known) => !isClosed(known) && !isGoingOn(runOf(known, open)));
  const asking = cases.filter(
    (known) => !isClosed(known) && isGoingOn(runOf(known, open)) && mayAwaitApproval(known, open),
  );
  const found = await client.findAll(unclear.map(({ opening }) => opening));
  const named = await readNamedRuns(sources, unclear.map(caseIdOf));
  const runs = new Map(asking.map((known) => [caseIdOf(known), runOf(known, open)]));
  for (const [index, known] of unclear.entries())
    runs.set(caseIdOf(known), await ownOf(sources, known, found[index] ?? null, named));

  const saysItself = (known: JournalCase) =>
    isGoingOn(runs.get(caseIdOf(known)) ?? null) && !isApprovalNeeded(known);
  const untold = [...unclear, ...asking].filter((known) => !saysItself(known));
  const lines = await journal.linesOfCases(untold.map(caseIdOf));
  return new Map(
    [...unclear, ...asking].map((known): [string, Look] => {
      const caseId = caseIdOf(known);
      const run = runs.get(caseId) ?? null;
      const status = saysItself(known) ? null : statusFromJournal(lines.get(caseId) ?? [], run !== null);
      if (isGoingOn(run) && status?.state !== 'awaiting-approval') return [caseId, { run, status: null }];
      return [caseId, { run, status: run && status ? asHeld(status, run) : status }];
    }),
  );
}

/** The newest run of the event, if it is an open one of this case. */
async function ownOf(
  sources: CaseSources,
  known: JournalCase,
  newest: RunRecord | null,
  named: NamedRuns,
): Promise<RunRecord | null> {
  const caseId = caseIdOf(known);
  // A run that was started by hand names no case.
  const isItsRun = newest && isOpenRun(newest) && (newest.caseId ?? caseId) === caseId;
  return isItsRun && !(await isStranger(sources, newest, caseId, named)) ? newest : null;
}

function caseIdOf({ opening }: JournalCase): string {
  return opening.caseId;
}

function fromRun(sources: CaseSources, run: RunRecord): ListedCancellation {
  return {
    ...locate(sources, run, run.runId, false),
    state: openRunState(run),
    step: stepOf(run),
    pointOfNoReturnPassed: false,
    caseId: run.caseId,
    orderedBy: null,
    orderedAt: run.startedAt,
    needsAttention: openRunState(run) === 'needs-attention',
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
  const state = status?.state ?? (run ? openRunState(run) : withoutRun);
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
    startsAt: startOf(known),
    venue: event?.venue ?? null,
  };
}

/** As far as a list of Temporal shows it. */
export function openRunState(
  run: RunRecord,
): Extract<CaseState, 'needs-attention' | 'waiting' | 'checking' | 'running'> {
  const { needsAttention, step } = run;
  if (needsAttention || heldAs(run)) return 'needs-attention';
  if (isWait(step)) return 'waiting';
  return step === 'check' ? 'checking' : 'running';
}

function stepOf({ step }: RunRecord): StepName {
  return (step ?? 'check') as StepName;
}

function startOf({ opening: { after } }: JournalCase): Instant {
  return after.event?.startsAt ?? after.input.order.expected.startsAt;
}

function matches(row: ListedCancellation, filter: NarrowedFilter): boolean {
  const { state, needsAttention } = filter;
  if (state !== undefined && !state.includes(row.state)) return false;
  if (needsAttention !== undefined && String(row.needsAttention) !== needsAttention) return false;
  return isOnDay(row.startsAt, filter);
}

function isOnDay(startsAt: Instant | null, { from, to }: Pick<NarrowedFilter, 'from' | 'to'>): boolean {
  if (from === undefined && to === undefined) return true;
  const day = startsAt ? viennaDate(startsAt) : '';
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
