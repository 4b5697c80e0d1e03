import { isOpenRun, type RunRecord } from '../client';
import type { CodedText } from '../domain/case';
import { casePage, caseResource, seriesPage, seriesResource } from '../domain/addresses';
import { toInstant, toMs } from '../domain/clock';
import { isCaseId } from '../domain/input';
import { stripMarker } from '../domain/marker';
import { refusal } from '../domain/refusals';
import type { SeriesItem } from '../domain/series';
import { itemsIn, itemStateOf, openDoubts, seriesActionFault, type Marks } from '../domain/series-actions';
import { approvalStanding } from '../domain/series-approval';
import {
  isSeriesApproval,
  SERIES_ACTIONS,
  type SeriesAction,
  type SeriesItemState,
  type SeriesNoticeOutcome,
  type SeriesRunState,
} from '../domain/series-vocabulary';
import {
  noticeStanding,
  noticesOf,
  seriesStateOf,
  type NoticeStanding,
  type SeriesLine,
  type SeriesState,
} from '../domain/series-lines';
import type { SeriesCounts } from '../domain/series-progress';
import type { CancellationMarker, Instant } from '../domain/types';
import type { CaseMark } from '../domain/case-marks';
import { isWait, type StepName } from '../domain/vocabulary';
import { REFUSAL_TEXTS } from '../domain/wording';
import { mayDo, requireHouse, type Caller } from './caller';
import { viewOf } from './case-view';
import type { KnownSeries } from './known-series';
import { Problem } from './problems';
import {
  approvalItems,
  approvalViews,
  WORDS,
  type SeriesApprovalItem,
  type SeriesApprovalView,
} from './series-approvals';
import type { CaseSources } from './sources';
import { heldAs } from './view';

/** How far one performance of a series is, for its table. */
export interface SeriesItemView {
  house: string;
  eventNumber: string;
  caseId: string;
  /** Without marker. */
  title: string;
  startsAt: Instant;
  /** Who does its steps in Jet: in a house without a gateway it is a person. */
  by: 'absage' | 'person';
  state: SeriesItemState;
  /** `null`: it has not begun. */
  step: StepName | null;
  waitEndsAt: Instant | null;
  /** What it asks for, or why it was refused. */
  attention: CodedText | null;
  links: { self: string; page: string };
}

/** A mail to Ö-Ticket about several performances. */
export interface SeriesNoticeView {
  house: string;
  number: number;
  messageId: string;
  eventNumbers: string[];
  acceptedAt: Instant | null;
  outcome: SeriesNoticeOutcome;
}

/** A series as a caller sees it: only what belongs to the houses in which they may see something. */
export interface SeriesView {
  id: string;
  title: string;
  state: SeriesRunState;
  /** It is held up, whatever else the state says. */
  paused: boolean;
  /** It was aborted and has not ended, whatever else the state says. */
  aborting: boolean;
  counts: SeriesCounts;
  items: SeriesItemView[];
  notices: SeriesNoticeView[];
  approvals: SeriesApprovalView[];
  attention: CodedText | null;
  allowedActions: string[];
  order: { marker: CancellationMarker; reason: string; houses: string[]; itemCount: number };
  orderedBy: string;
  orderedAt: Instant;
  refusal: CodedText | null;
  links: { self: string; page: string };
}

/** `null`: there is no such series. */
export async function readKnown(
  { journal }: Pick<CaseSources, 'journal'>,
  seriesId: string,
): Promise<KnownSeries | null> {
  if (!isCaseId(seriesId)) return null;
  const lines = await journal.seriesLines(seriesId);
  const state = seriesStateOf(lines);
  if (!state) return null;
  const marks = await journal.caseMarks(state.items.map(({ item }) => item.caseId));
  return { seriesId, lines, state, marks };
}

/** Whether the caller may see anything of a series. For others there is no such series. */
function seesSome(caller: Caller, { state }: KnownSeries): boolean {
  return state.items.some(({ item }) => mayDo(caller, item.house, 'see'));
}

