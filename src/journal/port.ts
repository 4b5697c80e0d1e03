import type { Actor } from '../domain/actor';
import type { ChainRow, FirstLine } from '../domain/case-chain';
import type { Claim, EntryOf, JournalEntry, NewEntry, NewOpening, Written } from '../domain/journal';
import type { ContactState } from '../domain/contact';
import type { ErasureLine, InstallationLine, NewInstallationLine } from '../domain/installation';
import type { KeyUse } from '../domain/payload-keys';
import type { PublicKey, Signer } from '../domain/signature';
import type { CaseMark } from '../domain/case-marks';
import type { ItemHindrance, NewSeriesLine, SeriesLine, SeriesLineOf } from '../domain/series-lines';
import type { CaseRef, Contact, Instant, JournalHead } from '../domain/types';
import type { CaseEnd, StepName } from '../domain/vocabulary';
import type { WritesState } from '../domain/writes';

/** One case in a list: its first line and, if it has ended, its last. */
export interface JournalCase {
  opening: EntryOf<'check'>;
  end: CaseEnd | null;
  hasStornoClaim: boolean;
}

/** The first line of the case, or the other case that holds the event, or why its series does not let it begin. */
export type CaseOpening = { opened: EntryOf<'check'> } | { takenBy: string } | { hinderedBy: ItemHindrance };

export interface CaseFilter {
  /** At least one; all by default. */
  houses?: readonly string[];
  /** Of these events only: at least one; all by default. */
  eventNumbers?: readonly string[];
  /** Only cases that ended in one of these ways; `null` stands for a case that has not ended. */
  ends?: readonly (CaseEnd | null)[];
  /** Only cases opened before this entry, for paging. */
  before?: { at: Instant; caseId: string };
  limit: number;
}

/**
 * An attempt to write to Jet, to mail Ö-Ticket, or to have a person write. With the line that goes before it the journal asks
 * whether writes are on, in the same transaction, and notes the attempt as at work; where they are off the method rejects with
 * `KnownFailure('writes-off')`, and nothing is written.
 */
export interface WriteAttempt {
  /** Unique. */
  id: string;
  /** A mail of a series names the series in the place of a case, and no event. */
  ref: CaseRef;
  step: StepName;
  /** After this time nothing of it can still come, whatever became of its process, in milliseconds. */
  mayLastMs: number;
}

/**
 * The second memory, outside Temporal: append-only, hash-chained lines for each intent, effect and decision.
 * It is not a second truth about the present: that is Jet and Temporal.
 *
 * A line is on the disk before the method that writes it resolves. Several processes may have the journal open, and
 * each sees what the others wrote. Every method rejects with `KnownFailure('journal-unavailable')` when the database
 * cannot be used.
 */
