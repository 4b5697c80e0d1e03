import { actorOf } from '../domain/actor';
import { isApproved } from '../domain/approval';
import type { Opening } from '../domain/case';
import { announcementOf, type Stop } from '../domain/decisions';
import { KnownFailure, NOT_WRITTEN } from '../domain/failures';
import { effectKeys, type EntryOf, type JournalEntry } from '../domain/journal';
import type { SaveOperation } from '../domain/line-content';
import { isAbortAccepted, isOlderThanWrites, openingLine, openingOf, outcomeOf } from '../domain/lines';
import { findStorno } from '../domain/storno-lines';
import type { CaseRef, House, JetEvent } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import type { JetPort } from '../jet/port';
import type { Journal } from '../journal/port';
import type { StepInput } from './activity';
import { requireStillStorno } from './still-storno';

/** The settings may have lost a house since its case was opened. */
export function requireHouse(houses: ReadonlyMap<string, House>, key: string): House {
  const house = houses.get(key);
  if (!house) throw new KnownFailure('house-not-configured', `house ${key}`);
  return house;
}

/**
 * Reads the lines of a case, and fails if a line that the run has already seen is missing. A step that is done on behalf of the
 * orderer has the orderer's name from then on.
 */
export async function readCase(
  journal: Journal,
  input: Pick<StepInput, 'ref' | 'head' | 'isForOrderer'>,
): Promise<KnownCase> {
  const { ref, head } = input;
  if (head) await journal.requireHead(ref.caseId, head);
  const entries = await journal.entries(ref.caseId);
  const line = openingLine(entries);
  if (input.isForOrderer && line) Object.assign(input, actorOf(line));
  return { entries, opening: openingOf(entries) };
}

export interface KnownCase {
  entries: JournalEntry[];
  opening: Opening | null;
}

/** For every step after the check: without an opening line, and the approval that the house wants, the case must not go on. */
export async function readOpenCase(
  journal: Journal,
  input: StepInput,
): Promise<KnownCase & { opening: Opening }> {
  const { entries, opening } = await readCase(journal, input);
  const known = requireWritten(opening, `the opening of case ${input.ref.caseId}`);
  // An abort undoes, and undoes nothing where nothing was approved.
  if (known.input.policy.approval && !isAbortAccepted(entries))
    requireWritten(isApproved(entries), 'that the plan was approved');
  return { entries, opening: known };
}

/**
 * What a step stands on, as the journal has it. Whoever reaches Temporal can tell a run that an earlier step is done: nothing is
 * begun that rests on the run's word alone.
 */
export function requireWritten<T>(written: T | null | undefined | false, what: string): T {
  if (written) return written;
  throw new KnownFailure('journal-behind', `${what} is not in the journal`, { situation: NOT_WRITTEN });
}

/**
 * Event first, lines second, because an attempt may be frozen at any point while another one overtakes it. A save before
 * the read is in the lines, at least as an intent. A save after it changes the version, and Jet refuses ours. If the
 * event is shown as it was before one of our saves, the read fails with `jet-stale-read`. Once the event was Storno, the
 * read fails with `status-changed-after-storno` while it is anything else.
 */
export async function readEventThenLines(
  { jet, journal }: Ports,
  input: StepInput,
  step: StepName,
): Promise<{ event: JetEvent; entries: JournalEntry[] }> {
  const { ref } = input;
  const event = await jet.readEvent(ref.eventNumber);
  const entries = await journal.entries(ref.caseId);
  requireWritten(openingOf(entries)?.backend !== 'guided', 'that the house has a gateway');
  if (isOlderThanWrites(event, entries))
    throw new KnownFailure('jet-stale-read', 'the event is shown as it was before our save');
  const wasStorno = openingOf(entries)?.wasCancelledBefore === true || findStorno(entries) !== null;
  if (wasStorno) {
    return requireStillStorno(journal, input, step, event, entries);
  }
  if (!event) throw eventDeleted(ref);
  return { event, entries };
}

interface Ports {
  jet: JetPort;
  journal: Journal;
}

function eventDeleted({ eventNumber }: CaseRef): KnownFailure {
  return new KnownFailure('event-deleted', `event ${eventNumber} is not there`);
}

export async function requireEvent(jet: JetPort, ref: CaseRef): Promise<JetEvent> {
  const event = await jet.readEvent(ref.eventNumber);
  if (!event) throw eventDeleted(ref);
  return event;
}

type WriteIntent = EntryOf<SaveOperation | 'set-storno', 'intent'>;

/** Writes the missing outcome of an intent whose effect is already there: the answer to the write was lost. */
export async function noteFound(
  journal: Journal,
  input: StepInput,
  operation: WriteIntent['operation'],
  entries: readonly JournalEntry[],
  event: JetEvent,
): Promise<EntryOf<WriteIntent['operation'], 'outcome'> | null> {
  // Only the newest intent counts: an older one without an outcome was decided on a version that no longer exists.
  const open = entries.findLast(
    (entry): entry is WriteIntent => entry.kind === 'intent' && entry.operation === operation,
  );
  if (!open || outcomeOf(entries, open)) return null;
  const { statusText: status, version, savedAt, readAt } = event;
  const line = {
    ...actorOf(input),
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(open.effectKey),
    after: { ...announcementOf(event), status, version, savedAt, readAt },
    outcome: 'found',
  } as const;
  // Step and operation belong together. The compiler sees that only when each branch is spelt out.
  return open.operation === 'set-storno'
    ? journal.append(input.ref, { ...line, step: open.step, operation: open.operation, before: open.before })
    : journal.append(input.ref, { ...line, step: open.step, operation: open.operation, before: open.before });
}

export function toFailure({
  code,
  detail,
  conflicts,
  found,
  situation,
}: Stop & { situation?: string }): KnownFailure {
  return new KnownFailure(code, detail, { conflicts, found, situation });
}
