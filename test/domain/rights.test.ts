import { roleMay, whoMay } from '../../src/domain/rights';
import { addUp, HOUSE_ROLES, roleIn, ROLES, type Grant, type Role } from '../../src/domain/roles';
import { ACTION_ROWS, ACTIONS } from '../../src/domain/vocabulary';

const by = (role: Role) => ACTIONS.filter((action) => roleMay(role, action));

describe('a role', () => {
  it('may do what the roles below it may, and more', () => {
    expect(by('viewer')).toEqual([]);
    expect(by('clerk')).toEqual(['abort', 'retry', 'confirm-step', 'decide', 'resume']);
    expect(by('lead')).toEqual([...ACTIONS]);
    for (const action of ACTIONS) expect(roleMay(ACTION_ROWS[action].role, action)).toBe(true);
  });

  it('decides about everything that is no action, too', () => {
    const mayed = (['see', 'search', 'plan', 'order', 'tick-task', 'sessions'] as const).map((what) =>
      ROLES.filter((role) => roleMay(role, what)),
    );
    const all = [...HOUSE_ROLES];
    const acting = ['clerk', 'lead'];
    expect(mayed).toEqual([all, all, acting, acting, acting, ['admin']]);
  });

  it('may nothing in a house as the one that looks after the installation', () => {
    expect(by('admin')).toEqual([]);
    expect(roleMay('admin', 'see')).toBe(false);
    expect(roleMay('admin', 'switch-writes')).toBe(true);
  });

  it.each([null, 'boss' as Role, '' as Role])('that is none (%p) may nothing', (role) => {
    for (const what of [...ACTIONS, 'see', 'sessions'] as const) expect(roleMay(role, what)).toBe(false);
  });
});

describe('grants', () => {
  const some: Grant[] = [
    { role: 'viewer', houses: 'all' },
    { role: 'lead', houses: new Set(['FSP']) },
    { role: 'clerk', houses: new Set(['FSP', 'LTN']) },
  ];

  it('add up to the highest role in each house', () => {
    const grants = addUp(some);
    expect(['FSP', 'LTN', 'BUS'].map((house) => roleIn(grants, house))).toEqual(['lead', 'clerk', 'viewer']);
    expect(grants.isAdmin).toBe(false);
    expect(addUp([...some].reverse())).toEqual(grants);
  });

  it('of the installation give no role in any house', () => {
    const grants = addUp([{ role: 'admin', houses: 'all' }]);
    expect([roleIn(grants, 'FSP'), grants.isAdmin]).toEqual([null, true]);
  });
});

describe('who may do it', () => {
  it('is said in one sentence', () => {
    expect(whoMay('skip-wait')).toBe('Die Wartezeit überspringen kann die Leitung.');
    expect(whoMay('order')).toBe('Eine Absage beauftragen können das Kartenbüro und die Leitung.');
    expect(whoMay('sessions')).toBe('Die Anmeldungen ansehen und beenden kann die Betreuung.');
  });

  it('is said once for all that the same people may do', () => {
    expect(whoMay('skip-wait', 'abort', 'retry', 'close-by-hand')).toBe(
      'Die Absage abbrechen und es noch einmal versuchen können das Kartenbüro und die Leitung; die Wartezeit überspringen und die Absage von Hand schließen kann die Leitung.',
    );
    expect(whoMay('abort', 'retry', 'decide')).toBe(
      'Die Absage abbrechen, es noch einmal versuchen und die offene Frage entscheiden können das Kartenbüro und die Leitung.',
    );
  });
});
