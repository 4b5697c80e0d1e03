import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseRef } from '../domain/types';

/** Where the mail catcher of a rehearsal keeps what it caught, one file for each mail. */
export function caughtMailsFolder(dataDir: string): string {
  return join(dataDir, 'mails');
}

const MAIL = '.eml';
const END_OF_HEADER = '\r\n\r\n';

/** Deletes the mails to Ö-Ticket of one case, and resolves to their number: their Message-ID names the case. */
export async function deleteCaughtMails(
  dataDir: string,
  ref: Pick<CaseRef, 'eventNumber' | 'caseId'>,
): Promise<number> {
  const folder = caughtMailsFolder(dataDir);
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  let deleted = 0;
  for (const name of names.filter((name) => name.endsWith(MAIL))) {
    const path = join(folder, name);
    const [header = ''] = (await readFile(path, 'utf8')).split(END_OF_HEADER, 1);
    if (!header.includes(`<cancellation.${ref.eventNumber}.${ref.caseId}@`)) continue;
    await rm(path, { force: true });
    deleted += 1;
  }
  return deleted;
}
