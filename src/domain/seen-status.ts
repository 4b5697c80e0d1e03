import { clockTime } from './clock';
import type { EntryOf, JournalEntry } from './journal';
import { shownName } from './names';
import type { Choice } from './vocabulary';
import { visible } from './visible';

/*
 * In a house without a gateway Absage does not see the status in Jet. Its clerk says so where it is another one than the
 * task asks for, and says again when it is as it has to be.
 */

/** The word of the mask; `null`: it stands in the clerk's own words. */
const SHOWN: Partial<Record<Choice, string | null>> = {
  'shows-provisioned': 'Bereitstellung',
  'shows-closed': 'Abschluss',
  'shows-other-status': null,
};

/** What a person saw last in place of the status that a task needs, as a sentence; `null`: nothing else. */
export function otherStatusSeen(entries: readonly JournalEntry[]): string | null {
  const last = entries.findLast(
    (entry): entry is EntryOf<'decide'> =>
      entry.operation === 'decide' &&
      (entry.outcome === 'shows-expected-status' || SHOWN[entry.outcome] !== undefined),
  );
  if (!last || last.outcome === 'shows-expected-status') return null;
  const { actor, at, after } = last;
  const word = SHOWN[last.outcome] ?? null;
  const who = `gesehen von ${shownName(actor)} um ${clockTime(at)}`;
  return word === null
    ? `In Jet steht ein anderer Status (${who}: „${visible(after.reason)}“).`
    : `In Jet steht der Status „${word}“ (${who}).`;
}