/** Throws `series-not-found` where the caller sees nothing of it. */
export async function requireKnown(
  sources: CaseSources,
  caller: Caller,
  seriesId: string,
): Promise<KnownSeries> {
  const known = await readKnown(sources, seriesId);
  if (!known || !seesSome(caller, known)) throw new Problem('series-not-found');
  return known;
}

/** As an action is called in an address. */
export const ACTION_PATHS: Readonly<Record<SeriesAction | 'resume-series', string>> = {
  'pause-series': 'pause',
  'continue-series': 'continue',
  'skip-items': 'skip',
  'abort-series': 'abort',
  'retry-items': 'retry',
  'decide-series-notice': 'decide',
  'approve-series': 'approve',
  'reject-series': 'reject',
  'override-series': 'override',
  'resume-series': 'resume',
};

export async function readSeriesView(
  sources: CaseSources,
  caller: Caller,
  seriesId: string,
): Promise<SeriesView> {
  const known = await requireKnown(sources, caller, seriesId);
  const runs = await readRuns(sources, known);
  return toSeriesView(sources, caller, known, runs);
}

/** What a house was asked to approve, the soonest performance first. */
export async function readApprovalItems(
  sources: CaseSources,
  caller: Caller,
  seriesId: string,
  { house, number }: { house: string; number: number },
): Promise<SeriesApprovalItem[]> {
  const known = await readKnown(sources, seriesId);
  if (!known || !seesSome(caller, known)) throw new Problem('series-not-found');
  requireHouse(sources.houses, caller, house, 'see');
  return approvalItems(known, house, number);
}

/** What Temporal says of a series and of its cases. */
interface Runs {
  isOpen: boolean;
  byCase: ReadonlyMap<string, RunRecord>;
}

async function readRuns({ client }: CaseSources, { seriesId, state, marks }: KnownSeries): Promise<Runs> {
  const open = new Set(itemsIn(state, marks, 'running'));
  const [isOpen, listed] = await Promise.all([
    state.end ? false : client.series.isOpen(seriesId),
    client.series.listOpenCases(seriesId),
  ]);
  const byCase = new Map(listed.flatMap((run) => (run.caseId === null ? [] : [[run.caseId, run] as const])));
  // The lists are behind at times, and a case that was taken up again by itself is not in them.
  const missing = state.items
    .map(({ item }) => item)
    .filter(({ caseId }) => open.has(caseId) && !byCase.has(caseId));
  const found = await client.findAll(missing);
  missing.forEach(({ caseId }, index) => {
    const run = found[index];
    if (run && isOpenRun(run) && run.caseId === caseId) byCase.set(caseId, run);
  });
  return { isOpen, byCase };
}

/** Only so many questions are read in full for one table; the others stand on the pages of their cases. */
const MOST_QUESTIONS = 10;

async function toSeriesView(
  sources: CaseSources,
  caller: Caller,
  known: KnownSeries,
  runs: Runs,
): Promise<SeriesView> {
  const { seriesId, lines, state } = known;
  const { order } = state;
  const visible = state.items.filter(({ item }) => mayDo(caller, item.house, 'see'));
  const items = visible.map(({ item }) => rowOf(known, runs, item));
  const asking = items
    .filter((row) => row.state === 'needs-attention')
    // What a person is to do is told by the step; what went wrong is not.
    .sort((one, other) => Number(one.by === 'person') - Number(other.by === 'person'))
    .slice(0, MOST_QUESTIONS);
  for (const row of asking) {
    const view = await viewOf(sources, row).catch(() => null);
    const attention = view?.attention;
    if (attention) row.attention = { code: attention.code, text: attention.text };
  }
  const counts = countsOf(items);
  const doubts = openDoubts(lines).filter(({ after }) => mayDo(caller, after.house, 'see'));
  const houses = [...new Set(visible.map(({ item }) => item.house))];
  const approvals = approvalViews(sources, caller, known, runs.isOpen);
  return {
    id: seriesId,
    title: order.after.title,
    state: stateOf(known, runs, counts, doubts.length > 0),
    paused: state.isPaused && !state.abort && !state.end,
    aborting: state.abort !== null && !state.end,
    counts,
    items,
    notices: noticesOf(lines)
      .filter(({ after }) => houses.includes(after.house))
      .map(({ after }) => noticeOf(lines, state, after)),
    approvals,
    attention: doubts.length > 0 ? { code: 'series-notice', text: DOUBT_TEXT } : null,
    allowedActions: [
      ...allowedActions(caller, known, runs),
      ...APPROVAL_WORDS.filter((word) => approvals.some((each) => each.allowedActions.includes(word))),
    ],
    order: {
      marker: order.after.marker,
      reason: order.after.reason,
      houses,
      itemCount: items.length,
    },
    orderedBy: order.actor,
    orderedAt: order.after.orderedAt,
    refusal: state.plan?.after.refusal ?? null,
    links: { self: seriesResource(seriesId), page: seriesPage(seriesId) },
  };
}

