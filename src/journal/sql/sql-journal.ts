import type { JournalStore } from '../port';
import { listCases, listOpenCases } from './case-list';
import { claimOnce, findClaim } from './claims';
import {
  appendOnce,
  findByEffectKey,
  insertEntry,
  isLookedAtSince,
  readEntries,
  readLinesOfEvent,
  requireHead,
} from './entries';
import { asJournalFailure } from './failure';
import { findHoldingCase, findLatestCase, openCaseOnce } from './holding-case';
import { noteInstallationId, replaceInstallationId } from './installation';
import { noteKeyUse, readKeyUses } from './payload-keys';
import type { Db } from './rows';
import { isRunNamed, nameRunOnce, noteSealedSince } from './run-notes';
import * as sessions from './sessions';
import type { Read, Writer } from './writer';

interface SqlDatabase {
  /** The tables, their schema up to date. Closing the journal closes it. */
  db: Db;
  writer: Writer;
  read: Read;
}

/** The journal over any database that knows SQL: what differs between them comes by parameter. */
export function createSqlJournal({ db, writer, read }: SqlDatabase): JournalStore {
  const reading = <T>(work: () => Promise<T>) => asJournalFailure(() => read(work));
  const writing = <T>(work: (transaction: Db) => Promise<T>) => asJournalFailure(() => writer.write(work));
  return {
    openCase: (ref, entry) => writing((transaction) => openCaseOnce(transaction, ref, entry)),
    append: (ref, entry) => writing((transaction) => appendOnce(transaction, ref, entry)),
    appendNew: (ref, entry) =>
      writing(async (transaction) =>
        (await findByEffectKey(transaction, ref.caseId, entry)) ? null : insertEntry(transaction, ref, entry),
      ),
    appendUnlessAborted: (ref, entry) =>
      writing(async (transaction) =>
        (await findClaim(transaction, ref.caseId)) === 'abort' ? null : appendOnce(transaction, ref, entry),
      ),
    appendAfterLook: (ref, entry, { seq }) =>
      writing(async (transaction) =>
        (await isLookedAtSince(transaction, ref.caseId, seq)) ? null : appendOnce(transaction, ref, entry),
      ),
    claim: (ref, claim, entry) => writing((transaction) => claimOnce(transaction, ref, claim, entry)),

    readClaim: (caseId) => reading(() => findClaim(db, caseId)),
    requireHead: (caseId, head) => reading(() => requireHead(db, caseId, head)),
    entries: (caseId) => reading(() => readEntries(db, caseId)),
    holdingCase: (house, eventNumber) => reading(() => findHoldingCase(db, house, eventNumber)),
    openCases: () => reading(() => listOpenCases(db)),
    latestCase: (house, eventNumber) => reading(() => findLatestCase(db, house, eventNumber)),
    linesOfEvent: (house, eventNumber) => reading(() => readLinesOfEvent(db, house, eventNumber)),
    cases: (filter) => reading(() => listCases(db, filter)),

    nameRun: (run) => writing((transaction) => nameRunOnce(transaction, run)),
    isNamed: (caseId, firstRunId) => reading(() => isRunNamed(db, caseId, firstRunId)),
    sealedSince: () => writing(noteSealedSince),

    installationId: () => writing(noteInstallationId),
    adopt: () => writing(replaceInstallationId),
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
