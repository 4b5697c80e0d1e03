import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AFTER_END } from '../../src/domain/after-end';

const PAGE = readFileSync(join(__dirname, '../../docs/protocol.md'), 'utf8');

it('says in the documentation which lines may follow on the end of a case, and no other ones', () => {
  const [, table = ''] = /^\| Nach dem Ende .*\n\|[-| ]+\|\n((?:\|.*\n)+)/m.exec(PAGE) ?? [];
  const labels = table
    .trim()
    .split('\n')
    .map((row) => row.split('|')[1]?.trim());
  expect(labels).toEqual(AFTER_END);
});
