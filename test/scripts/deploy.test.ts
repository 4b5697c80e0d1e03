import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import manifest from '../../package.json';
import { SETTING_NAMES } from '../../src/settings/environment';
import { isFor, type PartName } from '../../src/settings/parts';
import { inspectSettings } from '../../src/settings/settings';
import { SEARCH_ATTRIBUTES, searchAttributeTypeName } from '../../src/temporal/search-attributes';
import { closedFolder, keysFileIn, signingKeyIn, tokensFileIn } from '../support/production';

const ROOT = join(__dirname, '..', '..');
const DEPLOY = join(ROOT, 'deploy');
const read = (file: string) => readFileSync(join(DEPLOY, file), 'utf8');

const files = (readdirSync(DEPLOY, { recursive: true }) as string[]).filter((file) =>
  statSync(join(DEPLOY, file)).isFile(),
);

/** Of the compose file alone: what it asks the administrator for. */
const ASKED_FOR = ['ABSAGE_VERSION', 'ABSAGE_SMTP_URL_WITHOUT_PASSWORD'];

const isKnown = (name: string) =>
  SETTING_NAMES.includes(name) || SETTING_NAMES.includes(name.replace(/_FILE$/, ''));

interface Compose {
  services: Record<string, { image: string; environment?: Record<string, string> }>;
}
const compose = parse(read('compose.yaml'), { merge: true }) as Compose;

let folder: ReturnType<typeof closedFolder>;

beforeEach(() => (folder = closedFolder()));
afterEach(() => folder.remove());

describe('what is in deploy', () => {
  it.each(files)('%s names only settings that there are', (file) => {
    const named = read(file).match(/\bABSAGE_[A-Z_]*[A-Z]\b/g) ?? [];
    expect(named.filter((name) => !isKnown(name) && !ASKED_FOR.includes(name))).toEqual([]);
  });

  it.each(files)('%s holds no password', (file) => {
    expect(read(file)).not.toMatch(/:\/\/[^/\s:@]+:(?!\$)[^@\s]+@|BEGIN [A-Z ]*PRIVATE KEY|Bearer [\w-]{8}/);
  });

  it('names the same version everywhere', () => {
    const chart = parse(read('chart/Chart.yaml')) as { version: string; appVersion: string };
    expect(chart).toMatchObject({ version: manifest.version, appVersion: manifest.version });
    for (const file of ['Containerfile', 'compose.yaml'])
      expect(read(file).match(/\babsage[:-](\d+\.\d+\.\d+)/)?.[1] ?? manifest.version).toBe(manifest.version);
  });

  it('pins a Node that package.json allows and CI tries, and every other image', () => {
    const [, node = ''] =
      /^ARG NODE_IMAGE=\S+\/node:(\d+\.\d+\.\d+)-bookworm-slim$/m.exec(read('Containerfile')) ?? [];
    const [major = 0, minor = 0] = node.split('.').map(Number);
    const [, from = ''] = /^>=([\d.]+)$/.exec(manifest.engines.node) ?? [];
    const [oldestMajor = 0, oldestMinor = 0] = from.split('.').map(Number);
    expect(major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)).toBe(true);
    const ci = parse(readFileSync(join(ROOT, '.github', 'workflows', 'ci.yml'), 'utf8')) as {
      jobs: { gate: { strategy: { matrix: { node: number[] } } } };
    };
    expect(ci.jobs.gate.strategy.matrix.node).toContain(major);
    for (const { image } of Object.values(compose.services))
      expect(image).toMatch(/:\d+\.\d+(\.\d+)?(-bookworm)?$|^absage:\$\{ABSAGE_VERSION/);
  });

  it('runs the Temporal that is tried here', () => {
    const tried = /VERSION = '([\d.]+)'/.exec(
      readFileSync(join(ROOT, 'scripts', 'cluster', 'temporal-programs.ts'), 'utf8'),
    )?.[1];
    expect(compose.services.temporal?.image).toMatch(new RegExp(`:${tried}$`));
    expect(compose.services['temporal-schema']?.image).toMatch(new RegExp(`:${tried}$`));
  });

  it('makes every search attribute', () => {
    const script = read('compose/temporal-namespace.sh');
    const [, keywords = ''] = /^for name in (.+); do add "\$name" Keyword/m.exec(script) ?? [];
    const others = [...script.matchAll(/^add (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
    const made = [...keywords.split(' ').map((name) => [name, 'Keyword']), ...others];
    const wanted = SEARCH_ATTRIBUTES.map(({ name, typeNumber }) => [
      name,
      searchAttributeTypeName(typeNumber),
    ]);
    expect(made.toSorted()).toEqual(wanted.toSorted());
  });

  it('reads only values that the chart has', () => {
    const values = parse(read('chart/values.yaml')) as object;
    const used = files
      .filter((file) => file.startsWith(join('chart', 'templates')))
      .flatMap((file) => [...read(file).matchAll(/\.Values\.([A-Za-z.]+)/g)].map(([, path = '']) => path));
    expect(used.length).toBeGreaterThan(10);
    const has = (path: string) =>
      path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], values);
    expect(used.filter((path) => has(path) === undefined)).toEqual([]);
  });
});

describe('a production starts with what is set', () => {
  it.each(['worker', 'server'] as const)('by the compose file, the %s', (part) => {
    const own = {
      ...compose.services[part]?.environment,
      ABSAGE_PUBLIC_URL: 'https://absage.example',
      ...(part === 'server' && { ABSAGE_SMTP_URL: 'smtp://mail.example:587' }),
    };
    expectToStart(part, own, parseEnv(read('compose/settings.env.sample')));
  });

  it.each(['worker', 'server'] as const)('by the units of systemd, the %s', (part) => {
    const unit = read(`systemd/absage-${part}@.service`).replaceAll(
      '%i',
      part === 'server' ? '8080' : '0.1.0',
    );
    const own = [...unit.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = '', value]) => [name, value]);
    const shared = parseEnv(read('systemd/absage.env.sample'));
    expectToStart(part, Object.fromEntries(own) as Given, shared);
  });

  it.each(['worker', 'server'] as const)('by the chart, the %s', (part) => {
    const template = read('chart/templates/_helpers.tpl') + read(`chart/templates/${part}.yaml`);
    const own = [...template.matchAll(/- \{ name: (\w+), value: (.+) \}$/gm)]
      .map(([, name = '', value = '']) => [name, value.replaceAll("'", '').replace(/^\{\{.+\}\}$/, '0.1.0')])
      .filter(([name]) => !name?.startsWith('ABSAGE_OIDC') && name !== 'ABSAGE_PEOPLE');
    expectToStart(part, Object.fromEntries(own) as Given, {
      ABSAGE_MODE: 'production',
      ABSAGE_HOST: '0.0.0.0',
      ABSAGE_PUBLIC_URL: 'https://absage.example',
      ABSAGE_JET_URL: 'https://gateway.example/jet/v1',
      TEMPORAL_ADDRESS: 'temporal.example:7233',
      TEMPORAL_TLS: 'true',
    });
  });
});

