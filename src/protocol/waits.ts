import { toMs } from '../domain/clock';
import { WAIT_STEPS, type WaitStep } from '../domain/vocabulary';
import { STEP_LABELS } from '../domain/wording';
import type { Instant } from '../domain/types';
import type { JournalEntry } from '../domain/journal';
import type { ProtocolWait } from './document';
import {
  endLine,
  isSaved,
  isSkipped,
  skipsOf,
  textOf,
  versionAfter,
  versionBefore,
  type CaseLines,
  type SaveLine,
} from '../domain/lines';
import { findStorno, isLost, isStornoTried, stornoSaves } from '../domain/storno-lines';

/** The waits, as far as the case has got: planned, and as they really were. Each save of the marker began one. */
export function waitsOf(lines: CaseLines): ProtocolWait[] {
  return WAIT_STEPS.flatMap((step) => WAITS[step](lines));
}

const WAITS: Record<WaitStep, (lines: CaseLines) => ProtocolWait[]> = {
  'wait-for-title-transfer': waitsForTitles,
  'wait-for-storno-transfer': waitsForStorno,
};

/** From each save of the marker to the one after it, and from the last one to the first attempt to set Storno. */
function waitsForTitles(lines: CaseLines): ProtocolWait[] {
  const { entries } = lines;
  const attempt = entries.find(isStornoTried);
  const isBefore = (entry: JournalEntry) => entry.seq < (attempt?.seq ?? Infinity);
  const savings = entries
    .filter((entry): entry is SaveLine => isBefore(entry) && isSaved(entry))
    // The same save may be found again after its answer was lost.
    .filter(({ after }, index, all) => after.savedAt !== all[index + 1]?.after.savedAt);
  return savings.map((saved, index) => {
    const next = savings[index + 1];
    return next ? restartedWait(lines, saved, next) : lastWaitForTitles(lines, saved, attempt);
  });
}

function restartedWait(lines: CaseLines, saved: SaveLine, next: SaveLine): ProtocolWait {
  const { savedAt: until } = next.after;
  const known = wait(lines, 'wait-for-title-transfer', saved.after.savedAt, until, until);
  return { ...known, note: RESTARTED };
}

const RESTARTED = 'Danach wurden Zusatz und Hinweis noch einmal gespeichert: von dort an wurde neu gewartet.';

function lastWaitForTitles(
  lines: CaseLines,
  saved: SaveLine,
  attempt: JournalEntry | undefined,
): ProtocolWait {
  const known = findStorno(lines.entries);
  // Jet's own clock for both ends wherever it has said both; a person's save counts from its confirmation.
  const isByJet = known?.operation === 'set-storno' && known.outcome !== 'by-hand';
  const until = isByJet ? known.after.savedAt : (attempt?.at ?? null);
  const { skipped, ...told } = wait(lines, 'wait-for-title-transfer', saved.after.savedAt, until);
  const isOvertaken = skipped !== null && isSkipOvertaken(lines.entries, attempt);
  return {
    ...told,
    skipped: isOvertaken ? null : skipped,
    note: isSavedSince(saved, attempt) ? `${SAVED_SINCE}${isOvertaken ? ` ${SKIP_OVERTAKEN}` : ''}` : null,
  };
}

const SAVED_SINCE =
  'Nach diesem Speichern wurde die Veranstaltung in Jet noch einmal gespeichert: gewartet wurde von dort an.';
const SKIP_OVERTAKEN = 'Das Überspringen galt einem früheren Speichern und hat deshalb nichts verkürzt.';

/** A skip holds for exactly one save, and the attempt names the save whose wait was over. Older lines do not name it. */
function isSkipOvertaken(entries: readonly JournalEntry[], attempt: JournalEntry | undefined): boolean {
  const met = textOf(attempt?.before, 'savedAt');
  return met !== null && !isSkipped(entries, 'wait-for-title-transfer', met);
}

/** The attempt to set Storno that met a save which was not ours; `null`: it met ours, or there was none. */
export function attemptAfterOthers({ entries }: CaseLines): JournalEntry | null {
  const attempt = entries.find(isStornoTried);
  const saved = entries.findLast(
    (entry): entry is SaveLine => entry.seq < (attempt?.seq ?? 0) && isSaved(entry),
  );
  return attempt && saved && isSavedSince(saved, attempt) ? attempt : null;
}

/** The attempt names the version that it was decided on: another one than our save has left. */
function isSavedSince(saved: JournalEntry, attempt: JournalEntry | undefined): boolean {
  const ours = versionAfter(saved);
  const met = attempt ? versionBefore(attempt) : null;
  return ours !== null && met !== null && ours !== met;
}

/**
 * From each save of the Storno to the first look that was written down after it, at Connect Online or at an event that was
 * no longer Storno, or to the end of a case that was closed because no look succeeded: all come after the wait.
 */
function waitsForStorno(lines: CaseLines): ProtocolWait[] {
  const { entries } = lines;
  const saves = stornoSaves(entries);
  return saves.map((saved, index) => {
    const next = saves[index + 1];
    const until = lookAfter(entries, saved.seq, next?.seq) ?? next?.savedAt ?? endLine(entries)?.at ?? null;
    const known = wait(lines, 'wait-for-storno-transfer', saved.savedAt, until, next?.savedAt);
    return { ...known, note: next ? SET_BACK : null };
  });
}

const SET_BACK =
  'Danach wurde der Status in Jet geändert und wieder auf Storno gesetzt: von dort an wurde neu gewartet.';

function lookAfter(entries: readonly JournalEntry[], from: number, before = Infinity): Instant | null {
  const look = entries.find(
    (entry) =>
      entry.seq > from &&
      entry.seq < before &&
      (entry.operation === 'read-channel' || (entry.operation === 'read-event' && isLost(entry))),
  );
  return look ? (textOf(look.after, 'readAt') ?? look.at) : null;
}

/** `nextSave`: a later save, which began a wait of its own. */
function wait(
  { entries, input }: CaseLines,
  step: WaitStep,
  from: Instant,
  until: Instant | null,
  nextSave?: Instant,
): Omit<ProtocolWait, 'note'> {
  const isOfThis = (savedAt: Instant) =>
    toMs(savedAt) >= toMs(from) && (nextSave === undefined || toMs(savedAt) < toMs(nextSave));
  const skip = skipsOf(entries, step).findLast(({ after }) => isOfThis(after.savedAt));
  return {
    step,
    label: STEP_LABELS[step],
    plannedMs: input.policy.syncIntervalMs,
    from,
    until,
    actualMs: until === null ? null : toMs(until) - toMs(from),
    skipped: skip ? { actor: skip.actor, at: skip.at, reason: skip.after.reason } : null,
  };
}
