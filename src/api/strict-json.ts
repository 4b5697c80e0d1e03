import { visit, type JSONPath } from 'jsonc-parser';
import { Problem } from '../cases/problems';

/** Deeper than any request. The parser that looks for repeated names recurses at each level. */
const MAX_DEPTH = 16;

/**
 * Parses a body as JSON in UTF-8. Refuses what `JSON.parse` lets pass: a name that occurs twice in one object (two
 * readers might each see a different value), bytes that are not UTF-8, `__proto__`, and unlimited nesting.
 */
export function parseStrictJson(body: Buffer): unknown {
  const text = decodeUtf8(body);
  const value = parse(text);
  const scopes: Set<string>[] = [];
  const enter = () => {
    if (scopes.push(new Set()) > MAX_DEPTH) throw malformed([], 'ist zu tief verschachtelt');
  };
  const leave = () => void scopes.pop();
  visit(text, {
    onObjectBegin: enter,
    onObjectEnd: leave,
    onArrayBegin: enter,
    onArrayEnd: leave,
    onObjectProperty: (name, _offset, _length, _line, _character, pathOf) => {
      const names = scopes.at(-1);
      if (names?.has(name)) throw malformed([...pathOf(), name], 'kommt zweimal vor');
      if (name === '__proto__') throw malformed([...pathOf(), name], 'ist nicht bekannt');
      names?.add(name);
    },
  });
  return value;
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed([], 'ist kein UTF-8');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw malformed([], 'ist kein JSON');
  }
}

function malformed(path: JSONPath, text: string): Problem {
  return new Problem('malformed-request', undefined, { errors: [{ path: path.join('.'), text }] });
}