type Given = Readonly<Record<string, string | undefined>>;

/** `own`: of this part alone, so that nothing of it may be for another one. `shared`: what an administrator sets for all. */
function expectToStart(part: PartName, own: Given, shared: Given): void {
  const foreign = Object.keys(own).filter(
    (name) => name.startsWith('ABSAGE_') && !isFor(part, name) && !isFor(part, name.replace(/_FILE$/, '')),
  );
  expect(foreign).toEqual([]);
  const environment = Object.fromEntries(
    Object.entries({ ...shared, ...own }).map(([name, value]) => [
      name,
      isPath(name, value) ? fileFor(name, value) : value,
    ]),
  );
  expect(inspectSettings(environment, part).faults).toEqual([]);
}

function isPath(name: string, value: string | undefined): value is string {
  return /_FILE$|^ABSAGE_(HOUSES|DATA)$|CERTS?(_PATH)?$/.test(name) && value !== undefined;
}

/** A file that serves, in the place of the one that is mounted there. */
function fileFor(name: string, path: string): string {
  const place = join(folder.path, dirname(path));
  mkdirSync(place, { recursive: true });
  const made: Partial<Record<string, () => string>> = {
    ABSAGE_PAYLOAD_KEYS_FILE: () => keysFileIn(place, 'payload.json'),
    ABSAGE_SEAL_KEY_FILE: () => keysFileIn(place, 'seal.json'),
    ABSAGE_SIGNING_KEY_FILE: () => signingKeyIn(place),
    ABSAGE_API_TOKENS_FILE: () => tokensFileIn(place),
  };
  const make = made[name];
  if (make) return make();
  const file = join(folder.path, path);
  if (name === 'ABSAGE_HOUSES') copyFileSync(join(ROOT, 'houses.sample.json'), file);
  else if (name === 'ABSAGE_DATA') mkdirSync(file, { recursive: true });
  else writeFileSync(file, CONTENT[name] ?? '');
  if (name !== 'ABSAGE_DATA') chmodSync(file, 0o600);
  return file;
}

const CONTENT: Record<string, string> = {
  ABSAGE_JET_TOKEN_FILE: 'a-token-of-its-own',
  ABSAGE_SMTP_URL_FILE: 'smtp://mail.example:587',
  ABSAGE_DATABASE_URL_FILE: 'postgres://absage@db.example/absage',
};
