import type { Instant, JournalHead } from './types';
import type { CaseEnd, StepName } from './vocabulary';

/*
 * How far a case is, told from its lines without their content: for tables of many cases at once. What a case may do is
 * never decided by this.
 */

/** A line of a case without most of its content. */
export interface MarkRow {
  caseId: string;
  seq: number;
  hash: string;
  at: Instant;
  kind: string;
  step: string;
  operation: string;
  outcome: string | null;
  /** Of a save in Jet, and of what says who tells Ö-Ticket; `null`: it was not read. */
  after: unknown;
}

/** The operations whose content is read. */
export const MARKED_WITH_CONTENT = [
  'save-announcement',
  'set-storno',
  'adopt-storno',
  'claim-notice',
] as const;

/** The lines that say how far a case is. Beside them only the newest one is looked at: a case that waits for long has many others. */
export const MARKED = {
  kinds: ['opening', 'refusal', 'end'],
  operations: [
    'save-announcement',
    'set-storno',
    'adopt-storno',
    'grant-right',
    'waive-step',
    'send-partner-notice',
    'claim-notice',
    'abort',
  ],
  /** Each look at Connect Online has its line. */
  proof: { operation: 'read-channel', outcomes: ['verified', 'adopted', 'by-hand'] },
} as const;

export interface CaseMark {
  first: 'opening' | 'refusal';
  openedAt: Instant;
  /** Why it was refused, by code; `null`: it was opened. */
  refusal: string | null;
  /** A refused case has no other end. */
  end: CaseEnd | null;
  /** What it does, or waits for, as far as its lines tell. */
  step: StepName;
  /** The save that its wait counts from; `null`: it does not wait. */
  waitsSince: Instant | null;
  /** Since when nothing but the mail to Ö-Ticket is missing; `null`: something else is, or Ö-Ticket was told. */
  readyAt: Instant | null;
  hasStorno: boolean;
  /** An abort was accepted. */
  isAborting: boolean;
  /** Who tells Ö-Ticket, as the newest line says; `null`: nobody yet. */
  teller: Teller | null;
  /** The line that says so; `null`: it has not ended, or was refused. */
  endLine: JournalHead | null;
  /** The newest line, and when it was written. */
  lastLine: JournalHead & { at: Instant };
}

export type Teller = { by: 'item' } | { by: 'series'; number: number; at: Instant };

/** Of one case, oldest first, whether all its lines or what is `MARKED` and the newest; `null`: no line opens, refuses or ends it. One that was aborted before its check was over only ends. */
export function markOf(rows: readonly MarkRow[]): CaseMark | null {
  const first =
    rows.find(({ kind }) => kind === 'opening' || kind === 'refusal') ??
    rows.find(({ kind }) => kind === 'end');
  if (!first) return null;
  const isOf = (operation: string, ...kinds: string[]) => {
    return (row: MarkRow) => row.operation === operation && kinds.includes(row.kind);
  };
  const end = rows.find(({ kind }) => kind === 'end');
  const saved = rows.findLast(isOf('save-announcement', 'outcome'));
  const storno = rows.findLast(
    (row) =>
      isOf('set-storno', 'outcome')(row) || isOf('adopt-storno', 'decision', 'evidence', 'outcome')(row),
  );
  const seen = rows.find(
    (row) => row.step === 'verify-channel' && row.operation === MARKED.proof.operation && isProof(row),
  );
  const right = rows.findLast(
    (row) =>
      row.step === 'grant-right' && (isOf('grant-right', 'outcome')(row) || row.operation === 'waive-step'),
  );
  const told = rows.some(
    (row) =>
      row.step === 'notify-partner' &&
      (row.operation === 'send-partner-notice' || row.operation === 'waive-step'),
  );
  const claim = rows.findLast(({ operation }) => operation === 'claim-notice');
  const isRefused = first.kind === 'refusal';
  const last = rows.at(-1) ?? first;
  const step = isRefused ? 'check' : stepOf({ saved, storno, seen, right, told, end });
  const counted =
    step === 'wait-for-storno-transfer' ? storno : step === 'wait-for-title-transfer' ? saved : null;
  return {
    first: isRefused ? 'refusal' : 'opening',
    openedAt: first.at,
    refusal: isRefused ? first.outcome : null,
    end: isRefused ? 'refused' : ((end?.outcome ?? null) as CaseEnd | null),
    step,
    waitsSince: counted ? savedAtOf(counted) : null,
    readyAt: right && !told && !end ? right.at : null,
    hasStorno: storno !== undefined,
    isAborting: rows.some(({ operation }) => operation === 'abort'),
    teller: claim ? tellerOf(claim) : null,
    endLine: end ? { seq: end.seq, hash: end.hash } : null,
    lastLine: { seq: last.seq, hash: last.hash, at: last.at },
  };
}

const PROOFS: readonly (string | null)[] = MARKED.proof.outcomes;

function isProof({ outcome }: MarkRow): boolean {
  return PROOFS.includes(outcome);
}

type Found = Record<'saved' | 'storno' | 'seen' | 'right' | 'end', MarkRow | undefined> & { told: boolean };

function stepOf({ saved, storno, seen, right, told, end }: Found): StepName {
  if (end || told) return 'report';
  if (right) return 'notify-partner';
  if (seen) return 'grant-right';
  if (storno) return 'wait-for-storno-transfer';
  return saved ? 'wait-for-title-transfer' : 'mark-titles';
}

function savedAtOf({ after, at }: MarkRow): Instant {
  return (after as { savedAt?: Instant } | null)?.savedAt ?? at;
}

function tellerOf({ after, at }: MarkRow): Teller {
  const said = after as { by: 'item' } | { by: 'series'; number: number };
  return said.by === 'item' ? said : { ...said, at };
}
