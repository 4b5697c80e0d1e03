import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/settings/environment';
import { loadTemporalSettings } from '../../src/settings/temporal';

const PORTS = {
  simulator: 1,
  mail: 2,
  mailUi: 3,
  temporal: 7300,
  temporalHttp: 5,
  temporalUi: 4,
  sampleLogIn: 6,
};
const REHEARSAL = { mode: 'rehearsal', ports: PORTS } as const;
const PRODUCTION = { mode: 'production', ports: PORTS } as const;

/** A home folder with a profile that leads to a cluster. */
const home = mkdtempSync(join(tmpdir(), 'absage-home-'));
const profile = join(home, '.config', 'temporalio', 'temporal.toml');
beforeAll(() => {
  mkdirSync(join(profile, '..'), { recursive: true });
  writeFileSync(profile, '[profile.default]\naddress = "cluster.example:7233"\nnamespace = "team"\n');
});
afterAll(() => rmSync(home, { recursive: true }));

it('means the server of absage up in a rehearsal that names none', () => {
  expect(loadTemporalSettings(REHEARSAL, { HOME: home, TEMPORAL_NAMESPACE: 'team' })).toEqual({
    connectionOptions: { address: '127.0.0.1:7300' },
    namespace: 'default',
  });
});

it('reads TEMPORAL_* as Temporal does, once a server is named', () => {
  const named = { HOME: home, TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_API_KEY: 'key' };
  expect(loadTemporalSettings(REHEARSAL, named)).toMatchObject({
    connectionOptions: { address: 'temporal.example:7233', apiKey: 'key', tls: true },
    namespace: 'team',
  });
  expect(loadTemporalSettings(REHEARSAL, { TEMPORAL_CONFIG_FILE: profile }).connectionOptions.address).toBe(
    'cluster.example:7233',
  );
});

it('reads the profile of the home in production, and falls back to the server of absage up', () => {
  expect(loadTemporalSettings(PRODUCTION, { HOME: home }).connectionOptions.address).toBe(
    'cluster.example:7233',
  );
  expect(loadTemporalSettings(PRODUCTION, { HOME: '/nowhere' })).toMatchObject({
    connectionOptions: { address: '127.0.0.1:7300' },
    namespace: 'default',
  });
});

it('says that a profile or a key cannot be read, and quotes nothing of it', () => {
  const broken = join(home, 'broken.toml');
  writeFileSync(broken, '[profile.default]\napi_key = Geheimnis\n');
  for (const environment of [
    { TEMPORAL_CONFIG_FILE: broken },
    {
      TEMPORAL_ADDRESS: 'x:7233',
      TEMPORAL_TLS_CLIENT_CERT_PATH: '/nowhere',
      TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere',
    },
    { TEMPORAL_PROFILE: 'nobody', TEMPORAL_CONFIG_FILE: profile },
  ]) {
    const read = () => loadTemporalSettings(PRODUCTION, environment);
    expect(read).toThrow(ConfigError);
    expect(read).not.toThrow(/Geheimnis/);
  }
});
