import { readFileSync } from 'node:fs';

/** A file of settings in another encoding. The message is a German half sentence. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';

  constructor() {
    super('ist nicht in UTF-8 gespeichert: bitte im Editor mit der Kodierung UTF-8 speichern');
  }
}

/**
 * The text of a file in UTF-8. A byte order mark, which some editors put before it, is no part of it. Throws `NotUtf8`
 * for anything else: a letter that is read as another one would stand in mails and in the journal.
 */
export function readTextFile(path: string): string {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new NotUtf8();
  }
}
