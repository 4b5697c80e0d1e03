import type { Kysely } from 'kysely';
import type { InstallationLine } from '../../domain/installation';
import type { Claim, JournalEntry } from '../../domain/journal';
import type { SeriesLine } from '../../domain/series-lines';
import type { CaseEnd } from '../../domain/vocabulary';

/** One row of the chain over the cases: of a case, or row 0 with those of before. */
export interface CaseChainRow {
  number: number;
  case_id: string | null;
  first_hash: string | null;
  /** JSON. */
  earlier: string | null;
  previous_hash: string;
  hash: string;
  signature: string;
}

export interface EntryRow {
  case_id: string;
  seq: number;
  house: string;
  event_number: string;
  at: string;
  actor: string;
  /** JSON; SQL's null: the line was written without it. */
  actor_id: string | null;
  kind: string;
  step: string;
  operation: string;
  effect_key: string;
  before: string;
  after: string;
  outcome: string | null;
  previous_hash: string;
  hash: string;
  signature: string | null;
}

/** A line whose content has gone through JSON, so that its type is not known to the compiler any more. */
export type WrittenLine = Omit<
  JournalEntry,
  'kind' | 'step' | 'operation' | 'before' | 'after' | 'outcome'
> & {
  kind: string;
  step: string;
  operation: string;
  before: unknown;
  after: unknown;
  outcome: string | null;
};

/** The tables as `migrations.ts` makes them. */
export interface Tables {
  entry: EntryRow;
  case_chain: CaseChainRow;
  claim: { case_id: string; value: Claim };
  installation: { name: string; value: string };
  named_run: { seal: string; case_id: string; first_run_id: string };
  payload_key: { id: string; first_used_at: string; last_used_at: string };
  session: SessionRow;
  contact_key: ContactKeyRow;
  kept_form: KeptFormRow;
  spending: { key: string; count: number; until: string };
  open_check: OpenCheckRow;
  listed_case: ListedCaseRow;
  at_work: AtWorkRow;
}

/** An attempt to write that has asked whether it may, and has not said that it is over. */
interface AtWorkRow {
  id: string;
  case_id: string;
  house: string;
  event_number: string;
  step: string;
  since: string;
  until: string;
}

/** A case by its first line, which `seq` names. The database makes it from the lines: nobody else writes here. */
export interface ListedCaseRow {
  case_id: string;
  seq: number;
  house: string;
  event_number: string;
  at: string;
  state: 'open' | CaseEnd;
}

export interface OpenCheckRow {
  case_id: string;
  house: string;
  asked_at: string;
  /** The check is open until then, unless it is renewed or ends before. */
  open_until: string;
  /** When it got its place; `null`: it waits. */
  admitted_at: string | null;
}

interface ContactKeyRow {
  case_id: string;
  key: string;
  wished_by: string | null;
  wished_by_id: string | null;
  wish_reason: string | null;
}

interface KeptFormRow {
  id: string;
  browser: string;
  path: string;
  sealed: string;
  kept_at: string;
}

interface SessionRow {
  /** SHA-256 of the id in the cookie: who reads the database cannot use a session. */
  id_hash: string;
  token_sha256: string | null;
  started_at: string;
  active_at: string;
  /** This one and all that follow are missing where a token began the session. */
  issuer: string | null;
  subject: string | null;
  sid: string | null;
  name: string | null;
  /** JSON. */
  roles: string | null;
  sealed: string | null;
  confirmed_at: string | null;
  refresh_at: string | null;
  lease: string | null;
}

/** A line of whatever chain: of a case, of a series, or of the installation. */
export type AnyLine = JournalEntry | SeriesLine | InstallationLine;

/** The tables, or one transaction on them. */
export type Db = Kysely<Tables>;

export function toRow(entry: WrittenLine): EntryRow {
  return {
    case_id: entry.caseId,
    seq: entry.seq,
    house: entry.house,
    event_number: entry.eventNumber,
    at: entry.at,
    actor: entry.actor,
    actor_id: entry.actorId === undefined ? null : JSON.stringify(entry.actorId),
    kind: entry.kind,
    step: entry.step,
    operation: entry.operation,
    effect_key: entry.effectKey,
    before: JSON.stringify(entry.before),
    after: JSON.stringify(entry.after),
    outcome: entry.outcome,
    previous_hash: entry.previousHash,
    hash: entry.hash,
    signature: entry.signature ?? null,
  };
}

/**
 * The one place where text becomes a typed line, and so the one cast: a line holds what an activity of this or of an
 * earlier build has written, which the chain proves to be unchanged. `L`: the lines that the query selects.
 */
export function toEntry<L extends AnyLine = JournalEntry>(row: EntryRow): L {
  const entry = {
    caseId: row.case_id,
    house: row.house,
    eventNumber: row.event_number,
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    ...(row.actor_id !== null && { actorId: JSON.parse(row.actor_id) as string | null }),
    kind: row.kind,
    step: row.step,
    operation: row.operation,
    effectKey: row.effect_key,
    before: JSON.parse(row.before) as unknown,
    after: JSON.parse(row.after) as unknown,
    outcome: row.outcome,
    previousHash: row.previous_hash,
    hash: row.hash,
    ...(row.signature !== null && { signature: row.signature }),
  };
  return entry as unknown as L;
}
