import { readFileSync } from 'node:fs';

/**
 * The token that the API asks for, or `null`. Never an option: everybody on a machine sees its command lines.
 * Throws without quoting it.
 */
export function readToken(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { ABSAGE_TOKEN: given, ABSAGE_TOKEN_FILE: file } = environment;
  if (given && file) throw new Error('Das Token ist zweimal angegeben: ABSAGE_TOKEN und ABSAGE_TOKEN_FILE.');
  const token = file ? readFile(file) : given?.trim();
  if (!token && !file) return null;
  // Anything else cannot stand in a header, and the error would quote it.
  if (token && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new Error(`${file ? 'ABSAGE_TOKEN_FILE' : 'ABSAGE_TOKEN'} enthält kein Token.`);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    throw new Error('ABSAGE_TOKEN_FILE nennt eine Datei, die nicht gelesen werden kann.');
  }
}

/** What a person gets to see who has asked for a new token. */
export function describeNewToken(token: string, entry: { actor: string }): string {
  return [
    `Das Token für ${entry.actor}. Es wird nur dieses eine Mal gezeigt und nirgends gespeichert:`,
    '',
    `  ${token}`,
    '',
    'In die Datei, die ABSAGE_API_TOKENS_FILE nennt, gehört unter "tokens" nur dieser Eintrag:',
    '',
    `  ${JSON.stringify(entry)}`,
    '',
    'Die API kennt es nach ihrem nächsten Start. Wer es verwendet, nennt es in ABSAGE_TOKEN oder ABSAGE_TOKEN_FILE.',
  ].join('\n');
}
