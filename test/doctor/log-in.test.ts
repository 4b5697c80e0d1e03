import { logInChecks } from '../../src/doctor/log-in';
import type { PeopleRule } from '../../src/domain/people';
import type { House } from '../../src/domain/types';
import { loadHouses } from '../../src/settings/houses';
import { RULES, TestProvider } from '../support/oidc';
import { pickPort } from '../support/ports';

const PUBLIC = 'https://absage.example';
const HOUSES = loadHouses(null);

let issuer: TestProvider;
beforeAll(async () => {
  issuer = await TestProvider.start(PUBLIC);
});
afterAll(() => issuer.stop());

const checks = (
  changes: Partial<TestProvider['settings']> = {},
  { publicUrl = PUBLIC, people = RULES, houses = HOUSES }: Partial<Circumstances> = {},
) => logInChecks({ ...issuer.settings, peopleFile: '', ...changes }, publicUrl, people, houses);

interface Circumstances {
  publicUrl: string;
  people: readonly PeopleRule[];
  houses: ReadonlyMap<string, House>;
}

const logIn = async (...given: Parameters<typeof checks>) => checks(...given)[0]!.run();
const people = async (rules: readonly PeopleRule[], houses = HOUSES) =>
  checks({}, { people: rules, houses })[1]!.run();

it('is content with a log-in that answers, and names what has to be registered there', async () => {
  expect(await logIn()).toMatchObject({
    state: 'ok',
    details: [
      `Dort gehören eingetragen: ${PUBLIC}/anmelden/antwort (Antwort), ${PUBLIC}/anmelden (nach dem Abmelden), ${PUBLIC}/anmelden/abgemeldet (Back-Channel)`,
    ],
  });
});

it('says where nobody but this machine could log in, and which claim is not named', async () => {
  expect(await logIn({}, { publicUrl: 'http://127.0.0.1:8080' })).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('Nur von diesem Rechner aus') as string,
  });
  const { state, details } = await logIn({ rolesClaim: 'gruppen' });
  expect(state).toBe('warning');
  expect(details).toContainEqual(expect.stringContaining('Sie nennt den Claim gruppen nicht'));
});

it('fails where nobody answers, or somebody who calls themselves otherwise', async () => {
  for (const wrong of [`http://127.0.0.1:${await pickPort()}`, `${issuer.issuer}/realms/haus`])
    expect(await logIn({ issuer: wrong })).toMatchObject({
      state: 'failed',
      text: expect.stringContaining(wrong) as string,
    });
});

it('asks nobody about people while their file cannot be read', () => {
  expect(logInChecks({ ...issuer.settings, peopleFile: '' }, PUBLIC, null, HOUSES)).toHaveLength(1);
});

it('looks at the rules: who looks after log-ins, who cancels, and who approves', async () => {
  expect(await people(RULES)).toMatchObject({ state: 'ok' });
  const without = (role: PeopleRule['role']) => RULES.filter((rule) => rule.role !== role);
  expect((await people(without('admin'))).text).toContain('Niemand hat die Rolle admin');
  const onlyAdmin = RULES.filter(({ role }) => role === 'admin');
  expect((await people(onlyAdmin)).text).toContain('absagen kann so nur ein Token');

  const fsp = HOUSES.get('FSP')!;
  const approval: House['approval'] = { needed: 'always', expiresMs: 3_600_000, to: [] };
  const careful = new Map(HOUSES).set('FSP', { ...fsp, approval });
  expect(await people(RULES, careful)).toMatchObject({ state: 'ok' });
  expect(await people(without('lead'), careful)).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('Freigeben könnte niemand in FSP') as string,
  });
});
