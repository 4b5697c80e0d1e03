import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { grantsFor } from '../../src/domain/people';
import { roleIn } from '../../src/domain/roles';
import { inspectConfig } from '../../src/settings/environment';
import { loadPeople } from '../../src/settings/people';
import { prepareSampleLogIn } from '../../src/up/sample-log-in';

const folder = mkdtempSync(join(tmpdir(), 'absage-oidc-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WHOLE = {
  ABSAGE_OIDC_ISSUER: 'https://issuer.example/realms/haus',
  ABSAGE_OIDC_CLIENT_ID: 'absage',
  ABSAGE_OIDC_CLIENT_SECRET: 'geheim',
  ABSAGE_PEOPLE: 'people.json',
};
const faultsOf = (environment: Record<string, string>) => inspectConfig(environment).faults;

it('the log-in of people is given whole', () => {
  const { config, faults } = inspectConfig(WHOLE);
  expect(faults).toEqual([]);
  expect(config?.oidc).toEqual({
    issuer: WHOLE.ABSAGE_OIDC_ISSUER,
    clientId: 'absage',
    clientSecret: 'geheim',
    rolesClaim: 'roles',
    scope: 'openid profile',
    peopleFile: 'people.json',
  });
});

it.each(Object.keys(WHOLE))('without %s there is no start', (name) => {
  const { [name as keyof typeof WHOLE]: _missing, ...others } = WHOLE;
  expect(faultsOf(others)).toEqual([expect.stringContaining(`${name} fehlt`)]);
});

it.each([
  ['ABSAGE_OIDC_ISSUER', 'http://issuer.example'],
  ['ABSAGE_OIDC_ISSUER', 'https://user:secret@issuer.example'],
  ['ABSAGE_OIDC_SCOPE', 'profile'],
  ['ABSAGE_OIDC_CLIENT_SECRET', 'zwei Wörter'],
])('%s cannot be %s, and the fault does not quote it', (name, value) => {
  const faults = faultsOf({ ...WHOLE, [name]: value });
  expect(faults).toEqual([expect.stringContaining(name)]);
  expect(faults.join()).not.toContain(value);
});

it('an issuer on this machine may do without TLS', () => {
  expect(faultsOf({ ...WHOLE, ABSAGE_OIDC_ISSUER: 'http://127.0.0.1:8027' })).toEqual([]);
});

it('production needs tokens or accounts, not both', () => {
  const names = (environment: Record<string, string>) =>
    faultsOf({ ABSAGE_MODE: 'production', ...environment }).map((fault) => fault.split(' ')[0]);
  expect(names({})).toContain('ABSAGE_API_TOKENS_FILE');
  expect(names(WHOLE)).not.toContain('ABSAGE_API_TOKENS_FILE');
});

describe('the people file', () => {
  const HOUSES = new Map([
    ['FSP', null],
    ['LTN', null],
  ]);
  const file = join(folder, 'people.json');
  const load = (people: unknown) => {
    writeFileSync(file, JSON.stringify({ people }));
    return loadPeople(file, HOUSES);
  };

  it('several rules add up, in each house the highest role', () => {
    const rules = load([
      { claim: 'kassa', role: 'clerk', houses: ['FSP'] },
      { claim: 'alle', role: 'viewer', houses: '*' },
      { claim: 'it', role: 'admin', houses: '*' },
    ]);
    const grants = grantsFor(rules, ['kassa', 'alle', 'unbekannt']);
    expect([roleIn(grants, 'FSP'), roleIn(grants, 'LTN'), grants.isAdmin]).toEqual([
      'clerk',
      'viewer',
      false,
    ]);
    expect(grantsFor(rules, ['it'])).toMatchObject({ everywhere: null, isAdmin: true });
    expect(roleIn(grantsFor(rules, []), 'FSP')).toBeNull();
  });

  it.each([
    ['no rule', []],
    ['a role that there is not', [{ claim: 'x', role: 'chef', houses: '*' }]],
    ['a house that there is not', [{ claim: 'x', role: 'clerk', houses: ['XXX'] }]],
    ['no claim', [{ claim: ' ', role: 'clerk', houses: '*' }]],
    ['a member that nobody reads', [{ claim: 'x', role: 'clerk', houses: '*', mail: 'a@b.at' }]],
  ])('with %s is refused', (_what, people) => {
    expect(() => load(people)).toThrow(file);
  });
});

describe('the log-in to practise with', () => {
  it('has rules for its people, and none in production or beside another log-in', () => {
    const { settings, people } = prepareSampleLogIn({
      ABSAGE_DATA: folder,
      ABSAGE_SAMPLE_LOGIN_PORT: '24500',
    });
    expect(settings.ABSAGE_OIDC_ISSUER).toBe('http://127.0.0.1:24500');
    const rules = loadPeople(settings.ABSAGE_PEOPLE ?? '', new Map([['FSP', null]]));
    const roles = people.map((person) => {
      const grants = grantsFor(rules, person.roles);
      return grants.isAdmin ? 'admin' : roleIn(grants, 'FSP');
    });
    expect(roles).toEqual(['clerk', 'lead', 'viewer', 'admin', null]);
    expect(() => prepareSampleLogIn({ ABSAGE_MODE: 'production' })).toThrow('nur im Probebetrieb');
    expect(() => prepareSampleLogIn(WHOLE)).toThrow('ABSAGE_OIDC_ISSUER');
  });
});
