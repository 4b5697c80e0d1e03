import type { Db } from './rows';

/** How one database writes. Each database has its own. */
export interface Writer {
  /**
   * Does the work in a transaction and resolves when its commit is on the disk. What the work reads is still true when
   * it writes: no other process writes in between. Works that share a transaction fail one by one, without taking
   * anything of the others with them.
   *
   * `work` may run more than once, while another process writes: only its last run counts.
   */
  write<T>(work: (transaction: Db) => Promise<T>): Promise<T>;
}

/** How one database reads: does the work again where a lock of another process was in the way. */
export type Read = <T>(work: () => Promise<T>) => Promise<T>;
