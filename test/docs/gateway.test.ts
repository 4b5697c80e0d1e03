import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLAUSE_IDS } from '../../src/gateway-check/clauses';

const text = readFileSync(join(__dirname, '../../docs/gateway.md'), 'utf8');

it('names each clause of the check once, and no other', () => {
  const rows = [...text.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, id]) => id);
  expect(rows).toEqual(CLAUSE_IDS);
});
