import type { Opening } from '../domain/case';
import type { JournalHead } from '../domain/journal';
import {
  announcementOf,
  decideMarking,
  decideRestore,
  isSameAnnouncement,
  remainingWaitMs,
} from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { isSameText } from '../domain/text';
import type { Announcement, Instant, JetEvent } from '../domain/types';
import type { JetPort } from '../jet/port';
import { type Journal } from '../journal/port';
import { headOf } from '../domain/journal';
import { type JournalEntry } from '../domain/journal';
import { asActivity, standingChoice, type ActivityDependencies, type StepInput } from './activity';
import { readOpenCase } from './reading';
import { readCase } from './reading';
import { lastHead, noteFound, readEventThenLines, requireEvent, toFailure, versionOf } from './reading';

export type MarkResult =
  | {
      kind: 'marked';
      savedAt: Instant;
      /** Rest of the wait on Jet's clock, from the save that carries the marker. */
      remainingMs: number;
      hasWritten: boolean;
      head: JournalHead;
    }
  | { kind: 'cancelled-already' | 'aborted'; head: JournalHead };

/** Step 1a and its undoing: the two activities that save texts. */
export function createAnnouncementActivities({ jet, journal }: ActivityDependencies) {
  /** Marks both titles and leaves the reason in the memo, in one save (wiki, step 1). */
  const markTitles = asActivity(async (input: StepInput): Promise<MarkResult> => {
    const { opening } = await readOpenCase(journal, input);
    const { event, entries } = await readEventThenLines(jet, journal, input.ref);
    const haveWeMarked = entries.some(isSaved);
    const choice = standingChoice(entries, MARKING_STEPS, isSaved);
    const decision = decideMarking(event, opening, haveWeMarked, choice);
    if (decision.kind === 'stop') {
      const isAborted = (await journal.readClaim(input.ref.caseId)) === 'abort';
      if (isAborted) return { kind: 'aborted', head: lastHead(entries) };
      throw toFailure(decision);
    }
    if (decision.kind === 'cancelled-already') {
      // Our save may have been done before somebody set Storno.
      const isOurs = isSameAnnouncement(event, textsAfter(opening));
      const found = isOurs ? await noteFound(journal, input, 'save-announcement', entries, event) : null;
      return { kind: 'cancelled-already', head: found ? headOf(found) : lastHead(entries) };
    }
    if (decision.kind === 'marked') {
      const found =
        (await noteFound(journal, input, 'save-announcement', entries, event)) ??
        (choice && (await noteAnswered(journal, input, event)));
      return marked(event, opening, false, found ? headOf(found) : lastHead(entries));
    }
    const saved = await saveAndReadBack({ jet, journal }, input, 'save-announcement', event, decision.texts);
    if (!saved) return { kind: 'aborted', head: lastHead(entries) };
    return marked(saved.event, opening, true, headOf(saved.outcome));
  });

  /**
   * Takes marker and reason off again. Once anything was to be marked, by us or by a person in our place, it always
   * saves, even texts that need no change: the save voids the version that a frozen attempt to mark may still hold.
   */
  const restoreTitles = asActivity(async (input: StepInput): Promise<{ head: JournalHead | null }> => {
    const known = await readCase(journal, input);
    const { opening } = known;
    const wasToBeMarked = known.entries.some(
      ({ kind, operation, outcome }) =>
        operation === 'save-announcement' && (kind === 'intent' || outcome === 'by-hand'),
    );
    const hasEnded = known.entries.some(({ kind }) => kind === 'end');
    // Another case may have marked the event since this one ended.
    if (!opening || !wasToBeMarked || hasEnded)
      return { head: known.entries.length > 0 ? lastHead(known.entries) : null };

    const { event, entries } = await readEventThenLines(jet, journal, input.ref);
    const choice = standingChoice(entries, ['mark-titles'], ({ operation }) => operation === 'abort');
    const decision = decideRestore(event, opening, misstoredTexts(entries), restoredTexts(entries), choice);
    if (decision.kind === 'stop') throw toFailure(decision);
    if (decision.kind === 'leave') return { head: lastHead(entries) };
    const intents = entries.filter(({ kind }) => kind === 'intent');
    const isSavedSinceIntent =
      intents.some(({ operation }) => operation === 'restore-announcement') &&
      // Of a version that an intent names, an attempt that sleeps may still write; or this read is an old picture.
      !intents.some((intent) => versionOf(intent) === event.version);
    if (isSavedSinceIntent && isSameAnnouncement(decision.texts, event)) {
      const found = await noteFound(journal, input, 'restore-announcement', entries, event);
      return { head: found ? headOf(found) : lastHead(entries) };
    }
    const saved = await saveAndReadBack(
      { jet, journal },
      input,
      'restore-announcement',
      event,
      decision.texts,
    );
    return { head: saved ? headOf(saved.outcome) : lastHead(entries) };
  });

  return { markTitles, restoreTitles };
}

