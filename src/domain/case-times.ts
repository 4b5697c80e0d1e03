import { toMs } from './clock';
import type { JournalEntry } from './journal';
import { endLine, isByPerson, readLines, skipsOf } from './lines';
import { findEvidence, stornoSaves } from './storno-lines';
import { WAIT_STEPS } from './vocabulary';

/*
 * How long the parts of a case took that Absage answers for, in milliseconds. `null`: the lines do not say it, or a person
 * had a part in it. `entries` are the lines of one case, oldest first.
 */

type Entries = readonly JournalEntry[];

/** From the order to the end, without the two intervals. Whoever skips a wait, or is asked, makes their own time. */
export function overheadMs(entries: Entries): number | null {
  const lines = readLines(entries);
  const end = endLine(entries);
  if (!lines || end?.outcome !== 'completed') return null;
  const isTouched = entries.some(isByPerson) || WAIT_STEPS.some((step) => skipsOf(entries, step).length > 0);
  if (isTouched) return null;
  const { input, first } = lines;
  const orderedAtMs = toMs(input.orderedAt ?? first.at);
  return toMs(end.at) - orderedAtMs - 2 * input.policy.syncIntervalMs;
}

/** From the end of the second wait until Connect Online was seen to show the Storno. */
export function verificationMs(entries: Entries): number | null {
  const lines = readLines(entries);
  const proof = findEvidence(entries);
  const saved = stornoSaves(entries).at(-1);
  if (!lines || !saved || proof?.outcome !== 'verified') return null;
  if (skipsOf(entries, 'wait-for-storno-transfer').length > 0) return null;
  return toMs(proof.at) - toMs(saved.savedAt) - lines.input.policy.syncIntervalMs;
}
