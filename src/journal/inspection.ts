import { setImmediate as nextTurn } from 'node:timers/promises';
import { KnownFailure } from '../domain/failures';
import { keyLinesOf, type InstallationLine } from '../domain/installation';
import type { Claim, JournalEntry } from '../domain/journal';
import { isAbortAccepted } from '../domain/lines';
import type { PublicKey } from '../domain/signature';
import type { WritesState } from '../domain/writes';
import { Signatures } from '../trust/signing';
import { findCaseChainFaults, type CaseChainFault } from './case-chain';
import { isChainWhole } from './chain';
import { findWronglySigned, isLineProven, readKeyChain, type KnownKey } from './key-chain';
import { contactOf, isContactLost } from './contact';
import type { CaseChain, ContactStore, InstallationNotes, Journal, KeptContact } from './port';

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

/**
 * What does not fit between the lines and the table of keys:
 * - `lost`: no key opens the contact, and no line says that it was erased
 * - `back`: the contact was erased, and its key is there
 */
export type ContactFault = BrokenCase & { kind: 'lost' | 'back' };

/** How far the chains were followed, the newest cases first, and what was found. */
export interface Chains {
  caseCount: number;
  checkedCount: number;
  broken: BrokenCase[];
  contacts: ContactFault[];
  proof: Proof;
}

/**
 * - `missing`: there is none yet; the first start makes it
 * - `no-access`: this user may not read and write it
 * - `unreadable`: what is there cannot be read as a journal
 * - `newer-schema`: a newer version of Absage has brought it up to date, and lets this one write no more
 * - `older-schema`: the next start brings it up to date
 * - `unguarded`: the database no longer refuses changes of the lines, or does something of its own on them: `triggers` are gone,
 *   changed or foreign
 * - `readable`: none of these; `chains` has what the lines say, `kept` the contacts that can still be read
 */
export type JournalCondition =
  | { state: 'missing' | 'no-access' | 'newer-schema' | 'older-schema' | 'unmigrated' }
  | { state: 'moved'; to: string }
  | { state: 'unguarded'; triggers: string[] }
  | { state: 'unreadable' | 'unreachable'; reason: string }
  | {
      state: 'readable';
      chains: Chains;
      kept: KeptContact[];
      ownsTables: boolean;
      /** `null`: the line about it is no JSON any more. */
      writes: WritesState | null;
    };

/** What a look at a journal finds. `place`: where it is, for people, never with a password. */
export type JournalInspection = { place: string } & JournalCondition;

export interface InspectionWish {
  /** How long signatures are checked, and the lines of cases followed. What is not reached is not counted as checked. */
  budgetMs: number;
  /** The keys of this installation; `null`: they are not known, and whoever signed may have signed. */
  ownKeys: readonly PublicKey[] | null;
}

type Readable = Pick<Journal, 'entries' | 'contact' | 'readClaim'> &
  Pick<InstallationNotes, 'installationLines'> &
  Pick<ContactStore, 'keptContacts'> &
  CaseChain;

/** Compares the cases with their chain, and follows the lines of one case after the other until the time is over. */
export async function followChains(
  journal: Readable,
  caseIds: readonly string[],
  { budgetMs, ownKeys }: InspectionWish,
): Promise<Chains> {
  const begunAt = performance.now();
  const deadline = begunAt + budgetMs;
  const { proof, keys } = await readProof(journal, ownKeys, begunAt + budgetMs / 2);
  const chains: Chains = {
    caseCount: caseIds.length,
    checkedCount: 0,
    broken: [],
    contacts: await findKeysBack(journal, keys ?? []),
    proof,
  };
  for (const caseId of caseIds) {
    if (performance.now() > deadline) break;
    const fault = await findFault(journal, caseId, keys);
    if (fault && 'kind' in fault) chains.contacts.push(fault);
    else if (fault) chains.broken.push(fault);
    chains.checkedCount += 1;
    // The caller may have timers that must not wait for all cases.
    await nextTurn();
  }
  return chains;
}

