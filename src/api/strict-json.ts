import { visit } from 'jsonc-parser';
import { Problem } from './problems';

/**
 * Parses a body as JSON in UTF-8. Refuses what `JSON.parse` lets pass: a name twice in one object (of which
 * somebody would see the one and somebody else the other), bytes that are not UTF-8, and `__proto__`.
 */
export function parseStrictJson(body: Buffer): unknown {
  const text = decodeUtf8(body);
  const value = parse(text);
  const scopes: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void scopes.push(new Set()),
    onObjectEnd: () => void scopes.pop(),
    onObjectProperty: (name) => {
      const names = scopes.at(-1);
      if (names?.has(name)) throw malformed(name, 'kommt zweimal vor');
      if (name === '__proto__') throw malformed(name, 'ist nicht bekannt');
      names?.add(name);
    },
  });
  return value;
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('', 'ist kein UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed('', 'ist kein JSON');
  }
}

function malformed(path: string, text: string): Problem {
  return new Problem('malformed-request', undefined, { errors: [{ path, text }] });
}
