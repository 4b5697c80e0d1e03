import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROLE_LABELS, ROLES } from '../../src/domain/roles';
import { ACTION_ROWS, ACTIONS } from '../../src/domain/vocabulary';

const PAGE = readFileSync(join(__dirname, '../../docs/security.md'), 'utf8');

it.each(ROLES)('names in the documentation the actions of %s, and no other ones', (role) => {
  const [, label, may = ''] =
    new RegExp(`^\\| \`${role}\` *\\| (.*?) *\\| (.*?) *\\|$`, 'm').exec(PAGE) ?? [];
  const named = [...may.matchAll(/`([a-z-]+)`/g)].map(([, action]) => action);
  expect(label).toBe(ROLE_LABELS[role]);
  expect(named.sort()).toEqual(ACTIONS.filter((action) => ACTION_ROWS[action].role === role).sort());
});
