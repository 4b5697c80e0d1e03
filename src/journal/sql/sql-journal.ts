import type { NewEntry, Written } from '../../domain/journal';
import type { Signer } from '../../domain/signature';
import type { CaseRef } from '../../domain/types';
import type { JournalStore } from '../port';
import { findCaseRow, findLastCaseOf, readCaseHeads, readCaseRows, readEarlierCases } from './case-chain';
import { listCases, listEndedSince, listOpenCases } from './case-list';
import { claimOnce, findClaim } from './claims';
import { noteWish } from './contact-keys';
import {
  appendOnce,
  findByEffectKey,
  hasEnded,
  insertEntry,
  isLookedAtSince,
  isStornoTriedSince,
  readEntries,
  readLinesOfEvent,
  requireHead,
  type Writing,
} from './entries';
import { asJournalFailure } from './failure';
import { eraseContact, findContact, listKeptContacts } from './erasure';
import { findHoldingCase, findLatestCase, openCaseOnce } from './holding-case';
import {
  appendToInstallation,
  noteInstallationId,
  readInstallationLines,
  replaceInstallationId,
} from './installation';
import { enterCheck } from './open-checks';
import { noteKeyUse, readKeyUses } from './payload-keys';
import type { Db } from './rows';
import { nameRunOnce, noteSealedSince, readNamedRuns } from './run-notes';
import * as sessions from './sessions';
import type { Read, Writer } from './writer';

interface SqlDatabase {
  /** The tables, their schema up to date. Closing the journal closes it. */
  db: Db;
  writer: Writer;
  read: Read;
  /** Leaves nothing of deleted contact keys in the database, within the transaction that deleted them. */
  overwriteDeletedKeys: (db: Db) => Promise<void>;
  /** Who signs the lines; `null`: a journal that nobody has signed so far. */
  signer: Signer | null;
}

async function appendNew<E extends NewEntry>(
  lines: Writing,
  ref: CaseRef,
  entry: E,
): Promise<Written<E> | null> {
  return (await findByEffectKey(lines.db, ref.caseId, entry)) ? null : insertEntry(lines, ref, entry);
}

async function isOver(db: Db, caseId: string): Promise<boolean> {
  return (await findClaim(db, caseId)) === 'abort' || hasEnded(db, caseId);
}

/** The journal over any database that knows SQL: what differs between them comes by parameter. */
export function createSqlJournal({
  db,
  writer,
  read,
  overwriteDeletedKeys,
  signer,
}: SqlDatabase): JournalStore {
  const reading = <T>(work: () => Promise<T>) => asJournalFailure(() => read(work));
  const writing = <T>(work: (transaction: Db) => Promise<T>) => asJournalFailure(() => writer.write(work));
  const signing = <T>(work: (lines: Writing) => Promise<T>) =>
    writing((transaction) => work({ db: transaction, signer }));
  return {
    signer,
    openCase: (ref, entry) => signing((lines) => openCaseOnce(lines, ref, entry)),
    append: (ref, entry) => signing((lines) => appendOnce(lines, ref, entry)),
    appendNew: (ref, entry) => signing((lines) => appendNew(lines, ref, entry)),
    appendUnlessOver: (ref, entry) =>
      signing(async (lines) => ((await isOver(lines.db, ref.caseId)) ? null : appendOnce(lines, ref, entry))),
    appendUnlessEnded: (ref, entry) =>
      signing(async (lines) =>
        (await hasEnded(lines.db, ref.caseId)) ? null : appendOnce(lines, ref, entry),
      ),
    appendNewUnlessEnded: (ref, entry) =>
      signing(async (lines) =>
        (await hasEnded(lines.db, ref.caseId)) ? null : appendNew(lines, ref, entry),
      ),
    appendAfterLook: (ref, entry, { seq }) =>
      signing(async (lines) =>
        (await isLookedAtSince(lines.db, ref.caseId, seq)) ? null : appendOnce(lines, ref, entry),
      ),
    claim: (ref, claim, entry) => signing((lines) => claimOnce(lines, ref, claim, entry)),
    claimFound: (ref, claim, entry, { seq }) =>
      signing(async (lines) =>
        (await isStornoTriedSince(lines.db, ref.caseId, seq)) ? null : claimOnce(lines, ref, claim, entry),
      ),

    readClaim: (caseId) => reading(() => findClaim(db, caseId)),
    contact: (caseId) => reading(() => findContact(db, signer, caseId)),
    requireHead: (caseId, head) => reading(() => requireHead(db, caseId, head)),
    entries: (caseId) => reading(() => readEntries(db, caseId)),
    holdingCase: (house, eventNumber) => reading(() => findHoldingCase(db, house, eventNumber)),
    openCases: () => reading(() => listOpenCases(db)),
    endedSince: (at) => reading(() => listEndedSince(db, at)),
    latestCase: (house, eventNumber) => reading(() => findLatestCase(db, house, eventNumber)),
    linesOfEvent: (house, eventNumber) => reading(() => readLinesOfEvent(db, house, eventNumber)),
    cases: (filter) => reading(() => listCases(db, filter)),

    nameRun: (run) => writing((transaction) => nameRunOnce(transaction, run)),
    namedRuns: (caseId) => reading(() => readNamedRuns(db, caseId)),
    sealedSince: () => signing(noteSealedSince),
    enterCheck: (check, times) => writing((transaction) => enterCheck(transaction, check, times)),

    installationId: () => writing(noteInstallationId),
    adopt: (by) => signing((lines) => replaceInstallationId(lines, by)),
    installationLines: () => reading(() => readInstallationLines(db)),
    appendToInstallation: (line, by = signer) =>
      writing((transaction) => appendToInstallation({ db: transaction, signer: by }, line)),
    caseRow: (caseId) => reading(() => findCaseRow(db, caseId)),
    caseRows: () => reading(() => readCaseRows(db)),
    lastCaseOf: (key) => reading(() => findLastCaseOf(db, key)),
    earlierCases: () => reading(() => readEarlierCases(db)),
    caseHeads: () => reading(() => readCaseHeads(db)),
    keptContacts: () => reading(() => listKeptContacts(db)),
    wishErasure: (caseId, wish) => writing((transaction) => noteWish(transaction, caseId, wish)),
    eraseContact: (ref, erasure) =>
      signing(async (lines) => {
        const erased = await eraseContact(lines, ref, erasure);
        if (erased) await overwriteDeletedKeys(lines.db);
        return erased;
      }),
    noteKeyUse: (id) => writing((transaction) => noteKeyUse(transaction, id)),
    keyUses: () => reading(() => readKeyUses(db)),
    sessions: {
      add: (session) => writing((transaction) => sessions.add(transaction, session)),
      find: (idHash) => reading(() => sessions.find(db, idHash)),
      touch: (idHash, at) => writing((transaction) => sessions.touch(transaction, idHash, at)),
      remove: (idHash) => writing((transaction) => sessions.remove(transaction, idHash)),
      removeOlder: (than) => writing((transaction) => sessions.removeOlder(transaction, than)),
    },

    close: () => db.destroy(),
  };
}