export interface Journal {
  /**
   * Writes the opening line, unless another case of this house and event number is open or completed: then nothing is
   * written and that case is returned. If the line says that it `replaces` that very case, and that case has ended, it is
   * written. What another house does is no matter: without a gateway it can type any number.
   */
  openCase(ref: CaseRef, entry: NewOpening): Promise<CaseOpening>;
  /** Appends a line to the chain of its case; the same effect key again returns the line that is there. */
  append<E extends NewEntry>(ref: CaseRef, entry: E, attempt?: WriteAttempt): Promise<Written<E>>;
  /** As `append`, for what came of an attempt: with the same commit the attempt is over. */
  appendLast<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    attempt: Pick<WriteAttempt, 'id'>,
  ): Promise<Written<E>>;
  /** As `append`, but `null` when the effect key is there already: another attempt has begun this very effect. */
  appendNew<E extends NewEntry>(ref: CaseRef, entry: E): Promise<Written<E> | null>;
  /**
   * As `append`, for an effect that neither an abort nor the end allows: `null`, and nothing written, once the abort has its
   * claim or the case has ended. So an attempt that wakes up late finds no way to write.
   */
  appendUnlessOver<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    attempt?: WriteAttempt,
  ): Promise<Written<E> | null>;
  /** As `append`, for an effect that an abort begins or allows: `null`, and nothing written, once the case has ended. */
  appendUnlessEnded<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    attempt?: WriteAttempt,
  ): Promise<Written<E> | null>;
  /** As `appendNew`, and `null` once the case has ended, too. */
  appendNewUnlessEnded<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    attempt?: WriteAttempt,
  ): Promise<Written<E> | null>;
  /**
   * As `append`, for a proof that rests on a look at the event: `null`, and nothing written, once another look was noted
   * after it. So an attempt that wakes up late proves nothing of an event that has changed since.
   */
  appendAfterLook<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    look: Pick<JournalHead, 'seq'>,
  ): Promise<Written<E> | null>;
  /**
   * As `append`, for a line that rests on all the lines before it: `null`, and nothing written, once any other line was
   * added after the one that the attempt read last.
   */
  appendNext<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    read: Pick<JournalHead, 'seq'>,
  ): Promise<Written<E> | null>;
  /**
   * Claims the case and writes the line in one transaction, and returns the claim that the case has now; when the
   * other claim is there, nothing is written.
   */
  claim(ref: CaseRef, claim: Claim, entry: NewEntry, attempt?: WriteAttempt): Promise<Claim>;
  /**
   * As `claim`, for a Storno that an attempt found and did not set: `null`, and nothing written, once Storno was tried after
   * the line that the attempt read last. So an attempt that wakes up late notes no Storno of ours as somebody else's.
   */
  claimFound(
    ref: CaseRef,
    claim: Claim,
    entry: NewEntry,
    read: Pick<JournalHead, 'seq'>,
  ): Promise<Claim | null>;
  /** The claim of a case; `null` while neither Storno nor abort has it. */
  readClaim(caseId: string): Promise<Claim | null>;
  /** Rejects with `journal-behind` when a line that the caller has seen is missing, or is another one now. */
  requireHead(caseId: string, head: JournalHead): Promise<void>;
  /** All lines of a case, oldest first; none for a case that the journal does not know. */
  entries(caseId: string): Promise<JournalEntry[]>;
  /** As `entries`, for many cases with one question. A case that the journal does not know has no lines in the map. */
  linesOfCases(caseIds: readonly string[]): Promise<ReadonlyMap<string, JournalEntry[]>>;
  /** What opens the contact that is sealed in the lines of a case: see `contact.ts`. */
  contact(caseId: string): Promise<ContactState>;
  /** The case that holds an event now: open, interrupted, completed or closed by hand, and not replaced. */
  holdingCase(house: string, eventNumber: string): Promise<string | null>;
  /** The opening lines of all cases that have no end, oldest first. */
  openCases(): Promise<EntryOf<'check', 'opening'>[]>;
  /** Those of them that the Storno has claimed: each whose event is known as Storno, and each where somebody may just be setting it. */
  openStornoCases(): Promise<EntryOf<'check', 'opening'>[]>;
  /** The newest request for an approval of each case that waits for a decision, the one that ends first first. `houses`: all by default. */
  openRequests(houses?: readonly string[]): Promise<EntryOf<'request-approval'>[]>;
  /** The cases that ended at this time or later, the one that ended first first. A refused one never began. */
  endedSince(at: Instant): Promise<CaseRef[]>;
  /** The newest case of an event, a refused one too. */
  latestCase(house: string, eventNumber: string): Promise<string | null>;
  /** The lines of all cases of an event, also of one that was never opened; those of one case oldest first. */
  linesOfEvent(house: string, eventNumber: string): Promise<JournalEntry[]>;
  /** The cases that the filter lets through, refused ones too, newest first. */
  cases(filter: CaseFilter): Promise<JournalCase[]>;
  /** Whether writes are on: one small read, never cached. */
  writesState(): Promise<WritesState>;
  /** The attempt is over: nothing more of it will come. */
  endAttempt(id: string): Promise<void>;
  /**
   * Who tells a house that writes are off: the first of its cases that asks, for each time that they are. A case that has ended is
   * followed by the next one that asks. `since`: since when the asking case knows them to be off; `null`: they were switched since.
   */
  tellerOf(ref: CaseRef, since: Instant): Promise<string | null>;
  /** Gives the database back; the journal cannot be used any more. */
  close(): Promise<void>;
}

/** The first line of a series, with its contact in the clear: it is sealed with a key that is made with the line. */
export type NewSeries = Extract<NewSeriesLine, { operation: 'order-series' }> & { contact?: Contact };

