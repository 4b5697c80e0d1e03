import type { Opening } from '../domain/case';
import { announcementOf, type Stop } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { effectKeys, type EntryOf, type JournalEntry } from '../domain/journal';
import type { SaveOperation } from '../domain/line-content';
import { openingOf, outcomeOf, versionBefore } from '../domain/lines';
import type { CaseRef, JetEvent } from '../domain/types';
import type { JetPort } from '../jet/port';
import type { Journal } from '../journal/port';
import type { StepInput } from './activity';

/** The lines of a case, after making sure that none has been lost since the run looked last. */
export async function readCase(journal: Journal, { ref, head }: StepInput): Promise<KnownCase> {
  if (head) await journal.requireHead(ref.caseId, head);
  const entries = await journal.entries(ref.caseId);
  return { entries, opening: openingOf(entries) };
}

export interface KnownCase {
  entries: JournalEntry[];
  opening: Opening | null;
}

/** For every step after the check: a case without an opening line must not go on. */
export async function readOpenCase(
  journal: Journal,
  input: StepInput,
): Promise<KnownCase & { opening: Opening }> {
  const { entries, opening } = await readCase(journal, input);
  if (!opening) throw new KnownFailure('journal-behind', `case ${input.ref.caseId} has no opening line`);
  return { entries, opening };
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
    (entry) => entry.kind === 'outcome' && versionBefore(entry) === event.version,
  );
  if (isReplaced) throw new KnownFailure('jet-stale-read', 'the event is shown as it was before our save');
  return { event, entries };
}

export async function requireEvent(jet: JetPort, ref: CaseRef): Promise<JetEvent> {
  const event = await jet.readEvent(ref.eventNumber);
  if (!event) throw new KnownFailure('event-deleted', `event ${ref.eventNumber} is not there`);
  return event;
}

type WriteIntent = EntryOf<SaveOperation | 'set-storno', 'intent'>;

/** An intent whose effect is found done gets its outcome now: its answer was lost. */
export async function noteFound(
  journal: Journal,
  { ref, actor }: StepInput,
  operation: WriteIntent['operation'],
  entries: readonly JournalEntry[],
  event: JetEvent,
): Promise<EntryOf<WriteIntent['operation'], 'outcome'> | null> {
  // Only the newest: an older intent without an outcome was decided on a version that is long gone.
  const open = entries.findLast(
    (entry): entry is WriteIntent => entry.kind === 'intent' && entry.operation === operation,
  );
  if (!open || outcomeOf(entries, open)) return null;
  const { statusText: status, version, savedAt } = event;
  const line = {
    actor,
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(open.effectKey),
    after: { ...announcementOf(event), status, version, savedAt },
    outcome: 'found',
  } as const;
  // Step and operation belong together, which the compiler sees branch by branch only.
  return open.operation === 'set-storno'
    ? journal.append(ref, { ...line, step: open.step, operation: open.operation, before: open.before })
    : journal.append(ref, { ...line, step: open.step, operation: open.operation, before: open.before });
}

export function toFailure({ code, detail, conflicts }: Stop): KnownFailure {
  return new KnownFailure(code, detail, { conflicts });
}
