import { isStornoTried } from '../../../src/domain/storno-lines';
import type { ItemHindrance } from '../../../src/domain/series-lines';
import type { CaseRef, Instant } from '../../../src/domain/types';
import type { CaseEnd } from '../../../src/domain/vocabulary';
import { hashEntry, NO_PREVIOUS_HASH } from '../../../src/journal/chain';
import { approvedPlanOf, seriesOf } from '../../../src/journal/sql/holding-case';
import type { CaseFilter, CaseOpening, Journal, JournalCase, WriteAttempt } from '../../../src/journal/port';
import type { WritesState } from '../../../src/domain/writes';
import type {
  Claim,
  EntryOf,
  JournalEntry,
  NewEntry,
  NewOpening,
  Written,
} from '../../../src/domain/journal';

/** The journal's methods without their waiting. Each is one transaction. */
export type JournalModel = {
  [M in keyof Journal]: (...args: Parameters<Journal[M]>) => Awaited<ReturnType<Journal[M]>>;
};

/**
 * A journal in memory. `behind` makes the failure for a missing line. `hash` makes any text that differs for different
 * lines, because the real hash would cost more than everything else.
 */
export class ModelJournal implements JournalModel {
  readonly lines: JournalEntry[] = [];
  readonly claims = new Map<string, Claim>();
  /** Why the case of a series may not be opened; whoever holds the series' chains says it. */
  hindranceOf: (seriesId: string, caseId: string, planHash: string) => ItemHindrance | null = () =>
    'not-in-series';
  writes: WritesState = { on: true, since: null, by: null, reason: null };
  /** The attempts to write that have asked and have not ended. */
  readonly atWork = new Map<string, WriteAttempt>();
  /** Those that the newest answer to "off" has named. */
  named: ReadonlySet<string> = new Set();
  /** Makes the failure of an attempt that asks while writes are off. */
  writesAreOff: () => Error = () => new Error('writes are off');
  private readonly tellers = new Map<string, string>();
  private newest: { lines: JournalEntry[]; claims: Map<string, Claim> } | null = null;

  constructor(
    private readonly now: () => Date,
    private readonly behind: (detail: string) => Error,
    private readonly hash: (line: object) => string = hashEntry,
  ) {}

  /** Whether an older copy stands in the journal's place. */
  get isSetBack(): boolean {
    return this.newest !== null;
  }

  /** Restores a copy from the time when the journal had this many lines. */
  setBack(lineCount: number): void {
    this.newest = { lines: [...this.lines], claims: new Map(this.claims) };
    const lost = this.lines.splice(lineCount);
    for (const { caseId, effectKey } of lost) if (isClaim(effectKey)) this.claims.delete(caseId);
  }

  /** An operator found the right copy. Lines written into the wrong one are lost. */
  bringBack(): void {
    if (!this.newest) return;
    this.lines.splice(0, Infinity, ...this.newest.lines);
    this.claims.clear();
    for (const [caseId, claim] of this.newest.claims) this.claims.set(caseId, claim);
    this.newest = null;
  }

  /** Seals no contact: no rule of the simulation is about one. */
  contact(): null {
    return null;
  }

  openCase(ref: CaseRef, entry: NewOpening): CaseOpening {
    const existing = this.find(ref.caseId, entry);
    if (existing) return { opened: existing };
    const seriesId = seriesOf(entry);
    const hinderedBy =
      seriesId === null ? null : this.hindranceOf(seriesId, ref.caseId, approvedPlanOf(entry));
    if (hinderedBy) return { hinderedBy };
    const takenBy = this.holder(ref.house, ref.eventNumber, ref.caseId);
    const isReplaced = takenBy !== null && takenBy === replacedBy(entry) && this.endOf(takenBy) !== null;
    return takenBy === null || isReplaced ? { opened: this.insert(ref, entry) } : { takenBy };
  }

  append<E extends NewEntry>(ref: CaseRef, entry: E, attempt?: WriteAttempt): Written<E> {
    this.ask(attempt);
    return this.find(ref.caseId, entry) ?? this.insert(ref, entry);
  }

  appendLast<E extends NewEntry>(ref: CaseRef, entry: E, { id }: Pick<WriteAttempt, 'id'>): Written<E> {
    const written = this.append(ref, entry);
    this.endAttempt(id);
    return written;
  }

  appendNew<E extends NewEntry>(ref: CaseRef, entry: E, attempt?: WriteAttempt): Written<E> | null {
    if (this.find(ref.caseId, entry)) return null;
    this.ask(attempt);
    return this.insert(ref, entry);
  }

