import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examine } from '../../src/doctor/doctor';
import { ConfigError } from '../../src/settings/environment';
import { closeDataFolder } from '../../src/settings/private-files';
import { loadSettings } from '../../src/settings/settings';
import { keysFileIn, sealKeysIn, signingKeyIn, tokensFileIn } from '../support/production';

const ROOT = join(__dirname, '..', '..');

let folder: string;
let tokens: string;
let token: string;
let complete: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-files-'));
  tokens = tokensFileIn(folder);
  token = file('jet-token', 0o600, 'Geheimnis');
  complete = {
    ABSAGE_MODE: 'production',
    ABSAGE_DATA: join(folder, 'data'),
    ABSAGE_API_TOKENS_FILE: tokens,
    ABSAGE_PAYLOAD_KEYS_FILE: keysFileIn(folder),
    ABSAGE_SEAL_KEY_FILE: sealKeysIn(folder),
    ABSAGE_SIGNING_KEY_FILE: signingKeyIn(folder),
    ABSAGE_HOUSES: join(ROOT, 'houses.sample.json'),
    ABSAGE_JET_URL: 'http://127.0.0.1:9/jet/v1',
    ABSAGE_JET_TOKEN_FILE: token,
    ABSAGE_SMTP_URL: 'smtp://127.0.0.1:9',
    TEMPORAL_ADDRESS: '127.0.0.1:9',
  };
  mkdirSync(complete.ABSAGE_DATA as string, { mode: 0o700 });
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, mode: number, content = ''): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('production', () => {
  it.each([0o600, 0o400, 0o640, 0o644])('takes tokens of mode %o', (mode) => {
    chmodSync(tokens, mode);
    expect(faultsOf(complete)).toEqual([]);
  });

  it.each([0o666, 0o660, 0o602])('refuses tokens of mode %o, with what to do', (mode) => {
    chmodSync(tokens, mode);
    expect(faultsOf(complete)).toEqual([
      `ABSAGE_API_TOKENS_FILE nennt ${tokens}, und diese Datei dürfen auch andere Benutzer ändern: bitte chmod go-w ${tokens}`,
    ]);
  });

  it('refuses secrets, keys of Temporal and the key of the console as well, all in one message', () => {
    chmodSync(token, 0o622);
    const temporalKey = file('temporal.key', 0o620, 'key');
    const consoleKey = file(join('data', 'console.key'), 0o666);
    const faults = faultsOf({
      ...complete,
      TEMPORAL_TLS_CLIENT_CERT_PATH: file('temporal.pem', 0o644, 'certificate'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: temporalKey,
    });
    expect(faults).toHaveLength(3);
    for (const path of [token, temporalKey, consoleKey])
      expect(faults.join('\n')).toContain(`bitte chmod go-w ${path}`);
    expect(faults.join('\n')).not.toContain('Geheimnis');
  });
});

/** Only root can give a file away. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

asRoot(
  'what belongs to somebody else is refused, whatever its mode, but for whom the service runs as',
  () => {
    chownSync(tokens, 4711, 4711);
    expect(faultsOf(complete)).toEqual([
      `ABSAGE_API_TOKENS_FILE nennt ${tokens}, und diese Datei gehört einem anderen Benutzer: bitte dem Benutzer geben, unter dem Absage läuft (chown BENUTZER ${tokens})`,
    ]);
    chownSync(complete.ABSAGE_DATA as string, 4711, 4711);
    expect(faultsOf(complete)).toEqual([]);
  },
);

it('a rehearsal starts with them', () => {
  chmodSync(tokens, 0o666);
  expect(faultsOf({ ABSAGE_DATA: folder, ABSAGE_API_TOKENS_FILE: tokens })).toEqual([]);
});

describe('the doctor', () => {
  const verdict = async () => (await examine(complete)).checks.find(({ name }) => name === 'files');

  it('has nothing to say of what belongs to this user alone', async () => {
    expect(await verdict()).toMatchObject({ state: 'ok' });
  });

  it('names what others can read, with what to do', async () => {
    const dataDir = complete.ABSAGE_DATA as string;
    chmodSync(dataDir, 0o755);
    const journal = file(join('data', 'journal.sqlite'), 0o644);
    chmodSync(token, 0o644);
    expect(await verdict()).toMatchObject({
      state: 'warning',
      details: [
        `${dataDir}: bitte chmod 700 ${dataDir}`,
        `${token}: bitte chmod 600 ${token}`,
        `${journal}: bitte chmod 600 ${journal}`,
      ],
    });
  });
});

describe('the data folder', () => {
  it('of an earlier version is closed, with all that lies in it', () => {
    const data = join(folder, 'data');
    chmodSync(data, 0o755);
    mkdirSync(join(data, 'mails'), { mode: 0o755 });
    const own = ['journal.sqlite', 'temporal.sqlite-wal', 'simulator.sqlite'].map((name) =>
      file(join('data', name), 0o644),
    );
    closeDataFolder(data);
    expect([data, join(data, 'mails'), ...own].map(modeOf)).toEqual(['700', '700', '600', '600', '600']);
  });

  it('that holds what is not ours stays as it is, but for what is ours', () => {
    const foreign = file('notes.txt', 0o644);
    const own = file('journal.sqlite', 0o644);
    chmodSync(folder, 0o755);
    closeDataFolder(folder);
    expect([folder, foreign, own].map(modeOf)).toEqual(['755', '644', '600']);
  });

  it('that is not there, or is none, keeps nobody from starting', () => {
    closeDataFolder(join(folder, 'nowhere'));
    closeDataFolder(file('no-folder', 0o644));
  });
});

it('whatever a process of ours writes belongs to its user alone', () => {
  const cli = join(ROOT, 'src', 'cli.ts');
  const script = `process.argv[2] = '--version'; await import(${JSON.stringify(cli)}).catch(() => {});`;
  const probe = `process.on('exit', () => console.log('umask', process.umask().toString(8)));`;
  const { stdout } = spawnSync(
    'node',
    ['--import', 'tsx', '--input-type=module', '-e', probe + script, 'x'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  expect(stdout).toMatch(/umask 77$/m);
});
