import { readFileSync } from 'node:fs';

/**
 * The token for the API, or `null`. It is never an option, because every user of a machine can see its command lines.
 * Throws without quoting the token.
 */
export function readToken(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { ABSAGE_TOKEN: given, ABSAGE_TOKEN_FILE: file } = environment;
  if (given && file) throw new Error('Das Token ist zweimal angegeben: ABSAGE_TOKEN und ABSAGE_TOKEN_FILE.');
  const token = file ? readFile(file) : given?.trim();
  if (!token && !file) return null;
  // A header cannot carry other characters, and the error about that would quote the token.
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

/** The text for the person who asked for a new token. */
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
    'Die API kennt es spätestens eine Minute danach. Wer es verwendet, nennt es in ABSAGE_TOKEN oder ABSAGE_TOKEN_FILE.',
  ].join('\n');
}
