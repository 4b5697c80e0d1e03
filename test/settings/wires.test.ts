import { join } from 'node:path';
import { ConfigError } from '../../src/settings/environment';
import { loadSettings } from '../../src/settings/settings';
import { closedFolder, keysFileIn, sealKeysIn, signingKeyIn, tokensFileIn } from '../support/production';

const folder = closedFolder();
const COMPLETE = {
  ABSAGE_MODE: 'production',
  ABSAGE_DATA: folder.path,
  ABSAGE_API_TOKENS_FILE: tokensFileIn(folder.path),
  ABSAGE_PAYLOAD_KEYS_FILE: keysFileIn(folder.path),
  ABSAGE_SEAL_KEY_FILE: sealKeysIn(folder.path),
  ABSAGE_SIGNING_KEY_FILE: signingKeyIn(folder.path),
  ABSAGE_HOUSES: join(__dirname, '..', '..', 'houses.sample.json'),
  ABSAGE_JET_URL: 'https://jet.example/jet/v1',
  ABSAGE_JET_TOKEN: 'Geheimnis',
  ABSAGE_SMTP_URL: 'smtp://mail.example.org',
  ABSAGE_PUBLIC_URL: 'https://absage.example',
  TEMPORAL_ADDRESS: 'temporal.example:7233',
  TEMPORAL_TLS: 'true',
};
afterAll(() => folder.remove());

function faultsOf(changes: Record<string, string | undefined>): readonly string[] {
  try {
    loadSettings({ ...COMPLETE, ...changes });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

it.each([
  ['https and TLS everywhere', {}],
  ['a gateway on this machine', { ABSAGE_JET_URL: 'http://127.0.0.1:9000/jet/v1' }],
  ['a Temporal on this machine', { TEMPORAL_ADDRESS: 'localhost:7233', TEMPORAL_TLS: undefined }],
  ['a Temporal with a key', { TEMPORAL_TLS: undefined, TEMPORAL_API_KEY: 'Geheimnis' }],
  ['a console for this machine alone', { ABSAGE_PUBLIC_URL: 'http://127.0.0.1:8080' }],
  ['a proxy with HTTPS in front of an open address', { ABSAGE_HOST: '0.0.0.0' }],
  ['NODE_TLS_REJECT_UNAUTHORIZED=1', { NODE_TLS_REJECT_UNAUTHORIZED: '1' }],
])('production takes %s', (_what, changes) => expect(faultsOf(changes)).toEqual([]));

it.each<[string, Record<string, string | undefined>]>([
  ['ABSAGE_JET_URL', { ABSAGE_JET_URL: 'http://jet.example/jet/v1' }],
  ['ABSAGE_PUBLIC_URL', { ABSAGE_PUBLIC_URL: 'http://absage.example' }],
  ['ABSAGE_PUBLIC_URL', { ABSAGE_PUBLIC_URL: undefined, ABSAGE_HOST: '0.0.0.0' }],
  ['ABSAGE_PUBLIC_URL', { ABSAGE_PUBLIC_URL: 'http://127.0.0.1:8080', ABSAGE_HOST: '192.0.2.7' }],
  ['TEMPORAL_ADDRESS', { TEMPORAL_TLS: undefined }],
  ['TEMPORAL_ADDRESS', { TEMPORAL_TLS: 'false', TEMPORAL_API_KEY: 'Geheimnis' }],
  ['NODE_TLS_REJECT_UNAUTHORIZED', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }],
])('production refuses %s with %j', (name, changes) => {
  const faults = faultsOf(changes);
  expect(faults).toEqual([expect.stringMatching(`^${name}[ =]`)]);
  expect(faults.join()).not.toContain('Geheimnis');
});

it('all of them stand in one message', () => {
  const faults = faultsOf({
    ABSAGE_JET_URL: 'http://jet.example/jet/v1',
    ABSAGE_PUBLIC_URL: 'http://absage.example',
    TEMPORAL_TLS: undefined,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  });
  expect(faults).toHaveLength(4);
});

it('a rehearsal may do without', () => {
  const rehearsal = {
    ABSAGE_MODE: 'rehearsal',
    ABSAGE_JET_URL: 'http://jet.example/jet/v1',
    ABSAGE_REHEARSAL_MAIL_TO: 'probe@example.org',
    TEMPORAL_TLS: undefined,
  };
  expect(faultsOf(rehearsal)).toEqual([]);
});