const DOUBT_TEXT =
  'Von einer E-Mail an Ö-Ticket ist nicht sicher, ob sie angekommen ist, oder der Mailserver hat sie abgelehnt. Bitte bei Ö-Ticket nachfragen und hier sagen, was gilt. Bis dahin wird sie nicht noch einmal gesendet.';

function rowOf({ state, marks }: KnownSeries, { byCase }: Runs, item: SeriesItem): SeriesItemView {
  const { house, eventNumber, caseId, expected } = item;
  const mark = marks.get(caseId);
  const run = byCase.get(caseId);
  const own = itemStateOf(state, marks, caseId);
  const policy = state.order.after.policies[house];
  const step = stepOf(mark, run);
  const address = { house, eventNumber, caseId: mark ? caseId : undefined };
  return {
    house,
    eventNumber,
    caseId,
    title: policy ? stripMarker(expected.title, policy.marker) : expected.title,
    startsAt: expected.startsAt,
    by: item.seen === undefined ? 'absage' : 'person',
    // A case that was started, and not opened yet, can still be skipped.
    state: own === 'running' ? runningState(run) : own,
    step: own === 'waiting' ? null : step,
    waitEndsAt:
      own === 'running' && mark?.waitsSince && step && isWait(step) && policy
        ? toInstant(toMs(mark.waitsSince) + policy.syncIntervalMs)
        : null,
    attention: state.refused.get(caseId) ?? refusalOf(mark),
    links: { self: caseResource(address), page: casePage(address) },
  };
}

/** Why its own check has refused it. */
function refusalOf(mark: CaseMark | undefined): CodedText | null {
  const code = mark?.refusal ?? '';
  return Object.hasOwn(REFUSAL_TEXTS, code) ? refusal(code as keyof typeof REFUSAL_TEXTS) : null;
}

function runningState(run: RunRecord | undefined): SeriesItemView['state'] {
  if (!run) return 'interrupted';
  return run.needsAttention || heldAs(run) ? 'needs-attention' : 'running';
}

function stepOf(mark: CaseMark | undefined, run: RunRecord | undefined): StepName | null {
  const ofRun = (run?.step ?? null) as StepName | null;
  // A wait that is over leaves no line: only the run knows that it asks for the next step.
  return run?.needsAttention ? ofRun : (mark?.step ?? ofRun);
}

function countsOf(items: readonly SeriesItemView[]): SeriesCounts {
  const count = (state: SeriesItemView['state']) => items.filter((item) => item.state === state).length;
  return {
    waiting: count('waiting'),
    running: count('running'),
    needsAttention: count('needs-attention'),
    completed: count('completed'),
    skipped: count('skipped'),
    aborted: count('aborted'),
    refused: count('refused'),
    closedByHand: count('closed-by-hand'),
    interrupted: count('interrupted'),
  };
}

