import Database from 'libsql';

/**
 * Another program that holds the lock of a SQLite file: `immediate` as a writer that takes long, which others may read
 * beside, or `exclusive` as one that commits, which keeps out reads as well.
 */
export function lockSqlite(file: string, how: 'immediate' | 'exclusive' = 'immediate'): { release(): void } {
  const locker = new Database(file);
  locker.exec(`begin ${how}`);
  return {
    release() {
      locker.exec('rollback');
      locker.close();
    },
  };
}
