import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openJournal } from '../../src/journal/open';
import { SIGNER } from '../support/signing';
import { lockSqlite } from '../support/sqlite-lock';
import type { JournalPlace } from './journal-contract';

/** A journal in a file of its own. */
export function makeSqlitePlace(): Omit<JournalPlace, 'remove'> & {
  path: string;
  url: string;
  remove(): void;
} {
  const folder = mkdtempSync(join(tmpdir(), 'absage-journal-'));
  const path = join(folder, 'journal.sqlite');
  const url = pathToFileURL(path).href;
  return {
    path,
    url,
    open: () => openJournal(url, SIGNER),
    block: () => lockSqlite(path, 'exclusive').release,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
