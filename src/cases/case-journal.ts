import type { JournalEntry } from '../domain/journal';
import { isChainWhole } from '../journal/chain';
import { requireHouse, type Caller } from './caller';
import { newestLines } from './newest-case';
import { Problem } from './problems';
import type { CaseSources } from './sources';

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

/** Every line of an event's newest case, and whether their chain is whole. */
export async function readJournal(
  sources: CaseSources,
  caller: Caller,
  house: string,
  eventNumber: string,
): Promise<CaseJournal> {
  const entries = await readJournalLines(sources, caller, house, eventNumber);
  return { entries, verified: isChainWhole(entries) };
}

/** The lines of an event's newest case, for its Protokoll. */
export async function readJournalLines(
  sources: CaseSources,
  caller: Caller,
  house: string,
  eventNumber: string,
): Promise<JournalEntry[]> {
  requireHouse(sources.houses, caller, house);
  const entries = await newestLines(sources, house, eventNumber);
  if (!entries) throw new Problem('cancellation-not-found');
  return entries;
}
