import type { CaseRef } from '../../domain/types';
import type { Db } from './rows';

/**
 * What a work holds while it runs: whoever else writes there waits. Only a database that lets several write at once
 * (PostgreSQL) asks; in SQLite the write transaction holds everything.
 */
export interface Hold {
  /** Names of what is read and then written, see below. */
  names: readonly string[];
  /** The work opens a case, and so takes the one lock of the chain over the cases: it runs after all the others. */
  entersCase?: boolean;
}

/** The lines of an event, whichever case of it they belong to. */
export const holdEvent = ({ house, eventNumber }: Omit<CaseRef, 'caseId'>): string =>
  `event/${house}/${eventNumber}`;

/** What is decided about a series, and whether its cases are opened. */
export const holdSeries = (seriesId: string): string => `series/${seriesId}`;

/** Which series were ordered. */
export const HOLD_SERIES_ORDERS = 'series-orders';

/** The open checks of a house. */
export const holdChecks = (house: string): string => `checks/${house}`;

/** The chain of the installation, its keys among them. Every other work holds it too, but only against this one. */
export const HOLD_INSTALLATION = 'installation';

/** The forms that are kept. */
export const HOLD_FORMS = 'forms';

/** Everything, for as long as the work takes: nobody else writes anything. */
export const HOLD_EVERYTHING = 'everything';

/** How one database writes. Each database has its own. */
export interface Writer {
  /**
   * Does the work in a transaction and resolves when its commit is on the disk. What the work reads within its hold is still
   * true when it writes: no other process writes there in between. Works that share a transaction fail one by one, without
   * taking anything of the others with them.
   *
   * `work` may run more than once, while another process writes: only its last run counts.
   */
  write<T>(hold: Hold, work: (transaction: Db) => Promise<T>): Promise<T>;
  /**
   * Whether a line was written by a commit of this process that was lost: nobody was told that it is there, so whoever asks
   * for it next is the first to begin its effect. `true` once for each.
   */
  takeUntold(hash: string): boolean;
}

/** How one database reads: does the work again where a lock of another process was in the way. */
export type Read = <T>(work: () => Promise<T>) => Promise<T>;
