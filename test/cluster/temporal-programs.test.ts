import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporalPrograms, hasTemporalPrograms } from '../../scripts/cluster/temporal-programs';

let root: string;
let said: string[];
let stopping: AbortController;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'absage-programs-'));
  said = [];
  stopping = new AbortController();
});

afterEach(() => rmSync(root, { recursive: true }));

function program(name: string, script = ':'): string {
  const path = join(root, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** With only what the test has put there on the PATH. */
const find = (environment: Record<string, string> = {}) =>
  findTemporalPrograms({
    environment: { PATH: join(root, 'bin'), ...environment },
    cache: join(root, 'cache'),
    say: (line) => said.push(line),
    signal: stopping.signal,
  });

function fakeGo(script: string): void {
  mkdirSync(join(root, 'bin'));
  program(join('bin', 'go'), script);
}

const BUILDS = `
  case "$2" in *cmd/server@*) name=server;; *) name=sql;; esac
  echo "$@ $GOTOOLCHAIN" >> "$ASKED"
  echo built > "$GOBIN/$name"`;

it('takes the programs that settings name, and refuses one that cannot be run', async () => {
  const given = { TEMPORAL_SERVER_PATH: program('server'), TEMPORAL_SQL_TOOL_PATH: program('sql') };
  expect(await find(given)).toEqual({ server: join(root, 'server'), sqlTool: join(root, 'sql') });
  expect(said).toEqual([]);
  chmodSync(join(root, 'sql'), 0o644);
  await expect(find(given)).rejects.toThrow(/^TEMPORAL_SQL_TOOL_PATH zeigt auf .*sql, das nicht ausgeführt/);
});

it('builds them once, of exactly one version and by one compiler, and says how long that takes', async () => {
  fakeGo(BUILDS);
  const asked = join(root, 'asked');
  expect(hasTemporalPrograms({}, join(root, 'cache'))).toBe(false);
  const { server, sqlTool } = await find({ ASKED: asked });
  expect([server, sqlTool].map((path) => readFileSync(path, 'utf8'))).toEqual(['built\n', 'built\n']);
  expect(said[0]).toContain('temporal-server 1.32.2 wird gebaut');
  expect(said[0]).toContain('sieben Minuten');
  await find({ ASKED: asked });
  expect(readFileSync(asked, 'utf8')).toBe(
    'install go.temporal.io/server/cmd/server@v1.32.2 go1.27.3\ninstall go.temporal.io/server/cmd/tools/sql@v1.32.2 go1.27.3\n',
  );
  expect(hasTemporalPrograms({}, join(root, 'cache'))).toBe(true);
});

it('leaves nothing behind of a build that failed, and says what to do', async () => {
  fakeGo('echo half > "$GOBIN/server"; exit 1');
  await expect(find()).rejects.toThrow(
    'temporal-server kann nicht gebaut werden, siehe oben. Bitte Go installieren, oder TEMPORAL_SERVER_PATH',
  );
  expect(hasTemporalPrograms({}, join(root, 'cache'))).toBe(false);
  rmSync(join(root, 'bin'), { recursive: true });
  await expect(find()).rejects.toThrow('weil go fehlt');
  expect(existsSync(join(root, 'cache'))).toBe(true);
});

it('ends a build with whoever asked for it', async () => {
  fakeGo('exec /bin/sleep 60');
  const building = find();
  stopping.abort();
  await expect(building).rejects.toThrow('temporal-server ist nicht fertig gebaut.');
});
