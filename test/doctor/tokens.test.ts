import { tokensCheck } from '../../src/doctor/tokens';
import type { ApiToken } from '../../src/settings/tokens';

const NOW = Date.parse('2027-06-01T12:00:00Z');
const whole: ApiToken = {
  sha256: '0'.repeat(64),
  name: 'fsp-kassa',
  actor: 'Kassa',
  role: 'lead',
  houses: 'all',
};
const judge = (token: ApiToken) => tokensCheck([token], NOW).run();

it('is content with entries that have a name, and time', async () => {
  expect(await judge({ ...whole, expires: '2027-09-01T00:00:00+02:00' })).toMatchObject({ state: 'ok' });
});

it.each<[string, ApiToken, string]>([
  [
    'has no name',
    { ...whole, name: undefined },
    'Kassa: bitte "name": "Kassa" eintragen, so gilt es auch jetzt',
  ],
  [
    'has expired',
    { ...whole, expires: '2027-06-01T00:00:00+02:00' },
    'fsp-kassa: ist abgelaufen, der letzte Tag war der 31.05.2027',
  ],
  [
    'expires soon',
    { ...whole, expires: '2027-06-11T00:00:00+02:00' },
    'fsp-kassa: gilt nur mehr bis 10.06.2027',
  ],
])('says which token %s', async (_what, token, said) => {
  expect(await judge(token)).toMatchObject({ state: 'warning', details: [said] });
});
