import Database from 'libsql';

/**
 * Another program that holds the lock of a SQLite file: `immediate` like a slow writer, beside which others may read,
 * or `exclusive` like a program that commits, which keeps out readers as well.
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
