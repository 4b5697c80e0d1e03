import type { NewEntry, NewOpening, Written } from '../../domain/journal';
import type { Signer } from '../../domain/signature';
import type { CaseRef } from '../../domain/types';
import type { JournalStore, WriteAttempt } from '../port';
import { beginAttempt, endAttempt, readAttempts } from './attempts';
import { findCaseRow, findLastCaseOf, readCaseHeads, readCaseRows, readEarlierCases } from './case-chain';
import { listCases, listEndedSince, listOpenCases, listOpenRequests, listOpenStornoCases } from './case-list';
import { claimOnce, findClaim } from './claims';
import { noteWish } from './contact-keys';
import {
  appendOnce,
  findPlace,
  hasEnded,
  insertEntry,
  isLookedAtSince,
  isStornoTriedSince,
  readEntries,
  readLinesOfCases,
  readLinesOfEvent,
  requireHead,
  type Writing,
} from './entries';
import { asJournalFailure } from './failure';
import { eraseContact, findContact, listKeptContacts } from './erasure';
import { findHoldingCase, findLatestCase, openCaseOnce, seriesOf } from './holding-case';
import {
  appendToInstallation,
  noteInstallationId,
  readInstallationLines,
  replaceInstallationId,
} from './installation';
import * as forms from './forms';
import { enterCheck } from './open-checks';
import { noteKeyUse, readKeyUses } from './payload-keys';
import { toEntry, type Db } from './rows';
import { nameRunOnce, noteSealedSince, readNamedRuns } from './run-notes';
import * as sessions from './sessions';
import * as series from './series';
import { spend } from './spendings';
import { readWritesState, switchWrites, tellerOf } from './writes';
import {
  HOLD_FORMS,
  HOLD_INSTALLATION,
  HOLD_SERIES_ORDERS,
  holdChecks,
  holdEvent,
  holdSeries,
  type Hold,
  type Read,
  type Writer,
} from './writer';

/** An open database that holds a journal. */
export interface SqlConnection {
  /** The tables, their schema up to date. Closing the journal closes it. */
  db: Db;
  writer: Writer;
  read: Read;
  /** Leaves nothing of deleted contact keys in the database, within the transaction that deleted them. */
  overwriteDeletedKeys: (db: Db) => Promise<void>;
}

async function isOver(db: Db, caseId: string): Promise<boolean> {
  return (await findClaim(db, caseId)) === 'abort' || hasEnded(db, caseId);
}

function seriesHold(opening: NewOpening): string[] {
  const seriesId = seriesOf(opening);
  return seriesId === null ? [] : [holdSeries(seriesId)];
}

/** One statement says everything: there is nothing that it has read before. */
const ALONE: Hold = { names: [] };

/**
 * The journal over any database that knows SQL: what differs between them comes by parameter. `signer`: who signs the lines;
 * `null`: a journal that nobody has signed so far.
 */
