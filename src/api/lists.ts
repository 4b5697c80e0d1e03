import type { RunRecord } from '../client';
import type { CaseState, EventSummary, Opening, StepName } from '../domain/case';
import { viennaDate } from '../domain/clock';
import type { CaseFilter, JournalCase } from '../journal/port';
import { Problem } from './problems';
import { locate, type Located, type ViewSources } from './view';

const PAGE_SIZE = 100;

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
  house?: string;
  state?: string;
  needsAttention?: string;
  /** Days of the performance in Vienna, inclusive. */
  from?: string;
  to?: string;
  cursor?: string;
}

/** Newest first: open runs from Temporal's lists, everything that was begun from the journal; no call per row. */
export async function listCancellations(
  sources: ViewSources,
  filter: ListFilter,
): Promise<{ cancellations: ListedCancellation[]; nextCursor: string | null }> {
  const before = filter.cursor ? decodeCursor(filter.cursor) : undefined;
  const [open, cases] = await Promise.all([
    sources.client.listOpen(filter.house),
    sources.journal.cases({ house: filter.house, before, limit: PAGE_SIZE }),
  ]);
  const runByCase = new Map(open.map((run) => [run.caseId, run]));
  const written = new Set(cases.map(({ opening }) => opening.caseId));
  // Not in the journal yet: only the check has not written anything, and it is always among the newest.
  const unwritten = before
    ? []
    : open.filter(({ step, caseId }) => step === 'check' && !written.has(caseId ?? ''));
  const rows = [
    ...unwritten.map((run) => fromRun(sources, run)),
    ...cases.map((known) => fromCase(sources, known, runByCase.get(known.opening.caseId) ?? null)),
  ];
  const last = cases.length === PAGE_SIZE ? cases.at(-1)?.opening : undefined;
  return {
    cancellations: rows.filter((row) => matches(row, filter)),
    nextCursor: last ? encodeCursor({ at: last.at, caseId: last.caseId }) : null,
  };
}

/** The state of each event's newest case, for a list of events. */
export async function statesByEvent(sources: ViewSources, house: string): Promise<Map<string, CaseState>> {
  const states = new Map<string, CaseState>();
  const { cancellations } = await listCancellations(sources, { house });
  for (const { eventNumber, state } of cancellations.toReversed()) states.set(eventNumber, state);
  return states;
}

function fromRun(sources: ViewSources, run: RunRecord): ListedCancellation {
  return {
    ...locate(sources, run.house, run.eventNumber, run.runId),
    state: openState(run),
    step: stepOf(run),
    pointOfNoReturnPassed: false,
    caseId: run.caseId,
    orderedBy: null,
    orderedAt: run.startedAt,
    needsAttention: run.needsAttention,
    title: run.title,
    startsAt: run.performanceAt,
    venue: null,
  };
}

function fromCase(sources: ViewSources, known: JournalCase, run: RunRecord | null): ListedCancellation {
  const { opening, end, hasStornoClaim } = known;
  const { input, event } = opening.after as Pick<Opening, 'input'> & { event: EventSummary | null };
  const isRefused = opening.kind === 'refusal';
  const closedState: CaseState = isRefused ? 'refused' : (end ?? 'interrupted');
  const isOpen = run !== null && end === null && !isRefused;
  return {
    ...locate(sources, opening.house, opening.eventNumber, run?.runId ?? null),
    state: isOpen ? openState(run) : closedState,
    step: isOpen ? stepOf(run) : isRefused ? 'check' : 'report',
    pointOfNoReturnPassed: hasStornoClaim,
    caseId: opening.caseId,
    orderedBy: input.orderedBy,
    orderedAt: opening.at,
    needsAttention: isOpen && run.needsAttention,
    title: event?.title.before ?? input.order.expected.title,
    startsAt: event?.startsAt ?? input.order.expected.startsAt,
    venue: event?.venue ?? null,
  };
}

function openState({ needsAttention, step }: RunRecord): CaseState {
  if (needsAttention) return 'needs-attention';
  if (step?.startsWith('wait-')) return 'waiting';
  return step === 'check' ? 'checking' : 'running';
}

function stepOf({ step }: RunRecord): StepName {
  return (step ?? 'check') as StepName;
}

function matches(row: ListedCancellation, { state, needsAttention, from, to }: ListFilter): boolean {
  if (state !== undefined && row.state !== state) return false;
  if (needsAttention !== undefined && String(row.needsAttention) !== needsAttention) return false;
  const day = row.startsAt ? viennaDate(row.startsAt) : '';
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

type Position = NonNullable<CaseFilter['before']>;

function encodeCursor({ at, caseId }: Position): string {
  return Buffer.from(`${at} ${caseId}`).toString('base64url');
}

function decodeCursor(cursor: string): Position {
  const [at, caseId] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (!at || !caseId)
    throw new Problem('invalid-value', undefined, { errors: [{ path: 'cursor', text: 'ist unbekannt' }] });
  return { at, caseId };
}
