import { readActionKey, type ActionKey } from './action-key';
import type { CodedText, EventSummary, Opening, Refusal, WrittenInput } from './case';
import { toMs } from './clock';
import { KnownFailure } from './failures';
import { effectKeys, headOf, type EntryOf, type JournalEntry } from './journal';
import { isSameText } from './text';
import type { Announcement, Instant, JetEvent, JournalHead } from './types';
import { ANNOUNCEMENT_FIELDS, type CaseEnd, type Choice, type StepName, type WaitStep } from './vocabulary';

/*
 * What the lines of a case mean. Each question is answered here once, for the activities, the Protokoll, the view from
 * the journal and the console. `storno-lines.ts` and `mail-lines.ts` answer the questions about the Storno and about mails.
 * `entries` are the lines of one case, oldest first.
 */

type Entries = readonly JournalEntry[];

/** The lines of one case, with its first and last line. */
export interface CaseLines {
  entries: Entries;
  first: EntryOf<'check'>;
  last: JournalEntry;
  opening: Opening | null;
  refusal: Refusal | null;
  input: WrittenInput;
  event: EventSummary | null;
  warnings: CodedText[];
}

/** `null`: these are not the lines of a case, because no line holds the order. */
export function readLines(entries: Entries): CaseLines | null {
  const first = entries.find((entry) => entry.operation === 'check');
  const last = entries.at(-1);
  if (!first || !last) return null;
  const { input } = first.after;
  const opening = openingOf(entries);
  const { event, warnings } = opening ?? first.after;
  const refused = first.kind === 'refusal' ? first.after.refusal : refusedAfterOpening(entries);
  const refusal = refused && { input, event, refusal: refused, warnings };
  return { entries, first, last, opening, refusal, input, event, warnings };
}

/** Nobody has approved the case. */
function refusedAfterOpening(entries: Entries): CodedText | null {
  const end = endLine(entries);
  return end?.outcome === 'refused' && end.after && 'refusal' in end.after ? end.after.refusal : null;
}

/** What the first check wrote down; `null`: the check refused the order, or has not written its line yet. */
export function openingLine(entries: Entries): EntryOf<'check', 'opening'> | null {
  return entries.find((entry) => entry.kind === 'opening') ?? null;
}

/** The same, with the originals of the newest request for an approval: until it is granted nothing is written. */
export function openingOf(entries: Entries): Opening | null {
  const opening = openingLine(entries)?.after ?? null;
  const request = requestsOf(entries).at(-1);
  if (!opening || !request) return opening;
  const { planHash: _hash, expiresAt: _end, ...originals } = request.after;
  return { ...opening, ...originals };
}

/** Each time that somebody was asked to approve the plan, oldest first. */
export function requestsOf(entries: Entries): EntryOf<'request-approval'>[] {
  return entries.filter(
    (entry): entry is EntryOf<'request-approval'> => entry.operation === 'request-approval',
  );
}

export function refusalLine(entries: Entries): EntryOf<'check', 'refusal'> | null {
  return entries.find((entry) => entry.kind === 'refusal') ?? null;
}

export function endLine(entries: Entries): EntryOf<'close'> | null {
  return entries.find((entry) => entry.kind === 'end') ?? null;
}

/** `null`: no line says that the case has ended. */
export function endOf(entries: Entries): CaseEnd | null {
  return endLine(entries)?.outcome ?? null;
}

/** The journal's head for a run that knows all these lines. */
export function lastHead(entries: Entries): JournalHead {
  const last = entries.at(-1);
  if (!last) throw new KnownFailure('journal-behind', 'the case has no lines');
  return headOf(last);
}

/** The outcome of an intent; `null`: its answer was lost, or it is still under way. */
export function outcomeOf(entries: Entries, intent: JournalEntry): JournalEntry | null {
  return entries.find(({ effectKey }) => effectKey === effectKeys.outcomeOf(intent.effectKey)) ?? null;
}

