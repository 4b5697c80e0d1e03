import { setImmediate as nextTurn } from 'node:timers/promises';
import { KnownFailure } from '../domain/failures';
import { keyLinesOf } from '../domain/installation';
import type { JournalEntry } from '../domain/journal';
import type { PublicKey } from '../domain/signature';
import { Signatures } from '../trust/signing';
import { findCaseChainFaults, type CaseChainFault } from './case-chain';
import { isChainWhole } from './chain';
import { readKeyChain } from './key-chain';
import type { CaseChain, InstallationNotes, Journal, KeptContact } from './port';

/** A case with changed or missing lines. House and event are missing where the lines cannot even be read. */
export interface BrokenCase {
  caseId: string;
  house?: string;
  eventNumber?: string;
}

/**
 * What the lines prove beyond single cases. `null`: nobody has signed this journal so far.
 * - `installation`: the chain of the installation is broken, or names a key that the one before has not signed
 * - `foreign-key`: it ends with a key that is not this installation's
 */
export type Proof = null | { faults: readonly ('installation' | 'foreign-key' | CaseChainFault)[] };

/** How far the chains were followed, the newest cases first, and what was found. */
export interface Chains {
  caseCount: number;
  checkedCount: number;
  broken: BrokenCase[];
  proof: Proof;
}

/**
 * - `missing`: there is none yet; the first start makes it
 * - `no-access`: this user may not read and write it
 * - `unreadable`: what is there cannot be read as a journal
 * - `newer-schema`: a newer version of Absage has brought it up to date, and lets this one write no more
 * - `older-schema`: the next start brings it up to date
 * - `unguarded`: the database no longer refuses changes of the lines
 * - `readable`: none of these; `chains` has what the lines say, `kept` the contacts that can still be read
 */
export type JournalCondition =
  | { state: 'missing' | 'no-access' | 'newer-schema' | 'older-schema' | 'unguarded' }
  | { state: 'unreadable'; reason: string }
  | { state: 'readable'; chains: Chains; kept: KeptContact[] };

/** What a look at a journal finds. `place`: where it is, for people, never with a password. */
export type JournalInspection = { place: string } & JournalCondition;

export interface InspectionWish {
  /** How long signatures are checked, and the lines of cases followed. What is not reached is not counted as checked. */
  budgetMs: number;
  /** The keys of this installation; `null`: they are not known, and whoever signed may have signed. */
  ownKeys: readonly PublicKey[] | null;
}

/** In a journal that nobody has signed, a signature is a change. */
const NO_KEY = new Signatures([]);

type Readable = Pick<Journal, 'entries'> & Pick<InstallationNotes, 'installationLines'> & CaseChain;

/** Compares the cases with their chain, and follows the lines of one case after the other until the time is over. */
export async function followChains(
  journal: Readable,
  caseIds: readonly string[],
  { budgetMs, ownKeys }: InspectionWish,
): Promise<Chains> {
  const begunAt = performance.now();
  const deadline = begunAt + budgetMs;
  const { proof, signatures } = await readProof(journal, ownKeys, begunAt + budgetMs / 2);
  const chains: Chains = { caseCount: caseIds.length, checkedCount: 0, broken: [], proof };
  for (const caseId of caseIds) {
    if (performance.now() > deadline) break;
    const broken = await findBreak(journal, caseId, signatures);
    if (broken) chains.broken.push(broken);
    chains.checkedCount += 1;
    // The caller may have timers that must not wait for all cases.
    await nextTurn();
  }
  return chains;
}

/** `signatures`: `null` where no key is proven, so that no signature can be judged. */
async function readProof(
  journal: Readable,
  ownKeys: InspectionWish['ownKeys'],
  deadline: number,
): Promise<{ proof: Proof; signatures: Signatures | null }> {
  const lines = await journal.installationLines();
  const keyLines = keyLinesOf(lines);
  const rows = await journal.caseRows();
  if (keyLines.length === 0 && rows.length === 0) return { proof: null, signatures: NO_KEY };
  const keys = readKeyChain(keyLines);
  const last = keys?.at(-1)?.fingerprint;
  const known = last === undefined ? null : new Signatures(keys ?? []);
  const signatures = known && isChainWhole(lines) && areSigned(lines, known) ? known : null;
  const isOwn = ownKeys?.some(({ fingerprint }) => fingerprint === last) ?? true;
  const faults = [
    ...(signatures ? [] : ['installation' as const]),
    ...(signatures && !isOwn ? ['foreign-key' as const] : []),
    ...findCaseChainFaults(
      rows,
      await journal.earlierCases(),
      await journal.caseHeads(),
      signatures,
      deadline,
    ),
  ];
  return { proof: { faults }, signatures };
}

/** Whether each signature is that of a known key. Lines from before have none. */
function areSigned(
  lines: readonly Pick<JournalEntry, 'hash' | 'signature'>[],
  signatures: Signatures,
): boolean {
  return lines.every(
    ({ hash, signature }) => signature === undefined || signatures.isGenuine('line', hash, signature),
  );
}

async function findBreak(
  journal: Pick<Journal, 'entries'>,
  caseId: string,
  signatures: Signatures | null,
): Promise<BrokenCase | null> {
  try {
    const entries = await journal.entries(caseId);
    if (isChainWhole(entries) && (!signatures || areSigned(entries, signatures))) return null;
    const [first] = entries;
    return { caseId, house: first?.house, eventNumber: first?.eventNumber };
  } catch (error) {
    // A line whose values are no longer JSON is a changed line.
    const isUnreadable = error instanceof KnownFailure && error.options.cause instanceof SyntaxError;
    if (!isUnreadable) throw error;
    return { caseId };
  }
}
