import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { openSqlite } from '../../src/journal/sqlite/open';
import type { About } from './activities';

/** So long are `before` and `after` of a line of ours together, on average, with its signature. */
const CONTENT = 'x'.repeat(560);

/** Lines in a file of the journal's own form, on the disk before the call resolves; those that come together share a commit. */
export class PlainLines {
  private readonly insert;
  private waiting: { values: unknown[]; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private isWriting = false;

  private constructor(private readonly database: Database.Database) {
    this.insert = database.prepare(
      `insert into entry (case_id, seq, house, event_number, at, actor, kind, step, operation, effect_key,
         "before", "after", outcome, previous_hash, hash)
       values (?, (select coalesce(max(seq), 0) + 1 from entry where case_id = ?), 'FSP', ?, ?, 'bench', 'line', 'check',
         'check', ?, '', '"${CONTENT}"', 'ok', ?, ?)`,
    );
  }

  static async open(databaseUrl: string): Promise<PlainLines> {
    const { db } = await openSqlite(databaseUrl);
    await db.destroy();
    const database = new Database(fileURLToPath(databaseUrl));
    database.exec('pragma synchronous = full');
    database.exec('pragma journal_mode = delete');
    return new PlainLines(database);
  }

  add({ caseId, eventNumber }: About, key: string): Promise<void> {
    const hash = randomBytes(32).toString('hex');
    const values = [caseId, caseId, eventNumber, new Date().toISOString(), key, hash, hash];
    return new Promise((resolve, reject) => {
      this.waiting.push({ values, resolve, reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      await setImmediate();
      const lines = this.waiting.splice(0);
      try {
        this.database.exec('begin immediate');
        for (const { values } of lines) this.insert.run(...values);
        this.database.exec('commit');
        for (const { resolve } of lines) resolve();
      } catch (error) {
        this.database.exec('rollback');
        for (const { reject } of lines) reject(error);
      }
    }
    this.isWriting = false;
  }
}
