import { IssuerAway, LogInRefused } from '../../src/cases/identity-provider';
import { OpenIdProvider } from '../../src/oidc/provider';
import { makeSigningKey } from '../../src/sample-log-in/provider';
import { TestProvider } from '../support/oidc';

const ABSAGE = 'http://127.0.0.1:1';

let issuer: TestProvider;
let provider: OpenIdProvider;
beforeAll(async () => {
  issuer = await TestProvider.start(ABSAGE);
  provider = new OpenIdProvider(issuer.settings, ABSAGE);
});
afterAll(() => issuer.stop());

const read = (token: string) => provider.readLogoutToken(token);
const now = () => Math.floor(Date.now() / 1_000);

it('a logout token names a person, a log-in, or both', async () => {
  for (const who of [{ sub: 'kassa' }, { sid: 's1' }, { sub: 'kassa', sid: 's1' }]) {
    const order = await read(await issuer.logoutToken({ ...who, jti: 'once' }));
    expect(order).toEqual({ id: 'once', subject: who.sub ?? null, sid: who.sid ?? null });
  }
});

it.each<[string, () => Promise<string>]>([
  ['is no token', () => Promise.resolve('logout')],
  [
    'is signed with another key',
    async () => issuer.logoutToken({ sub: 'kassa' }, { key: await makeSigningKey() }),
  ],
  ['is of another issuer', () => issuer.logoutToken({ sub: 'kassa', iss: 'https://other.example' })],
  ['is for another application', () => issuer.logoutToken({ sub: 'kassa', aud: 'other' })],
  ['is an id token', () => issuer.logoutToken({ sub: 'kassa', events: undefined })],
  ['is of another event', () => issuer.logoutToken({ sub: 'kassa', events: { 'http://other.example': {} } })],
  ['holds a nonce', () => issuer.logoutToken({ sub: 'kassa', nonce: 'n' })],
  ['names nobody', () => issuer.logoutToken({})],
  ['has no id', () => issuer.logoutToken({ sub: 'kassa', jti: undefined })],
  ['is old', () => issuer.logoutToken({ sub: 'kassa', iat: now() - 600 })],
  ['does not say from when it is', () => issuer.logoutToken({ sub: 'kassa', iat: undefined })],
  ['has expired', () => issuer.logoutToken({ sub: 'kassa', exp: now() - 60 })],
  ['is an access token', () => issuer.logoutToken({ sub: 'kassa' }, { typ: 'at+jwt' })],
])('a token that %s is refused', async (_what, make) => {
  await expect(read(await make())).rejects.toThrow(LogInRefused);
});

it('a token without a signature is refused', async () => {
  const [, payload] = (await issuer.logoutToken({ sub: 'kassa' })).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  await expect(read(`${header}.${payload}.`)).rejects.toThrow(LogInRefused);
});

it('nothing is refused while the keys of the issuer cannot be fetched', async () => {
  const token = await issuer.logoutToken({ sub: 'kassa' });
  const fresh = new OpenIdProvider(issuer.settings, ABSAGE);
  await issuer.answerWith(503);
  await expect(fresh.readLogoutToken(token)).rejects.toThrow(IssuerAway);
  await issuer.answerWith(null);
  expect(await fresh.readLogoutToken(token)).toMatchObject({ subject: 'kassa' });
});