/** Never over while a performance is open, and never quiet while one needs a person. */
function stateOf(
  { state, marks }: KnownSeries,
  { isOpen }: Runs,
  counts: SeriesCounts,
  isInDoubt: boolean,
): SeriesRunState {
  if (state.end) return state.end.outcome;
  if (!isOpen) return 'interrupted';
  if (counts.needsAttention > 0 || counts.interrupted > 0 || isInDoubt) return 'needs-attention';
  if (state.abort) return 'aborting';
  if (state.isPaused) return 'paused';
  if (state.plan === null) return 'planning';
  return counts.running === 0 ? stateOfWaiting(state, marks) : 'running';
}

/** Nothing is under way: either the next one begins at once, or all of them need somebody's yes first. */
function stateOfWaiting(state: SeriesState, marks: Marks): SeriesRunState {
  const standings = itemsIn(state, marks, 'waiting').map((caseId) => approvalStanding(state, caseId).kind);
  if (standings.length === 0 || standings.some((kind) => kind === 'not-needed' || kind === 'granted'))
    return 'running';
  return standings.includes('asked') ? 'awaiting-approval' : 'planning';
}

function noticeOf(
  lines: readonly SeriesLine[],
  { items }: SeriesState,
  {
    house,
    number,
    messageId,
    items: told,
  }: { house: string; number: number; messageId: string; items: string[] },
): SeriesNoticeView {
  const standing = noticeStanding(lines, house, number);
  return {
    house,
    number,
    messageId,
    eventNumbers: told.map(
      (caseId) => items.find(({ item }) => item.caseId === caseId)?.item.eventNumber ?? caseId,
    ),
    acceptedAt: standing.kind === 'sent' ? standing.at : null,
    outcome: OUTCOMES[standing.kind],
  };
}

const OUTCOMES: Readonly<Record<NoticeStanding['kind'], SeriesNoticeView['outcome']>> = {
  none: 'sending',
  sending: 'sending',
  free: 'not-sent',
  sent: 'accepted',
  refused: 'refused',
  'in-doubt': 'in-doubt',
};

function allowedActions(caller: Caller, { lines, state, marks }: KnownSeries, { isOpen }: Runs): string[] {
  const houses = [...new Set(state.items.map(({ item }) => item.house))];
  const mayEverywhere = (what: SeriesAction | 'order') => houses.every((house) => mayDo(caller, house, what));
  const mayAnywhere = (what: SeriesAction) => houses.some((house) => mayDo(caller, house, what));
  if (!isOpen && !state.end) return mayEverywhere('order') ? ['resume'] : [];
  const ofItems: readonly SeriesAction[] = ['skip-items', 'retry-items', 'decide-series-notice'];
  return SERIES_ACTIONS.filter(
    (action) =>
      !isSeriesApproval(action) &&
      (ofItems.includes(action) ? mayAnywhere(action) : mayEverywhere(action)) &&
      seriesActionFault(action, lines, state, marks) === null,
  ).map((action) => ACTION_PATHS[action]);
}

const APPROVAL_WORDS = Object.values(WORDS);

/** A series in a list. */
export type ListedSeries = Omit<SeriesView, 'items' | 'notices' | 'approvals'>;

const PAGE_SIZE = 20;

/** Newest first: those of which the caller may see something. */
export async function listSeriesViews(
  sources: CaseSources,
  caller: Caller,
  cursor: Instant | null,
): Promise<{ series: ListedSeries[]; nextCursor: string | null }> {
  const ids = await sources.journal.listSeries(cursor, PAGE_SIZE);
  const series: ListedSeries[] = [];
  let last: Instant | null = null;
  for (const seriesId of ids) {
    const known = await readKnown(sources, seriesId);
    if (!known) continue;
    last = known.state.order.at;
    if (!seesSome(caller, known)) continue;
    const {
      items: _items,
      notices: _notices,
      approvals: _approvals,
      ...listed
    } = await toSeriesView(sources, caller, known, await readRuns(sources, known));
    series.push(listed);
  }
  return { series, nextCursor: ids.length === PAGE_SIZE ? last : null };
}