  appendUnlessOver<E extends NewEntry>(ref: CaseRef, entry: E, attempt?: WriteAttempt): Written<E> | null {
    return this.claims.get(ref.caseId) === 'abort' ? null : this.appendUnlessEnded(ref, entry, attempt);
  }

  appendUnlessEnded<E extends NewEntry>(ref: CaseRef, entry: E, attempt?: WriteAttempt): Written<E> | null {
    return this.endOf(ref.caseId) === null ? this.append(ref, entry, attempt) : null;
  }

  appendNewUnlessEnded<E extends NewEntry>(
    ref: CaseRef,
    entry: E,
    attempt?: WriteAttempt,
  ): Written<E> | null {
    return this.endOf(ref.caseId) === null ? this.appendNew(ref, entry, attempt) : null;
  }

  writesState(): WritesState {
    return this.writes;
  }

  endAttempt(id: string): void {
    this.atWork.delete(id);
  }

  tellerOf({ caseId, house }: CaseRef, since: Instant): string | null {
    if (this.writes.on || this.writes.since !== since) return null;
    const key = `${house} ${this.writes.since}`;
    const teller = this.tellers.get(key);
    if (teller !== undefined && this.endOf(teller) === null) return teller;
    this.tellers.set(key, caseId);
    return caseId;
  }

  /** Rejects the attempt, and whatever it wanted to write, while writes are off. */
  ask(attempt: WriteAttempt | undefined): void {
    if (!attempt) return;
    if (!this.writes.on) throw this.writesAreOff();
    this.atWork.set(attempt.id, attempt);
  }

  appendAfterLook<E extends NewEntry>(ref: CaseRef, entry: E, { seq }: { seq: number }): Written<E> | null {
    const isLookedAtSince = this.entries(ref.caseId).some(
      (line) => line.operation === 'read-event' && line.seq > seq,
    );
    return isLookedAtSince ? null : this.append(ref, entry);
  }

  appendNext<E extends NewEntry>(ref: CaseRef, entry: E, { seq }: { seq: number }): Written<E> | null {
    const lines = this.entries(ref.caseId);
    const isThere = lines.some(({ effectKey }) => effectKey === entry.effectKey);
    return isThere || !lines.some((line) => line.seq > seq) ? this.append(ref, entry) : null;
  }

  openRequests(houses?: readonly string[]): EntryOf<'request-approval'>[] {
    const answers = ['request-approval', 'approve', 'reject', 'override', 'end-approval', 'abort', 'close'];
    return this.lines.filter(
      (line): line is EntryOf<'request-approval'> =>
        line.operation === 'request-approval' &&
        (houses?.includes(line.house) ?? true) &&
        !this.lines.some(
          ({ caseId, seq, operation }) =>
            caseId === line.caseId && seq > line.seq && answers.includes(operation),
        ),
    );
  }

  claim(ref: CaseRef, claim: Claim, entry: NewEntry, attempt?: WriteAttempt): Claim {
    const winner = this.claims.get(ref.caseId) ?? claim;
    if (winner !== claim) return winner;
    this.ask(attempt);
    // The line comes first: if it cannot be written, no claim is left behind.
    this.append(ref, entry);
    this.claims.set(ref.caseId, claim);
    return claim;
  }

  claimFound(ref: CaseRef, claim: Claim, entry: NewEntry, { seq }: { seq: number }): Claim | null {
    const isTriedSince = this.entries(ref.caseId).some((line) => line.seq > seq && isStornoTried(line));
    return isTriedSince ? null : this.claim(ref, claim, entry);
  }

  readClaim(caseId: string): Claim | null {
    return this.claims.get(caseId) ?? null;
  }

  requireHead(caseId: string, { seq, hash }: { seq: number; hash: string }): void {
    if (this.entries(caseId)[seq - 1]?.hash !== hash) throw this.behind(`line ${seq} of ${caseId}`);
  }

  entries(caseId: string): JournalEntry[] {
    return this.lines.filter((line) => line.caseId === caseId);
  }

  linesOfCases(caseIds: readonly string[]): Map<string, JournalEntry[]> {
    const known = caseIds.map((caseId) => [caseId, this.entries(caseId)] as const);
    return new Map(known.filter(([, lines]) => lines.length > 0));
  }

  holdingCase(house: string, eventNumber: string): string | null {
    return this.holder(house, eventNumber, '');
  }

  openCases(): EntryOf<'check', 'opening'>[] {
    return this.lines.filter(
      (line): line is EntryOf<'check', 'opening'> =>
        line.kind === 'opening' && this.endOf(line.caseId) === null,
    );
  }