/** `keys`: `null` where none is proven, so that no signature can be judged. */
async function readProof(
  journal: Readable,
  ownKeys: InspectionWish['ownKeys'],
  deadline: number,
): Promise<{ proof: Proof; keys: readonly KnownKey[] | null }> {
  const lines = await readInstallation(journal);
  if (lines === null) return { proof: { faults: ['installation'] }, keys: null };
  const keyLines = keyLinesOf(lines);
  const rows = await journal.caseRows();
  // In a journal that nobody has signed, a signature is a change.
  if (keyLines.length === 0 && rows.length === 0) return { proof: null, keys: [] };
  const known = readKeyChain(keyLines) ?? [];
  const last = known.at(-1)?.fingerprint;
  const isProven = known.length > 0 && isChainWhole(lines) && findWronglySigned(lines, known).length === 0;
  const signatures = isProven ? new Signatures(known) : null;
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
  return { proof: { faults }, keys: isProven ? known : null };
}

/** `null`: one of its lines is no JSON any more, so nothing is proven; the cases are looked at all the same. */
function readInstallation(
  journal: Pick<InstallationNotes, 'installationLines'>,
): Promise<InstallationLine[] | null> {
  return journal.installationLines().catch(nullIfUnreadable);
}

/** `null`: its line is no JSON any more. */
export function readWrites(journal: { writesState(): Promise<WritesState> }): Promise<WritesState | null> {
  return journal.writesState().catch(nullIfUnreadable);
}

function nullIfUnreadable(error: unknown): null {
  if (!isUnreadableLine(error)) throw error;
  return null;
}

/** A key that is kept of a contact that was erased, as a line says that one of the keys has signed. */
async function findKeysBack(journal: Readable, keys: readonly KnownKey[]): Promise<ContactFault[]> {
  const lines = ((await readInstallation(journal)) ?? []).filter(
    (line) => line.operation === 'contact-erased',
  );
  const erased = new Set(lines.filter((line) => isLineProven(line, keys)).map(({ after }) => after.caseId));
  if (erased.size === 0) return [];
  return (await journal.keptContacts())
    .filter(({ caseId }) => erased.has(caseId))
    .map(({ caseId, house, eventNumber }) => ({ kind: 'back', caseId, house, eventNumber }));
}

async function findFault(
  journal: Pick<Journal, 'entries' | 'contact' | 'readClaim'>,
  caseId: string,
  keys: readonly KnownKey[] | null,
): Promise<BrokenCase | ContactFault | null> {
  try {
    const entries = await journal.entries(caseId);
    const [first] = entries;
    const named = { caseId, house: first?.house, eventNumber: first?.eventNumber };
    if (!isChainWhole(entries) || (keys && findWronglySigned(entries, keys).length > 0)) return named;
    if (!isClaimOf(await journal.readClaim(caseId), entries)) return named;
    return isContactLost(entries, await contactOf(journal, entries)) ? { kind: 'lost', ...named } : null;
  } catch (error) {
    if (!isUnreadableLine(error)) throw error;
    return { caseId };
  }
}

/**
 * Whether the row of a case's claim is the one that its lines tell of: both are written together, and only the lines are signed. So a
 * Storno cannot be let through by a changed row without a trace.
 */
export function isClaimOf(claim: Claim | null, entries: readonly JournalEntry[]): boolean {
  if (isAbortAccepted(entries)) return claim === 'abort';
  const isStornoTried = entries.some(
    ({ operation, kind }) => operation === 'set-storno' && kind === 'intent',
  );
  return isStornoTried ? claim === 'storno' : claim !== 'abort';
}

/** A line whose values are no longer JSON is a changed line. */
export function isUnreadableLine(error: unknown): boolean {
  return error instanceof KnownFailure && error.options.cause instanceof SyntaxError;
}