export function isAbortAccepted(entries: Entries): boolean {
  return entries.some(({ operation }) => operation === 'abort');
}

// Step 1a: the marking

export type SaveLine = EntryOf<'save-announcement' | 'restore-announcement', 'outcome'>;

/** Whether a line reports that marker and reason were saved as planned, by Absage or by an operator in its place. */
export function isSaved(entry: JournalEntry): entry is SaveLine {
  return entry.kind === 'outcome' && entry.operation === 'save-announcement' && entry.outcome !== 'differs';
}

/** The first save with the marker: from then on the titles were marked, but tickets could still be bought. */
export function firstMarking(entries: Entries): SaveLine | null {
  return entries.find(isSaved) ?? null;
}

/** The save from which the first wait counts. The mail to Ö-Ticket names it, too. */
export function lastMarking(entries: Entries): SaveLine | null {
  return entries.findLast(isSaved) ?? null;
}

/**
 * When Absage first read the save that left this version; `null`: no line reports that save, or the line is from before
 * this was written down.
 */
export function seenAt(entries: Entries, version: string): Instant | null {
  const saved = entries.find(
    (entry): entry is SaveLine => isSaveOutcome(entry) && versionAfter(entry) === version,
  );
  return saved?.after.readAt ?? null;
}

function isSaveOutcome({ kind, operation }: JournalEntry): boolean {
  return kind === 'outcome' && (operation === 'save-announcement' || operation === 'restore-announcement');
}

/** The three texts as they were last read back, after marking or restoring. */
export function lastReadBack(entries: Entries): SaveLine | null {
  return entries.findLast((entry): entry is SaveLine => isSaveOutcome(entry)) ?? null;
}

/** Whether there may be anything to undo: Absage began an attempt to mark, or an operator marked in its place. */
export function wasToBeMarked(entries: Entries): boolean {
  return entries.some(
    (entry) =>
      entry.operation === 'save-announcement' && (entry.kind === 'intent' || entry.outcome === 'by-hand'),
  );
}

/** The last save of the restored titles, by Absage or by an operator in its place. */
export function lastRestoring(entries: Entries): SaveLine | null {
  return (
    entries.findLast(
      (entry): entry is SaveLine => entry.kind === 'outcome' && entry.operation === 'restore-announcement',
    ) ?? null
  );
}

/** The texts that an abort's attempts wrote, or tried to write. */
export function restoredTexts(entries: Entries): Announcement[] {
  return entries.flatMap((entry) =>
    entry.kind === 'intent' && entry.operation === 'restore-announcement' && !isTask(entry)
      ? [entry.after]
      : [],
  );
}

/**
 * What Jet stored where it differed from what was written. Only fields that the save changed are included, because the
 * others may be a colleague's work.
 */
export function misstoredTexts(entries: Entries): Partial<Announcement>[] {
  return entries.flatMap((entry) => {
    if (entry.operation !== 'save-announcement' || entry.outcome !== 'differs') return [];
    const { before, after } = entry;
    const changed = ANNOUNCEMENT_FIELDS.filter((field) => !isSameText(after[field], before?.[field] ?? null));
    return [Object.fromEntries(changed.map((field) => [field, after[field]]))];
  });
}

// Step 3: the right

/** The right as it was last read after granting it, by Absage or by an operator. */
export function grantedRight(entries: Entries): EntryOf<'grant-right', 'outcome'> | null {
  return (
    entries.findLast(
      (entry): entry is EntryOf<'grant-right', 'outcome'> =>
        entry.kind === 'outcome' && entry.operation === 'grant-right',
    ) ?? null
  );
}

// The operators' decisions

/** Whether a person decided or did what the line says; everything else Absage did on behalf of the orderer. */
export function isByPerson({ kind, operation, outcome }: JournalEntry): boolean {
  return outcome === 'by-hand' || (kind === 'decision' && !BY_ABSAGE.includes(operation));
}

/** What Absage decides by what it has read. */
const BY_ABSAGE: readonly string[] = ['adopt-storno', 'request-approval', 'end-approval'];

