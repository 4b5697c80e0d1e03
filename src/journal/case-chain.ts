import { isEarlierRow, type CaseRow, type ChainRow, type FirstLine } from '../domain/case-chain';
import type { Signatures } from '../trust/signing';
import { hashEntry, NO_PREVIOUS_HASH } from './chain';
import type { CaseHead } from './port';

/**
 * What does not fit between the chain over the cases and the cases:
 * - `row`: a row is missing before this number, or this one was changed, or nobody known has signed it
 * - `no-row`: the case is not entered
 * - `no-case`: the case is entered, and has no line
 * - `other-case`: the case is entered, and its first line is missing or another one
 */
export type CaseChainFault =
  | { kind: 'row'; number: number }
  | { kind: 'no-row'; head: CaseHead }
  | { kind: 'no-case'; number: number; caseId: string }
  | { kind: 'other-case'; number: number; head: CaseHead };

/**
 * Whether one row is what was signed; that it follows on the one before is another question. `signatures`: `null` where no
 * key is known, so that only the hash can be judged.
 */
export function isRowGenuine(row: ChainRow, signatures: Signatures | null): boolean {
  return hashEntry(row) === row.hash && signatures?.isGenuine('case', row.hash, row.signature) !== false;
}

/**
 * A row with which the chain is broken; it has to begin with row 0. Each row holds the hash of the one before, so the signature
 * of the last one vouches for all: the others are looked at, from the newest on, as long as there is time.
 */
function findBrokenRow(
  rows: readonly ChainRow[],
  signatures: Signatures | null,
  deadline: number,
): number | null {
  let previousHash = NO_PREVIOUS_HASH;
  let newest = 0;
  for (const [index, row] of rows.entries()) {
    const isNext = row.number === index && row.previousHash === previousHash;
    if (!isNext || isEarlierRow(row) !== (index === 0) || !isRowGenuine(row, null)) return index;
    // A key that was replaced signs no later row.
    const rank = signatures?.rankOf(row.signature) ?? newest;
    if (rank < newest) return index;
    newest = rank;
    previousHash = row.hash;
  }
  for (const row of rows.toReversed()) {
    if (!isRowGenuine(row, signatures)) return row.number;
    if (performance.now() > deadline) break;
  }
  return rows.length === 0 ? 0 : null;
}

/** The cases that the chain knows, by their ids; those from before have the number 0. */
export function enteredCases(
  rows: readonly ChainRow[],
  earlier: readonly FirstLine[],
): Map<string, FirstLine & { number: number }> {
  return new Map(
    [
      ...earlier.map((first) => ({ number: 0, ...first })),
      ...rows.filter((row): row is CaseRow => !isEarlierRow(row)),
    ].map((row) => [row.caseId, row]),
  );
}

/**
 * Compares the chain over the cases with the cases. `earlier`: those that row 0 stands for. `deadline`: by the clock of
 * `performance.now()`.
 */
export function findCaseChainFaults(
  rows: readonly ChainRow[],
  earlier: readonly FirstLine[],
  heads: readonly CaseHead[],
  signatures: Signatures | null,
  deadline: number,
): CaseChainFault[] {
  const brokenRow = findBrokenRow(rows, signatures, deadline);
  const entered = enteredCases(rows, earlier);
  const known = new Set(heads.map(({ caseId }) => caseId));
  return [
    ...(brokenRow === null ? [] : [{ kind: 'row' as const, number: brokenRow }]),
    ...[...entered.values()].flatMap(({ number, caseId }) =>
      known.has(caseId) ? [] : [{ kind: 'no-case' as const, number, caseId }],
    ),
    ...heads.flatMap((head): CaseChainFault[] => {
      const row = entered.get(head.caseId);
      if (!row) return [{ kind: 'no-row', head }];
      return row.firstHash === head.firstHash ? [] : [{ kind: 'other-case', number: row.number, head }];
    }),
  ];
}
