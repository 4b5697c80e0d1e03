import type { Instant } from './types';

/*
 * The lines of a case prove nothing of other cases: a whole case could be taken out of the journal. So there is a chain
 * over the cases: one signed row for each, in the order in which they were begun.
 */

interface RowFrame {
  /** Counts the cases of the installation from 1. */
  number: number;
  previousHash: string;
  hash: string;
  /** By the installation, of the hash. */
  signature: string;
}

/** Written with the first line of its case. */
export interface CaseRow extends RowFrame {
  caseId: string;
  /** Of the case's first line. */
  firstHash: string;
}

/** Row 0, with which the chain begins: it stands for all the cases that were there before. */
export interface EarlierRow extends RowFrame {
  earlier: {
    at: Instant;
    count: number;
    /** SHA-256 of the canonical JSON of their ids and first hashes, `FirstLine[]`, in the order of the ids. */
    digest: string;
  };
}

/** `hash` is the SHA-256 of the canonical JSON of all the other members but `signature`. */
export type ChainRow = CaseRow | EarlierRow;

/** What a row says of one case. */
export type FirstLine = Pick<CaseRow, 'caseId' | 'firstHash'>;

export function isEarlierRow(row: ChainRow): row is EarlierRow {
  return 'earlier' in row;
}
