import type { ContactState } from '../domain/contact';
import type { JournalEntry } from '../domain/journal';
import { isChainWhole } from '../journal/chain';
import { contactOf } from '../journal/contact';
import { requireHouse, type Caller } from './caller';
import { linesOf } from './case-view';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import type { WantedCase } from './which-case';

/** One line as callers get it: as it was written, with the content of any operation. */
export interface JournalLine extends Omit<
  JournalEntry,
  'operation' | 'effectKey' | 'before' | 'after' | 'outcome'
> {
  operation: string;
  effectKey: string;
  before: unknown;
  after: unknown;
  outcome: string | null;
}

export interface CaseJournal {
  entries: JournalLine[];
  /** No line was changed or is missing. */
  verified: boolean;
}

/** Every line of a case, and whether their chain is whole. */
export async function readJournal(
  sources: CaseSources,
  caller: Caller,
  wanted: WantedCase,
): Promise<CaseJournal> {
  const entries = await readJournalLines(sources, caller, wanted);
  return { entries, verified: isChainWhole(entries) };
}

/** What the Protokoll of a case is made of: its lines as they are kept, and what opens the contact in them. */
export async function readProtocolLines(
  sources: CaseSources,
  caller: Caller,
  wanted: WantedCase,
): Promise<{ entries: JournalEntry[]; contact: ContactState }> {
  const entries = await readJournalLines(sources, caller, wanted);
  return { entries, contact: await contactOf(sources.journal, entries) };
}

/** The lines of a case, as they are kept. */
async function readJournalLines(
  sources: CaseSources,
  caller: Caller,
  wanted: WantedCase,
): Promise<JournalEntry[]> {
  requireHouse(sources.houses, caller, wanted.house, 'see');
  const entries = await linesOf(sources, wanted);
  if (!entries) throw new Problem('cancellation-not-found');
  return entries;
}
