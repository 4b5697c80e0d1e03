import { WAIT_STEPS, type WaitStep } from '../domain/vocabulary';
import { STEP_LABELS } from '../domain/wording';
import type { Instant } from '../domain/types';
import type { JournalEntry } from '../domain/journal';
import type { ProtocolWait } from './document';
import {
  findSkip,
  firstLook,
  textOf,
  findStorno,
  firstMarking,
  lastMarking,
  isStornoTried,
  stornoOf,
  versionAfter,
  versionBefore,
  type CaseLines,
} from '../domain/lines';

/** The two waits, as far as the case has got: planned, and as they really were. */
export function waitsOf(lines: CaseLines): ProtocolWait[] {
  return WAIT_STEPS.map((step) => WAITS[step](lines)).filter((wait) => wait !== null);
}

const WAITS: Record<WaitStep, (lines: CaseLines) => ProtocolWait | null> = {
  'wait-for-title-transfer': waitForTitles,
  'wait-for-storno-transfer': waitForStorno,
};

/** From the last save of the marker to the first attempt to set Storno. */
function waitForTitles(lines: CaseLines): ProtocolWait | null {
  const { entries } = lines;
  const attempt = entries.find(isStornoTried);
  const saved = lastMarking(entries.filter(({ seq }) => seq < (attempt?.seq ?? Infinity)));
  if (!saved) return null;
  const from = saved.after.savedAt;
  const known = findStorno(entries);
  // Jet's own clock for both ends wherever it has said both; a person's save counts from its confirmation.
  const isByJet = known?.operation === 'set-storno' && known.outcome !== 'by-hand';
  const until = isByJet ? known.after.savedAt : (attempt?.at ?? null);
  return {
    ...wait(lines, 'wait-for-title-transfer', from, until),
    note: isSavedSince(saved, attempt)
      ? 'Nach diesem Speichern wurde die Veranstaltung in Jet noch einmal gespeichert: gewartet wurde von dort an.'
      : null,
  };
}

/** The attempt names the version that it was decided on: another one than our save has left. */
function isSavedSince(saved: JournalEntry, attempt: JournalEntry | undefined): boolean {
  const ours = versionAfter(saved);
  const met = attempt ? versionBefore(attempt) : null;
  return ours !== null && met !== null && ours !== met;
}

/** From the save of the Storno to the first look at Connect Online that was written down. */
function waitForStorno(lines: CaseLines): ProtocolWait | null {
  const { entries } = lines;
  const known = findStorno(entries);
  if (!known) return null;
  const from = stornoOf(known).savedAt;
  const look = firstLook(entries);
  const until = look ? (textOf(look.after, 'readAt') ?? look.at) : null;
  return { ...wait(lines, 'wait-for-storno-transfer', from, until), note: null };
}

function wait(
  { entries, input }: CaseLines,
  step: WaitStep,
  from: Instant,
  until: Instant | null,
): Omit<ProtocolWait, 'note'> {
  const skip = findSkip(entries, step);
  return {
    step,
    label: STEP_LABELS[step],
    plannedMs: input.policy.syncIntervalMs,
    from,
    until,
    actualMs: until === null ? null : Date.parse(until) - Date.parse(from),
    skipped: skip ? { actor: skip.actor, at: skip.at, reason: skip.after.reason } : null,
  };
}

/** How long people could still buy what was already marked. */
export function onSaleWithMarkerMs({ entries }: CaseLines): number | null {
  const marked = firstMarking(entries);
  const storno = findStorno(entries);
  if (!marked || !storno) return null;
  const onSaleMs = Date.parse(stornoOf(storno).savedAt) - Date.parse(marked.after.savedAt);
  return Math.max(0, onSaleMs);
}