/** The three texts as the check has planned them. */
function textsAfter({ event: { title, customerTitle, externalMemo } }: Opening): Announcement {
  return { title: title.after ?? '', customerTitle: customerTitle.after, externalMemo: externalMemo.after };
}

function marked(event: JetEvent, opening: Opening, hasWritten: boolean, head: JournalHead): MarkResult {
  const remainingMs = remainingWaitMs(event.savedAt, event.readAt, opening.input.policy.syncIntervalMs);
  return { kind: 'marked', savedAt: event.savedAt, remainingMs, hasWritten, head };
}

/**
 * Journal the intent → write with the version that was read → read back → journal the outcome.
 * `null`: an abort has claimed the case meanwhile, nothing was written.
 */
async function saveAndReadBack(
  { jet, journal }: { jet: JetPort; journal: Journal },
  { ref, actor }: StepInput,
  operation: 'save-announcement' | 'restore-announcement',
  event: JetEvent,
  texts: Announcement,
): Promise<{ event: JetEvent; outcome: JournalEntry } | null> {
  const effectKey = `${operation}/${event.version}`;
  const before = { ...announcementOf(event), version: event.version };
  const line = { actor, step: 'mark-titles', operation, before, after: texts } as const;
  const intent =
    operation === 'restore-announcement'
      ? await journal.append(ref, { ...line, kind: 'intent', effectKey })
      : await journal.appendUnlessAborted(ref, { ...line, kind: 'intent', effectKey });
  if (!intent) return null;

  const acknowledged = await jet.saveAnnouncement(ref.eventNumber, texts, {
    version: event.version,
    idempotencyKey: `${ref.caseId}/${operation}/${event.version}`,
  });
  const readBack = await requireEvent(jet, ref);
  if (readBack.version === event.version)
    throw new KnownFailure('jet-stale-read', 'the read-back shows the old version');

  const isAsWritten = isSameAnnouncement(texts, readBack);
  if (!isAsWritten && isSameAnnouncement(texts, acknowledged)) {
    throw new KnownFailure('jet-version-conflict', 'somebody saved the event right after us');
  }
  const outcome = await journal.append(ref, {
    ...line,
    kind: 'outcome',
    effectKey: `${effectKey}/outcome`,
    after: { ...announcementOf(readBack), version: readBack.version, savedAt: readBack.savedAt },
    outcome: isAsWritten ? 'ok' : 'differs',
  });
  if (!isAsWritten) throw differenceFailure(event, texts, readBack);
  return { event: readBack, outcome };
}

/** A field that kept its old value was not saved and can be tried again; any other value is a stop. */
function differenceFailure(before: Announcement, wanted: Announcement, found: Announcement): KnownFailure {
  const fields = ['title', 'customerTitle', 'externalMemo'] as const;
  const differing = fields.filter((field) => !isSameText(wanted[field], found[field]));
  const isOnlyUnsaved = differing.every((field) => isSameText(before[field], found[field]));
  const detail = `not stored as written: ${differing.join(', ')}`;
  return new KnownFailure(isOnlyUnsaved ? 'jet-stale-read' : 'jet-rejected-value', detail, {
    field: differing[0],
  });
}

/** Somebody was asked to decide, and a colleague has done it meanwhile: the decision is used up. */
function noteAnswered(journal: Journal, { ref, actor }: StepInput, event: JetEvent): Promise<JournalEntry> {
  return journal.append(ref, {
    actor,
    kind: 'outcome',
    step: 'mark-titles',
    operation: 'save-announcement',
    effectKey: `save-announcement/${event.version}/found`,
    after: { ...announcementOf(event), version: event.version, savedAt: event.savedAt },
    outcome: 'found',
  });
}

/**
 * What Jet has made of texts that it did not store as written; only the fields that the save has changed, because
 * the others may be a colleague's.
 */
function misstoredTexts(entries: readonly JournalEntry[]): Partial<Announcement>[] {
  return entries
    .filter(({ operation, outcome }) => operation === 'save-announcement' && outcome === 'differs')
    .map((entry) => {
      const before = entry.before as Announcement;
      const fields = Object.entries(announcementOf(entry.after as Announcement)) as [
        keyof Announcement,
        string | null,
      ][];
      return Object.fromEntries(fields.filter(([field, text]) => !isSameText(text, before[field])));
    });
}

function restoredTexts(entries: readonly JournalEntry[]): Announcement[] {
  return entries
    .filter(({ kind, operation }) => kind === 'intent' && operation === 'restore-announcement')
    .map((entry) => entry.after as Announcement);
}

/** The steps at which somebody may have decided how the titles are to be marked. */
const MARKING_STEPS = ['mark-titles', 'set-storno'] as const;

/** Whether a line says that marker and reason were saved, by us or by a person in our place. */
export function isSaved({ kind, operation, outcome }: JournalEntry): boolean {
  return kind === 'outcome' && operation === 'save-announcement' && outcome !== 'differs';
}
