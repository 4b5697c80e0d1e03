import { readFileSync } from 'node:fs';

const SECRET_NAME = /(TOKEN|SECRET|PASSWORD|API_KEY|KEY_DATA|_KEY)$/;
/** Files that `…_FILE` does not name and that hold a key all the same. */
const KEY_PATHS = ['TEMPORAL_TLS_CLIENT_KEY_PATH'];

/**
 * Every secret that the settings hold: values, passwords in addresses, and whatever a file of secrets says, as a whole and by its
 * parts. `others`: files of keys that no setting names.
 */
export function secretsIn(
  environment: Readonly<Record<string, string | undefined>>,
  others: readonly string[],
): string[] {
  const secrets = Object.entries(environment).flatMap(([name, value]) => {
    if (!/^(ABSAGE|TEMPORAL|OTEL)_/.test(name) || !value) return [];
    if (name.endsWith('_FILE') || KEY_PATHS.includes(name)) return partsOf(read(value));
    return SECRET_NAME.test(name) ? [value] : credentialsOf(value);
  });
  return [...new Set([...secrets, ...others.flatMap((path) => partsOf(read(path)))])];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** A token alone, an address with a password, the strings of a JSON file, or the lines of a PEM file. */
function partsOf(content: string): string[] {
  if (content.startsWith('{'))
    return [...content.matchAll(/"([\w+/=-]{16,})"/g)].map(([, text = '']) => text);
  if (content.includes('-----BEGIN')) return content.split('\n').filter((line) => !line.startsWith('-----'));
  return [content, ...credentialsOf(content)];
}

function credentialsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { username, password } = new URL(address);
  return [password, decoded(password), ...(password ? [`${username}:${password}`] : [])].filter(Boolean);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