export function createSqlJournal(
  { db, writer, read, overwriteDeletedKeys }: SqlConnection,
  signer: Signer | null,
): JournalStore {
  const reading = <T>(work: () => Promise<T>) => asJournalFailure(() => read(work));
  const writing = <T>(hold: Hold, work: (transaction: Db) => Promise<T>) =>
    asJournalFailure(() => writer.write(hold, work));
  const onEvent = <T>(ref: CaseRef, work: (lines: Writing) => Promise<T>) =>
    writing({ names: [holdEvent(ref)] }, (transaction) => work({ db: transaction, signer }));
  const onSeries = <T>(seriesId: string, work: (lines: Writing) => Promise<T>) =>
    writing({ names: [holdSeries(seriesId)] }, (transaction) => work({ db: transaction, signer }));
  const onInstallation = <T>(work: (lines: Writing) => Promise<T>) =>
    writing({ names: [HOLD_INSTALLATION] }, (transaction) => work({ db: transaction, signer }));

  const ask = async ({ db: transaction }: Writing, attempt: WriteAttempt | undefined) => {
    if (attempt) await beginAttempt(transaction, attempt);
  };

  async function appendAsked<E extends NewEntry>(
    lines: Writing,
    ref: CaseRef,
    entry: E,
    attempt?: WriteAttempt,
  ): Promise<Written<E>> {
    await ask(lines, attempt);
    return appendOnce(lines, ref, entry);
  }

  async function appendNew<E extends NewEntry>(
    lines: Writing,
    ref: CaseRef,
    entry: E,
    attempt?: WriteAttempt,
  ): Promise<Written<E> | null> {
    const place = await findPlace(lines.db, ref.caseId, entry.effectKey);
    if (place.there && !writer.takeUntold(place.there.hash)) return null;
    await ask(lines, attempt);
    return place.there ? toEntry(place.there) : insertEntry(lines, ref, entry, place);
  }

  return {
    signer,
    openCase: (ref, entry) =>
      writing({ names: [holdEvent(ref), ...seriesHold(entry)], entersCase: true }, (transaction) =>
        openCaseOnce({ db: transaction, signer }, ref, entry),
      ),
    append: (ref, entry, attempt) => onEvent(ref, (lines) => appendAsked(lines, ref, entry, attempt)),
    appendLast: (ref, entry, { id }) =>
      onEvent(ref, async (lines) => {
        const written = await appendOnce(lines, ref, entry);
        await endAttempt(lines.db, id);
        return written;
      }),
    appendNew: (ref, entry) => onEvent(ref, (lines) => appendNew(lines, ref, entry)),
    appendUnlessOver: (ref, entry, attempt) =>
      onEvent(ref, async (lines) =>
        (await isOver(lines.db, ref.caseId)) ? null : appendAsked(lines, ref, entry, attempt),
      ),
    appendUnlessEnded: (ref, entry, attempt) =>
      onEvent(ref, async (lines) =>
        (await hasEnded(lines.db, ref.caseId)) ? null : appendAsked(lines, ref, entry, attempt),
      ),
    appendNewUnlessEnded: (ref, entry, attempt) =>
      onEvent(ref, async (lines) =>
        (await hasEnded(lines.db, ref.caseId)) ? null : appendNew(lines, ref, entry, attempt),
      ),
    appendAfterLook: (ref, entry, { seq }) =>
      onEvent(ref, async (lines) =>
        (await isLookedAtSince(lines.db, ref.caseId, seq)) ? null : appendOnce(lines, ref, entry),
      ),
    appendNext: (ref, entry, { seq }) =>
      onEvent(ref, async (lines) => {
        const place = await findPlace(lines.db, ref.caseId, entry.effectKey);
        if (place.there) return toEntry(place.there);
        return (place.last?.seq ?? 0) > seq ? null : insertEntry(lines, ref, entry, place);
      }),
    claim: (ref, claim, entry, attempt) =>
      onEvent(ref, (lines) => claimOnce(lines, ref, claim, entry, () => ask(lines, attempt))),
    claimFound: (ref, claim, entry, { seq }) =>
      onEvent(ref, async (lines) =>
        (await isStornoTriedSince(lines.db, ref.caseId, seq)) ? null : claimOnce(lines, ref, claim, entry),
      ),

    readClaim: (caseId) => reading(() => findClaim(db, caseId)),
    contact: (caseId) => reading(() => findContact(db, signer, caseId)),
    requireHead: (caseId, head) => reading(() => requireHead(db, caseId, head)),
    entries: (caseId) => reading(() => readEntries(db, caseId)),
    linesOfCases: (caseIds) => reading(() => readLinesOfCases(db, caseIds)),
    holdingCase: (house, eventNumber) => reading(() => findHoldingCase(db, house, eventNumber)),
    openCases: () => reading(() => listOpenCases(db)),
    openStornoCases: () => reading(() => listOpenStornoCases(db)),
    openRequests: (houses) => reading(() => listOpenRequests(db, houses)),
    endedSince: (at) => reading(() => listEndedSince(db, at)),
    latestCase: (house, eventNumber) => reading(() => findLatestCase(db, house, eventNumber)),
    linesOfEvent: (house, eventNumber) => reading(() => readLinesOfEvent(db, house, eventNumber)),
    cases: (filter) => reading(() => listCases(db, filter)),

    openSeries: (seriesId, line) =>
      writing({ names: [HOLD_SERIES_ORDERS, holdSeries(seriesId)], entersCase: true }, (transaction) =>
        series.openSeriesOnce({ db: transaction, signer }, seriesId, line),
      ),
    seriesLines: (seriesId, operations) => reading(() => series.readSeries(db, seriesId, operations)),
    appendToSeries: (seriesId, line) =>
      onSeries(seriesId, (lines) => series.appendToSeries(lines, seriesId, line)),
    appendNewToSeries: (seriesId, line, attempt) =>
      onSeries(seriesId, async (lines) => {
        await ask(lines, attempt);
        return series.appendNewToSeries(lines, seriesId, line);
      }),
    decideOnSeries: (seriesId, decide) =>
      onSeries(seriesId, (lines) => series.decideOnSeries(lines, seriesId, decide)),
    caseMarks: (caseIds) => reading(() => series.readMarks(db, caseIds)),
    openSeriesRequests: () => reading(() => series.listOpenRequests(db)),
    unendedSeries: () => reading(() => series.listUnendedSeries(db)),
    listSeries: (before, limit) => reading(() => series.listSeries(db, before, limit)),

    nameRun: (run) => writing(ALONE, (transaction) => nameRunOnce(transaction, run)),
    namedRuns: (caseIds) => reading(() => readNamedRuns(db, caseIds)),
    sealedSince: () => onInstallation(noteSealedSince),
    enterCheck: (check, places) =>
      writing({ names: [holdChecks(check.house)] }, (transaction) => enterCheck(transaction, check, places)),

    installationId: () => onInstallation((lines) => noteInstallationId(lines.db)),
    adopt: (by) => onInstallation((lines) => replaceInstallationId(lines, by)),
    installationLines: () => reading(() => readInstallationLines(db)),
    appendToInstallation: (line, by = signer) =>
      onInstallation((lines) => appendToInstallation({ ...lines, signer: by }, line)),
    caseRow: (caseId) => reading(() => findCaseRow(db, caseId)),
    caseRows: () => reading(() => readCaseRows(db)),
    lastCaseOf: (key) => reading(() => findLastCaseOf(db, key)),
    earlierCases: () => reading(() => readEarlierCases(db)),
    caseHeads: () => reading(() => readCaseHeads(db)),
    keptContacts: (which) => reading(() => listKeptContacts(db, which)),
    wishErasure: (caseId, wish) => writing(ALONE, (transaction) => noteWish(transaction, caseId, wish)),
    eraseContact: (ref, erasure) =>
      writing({ names: [HOLD_INSTALLATION, holdEvent(ref)] }, async (transaction) => {
        const erased = await eraseContact({ db: transaction, signer }, ref, erasure);
        if (erased) await overwriteDeletedKeys(transaction);
        return erased;
      }),
    noteKeyUse: (id) => writing(ALONE, (transaction) => noteKeyUse(transaction, id)),
    keyUses: () => reading(() => readKeyUses(db)),
    sessions: {
      add: (session) => writing(ALONE, (transaction) => sessions.add(transaction, session)),
      find: (idHash) => reading(() => sessions.find(db, idHash)),
      touch: (idHash, at) => writing(ALONE, (transaction) => sessions.touch(transaction, idHash, at)),
      remove: (idHash) => writing(ALONE, (transaction) => sessions.remove(transaction, idHash)),
      removeOlder: (than) => writing(ALONE, (transaction) => sessions.removeOlder(transaction, than)),
      removeOfPerson: (who) => writing(ALONE, (transaction) => sessions.removeOfPerson(transaction, who)),
      list: () => reading(() => sessions.list(db)),
      takeRefresh: (idHash, turn) =>
        writing(ALONE, (transaction) => sessions.takeRefresh(transaction, idHash, turn)),
      endRefresh: (idHash, lease, changes) =>
        writing(ALONE, (transaction) => sessions.endRefresh(transaction, idHash, lease, changes)),
    },

    forms: {
      keep: (form, rules) =>
        writing({ names: [HOLD_FORMS] }, (transaction) => forms.keep(transaction, form, rules)),
      find: (id) => reading(() => forms.find(db, id)),
      forget: (browser, path) => writing(ALONE, (transaction) => forms.forget(transaction, browser, path)),
    },
    writesState: () => reading(() => readWritesState(db)),
    switchWrites: (wish) => onInstallation((lines) => switchWrites(lines, wish)),
    attemptsAtWork: () => reading(() => readAttempts(db)),
    endAttempt: (id) => writing(ALONE, (transaction) => endAttempt(transaction, id)),
    tellerOf: (ref, since) => onInstallation((lines) => tellerOf(lines, ref, since)),
    spend: (key, at, windowMs) => writing(ALONE, (transaction) => spend(transaction, key, at, windowMs)),

    close: () => db.destroy(),
  };
}
