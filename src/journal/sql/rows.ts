import type { Kysely } from 'kysely';
import type { Claim, JournalEntry } from '../../domain/journal';

interface EntryRow {
  case_id: string;
  seq: number;
  house: string;
  event_number: string;
  at: string;
  actor: string;
  kind: JournalEntry['kind'];
  step: JournalEntry['step'];
  operation: string;
  effect_key: string;
  before: string;
  after: string;
  outcome: string | null;
  previous_hash: string;
  hash: string;
}

/** A line whose content has gone through JSON, so that its type is not known to the compiler any more. */
export type WrittenLine = Omit<JournalEntry, 'operation' | 'before' | 'after' | 'outcome'> & {
  operation: string;
  before: unknown;
  after: unknown;
  outcome: string | null;
};

/** The tables as `migrations.ts` makes them. */
export interface Tables {
  entry: EntryRow;
  claim: { case_id: string; value: Claim };
  installation: { name: string; value: string };
  named_run: { seal: string; case_id: string; first_run_id: string };
  payload_key: { id: string; first_used_at: string; last_used_at: string };
  session: SessionRow;
}

interface SessionRow {
  /** SHA-256 of the id in the cookie: who reads the database cannot use a session. */
  id_hash: string;
  token_sha256: string | null;
  started_at: string;
  active_at: string;
}

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
    kind: entry.kind,
    step: entry.step,
    operation: entry.operation,
    effect_key: entry.effectKey,
    before: JSON.stringify(entry.before),
    after: JSON.stringify(entry.after),
    outcome: entry.outcome,
    previous_hash: entry.previousHash,
    hash: entry.hash,
  };
}

/**
 * The one place where text becomes a typed line, and so the one cast: a line holds what an activity of this or of an
 * earlier build has written, which the chain proves to be unchanged. `L`: the lines that the query selects.
 */
export function toEntry<L extends JournalEntry = JournalEntry>(row: EntryRow): L {
  const entry = {
    caseId: row.case_id,
    house: row.house,
    eventNumber: row.event_number,
    seq: row.seq,
    at: row.at,
    actor: row.actor,
    kind: row.kind,
    step: row.step,
    operation: row.operation,
    effectKey: row.effect_key,
    before: JSON.parse(row.before) as unknown,
    after: JSON.parse(row.after) as unknown,
    outcome: row.outcome,
    previousHash: row.previous_hash,
    hash: row.hash,
  };
  return entry as unknown as L;
}