/** The new series, or the one that was ordered for the same thing and has not ended. */
export interface SeriesOpening {
  isNew: boolean;
  seriesId: string;
}

/** The chains of the series, in the same database. */
export interface SeriesStore {
  openSeries(seriesId: string, line: NewSeries): Promise<SeriesOpening>;
  /**
   * Oldest first; none for a series that the journal does not know. `operations`: only those; absent: all. The order of a large
   * series is long.
   */
  seriesLines(seriesId: string, operations?: readonly SeriesLine['operation'][]): Promise<SeriesLine[]>;
  /** The same effect key again returns the line that is there. */
  appendToSeries(seriesId: string, line: NewSeriesLine): Promise<SeriesLine>;
  /** As `appendToSeries`, but `null` when the effect key is there already: another attempt has begun this very effect. */
  appendNewToSeries(
    seriesId: string,
    line: NewSeriesLine,
    attempt?: WriteAttempt,
  ): Promise<SeriesLine | null>;
  /**
   * Appends what `decide` makes of the series as it is, and of its cases as far as they are then; `null`: nothing is written.
   * Until that is on the disk no case of the series is opened.
   */
  decideOnSeries(
    seriesId: string,
    decide: (lines: readonly SeriesLine[], marks: ReadonlyMap<string, CaseMark>) => NewSeriesLine | null,
  ): Promise<SeriesLine | null>;
  /** The requests for an approval that nobody has decided yet, the one that was made first first. */
  openSeriesRequests(): Promise<SeriesLineOf<'request-series-approval'>[]>;
  /** How far these cases are; one that has no line is left out. */
  caseMarks(caseIds: readonly string[]): Promise<ReadonlyMap<string, CaseMark>>;
  /** The series that have not ended, the one that was ordered first first. */
  unendedSeries(): Promise<string[]>;
  /** The series that were ordered last, newest first. `before`: only those ordered before this instant. */
  listSeries(before: Instant | null, limit: number): Promise<string[]>;
}

/** A run that came with a seal. */
export interface NamedRun {
  caseId: string;
  /** The first run of its chain: a reset keeps it. */
  firstRunId: string;
  seal: string;
}

/** What is noted beside the lines, in the same database: which runs were let in, and since when seals are asked for. */
export interface RunNotes {
  /** Notes the run with the seal that first came with it. `false`: the seal came with another run before. */
  nameRun(run: NamedRun): Promise<boolean>;
  /** The first runs of the chains that came with a seal for each of these cases. The map leaves out cases without one. */
  namedRuns(caseIds: readonly string[]): Promise<ReadonlyMap<string, string[]>>;
  /** When this installation first sealed: noted once, by its first process that asks. */
  sealedSince(): Promise<Instant>;
}

/** What is noted beside the lines, in the same database: which keys Temporal holds something of. */
export interface KeyNotes {
  /** Notes that this process encrypts with a key from now on, or still does. */
  noteKeyUse(id: string): Promise<void>;
  /** Every key that was ever noted, oldest first. */
  keyUses(): Promise<KeyUse[]>;
}

/** A check that has begun and has written no line yet. */
export type OpenCheck = Pick<CaseRef, 'caseId' | 'house'>;

/** How many checks of one house get a place. */
export interface Places {
  at: Instant;
  /** How long the check counts as open if it does not ask again. */
  until: Instant;
  /** The most that are open at once. */
  most: number;
  /** The most that get a place from `since` on, whether they are still open or over. */
  inARow: number;
  since: Instant;
}

/** Which checks are open, beside the journal so that all workers agree. Here, unlike there, rows go. */
export interface OpenChecks {
  /**
   * Gives a check a place, in the order in which the checks of its house have asked first. Resolves to how many places have to
   * become free before it gets one; 0: it has one. Once its case is opened, refused or claimed by an abort, it is open no more.
   */
  enterCheck(check: OpenCheck, places: Places): Promise<number>;
}

