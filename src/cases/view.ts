import type { CancellationClient, RunRecord } from '../client';
import type { CancellationInput, CancellationStatus } from '../domain/case';
import type { CaseState } from '../domain/vocabulary';
import { cancellationWorkflowId, inputFault } from '../domain/input';
import type { Journal } from '../journal/port';
import type { JournalEntry } from '../domain/journal';
import { initialStatus, statusFromJournal } from './journal-status';

export interface Located {
  house: string;
  eventNumber: string;
  links: { self: string; temporalUi: string | null; protocol: string | null };
  workflowId: string;
  runId: string | null;
  rehearsal: boolean;
}

/** A case as callers see it: what the run or the journal knows, and where it is to be found. */
export type CancellationView = CancellationStatus &
  Located & {
    /** Not from the run itself: no worker answered, or Temporal no longer keeps the run. */
    stale: boolean;
  };

export interface ViewSources {
  client: CancellationClient;
  journal: Journal;
  isRehearsal: boolean;
  temporalUiUrl: string;
  namespace: string;
}

/** The view of an event's newest case; `null` when there never was one. */
export async function readView(
  sources: ViewSources,
  house: string,
  eventNumber: string,
): Promise<CancellationView | null> {
  const { run, caseId } = await findCase(sources, house, eventNumber);
  const known = run
    ? await readRun(sources, run)
    : await readJournal(sources, house, eventNumber, false, caseId);
  return known && toView(sources, house, eventNumber, run?.runId ?? null, known.status, known.isStale);
}

/**
 * The case of an event that counts, and its run. Mostly that is the newest run. But Temporal's _Reset_ makes an older,
 * closed one the newest, and terminates the run of the case that holds the event now: that case counts all the same.
 */
async function findCase(
  { client, journal }: Pick<ViewSources, 'client' | 'journal'>,
  house: string,
  eventNumber: string,
): Promise<{ run: RunRecord | null; caseId: string | null }> {
  const run = await client.find(house, eventNumber);
  const caseId = run?.caseId ?? null;
  if (caseId === null || run?.status === 'running') return { run, caseId };
  // A journal that cannot be read does not hide what the run itself says.
  const holding = await readHoldingCase(journal, house, eventNumber).catch(() => null);
  return holding && holding.caseId !== caseId ? { run: null, caseId: holding.caseId } : { run, caseId };
}

/** The case that holds an event, with its lines; of one of another house nobody learns. */
export async function readHoldingCase(
  journal: Journal,
  house: string,
  eventNumber: string,
): Promise<{ caseId: string; entries: JournalEntry[] } | null> {
  const caseId = await journal.holdingCase(eventNumber);
  if (!caseId) return null;
  const entries = await journal.entries(caseId);
  return entries[0]?.house === house ? { caseId, entries } : null;
}

export function toView(
  sources: ViewSources,
  house: string,
  eventNumber: string,
  runId: string | null,
  status: CancellationStatus,
  stale: boolean,
): CancellationView {
  // A case that has read its event, or was refused, has said so in its first line.
  const isWritten = status.event !== null || status.refusal !== null;
  return { ...status, ...locate(sources, house, eventNumber, runId, isWritten), stale };
}

/** Where a case is to be found. `isWritten`: the journal has lines of it. */
export function locate(
  { isRehearsal, temporalUiUrl, namespace }: ViewSources,
  house: string,
  eventNumber: string,
  runId: string | null,
  isWritten: boolean,
): Located {
  const workflowId = cancellationWorkflowId(house, eventNumber);
  const self = `/v1/cancellations/${house}/${eventNumber}`;
  // The tab that shows the German details; the history is one click away.
  const temporalUi =
    runId &&
    `${temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/user-metadata`;
  return {
    house,
    eventNumber,
    links: { self, temporalUi, protocol: isWritten ? `${self}/protocol` : null },
    workflowId,
    runId,
    rehearsal: isRehearsal,
  };
}

interface Known {
  status: CancellationStatus;
  isStale: boolean;
}

/** What the run says, or what is written of it: also when no worker answers, or none can make sense of it. */
async function readRun(sources: ViewSources, run: RunRecord): Promise<Known | null> {
  if (run.status !== 'terminated') {
    const status = await askRun(sources, run).catch(() => null);
    if (status) return { status: await withClaim(sources, status), isStale: false };
  }
  const isOpen = run.status === 'running';
  const written = await readJournal(sources, run.house, run.eventNumber, isOpen, run.caseId);
  return written ?? fromInput(await sources.client.readInput(run), run);
}

/** While Storno is being tried, the run does not know yet that it can no longer be aborted: the journal does. */
async function withClaim({ journal }: ViewSources, status: CancellationStatus): Promise<CancellationStatus> {
  if (status.step !== 'set-storno' || status.pointOfNoReturnPassed) return status;
  const claim = await journal.readClaim(status.caseId).catch(() => null);
  if (claim !== 'storno') return status;
  const allowedActions = status.allowedActions.filter((action) => action !== 'abort');
  return { ...status, allowedActions, pointOfNoReturnPassed: true };
}

function askRun({ client }: ViewSources, { house, eventNumber, runId }: RunRecord) {
  return client.query(house, eventNumber, runId);
}

async function readJournal(
  { journal }: ViewSources,
  house: string,
  eventNumber: string,
  isOpen: boolean,
  wanted: string | null = null,
): Promise<Known | null> {
  const caseId = wanted ?? (await journal.latestCase(house, eventNumber));
  const status = caseId ? statusFromJournal(await journal.entries(caseId), isOpen) : null;
  return status && { status, isStale: true };
}

/** For a run of which nothing is written. */
const STATE_BY_RUN: Record<RunRecord['status'], CaseState> = {
  running: 'checking',
  completed: 'completed',
  failed: 'refused',
  cancelled: 'aborted',
  terminated: 'interrupted',
};

/** A run that somebody has started by hand with an input that nobody can work on is no case: nothing was begun. */
function fromInput(input: CancellationInput | null, { workflowId, status }: RunRecord): Known | null {
  if (input === null || inputFault(input, workflowId) !== null) return null;
  return { status: { ...initialStatus(input), state: STATE_BY_RUN[status] }, isStale: true };
}

/** The lines of an event's newest case: none while its check has not written any. */
export async function readJournalLines(
  sources: ViewSources,
  house: string,
  eventNumber: string,
): Promise<JournalEntry[] | null> {
  const { journal } = sources;
  // What is written can be read without Temporal.
  const found = await findCase(sources, house, eventNumber).catch(() => null);
  const caseId = found?.caseId ?? (await journal.latestCase(house, eventNumber));
  if (caseId) return journal.entries(caseId);
  return found?.run ? [] : null;
}
