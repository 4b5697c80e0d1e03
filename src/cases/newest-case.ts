import { isOpenRun, type RunRecord } from '../client';
import type { CancellationInput, CancellationStatus } from '../domain/case';
import { inputFault } from '../domain/input';
import type { JournalEntry } from '../domain/journal';
import type { CaseState } from '../domain/vocabulary';
import type { Journal } from '../journal/port';
import { requireHouse, type Caller } from './caller';
import { initialStatus, statusFromJournal } from './journal-status';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { asHeld } from './held-run';
import { tell } from './told';
import { toView, type CancellationView, type ShownStatus } from './view';

/** The view of an event's newest case. */
export async function readView(
  sources: CaseSources,
  caller: Caller,
  house: string,
  eventNumber: string,
): Promise<CancellationView> {
  requireHouse(sources.houses, caller, house);
  const view = await newestView(sources, house, eventNumber);
  if (!view) throw new Problem('cancellation-not-found');
  return view;
}

/**
 * The view of an event's newest case; `null` when the event never had one. Only for use cases that have already checked
 * that their caller may act for the house.
 */
export async function newestView(
  sources: CaseSources,
  house: string,
  eventNumber: string,
): Promise<CancellationView | null> {
  const { run, caseId } = await findCase(sources, house, eventNumber);
  const known = run
    ? await readRun(sources, run)
    : await fromJournal(sources, house, eventNumber, false, caseId);
  if (!known) return null;
  const view = toView(sources, house, eventNumber, run?.runId ?? null, known.status, known.isStale);
  return { ...view, ...(await tell(sources, view, run)) };
}

/**
 * The case of an event that counts, and its run. Usually that is the newest run. But Temporal's _Reset_ makes an older,
 * closed run the newest, and terminates the run of the case that holds the event. The holding case counts even then.
 */
async function findCase(
  { client, journal }: Pick<CaseSources, 'client' | 'journal'>,
  house: string,
  eventNumber: string,
): Promise<{ run: RunRecord | null; caseId: string | null }> {
  const run = await client.find(house, eventNumber);
  const caseId = run?.caseId ?? null;
  if (caseId === null || (run && isOpenRun(run))) return { run, caseId };
  // If the journal cannot be read, the run's own answer is still shown.
  const holding = await readHoldingCase(journal, house, eventNumber).catch(() => null);
  if (!holding || holding.caseId === caseId) return { run, caseId };
  // An event that was put back in a rehearsal can have a newer case that was refused.
  const isNewest = (await journal.latestCase(house, eventNumber)) === caseId;
  return isNewest ? { run, caseId } : { run: null, caseId: holding.caseId };
}

/** The case that holds an event, with its lines; a case of another house is not revealed. */
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

interface Known {
  status: ShownStatus;
  isStale: boolean;
}

/** The status from the run, or else from the journal: when no worker answers, or when no worker can replay the run. */
async function readRun(sources: CaseSources, run: RunRecord): Promise<Known | null> {
  // A paused run answers nothing, and a terminated one what was true before its end.
  if (run.status !== 'terminated' && run.status !== 'paused') {
    const status = await askRun(sources, run).catch(() => null);
    if (status) return { status: asHeld(await withClaim(sources, status), run), isStale: false };
  }
  const written =
    (await fromJournal(sources, run.house, run.eventNumber, isOpenRun(run), run.caseId)) ??
    fromInput(await sources.client.readInput(run), run);
  return written && { ...written, status: asHeld(written.status, run) };
}

/** While Storno is being tried, the run does not know yet that it can no longer be aborted. The journal does. */
async function withClaim({ journal }: CaseSources, status: CancellationStatus): Promise<CancellationStatus> {
  if (status.step !== 'set-storno' || status.pointOfNoReturnPassed) return status;
  const claim = await journal.readClaim(status.caseId).catch(() => null);
  if (claim !== 'storno') return status;
  const allowedActions = status.allowedActions.filter((action) => action !== 'abort');
  return { ...status, allowedActions, pointOfNoReturnPassed: true };
}

function askRun({ client }: CaseSources, { house, eventNumber, runId }: RunRecord) {
  return client.query(house, eventNumber, runId);
}

async function fromJournal(
  { journal }: CaseSources,
  house: string,
  eventNumber: string,
  isOpen: boolean,
  wanted: string | null = null,
): Promise<Known | null> {
  const caseId = wanted ?? (await journal.latestCase(house, eventNumber));
  const status = caseId ? statusFromJournal(await journal.entries(caseId), isOpen) : null;
  return status && { status, isStale: true };
}

/** For a run without any lines in the journal. */
const STATE_BY_RUN: Record<RunRecord['status'], CaseState> = {
  running: 'checking',
  completed: 'completed',
  failed: 'refused',
  cancelled: 'aborted',
  terminated: 'interrupted',
  paused: 'checking',
  unknown: 'checking',
};

/** A run that was started by hand in Temporal with an unusable input is no case: nothing was begun. */
function fromInput(input: CancellationInput | null, { workflowId, status }: RunRecord): Known | null {
  if (input === null || inputFault(input, workflowId) !== null) return null;
  return { status: { ...initialStatus(input), state: STATE_BY_RUN[status] }, isStale: true };
}

/**
 * The lines of an event's newest case: an empty list before its check has written any, `null` when the event never had
 * a case. As with `newestView`, the use case has already checked the house.
 */
export async function newestLines(
  sources: CaseSources,
  house: string,
  eventNumber: string,
): Promise<JournalEntry[] | null> {
  const { journal } = sources;
  // The journal can be read even when Temporal does not answer.
  const found = await findCase(sources, house, eventNumber).catch(() => null);
  const caseId = found?.caseId ?? (await journal.latestCase(house, eventNumber));
  if (caseId) return journal.entries(caseId);
  return found?.run ? [] : null;
}
