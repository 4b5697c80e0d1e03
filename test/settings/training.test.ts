import { loadConfig } from '../../src/settings/environment';
import { findTraining } from '../../src/settings/training';

function find(environment: Record<string, string> = {}) {
  return findTraining(loadConfig({ ABSAGE_REHEARSAL_MAIL_TO: 'ich@haus.example', ...environment }));
}

const PRODUCTION = {
  ABSAGE_MODE: 'production',
  ABSAGE_API_TOKENS_FILE: 'tokens.json',
  ABSAGE_PAYLOAD_KEYS_FILE: 'keys.json',
  ABSAGE_SEAL_KEY_FILE: 'keys.json',
  ABSAGE_SIGNING_KEY_FILE: 'signing.pem',
  ABSAGE_HOUSES: 'houses.json',
  ABSAGE_JET_URL: 'http://127.0.0.1:8091/jet/v1',
  ABSAGE_JET_TOKEN: 'geheim',
  ABSAGE_SMTP_URL: 'smtp://127.0.0.1:8025',
};

it('is there in a rehearsal with everything on this machine', () => {
  expect(find()).toEqual({
    simulatorUrl: 'http://127.0.0.1:8091',
    simulatorToken: 'simulator',
    mailUiUrl: 'http://127.0.0.1:8026',
  });
});

it('keeps to the ports of the settings', () => {
  const ports = { ABSAGE_SIMULATOR_PORT: '9091', ABSAGE_MAIL_PORT: '9025', ABSAGE_MAIL_UI_PORT: '9026' };
  expect(find(ports)).toEqual({
    simulatorUrl: 'http://127.0.0.1:9091',
    simulatorToken: 'simulator',
    mailUiUrl: 'http://127.0.0.1:9026',
  });
});

it('has no part in production, also where Jet is on this machine', () => {
  expect(find(PRODUCTION)).toBeNull();
});

it.each([
  'https://gateway.example/jet/v1',
  'http://gateway.example/jet/v1',
  'http://10.0.0.1:8091/jet/v1',
  'https://127.0.0.1:8091/jet/v1',
  'http://127.0.0.1:8091/gateway/jet/v1',
])('is not there with a Jet at %s', (url) => {
  expect(find({ ABSAGE_JET_URL: url })).toBeNull();
});

it.each(['smtp://mail.example:8025', 'smtp://127.0.0.1:2525'])('leaves mails alone that go to %s', (url) => {
  expect(find({ ABSAGE_SMTP_URL: url })).toMatchObject({ mailUiUrl: null });
});
