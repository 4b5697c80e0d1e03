import type { CancellationClient, RunRecord } from '../client';
import { WorkersUnavailable } from '../client';
import type { CancellationInput, CancellationStatus } from '../domain/case';
import { cancellationWorkflowId } from '../domain/input';
import type { Journal, JournalEntry } from '../journal/port';
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
  const run = await sources.client.find(house, eventNumber);
  const known = run ? await readRun(sources, run) : await readJournal(sources, house, eventNumber, false);
  return known && toView(sources, house, eventNumber, run?.runId ?? null, known.status, known.isStale);
}

export function toView(
  sources: ViewSources,
  house: string,
  eventNumber: string,
  runId: string | null,
  status: CancellationStatus,
  stale: boolean,
): CancellationView {
  return { ...status, ...locate(sources, house, eventNumber, runId), stale };
}

/** Where a case is to be found. */
export function locate(
  { isRehearsal, temporalUiUrl, namespace }: ViewSources,
  house: string,
  eventNumber: string,
  runId: string | null,
): Located {
  const workflowId = cancellationWorkflowId(house, eventNumber);
  const self = `/v1/cancellations/${house}/${eventNumber}`;
  const temporalUi =
    runId &&
    `${temporalUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
  return {
    house,
    eventNumber,
    links: { self, temporalUi, protocol: null },
    workflowId,
    runId,
    rehearsal: isRehearsal,
  };
}

interface Known {
  status: CancellationStatus;
  isStale: boolean;
}

async function readRun(sources: ViewSources, run: RunRecord): Promise<Known | null> {
  if (run.status === 'terminated') return interrupted(sources, run);
  try {
    return { status: await sources.client.query(run.house, run.eventNumber, run.runId), isStale: false };
  } catch (error) {
    if (!(error instanceof WorkersUnavailable)) throw error;
  }
  const written = await readJournal(
    sources,
    run.house,
    run.eventNumber,
    run.status === 'running',
    run.caseId,
  );
  return written ?? fromInput(await sources.client.readInput(run));
}

/** Somebody ended the run from outside: what was begun stands in the journal. */
async function interrupted(sources: ViewSources, run: RunRecord): Promise<Known | null> {
  const written = await readJournal(sources, run.house, run.eventNumber, false, run.caseId);
  if (written) return written;
  const known = fromInput(await sources.client.readInput(run));
  return known && { ...known, status: { ...known.status, state: 'interrupted' } };
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

function fromInput(input: CancellationInput | null): Known | null {
  return input && { status: initialStatus(input), isStale: true };
}

/** The lines of an event's newest case. */
export async function readJournalLines(
  { client, journal }: ViewSources,
  house: string,
  eventNumber: string,
): Promise<JournalEntry[] | null> {
  const caseId = await journal.latestCase(house, eventNumber);
  if (caseId) return journal.entries(caseId);
  return (await client.find(house, eventNumber)) ? [] : null;
}
