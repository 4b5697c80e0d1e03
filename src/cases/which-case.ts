import { isOpenRun, type RunRecord } from '../client';
import { toMs } from '../domain/clock';
import type { CaseAddress } from '../domain/addresses';
import { isCaseId } from '../domain/input';
import type { JournalEntry } from '../domain/journal';
import type { Journal } from '../journal/port';
import { housesFor, type Caller } from './caller';
import { Problem } from './problems';
import type { CaseSources } from './sources';

export type EventAddress = Pick<CaseAddress, 'house' | 'eventNumber'>;

/** A case as a caller means it: the one with this id, or else the newest one of the event. */
export type WantedCase = EventAddress & { caseId?: string };

/** The case that is meant. Whether it exists, its run and its lines say. */
export interface FoundCase {
  caseId: string | null;
  /** The event's newest run, if it is of this case. */
  run: RunRecord | null;
  /** The case of the event that counts now. */
  newest: string | null;
  /** The event's newest run, if somebody else has started it: it is no run of any case. */
  stranger: RunRecord | null;
}

/**
 * Finds out which case is meant: every door asks here. The case that counts is usually that of the newest run. But
 * Temporal's _Reset_ makes an older, closed run the newest, and terminates the run of the case that holds the event. The
 * holding case counts even then.
 */
export async function findCase(sources: RunSources, wanted: WantedCase): Promise<FoundCase> {
  const { client, journal } = sources;
  const { house, eventNumber } = wanted;
  const found = await client.find(house, eventNumber);
  const claimed = found && (await caseOf(client, found));
  const isStrange = found !== null && (await isStranger(sources, found, claimed));
  const [run, ofRun] = isStrange ? [null, null] : [found, claimed];
  const newest = await newestOf(journal, wanted, run, ofRun);
  const caseId = wanted.caseId ?? newest;
  return { caseId, newest, run: ofRun === caseId ? run : null, stranger: isStrange ? found : null };
}

type RunSources = Pick<CaseSources, 'client' | 'journal' | 'isSealed'>;

/**
 * Whoever reaches Temporal can start a run with the id of a case's, with its memo and its input. A case whose runs the journal
 * names has no other ones; one whose check has named none yet has that which the API has sealed. What cannot be read is
 * nobody's of ours.
 */
export async function isStranger(
  sources: RunSources,
  run: RunRecord,
  caseId: string | null,
  named?: NamedRuns,
): Promise<boolean> {
  if (caseId === null) return true;
  const ofCases = named === undefined ? await readNamedRuns(sources, [caseId]) : named;
  if (ofCases === null) return false;
  const ofCase = ofCases.get(caseId);
  return ofCase ? !ofCase.includes(run.firstRunId) : !(await isBelieved(sources, run));
}

/** The runs that the journal names, by their cases. `null`: it cannot be read; then a run's own answer is still shown. */
export type NamedRuns = Awaited<ReturnType<RunSources['journal']['namedRuns']>> | null;

/** For many cases at once: a list must not ask for each. */
export async function readNamedRuns({ journal }: RunSources, caseIds: readonly string[]): Promise<NamedRuns> {
  return journal.namedRuns(caseIds).catch(() => null);
}

/** As its check will judge it, or would have: whoever reaches Temporal can end a run of their own in any way. */
async function isBelieved({ client, journal, isSealed }: RunSources, run: RunRecord): Promise<boolean> {
  if (!isSealed) return true;
  const input = await client.readInput(run);
  if (input !== null && isSealed(run.workflowId, input)) return true;
  const sealedSince = await journal.sealedSince().catch(() => null);
  return sealedSince === null || toMs(run.begunAt) < toMs(sealedSince);
}

/**
 * Those of Temporal's list of open runs that are cases', without strangers'. A list does not name the first run of a chain, so
 * Temporal itself is asked where a run seems strange.
 */
export async function ownRuns(sources: RunSources, listed: readonly RunRecord[]): Promise<RunRecord[]> {
  const caseIds = listed.map(({ caseId }) => caseId).filter((caseId) => caseId !== null);
  const named = await readNamedRuns(sources, caseIds);
  const own = await Promise.all(listed.map((run) => ownRun(sources, run, named)));
  return own.filter((run) => run !== null);
}

async function ownRun(sources: RunSources, listed: RunRecord, named: NamedRuns): Promise<RunRecord | null> {
  // Started by hand, as a rehearsal allows.
  if (listed.caseId === null && !sources.isSealed) return listed;
  if (!(await isStranger(sources, listed, listed.caseId, named))) return listed;
  const [found] = await sources.client.findAll([listed]);
  if (!found || !isOpenRun(found)) return null;
  return (await isStranger(sources, found, await caseOf(sources.client, found))) ? null : found;
}

/** A run that was started by hand names its case only in its input. */
async function caseOf(client: CaseSources['client'], run: RunRecord): Promise<string | null> {
  if (run.caseId !== null) return run.caseId;
  const input = await client.readInput(run);
  return input?.caseId ?? null;
}

async function newestOf(
  journal: Journal,
  { house, eventNumber }: EventAddress,
  run: RunRecord | null,
  ofRun: string | null,
): Promise<string | null> {
  if (!run) return journal.latestCase(house, eventNumber);
  if (isOpenRun(run)) return ofRun;
  // If the journal cannot be read, the run's own answer is still shown.
  const holding = await readHoldingCase(journal, house, eventNumber).catch(() => null);
  if (!holding || holding.caseId === ofRun) return ofRun ?? journal.latestCase(house, eventNumber);
  // An event that was put back in a rehearsal can have a newer case that was refused.
  const isNewest = ofRun !== null && (await journal.latestCase(house, eventNumber)) === ofRun;
  return isNewest ? ofRun : holding.caseId;
}

/** The case that holds an event, with its lines. */
export async function readHoldingCase(
  journal: Journal,
  house: string,
  eventNumber: string,
): Promise<{ caseId: string; entries: JournalEntry[] } | null> {
  const caseId = await journal.holdingCase(house, eventNumber);
  return caseId ? { caseId, entries: await journal.entries(caseId) } : null;
}

/**
 * The lines of a case; none for an id that belongs to another event, so that nobody sees them who may act for that
 * event only.
 */
export async function readLinesOf(
  journal: Journal,
  { house, eventNumber }: EventAddress,
  caseId: string,
): Promise<JournalEntry[]> {
  const entries = await journal.entries(caseId);
  return entries[0]?.house === house && entries[0].eventNumber === eventNumber ? entries : [];
}

/**
 * The event of a case that is named by its id alone. A case of a house that the caller may not act for is answered like
 * one that does not exist.
 */
export async function locateCase(
  sources: CaseSources,
  caller: Caller,
  caseId: string,
): Promise<Required<WantedCase>> {
  const event = isCaseId(caseId) ? await findEvent(sources, caseId) : null;
  const isVisible = housesFor(sources.houses, caller, 'see').some(({ key }) => key === event?.house);
  if (!event || !isVisible)
    throw new Problem('cancellation-not-found', undefined, {}, { isForeign: event !== null });
  return { house: event.house, eventNumber: event.eventNumber, caseId };
}

async function findEvent({ client, journal }: CaseSources, caseId: string) {
  const reading = journal.entries(caseId);
  const [first] = await reading.catch(() => []);
  // A case in its check has no line yet.
  const event = first ?? (await client.findEvent(caseId));
  // Nobody may say that there is no such case while its lines cannot be read.
  if (!event) await reading;
  return event;
}