  openStornoCases(): EntryOf<'check', 'opening'>[] {
    return this.openCases().filter(({ caseId }) => this.claims.get(caseId) === 'storno');
  }

  endedSince(at: string): CaseRef[] {
    return this.lines
      .filter((line) => line.kind === 'end' && line.at >= at)
      .toSorted((one, other) => (`${one.at} ${one.caseId}` < `${other.at} ${other.caseId}` ? -1 : 1))
      .map(({ caseId, house, eventNumber }) => ({ caseId, house, eventNumber }));
  }

  latestCase(house: string, eventNumber: string): string | null {
    const first = this.lines.findLast(
      (line) => isFirst(line) && line.house === house && line.eventNumber === eventNumber,
    );
    return first?.caseId ?? null;
  }

  linesOfEvent(house: string, eventNumber: string): JournalEntry[] {
    return this.lines.filter((line) => line.house === house && line.eventNumber === eventNumber);
  }

  cases({ houses, eventNumbers, ends, before, limit }: CaseFilter): JournalCase[] {
    const isWanted = ({ kind, caseId, house, eventNumber }: JournalEntry) => {
      const end = this.endOf(caseId) ?? (kind === 'refusal' ? 'refused' : null);
      const isOrdered = houses?.includes(house) !== false && eventNumbers?.includes(eventNumber) !== false;
      return isFirst({ kind }) && isOrdered && ends?.includes(end) !== false;
    };
    return this.lines
      .filter((line): line is EntryOf<'check'> => isWanted(line) && (!before || isNewer(before, line)))
      .toSorted((one, other) => (isNewer(one, other) ? -1 : 1))
      .slice(0, limit)
      .map((opening) => ({
        opening,
        end: this.endOf(opening.caseId),
        hasStornoClaim: this.claims.get(opening.caseId) === 'storno',
      }));
  }

  close(): void {
    // Nothing is open.
  }

  endOf(caseId: string): CaseEnd | null {
    const end = this.lines.find((line) => line.caseId === caseId && line.kind === 'end');
    return (end?.outcome as CaseEnd | undefined) ?? null;
  }

  private holder(house: string, eventNumber: string, exceptCaseId: string): string | null {
    const isHeld = ({ caseId, kind, ...line }: JournalEntry) =>
      kind === 'opening' &&
      line.house === house &&
      line.eventNumber === eventNumber &&
      caseId !== exceptCaseId &&
      !this.lines.some((other) => other.kind === 'opening' && replacedBy(other) === caseId) &&
      !['aborted', 'refused'].includes(this.endOf(caseId) ?? '');
    return this.lines.find(isHeld)?.caseId ?? null;
  }

  private find<E extends NewEntry>(caseId: string, { effectKey }: E): Written<E> | undefined {
    const found = this.lines.find((line) => line.caseId === caseId && line.effectKey === effectKey);
    return found as Written<E> | undefined;
  }

  private insert<E extends NewEntry>({ caseId, house, eventNumber }: CaseRef, entry: E): Written<E> {
    const last = this.entries(caseId).at(-1);
    const unhashed = {
      caseId,
      house,
      eventNumber,
      seq: (last?.seq ?? 0) + 1,
      at: this.now().toISOString(),
      actor: entry.actor,
      actorId: entry.actorId,
      kind: entry.kind,
      step: entry.step,
      operation: entry.operation,
      effectKey: entry.effectKey,
      before: asJson(entry.before),
      after: asJson(entry.after),
      outcome: entry.outcome ?? null,
      previousHash: last?.hash ?? NO_PREVIOUS_HASH,
    };
    const line = Object.freeze({ ...unhashed, hash: this.hash(unhashed) }) as unknown as JournalEntry;
    this.lines.push(line);
    return line as Written<E>;
  }
}

/** The ended case in whose place a case was opened. */
function replacedBy({ after }: Pick<NewOpening, 'after'>): string | null {
  return (after as { replaces?: string } | null | undefined)?.replaces ?? null;
}

function isFirst({ kind }: Pick<JournalEntry, 'kind'>): boolean {
  return kind === 'opening' || kind === 'refusal';
}

type Place = NonNullable<CaseFilter['before']>;

/** The order of lists. */
function isNewer(one: Place, other: Place): boolean {
  return one.at > other.at || (one.at === other.at && one.caseId > other.caseId);
}

function isClaim(effectKey: string): boolean {
  return /^(abort$|set-storno\/|adopt-storno$|task\/set-storno$|by-hand\/.*\/claim$)/.test(effectKey);
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null)) as unknown;
}
