import { setImmediate as nextTurn } from 'node:timers/promises';
import { KnownFailure } from '../domain/failures';
import { isChainWhole } from './chain';
import type { Journal } from './port';

/** A case with changed or missing lines. House and event are missing where the lines cannot even be read. */
export interface BrokenCase {
  caseId: string;
  house?: string;
  eventNumber?: string;
}

/** How far the chains were followed, the newest cases first, and what was found. */
export interface Chains {
  caseCount: number;
  checkedCount: number;
  broken: BrokenCase[];
}

/**
 * - `missing`: there is none yet; the first start makes it
 * - `no-access`: this user may not read and write it
 * - `unreadable`: what is there cannot be read as a journal
 * - `newer-schema`: a newer version of Absage has made it
 * - `older-schema`: the next start brings it up to date
 * - `unguarded`: the database no longer refuses changes of the lines
 * - `readable`: none of these; `chains` has what the lines say
 */
export type JournalCondition =
  | { state: 'missing' | 'no-access' | 'newer-schema' | 'older-schema' | 'unguarded' }
  | { state: 'unreadable'; reason: string }
  | { state: 'readable'; chains: Chains };

/** What a look at a journal finds. `place`: where it is, for people, never with a password. */
export type JournalInspection = { place: string } & JournalCondition;

/** Follows the chain of one case after the other until the time is over. */
export async function followChains(
  journal: Pick<Journal, 'entries'>,
  caseIds: readonly string[],
  budgetMs: number,
): Promise<Chains> {
  const deadline = performance.now() + budgetMs;
  const chains: Chains = { caseCount: caseIds.length, checkedCount: 0, broken: [] };
  for (const caseId of caseIds) {
    if (performance.now() > deadline) break;
    const broken = await findBreak(journal, caseId);
    if (broken) chains.broken.push(broken);
    chains.checkedCount += 1;
    // The caller may have timers that must not wait for all cases.
    await nextTurn();
  }
  return chains;
}

async function findBreak(journal: Pick<Journal, 'entries'>, caseId: string): Promise<BrokenCase | null> {
  try {
    const entries = await journal.entries(caseId);
    if (isChainWhole(entries)) return null;
    const [first] = entries;
    return { caseId, house: first?.house, eventNumber: first?.eventNumber };
  } catch (error) {
    // A line whose values are no longer JSON is a changed line.
    const isUnreadable = error instanceof KnownFailure && error.options.cause instanceof SyntaxError;
    if (!isUnreadable) throw error;
    return { caseId };
  }
}
