import type { Opening } from '../domain/case';
import { announcementOf, type Stop } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { headOf, type CaseRef, type JournalEntry, type JournalHead } from '../domain/journal';
import type { JetEvent } from '../domain/types';
import type { JetPort } from '../jet/port';
import type { Journal } from '../journal/port';
import type { StepInput } from './activity';

/** An intent whose effect is found done gets its outcome now: its answer was lost. */
export async function noteFound(
  journal: Journal,
  { ref, actor }: StepInput,
  operation: 'save-announcement' | 'restore-announcement' | 'set-storno',
  entries: readonly JournalEntry[],
  event: JetEvent,
): Promise<JournalEntry | null> {
  // Only the newest: an older intent without an outcome was decided on a version that is long gone.
  const open = entries.findLast((entry) => entry.kind === 'intent' && entry.operation === operation);
  if (!open || entries.some(({ effectKey }) => effectKey === `${open.effectKey}/outcome`)) return null;
  return journal.append(ref, {
    actor,
    kind: 'outcome',
    step: open.step,
    operation,
    effectKey: `${open.effectKey}/outcome`,
    before: open.before,
    after: {
      ...announcementOf(event),
      status: event.statusText,
      version: event.version,
      savedAt: event.savedAt,
    },
    outcome: 'found',
  });
}

/**
 * The event as it is, and after it the lines of the case. In this order, because an attempt may sleep anywhere, and be
 * overtaken by another one: what that one has written down is seen here, and what it saves from now on makes the
 * version void that was read here. An event as it was before a save of ours is an old picture: `jet-stale-read`.
 */
export async function readEventThenLines(
  jet: JetPort,
  journal: Journal,
  ref: CaseRef,
): Promise<{ event: JetEvent; entries: JournalEntry[] }> {
  const event = await requireEvent(jet, ref);
  const entries = await journal.entries(ref.caseId);
  const isReplaced = entries.some(
    (entry) => entry.kind === 'outcome' && versionOf(entry) !== null && versionOf(entry) === event.version,
  );
  if (isReplaced) throw new KnownFailure('jet-stale-read', 'the event is shown as it was before our save');
  return { event, entries };
}

export async function requireEvent(jet: JetPort, ref: CaseRef): Promise<JetEvent> {
  const event = await jet.readEvent(ref.eventNumber);
  if (!event) throw new KnownFailure('event-deleted', `event ${ref.eventNumber} is not there`);
  return event;
}

/** The version that an entry's decision was made on. */
export function versionOf(entry: JournalEntry): string | null {
  return (entry.before as { version?: string } | null)?.version ?? null;
}

export function toFailure({ code, detail, conflicts }: Stop): KnownFailure {
  return new KnownFailure(code, detail, { conflicts });
}

export function lastHead(entries: readonly JournalEntry[]): JournalHead {
  const last = entries.at(-1);
  if (!last) throw new KnownFailure('journal-behind', 'the case has no lines');
  return headOf(last);
}

/** The lines of a case, after making sure that none has been lost since the run looked last. */
export async function readCase(journal: Journal, { ref, head }: StepInput): Promise<CaseLines> {
  if (head) await journal.requireHead(ref.caseId, head);
  const entries = await journal.entries(ref.caseId);
  const opening = entries.find((entry) => entry.kind === 'opening')?.after as Opening | undefined;
  return { entries, opening: opening ?? null };
}

export interface CaseLines {
  entries: JournalEntry[];
  opening: Opening | null;
}

/** For every step after the check: a case without an opening line must not go on. */
export async function readOpenCase(
  journal: Journal,
  input: StepInput,
): Promise<CaseLines & { opening: Opening }> {
  const { entries, opening } = await readCase(journal, input);
  if (!opening) throw new KnownFailure('journal-behind', `case ${input.ref.caseId} has no opening line`);
  return { entries, opening };
}
