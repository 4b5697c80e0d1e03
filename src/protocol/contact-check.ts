import { toMs } from '../domain/clock';
import type { JournalEntry } from '../domain/journal';
import type { Instant } from '../domain/types';
import { isContactLost } from '../journal/contact';
import { CLOCK_SLACK_MS } from '../journal/key-chain';
import type { ProtocolDocument } from './document';
import type { Finding } from './finding';

/** Of any version: the key is no line, so no signature of a line vouches for it. */
export function checkContact({ journal, contact }: ProtocolDocument): Finding[] {
  try {
    if (isErasedTooEarly(journal, contact)) return [ERASED_TOO_EARLY];
    if (!isContactLost(journal, contact)) return [];
  } catch {
    // Lines that make no sense are another check's.
    return [];
  }
  const text =
    'Die Kontaktdaten in den Zeilen öffnet kein Schlüssel, und keine Löschung ist vermerkt: jemand hat ihn entfernt oder vertauscht.';
  return [{ holds: false, text }];
}

const ERASED_TOO_EARLY: Finding = {
  holds: false,
  text: 'Die Kontaktdaten sollen gelöscht worden sein, bevor der Fall zu Ende war: das tut Absage nicht.',
};

/** The mails of an open case need its contact. */
function isErasedTooEarly(journal: readonly JournalEntry[], contact: unknown): boolean {
  const { erasedAt } = (contact ?? {}) as { erasedAt?: Instant };
  if (erasedAt === undefined) return false;
  const over = journal.find(({ kind }) => kind === 'end' || kind === 'refusal');
  return over === undefined || !(toMs(erasedAt) >= toMs(over.at) - CLOCK_SLACK_MS);
}
