import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { loadConfig, SETTING_NAMES } from '../../src/settings/environment';
import { isFor, partEnvironment, PARTS, type PartName } from '../../src/settings/parts';
import { loadSettings } from '../../src/settings/settings';
import { launchRole } from '../../src/up/part';
import { environmentOf } from '../../src/up/part-environment';
import { startTemporalDevServer } from '../../src/up/temporal-dev-server';
import { keysFileIn, sealKeysIn, signingKeyIn, tokensFileIn } from '../support/production';
import { eventually } from '../support/eventually';

const folder = mkdtempSync(join(tmpdir(), 'absage-parts-'));
const tokens = tokensFileIn(folder);
const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));
afterAll(() => rmSync(folder, { recursive: true }));

function peopleIn(place: string): string {
  const path = join(place, 'people.json');
  writeFileSync(path, JSON.stringify({ people: [{ claim: 'it', role: 'admin', houses: '*' }] }), {
    mode: 0o600,
  });
  return path;
}

const PRODUCTION = {
  ABSAGE_MODE: 'production',
  ABSAGE_DATA: folder,
  ABSAGE_HOUSES: join(__dirname, '..', '..', 'houses.sample.json'),
  ABSAGE_JET_URL: 'http://127.0.0.1:9/jet/v1',
  ABSAGE_JET_TOKEN: 'canary-of-jet',
  ABSAGE_SMTP_URL: 'smtp://karten:canary-of-mail@127.0.0.1:2525',
  ABSAGE_API_TOKENS_FILE: tokens,
  ABSAGE_PAYLOAD_KEYS_FILE: keysFileIn(folder),
  ABSAGE_SEAL_KEY_FILE: sealKeysIn(folder),
  ABSAGE_SIGNING_KEY_FILE: signingKeyIn(folder),
  ABSAGE_OIDC_ISSUER: 'https://issuer.example',
  ABSAGE_OIDC_CLIENT_ID: 'absage',
  ABSAGE_OIDC_CLIENT_SECRET: 'canary-of-log-in',
  ABSAGE_PEOPLE: peopleIn(folder),
  TEMPORAL_ADDRESS: '127.0.0.1:9',
  TEMPORAL_API_KEY: 'canary-of-temporal',
  https_proxy: 'http://anna:canary-of-proxy@proxy.example:3128',
  NODE_AUTH_TOKEN: 'canary-of-npm',
  SOMEBODY_ELSES_PASSWORD: 'canary-of-somebody-else',
};

/** Who may know what. */
const KNOWN: Record<PartName, string[]> = {
  worker: ['canary-of-jet', 'canary-of-mail', 'canary-of-proxy', 'canary-of-temporal'],
  server: ['canary-of-log-in', 'canary-of-proxy', 'canary-of-temporal'],
  simulator: [],
  'mail-catcher': [],
  'sample-log-in': [],
  temporal: [],
};

const stackOf = (environment: Record<string, string>) => ({
  environment: { PATH: process.env.PATH, ...environment },
  config: loadConfig(environment),
  hasMailCatcher: false,
});

function launch(part: PartName): ChildProcess {
  if (part === 'temporal') {
    const executable = join(folder, 'temporal');
    writeFileSync(executable, '#!/bin/sh\nexec sleep 60\n');
    chmodSync(executable, 0o755);
    Object.assign(process.env, PRODUCTION);
    try {
      return startTemporalDevServer({ executable, port: 9, uiPort: null, databaseFile: null }).child;
    } finally {
      for (const name of Object.keys(PRODUCTION)) delete process.env[name];
    }
  }
  const cli = join(folder, 'cli.js');
  writeFileSync(cli, "process.send('here'); setInterval(() => {}, 1_000);");
  return launchRole(part, cli, environmentOf(part, stackOf(PRODUCTION)), ['ignore', 'ignore', 'inherit'])
    .child;
}

const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux.each(PARTS)('%s knows the secrets that it needs, and no others', async (part) => {
  const child = launch(part);
  children.push(child);
  // The environment is that of the program itself only once it runs.
  await once(child, part === 'temporal' ? 'spawn' : 'message');
  // It stays empty for an instant, until the program's memory has been laid out.
  const environment = await eventually(
    () => Promise.resolve(readFileSync(`/proc/${child.pid}/environ`, 'utf8')),
    (text) => text.includes('PATH='),
  );
  expect([...new Set(environment.match(/canary-of-[a-z-]+/g) ?? [])].sort()).toEqual(KNOWN[part]);
});

it('the server is told where mail goes, without user and password, also from a file', () => {
  const secret = join(folder, 'smtp');
  writeFileSync(secret, PRODUCTION.ABSAGE_SMTP_URL, { mode: 0o600 });
  const { ABSAGE_SMTP_URL: _url, ...others } = PRODUCTION;
  for (const environment of [PRODUCTION, { ...others, ABSAGE_SMTP_URL_FILE: secret }]) {
    const told = environmentOf('server', stackOf(environment));
    expect(told.ABSAGE_SMTP_URL).toBe('smtp://127.0.0.1:2525');
    expect(told.ABSAGE_SMTP_URL_FILE).toBeUndefined();
  }
});

it.each(['worker', 'server'] as const)('%s starts in production with what it gets', (part) => {
  const { config } = loadSettings(environmentOf(part, stackOf(PRODUCTION)), part);
  const whole = loadConfig(PRODUCTION);
  expect(config.databaseUrl).toBe(whole.databaseUrl);
  expect(config.jet.url).toBe(whole.jet.url);
  expect(config.publicUrl).toBe(whole.publicUrl);
  expect(config.apiTokensFile).toBe(part === 'server' ? tokens : null);
  expect(config.jet.token === 'canary-of-jet').toBe(part === 'worker');
});

it('a file that holds a setting goes where the setting goes', () => {
  const environment = { ABSAGE_JET_TOKEN_FILE: '/run/secrets/jet' };
  expect(partEnvironment('worker', environment)).toEqual(environment);
  for (const part of ['server', 'simulator', 'mail-catcher', 'temporal'] as const)
    expect(partEnvironment(part, environment)).toEqual({});
});

/** Its role may take away the guards of the journal: only commands of an administrator may have it. */
const FOR_NO_PART = ['ABSAGE_DATABASE_OWNER_URL'];

it.each(SETTING_NAMES)('%s reaches a part, or is kept from all', (name) =>
  expect(PARTS.some((part) => isFor(part, name))).toBe(!FOR_NO_PART.includes(name)),
);
