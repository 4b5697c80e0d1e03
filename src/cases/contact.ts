import type { ContactState } from '../domain/contact';
import type { JournalEntry } from '../domain/journal';
import { contactOf, openContact } from '../journal/contact';
import type { Journal } from '../journal/port';

/** The lines of a case as people read them: with its contact, for as long as that is kept. */
export async function withContact(
  journal: Pick<Journal, 'contact'>,
  entries: readonly JournalEntry[],
): Promise<JournalEntry[]> {
  return openContact(entries, await contactOf(journal, entries));
}

/** As `withContact`, of the case with this id; and what became of the contact. */
export async function readShownLines(
  journal: Pick<Journal, 'contact' | 'entries'>,
  caseId: string,
): Promise<{ entries: JournalEntry[]; contact: ContactState }> {
  const entries = await journal.entries(caseId);
  const contact = await contactOf(journal, entries);
  return { entries: openContact(entries, contact), contact };
}
