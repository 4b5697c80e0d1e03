import { actorOf } from '../domain/actor';
import { toMs } from '../domain/clock';
import type { Opening } from '../domain/case';
import { announcementOf, decideMarking, decideRestore, isSameAnnouncement } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf, type JournalEntry } from '../domain/journal';
import type { SaveOperation } from '../domain/line-content';
import {
  endOf,
  isAbortAccepted,
  isSaved,
  lastHead,
  misstoredTexts,
  restoredTexts,
  seenAt,
  standingChoice,
  textOf,
  versionBefore,
  wasToBeMarked,
} from '../domain/lines';
import { latestSave, remainingWaitMs } from '../domain/saves';
import { isSameText } from '../domain/text';
import type { Announcement, Instant, JetEvent, JournalHead } from '../domain/types';
import { ANNOUNCEMENT_FIELDS } from '../domain/vocabulary';
import type { JetPort } from '../jet/port';
import type { Journal } from '../journal/port';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import {
  noteFound,
  readCase,
  readEventThenLines,
  readOpenCase,
  requireEvent,
  requireWritten,
  toFailure,
} from './reading';
import { attempting, JET_MAY_LAST_MS, type OpenAttempt } from './writes';

export type MarkResult =
  | {
      kind: 'marked';
      savedAt: Instant;
      /** Remaining wait on Jet's clock, counted from the save that carries the marker. */
      remainingMs: number;
      hasWritten: boolean;
      head: JournalHead;
    }
  | { kind: 'cancelled-already' | 'aborted'; head: JournalHead };