/** Which installation a database belongs to. */
export interface InstallationNotes {
  /** Made with the journal, and kept by every copy of it. */
  installationId(): Promise<string>;
  /** Gives a copy an id of its own, says so in the chain of the installation, and returns that. */
  adopt(by: Actor): Promise<string>;
  /** The chain of the installation itself, oldest first. */
  installationLines(): Promise<InstallationLine[]>;
  /**
   * Appends a line to that chain; the same effect key again returns the line that is there. `signer`: another one than that
   * of the journal, where the line is about the change of the key.
   */
  appendToInstallation(line: NewInstallationLine, signer?: Signer | null): Promise<InstallationLine>;
}

/** How the writes are to be, and why. */
export interface SwitchWish {
  on: boolean;
  reason: string;
}

/**
 * The switch that stops every write to Jet and every mail to Ö-Ticket, in all processes. It lies in the journal's database, so
 * that it works whatever Temporal and Jet do; its history is the chain of the installation.
 */
export interface WritesSwitch {
  /** Resolves to how it is now, also where it was so before: then nothing is written. */
  switchWrites(wish: SwitchWish & Actor): Promise<WritesState>;
  /** The attempts that have asked and are not known to be over, the oldest first. */
  attemptsAtWork(): Promise<AttemptAtWork[]>;
}

export interface AttemptAtWork extends Pick<WriteAttempt, 'id' | 'ref' | 'step'> {
  since: Instant;
}

/** Where a case begins and ends. */
export interface CaseHead extends CaseRef {
  /** `null`: its first line is missing. */
  firstHash: string | null;
  last: JournalHead;
  /** When the last line was written. */
  at: Instant;
}

/**
 * The chain over the cases: each first line that somebody signs enters its case. It begins with the first key of the
 * installation, and enters the cases of before once.
 */
export interface CaseChain {
  /** The row of a case, or row 0 where it is from before; `null`: the chain does not know it. */
  caseRow(caseId: string): Promise<ChainRow | null>;
  /** The whole chain, oldest first; nothing in a journal that nobody has signed. */
  caseRows(): Promise<ChainRow[]>;
  /** The last number that a key has signed; 0: none. */
  lastCaseOf(key: Pick<PublicKey, 'fingerprint'>): Promise<number>;
  /** The cases that row 0 stands for, in the order of their ids. */
  earlierCases(): Promise<FirstLine[]>;
  /** Every case that has a line, entered or not. */
  caseHeads(): Promise<CaseHead[]>;
}

/** A contact whose key is still there. */
export interface KeptContact extends CaseRef {
  /** When the case ended, or was refused. `null`: it is open. */
  endedAt: Instant | null;
  /** Somebody asked for it while the case was open, and why. */
  wish: ErasureWish | null;
}

/** Who asks for an erasure, and why. */
export interface ErasureWish extends Actor {
  reason: string;
}

/** Which contacts are kept, and their erasure. */
export interface ContactStore {
  /** Those whose case ended longest ago come first, those of open cases last. `wished`: only those that somebody wished erased. */
  keptContacts(which?: 'all' | 'wished'): Promise<KeptContact[]>;
  /** Notes that a contact is to be erased as soon as its case has ended. `false`: there is no key to erase. */
  wishErasure(caseId: string, wish: ErasureWish): Promise<boolean>;
  /**
   * Erases the key and writes that into the chain of the installation, together. `null`: there was no key to erase. Rejects
   * where the case has not ended: its mails still need the contact.
   */
  eraseContact(ref: CaseRef, erasure: Erasure): Promise<ErasureLine | null>;
}

/** Who had a contact erased, why, and what else of it was deleted before. */
export interface Erasure extends ErasureWish {
  /** Runs in Temporal. */
  runs: number;
  /** Mails that a rehearsal had kept. */
  mails: number;
}

/** What every log-in of a person has, as it is kept. */
interface SessionTimes {
  /** SHA-256 of the session's id. */
  idHash: string;
  startedAt: Instant;
  /** When the person last did something. */
  activeAt: Instant;
}

/** A log-in that was begun with a token of the API. */
export interface TokenSession extends SessionTimes {
  /** SHA-256 of the token. */
  tokenSha256: string;
  person?: undefined;
}

/** A log-in that was begun with an account of the organisation. */
export interface PersonSession extends SessionTimes {
  tokenSha256?: undefined;
  person: StoredPerson;
}

export type StoredSession = TokenSession | PersonSession;

