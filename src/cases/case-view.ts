import { isOpenRun, type RunRecord } from '../client';
import type { CancellationInput, CancellationStatus } from '../domain/case';
import { inputFault } from '../domain/input';
import type { JournalEntry } from '../domain/journal';
import { isEnd, type CaseState } from '../domain/vocabulary';
import { requireHouse, type Caller } from './caller';
import { withContact } from './contact';
import { initialStatus, statusFromJournal } from './journal-status';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { asHeld } from './held-run';
import { tell } from './told';
import { forCaller } from './for-caller';
import { heldAs, toView, type CancellationView, type CaseView, type ShownStatus } from './view';
import { findCase, readLinesOf, type EventAddress, type FoundCase, type WantedCase } from './which-case';

/** The view of a case: of the one that is named, or of the event's newest. */
export async function readView(
  sources: CaseSources,
  caller: Caller,
  wanted: WantedCase,
): Promise<CancellationView> {
  requireHouse(sources.houses, caller, wanted.house, 'see');
  const view = await viewOf(sources, wanted);
  if (!view) throw new Problem('cancellation-not-found');
  return forCaller(caller, view);
}

/**
 * The view of a case; `null`: the event never had that case, or none at all. Only for use cases that have already
 * checked that their caller may see the house: for the caller it becomes theirs by `forCaller`.
 */
export async function viewOf(sources: CaseSources, wanted: WantedCase): Promise<CaseView | null> {
  return viewOfFound(sources, wanted, await findCase(sources, wanted));
}

/** As `viewOf`, where it is known already which case is meant. */
export async function viewOfFound(
  sources: CaseSources,
  wanted: WantedCase,
  { caseId, run, newest }: FoundCase,
): Promise<CaseView | null> {
  const known = run ? await readRun(sources, run, caseId) : await fromJournal(sources, wanted, caseId, false);
  if (!known) return null;
  const supersededBy = newest === caseId ? null : newest;
  const view = toView(sources, wanted, run?.runId ?? null, known.status, known.isStale);
  return { ...view, ...(await tell(sources, view, run)), supersededBy };
}

interface Known {
  status: ShownStatus;
  isStale: boolean;
}

/** The status from the run, or else from the journal: when no worker answers, or when no worker can replay the run. */
async function readRun(sources: CaseSources, run: RunRecord, caseId: string | null): Promise<Known | null> {
  // A paused or stuck run answers nothing, and a terminated one what was true before its end.
  if (run.status !== 'terminated' && heldAs(run) === null) {
    const status = await askRun(sources, run).catch(() => null);
    const unfinished = status && !isOpenRun(run) ? await readUnfinished(sources, run, caseId) : null;
    if (unfinished) return unfinished;
    if (status) return { status: asHeld(await withClaim(sources, status), run), isStale: false };
  }
  const written =
    (await fromJournal(sources, run, caseId, isOpenRun(run))) ??
    fromInput(await sources.client.readInput(run), run);
  return written && { ...written, status: asHeld(written.status, run) };
}

/**
 * The case as the journal has it, if that knows no end of it, whatever its closed run says: somebody else may have answered its
 * last step, or closed the run itself. `null`: the run may be believed, or the journal cannot be read.
 */
async function readUnfinished(
  sources: CaseSources,
  run: RunRecord,
  caseId: string | null,
): Promise<Known | null> {
  const written = await fromJournal(sources, run, caseId, false).catch(() => null);
  return written && !isEnd(written.status.state) ? written : null;
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
  event: EventAddress,
  caseId: string | null,
  isOpen: boolean,
): Promise<Known | null> {
  const entries = caseId ? await readLinesOf(journal, event, caseId) : [];
  const status = statusFromJournal(await withContact(journal, entries), isOpen);
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
 * The lines of a case: an empty list before its check has written any, `null` when there is no such case. As with
 * `viewOf`, the use case has already checked the house.
 */
export async function linesOf(sources: CaseSources, wanted: WantedCase): Promise<JournalEntry[] | null> {
  const { journal } = sources;
  // The journal can be read even when Temporal does not answer.
  const found = await findCase(sources, wanted).catch(() => null);
  const { house, eventNumber } = wanted;
  const caseId = found?.caseId ?? wanted.caseId ?? (await journal.latestCase(house, eventNumber));
  const entries = caseId ? await readLinesOf(journal, wanted, caseId) : [];
  return entries.length > 0 || found?.run ? entries : null;
}