/** Step 1a and its undoing: the two activities that save texts. */
export function createTitleActivities({ jet, journal, trust }: ActivityDependencies) {
  /** Marks both titles and writes the reason to the memo, in one save (wiki, step 1). */
  const markTitles = asStep(trust, async (input: StepInput): Promise<MarkResult> => {
    const { opening } = await readOpenCase(journal, input);
    const { event, entries } = await readEventThenLines({ jet, journal }, input, 'mark-titles');
    const haveWeMarked = entries.some(isSaved);
    const choice = standingChoice(entries, MARKING_STEPS, isSaved);
    const decision = decideMarking(event, opening, haveWeMarked, choice);
    if (decision.kind === 'stop') {
      const isAborted = (await journal.readClaim(input.ref.caseId)) === 'abort';
      if (isAborted) return { kind: 'aborted', head: lastHead(entries) };
      throw toFailure(decision);
    }
    if (decision.kind === 'cancelled-already') {
      // Our save may have happened before a colleague set Storno.
      const isOurs = isSameAnnouncement(event, textsAfter(opening));
      const found = isOurs ? await noteFound(journal, input, 'save-announcement', entries, event) : null;
      return { kind: 'cancelled-already', head: found ? headOf(found) : lastHead(entries) };
    }
    if (decision.kind === 'marked') {
      const found =
        (await noteFound(journal, input, 'save-announcement', entries, event)) ??
        (choice && (await noteAnswered(journal, input, event)));
      const head = found ? headOf(found) : lastHead(entries);
      return marked(event, opening, false, head, seenAt(entries, event.version));
    }
    const saved = await saveAndReadBack({ jet, journal }, input, 'save-announcement', event, decision.texts);
    if (!saved) return { kind: 'aborted', head: lastHead(entries) };
    return marked(saved.event, opening, true, headOf(saved.outcome), saved.event.readAt);
  });

  /**
   * Removes marker and reason. If any marking was begun, by us or by an operator in our place, it always saves, even if
   * the texts need no change: the save voids the version that a frozen attempt to mark may still hold.
   */
  const restoreTitles = asStep(trust, async (input: StepInput): Promise<{ head: JournalHead | null }> => {
    const known = await readCase(journal, input);
    const { opening } = known;
    // Another case may have marked the event since this one ended.
    if (!opening || !wasToBeMarked(known.entries) || endOf(known.entries))
      return { head: known.entries.length > 0 ? lastHead(known.entries) : null };
    requireWritten(isAbortAccepted(known.entries), 'the abort');

    const { event, entries } = await readEventThenLines({ jet, journal }, input, 'mark-titles');
    const choice = standingChoice(entries, ['mark-titles'], ({ operation }) => operation === 'abort');
    const decision = decideRestore(event, opening, misstoredTexts(entries), restoredTexts(entries), choice);
    if (decision.kind === 'stop') throw toFailure(decision);
    if (decision.kind === 'leave') return { head: lastHead(entries) };
    const intents = entries.filter(({ kind }) => kind === 'intent');
    const isSavedSinceIntent =
      intents.some(({ operation }) => operation === 'restore-announcement') &&
      // If an intent names this version, or one that was saved after it, either a frozen attempt may still write on that, or
      // this read is out of date.
      !intents.some((intent) => versionBefore(intent) === event.version || wasReadLater(intent, event));
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

/** The intent was decided on a newer save than this one. Older lines do not say it. */
function wasReadLater({ before }: JournalEntry, { savedAt }: JetEvent): boolean {
  const read = textOf(before, 'savedAt');
  return read !== null && toMs(read) > toMs(savedAt);
}

/** The three texts as the check planned them. */
function textsAfter({ event: { title, customerTitle, externalMemo } }: Opening): Announcement {
  return { title: title.after ?? '', customerTitle: customerTitle.after, externalMemo: externalMemo.after };
}

function marked(
  event: JetEvent,
  opening: Opening,
  hasWritten: boolean,
  head: JournalHead,
  firstSeenAt: Instant | null,
): MarkResult {
  const { syncIntervalMs } = opening.input.policy;
  const remainingMs = remainingWaitMs(latestSave(event, firstSeenAt), event.readAt, syncIntervalMs);
  return { kind: 'marked', savedAt: event.savedAt, remainingMs, hasWritten, head };
}

/**
 * Journal the intent → write with the version that was read → read back → journal the outcome.
 * `null`: an abort claimed the case meanwhile, or it has ended, and nothing was written.
 */
async function saveAndReadBack(
  { jet, journal }: { jet: JetPort; journal: Journal },
  input: StepInput,
  operation: SaveOperation,
  event: JetEvent,
  texts: Announcement,
): Promise<{ event: JetEvent; outcome: JournalEntry } | null> {
  const { ref } = input;
  const about = { ref, step: 'mark-titles', mayLastMs: JET_MAY_LAST_MS } as const;
  return attempting(journal, about, (attempt) =>
    writeAndReadBack({ jet, journal }, input, operation, event, texts, attempt),
  );
}

async function writeAndReadBack(
  { jet, journal }: { jet: JetPort; journal: Journal },
  input: StepInput,
  operation: SaveOperation,
  event: JetEvent,
  texts: Announcement,
  attempt: OpenAttempt,
): Promise<{ event: JetEvent; outcome: JournalEntry } | null> {
  const { ref } = input;
  const effectKey = effectKeys.write(operation, event.version);
  const before = { ...announcementOf(event), version: event.version, savedAt: event.savedAt };
  const line = { ...actorOf(input), step: 'mark-titles', operation, before, after: texts } as const;
  const intent =
    operation === 'restore-announcement'
      ? await journal.appendUnlessEnded(ref, { ...line, kind: 'intent', effectKey }, attempt)
      : await journal.appendUnlessOver(ref, { ...line, kind: 'intent', effectKey }, attempt);
  if (!intent) return null;

  const acknowledged = await jet.saveAnnouncement(ref.eventNumber, texts, {
    version: event.version,
    idempotencyKey: `${ref.caseId}/${effectKey}`,
  });
  const readBack = await requireEvent(jet, ref);
  if (readBack.version === event.version)
    throw new KnownFailure('jet-stale-read', 'the read-back shows the old version');

  const isAsWritten = isSameAnnouncement(texts, readBack);
  // What somebody else has made of it is theirs, also where Jet had not stored what we wrote.
  const isSavedSince = readBack.version !== acknowledged.version || isSameAnnouncement(texts, acknowledged);
  if (!isAsWritten && isSavedSince) {
    throw new KnownFailure('jet-version-conflict', 'somebody saved the event right after us');
  }
  const outcome = await attempt.end({
    ...line,
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(effectKey),
    after: { ...announcementOf(readBack), ...momentOf(readBack) },
    outcome: isAsWritten ? 'ok' : 'differs',
  });
  if (!isAsWritten) throw differenceFailure(event, texts, readBack);
  return { event: readBack, outcome };
}

/** Which save it is, when Jet says that it was made, and when it was seen. */
function momentOf({ version, savedAt, readAt }: JetEvent) {
  return { version, savedAt, readAt };
}

/** A field that kept its old value was not saved, and the save can be repeated. Any other value stops the step. */
function differenceFailure(before: Announcement, wanted: Announcement, found: Announcement): KnownFailure {
  const differing = ANNOUNCEMENT_FIELDS.filter((field) => !isSameText(wanted[field], found[field]));
  const isOnlyUnsaved = differing.every((field) => isSameText(before[field], found[field]));
  const detail = `not stored as written: ${differing.join(', ')}`;
  return new KnownFailure(isOnlyUnsaved ? 'jet-stale-read' : 'jet-rejected-value', detail, {
    field: differing[0],
  });
}

/**
 * The question has answered itself, because the titles stand in Jet as marked: this line ends the operator's decision, so
 * that it is not applied again.
 */
function noteAnswered(journal: Journal, input: StepInput, event: JetEvent): Promise<JournalEntry> {
  return journal.append(input.ref, {
    ...actorOf(input),
    kind: 'outcome',
    step: 'mark-titles',
    operation: 'save-announcement',
    effectKey: effectKeys.foundSave(event.version),
    after: { ...announcementOf(event), ...momentOf(event) },
    outcome: 'found',
  });
}

/** The steps at which an operator may decide how the titles are marked. */
const MARKING_STEPS = ['mark-titles', 'set-storno'] as const;