/** Who has logged in with an account of the organisation, as the issuer said it last. */
export interface StoredPerson {
  issuer: string;
  subject: string;
  /** The issuer's own name for the log-in; `null`: it gives none. */
  sid: string | null;
  name: string;
  /** Values of the claim that names roles. */
  roles: readonly string[];
  /** Tokens of the issuer, unreadable for whoever reads the database. */
  sealed: string;
  /** When the issuer last said so. */
  confirmedAt: Instant;
  /** When it may be asked next; `null`: it gave nothing to ask it with. */
  refreshAt: Instant | null;
  /** Names whoever is asking it now: until `refreshAt` nobody else does. */
  lease: string | null;
}

/** What an answer of the issuer changes. Without an answer only the time of the next question. */
export type RefreshedPerson = Pick<StoredPerson, 'refreshAt'> &
  Partial<Pick<StoredPerson, 'name' | 'roles' | 'sealed' | 'confirmedAt'>>;

/** Log-ins, beside the journal so that all servers know them. Here, unlike there, rows change and go. */
export interface SessionStore {
  add(session: StoredSession): Promise<void>;
  find(idHash: string): Promise<StoredSession | null>;
  /** Notes that the person did something. Never moves back, and brings no session back that has ended. */
  touch(idHash: string, at: Instant): Promise<void>;
  remove(idHash: string): Promise<void>;
  /** Removes the sessions that began, or were last used, before these instants. */
  removeOlder(than: { startedAt: Instant; activeAt: Instant }): Promise<void>;
  /**
   * Removes the log-ins that an issuer ends: of a person, or the one that it calls `sid`. A log-in for which it gave no `sid`
   * ends with each of its person's. Resolves to those that were there.
   */
  removeOfPerson(who: {
    issuer: string;
    subject: string | null;
    sid: string | null;
  }): Promise<StoredSession[]>;
  /** All of them, those that are over among them, the newest first. */
  list(): Promise<StoredSession[]>;
  /** Whether the caller, and nobody else until then, is to ask the issuer about a session whose time for that has come. */
  takeRefresh(idHash: string, turn: { lease: string; at: Instant; until: Instant }): Promise<boolean>;
  /** Notes what came of it, and gives the turn back. Without effect where somebody else has it by now, or the session is over. */
  endRefresh(idHash: string, lease: string, changes: RefreshedPerson): Promise<void>;
}

/** A form that a browser sent, as it is kept for a while. */
export interface StoredForm {
  id: string;
  /** Names the browser that sent it. */
  browser: string;
  /** Where it was sent to. */
  path: string;
  /** Everything else, unreadable for whoever reads the database. */
  sealed: string;
  keptAt: Instant;
}

/** How many forms are kept. Each rule drops the oldest ones. */
export interface FormRules {
  /** Older ones go. */
  since: Instant;
  perBrowser: number;
  /** Of all together, in characters. */
  size: number;
}

/** Forms that were not carried out, beside the journal so that all servers have them. Here, unlike there, rows go. */
export interface FormStore {
  keep(form: StoredForm, rules: FormRules): Promise<void>;
  find(id: string): Promise<StoredForm | null>;
  forget(browser: string, path: string): Promise<void>;
}

/** What a caller has spent of a limit. */
export interface Spent {
  /** This time included. */
  count: number;
  /** When it begins anew. */
  until: Instant;
}

/** Counts against limits, beside the journal so that all servers count together. Here, unlike there, rows change and go. */
export interface Spendings {
  /** Counts one more. The first one after `until` begins anew, for `windowMs`. */
  spend(key: string, at: Instant, windowMs: number): Promise<Spent>;
}

/** Everything that the journal's database holds. */
export type JournalStore = Journal &
  KeyNotes &
  RunNotes &
  OpenChecks &
  Spendings &
  ContactStore &
  InstallationNotes &
  WritesSwitch &
  CaseChain &
  SeriesStore & {
    readonly sessions: SessionStore;
    readonly forms: FormStore;
    /** Who signs the lines that are written through it; `null`: nobody does. */
    readonly signer: Signer | null;
  };

/** A journal whose lines this process signs. */
export type SignedJournal = JournalStore & { readonly signer: Signer };