/** Whether a line is the claim of a Storno set by hand whose confirmation, which says more, is there as well. */
export function isConfirmedClaim(entries: Entries, { effectKey }: JournalEntry): boolean {
  return entries.some((other) => effectKey === effectKeys.claimOf(other.effectKey));
}

/** The line by which an operator waived a step. */
export function findWaiver(entries: Entries, step: StepName): EntryOf<'waive-step'> | null {
  return (
    entries.find(
      (entry): entry is EntryOf<'waive-step'> => entry.operation === 'waive-step' && entry.step === step,
    ) ?? null
  );
}

export function isWaived(entries: Entries, step: StepName): boolean {
  return findWaiver(entries, step) !== null;
}

/** The lines by which operators ended a wait, each for the save that it names. */
export function skipsOf(entries: Entries, wait: StepName): EntryOf<'skip-wait'>[] {
  return entries.filter(
    (entry): entry is EntryOf<'skip-wait'> => entry.operation === 'skip-wait' && entry.step === wait,
  );
}

/** Whether an operator skipped the wait after exactly this save. */
export function isSkipped(entries: Entries, wait: WaitStep, savedAt: Instant): boolean {
  return skipsOf(entries, wait).some(({ after }) => toMs(after.savedAt) === toMs(savedAt));
}

/**
 * An operator's decision for a step, unless a later line has made it obsolete. So a decision applies only to what it
 * was meant for, even after a reset.
 */
export function standingChoice(
  entries: Entries,
  steps: readonly StepName[],
  isVoidedBy: (entry: JournalEntry) => boolean,
): Choice | null {
  const isDecision = (entry: JournalEntry): entry is EntryOf<'decide'> =>
    entry.operation === 'decide' && steps.includes(entry.step);
  const last = entries.findLast((entry) => isDecision(entry) || isVoidedBy(entry));
  return last && isDecision(last) ? last.outcome : null;
}

/** The line that was written for this key. */
export function findKeyed(
  entries: Entries,
  { digest }: ActionKey,
): { caseId: string; key: ActionKey } | null {
  for (const { caseId, after } of entries) {
    const key = readActionKey((after as { key?: unknown } | null)?.key);
    if (key?.digest === digest) return { caseId, key };
  }
  return null;
}

// The form of single lines

type TaskLine = Extract<JournalEntry, { after: { task: unknown } }>;

/** Whether an intent is a task for an operator, not an attempt by Absage. */
export function isTask(entry: JournalEntry): entry is TaskLine {
  return entry.kind === 'intent' && has(entry.after, 'task');
}

/** A line of a newer build may hold anything, even `null`. */
function has<M extends string>(content: object | null, member: M): content is Record<M, unknown> & object {
  return content !== null && member in content;
}

/** The version of the event on which a line's write was decided; `null`: the line is not about a write to the event. */
export function versionBefore({ before }: JournalEntry): string | null {
  return before !== null && 'version' in before ? before.version : null;
}

/** Whether an event is shown as it was before one of the writes that these lines report: such a read says nothing about now. */
export function isOlderThanWrites(event: Pick<JetEvent, 'version'> | null, entries: Entries): boolean {
  return entries.some((entry) => entry.kind === 'outcome' && versionBefore(entry) === event?.version);
}

/** The version of the event after a write; `null`: it is not known. */
export function versionAfter({ after }: JournalEntry): string | null {
  return after !== null && 'version' in after ? (after.version ?? null) : null;
}

type Written = JournalEntry['before'] | JournalEntry['after'];
type MemberOf<W> = W extends object ? keyof W : never;

/**
 * One text from what a line holds as `before` or `after`, for readers that print lines of every kind; `null` if the
 * line has no such text.
 */
export function textOf(written: Written | undefined, member: MemberOf<Written>): string | null {
  const text = ((written ?? {}) as Partial<Record<typeof member, unknown>>)[member];
  return typeof text === 'string' ? text : null;
}
