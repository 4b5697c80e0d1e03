import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LISTENER_COUNT } from '../../scripts/cluster/plan';
import { isAlive, type ProcessIdentity } from '../../src/up/process-identity';
import { describeCluster } from './opt-in';
import { pickPortBlock } from '../support/ports';
import { eventually } from '../support/eventually';

const ROOT = join(__dirname, '..', '..');
const PARTS = 11;
const START_MS = 120_000;

describeCluster('the command npm run cluster', () => {
  let folder: string;
  let command: ChildProcess;
  let said: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'absage-cluster-'));
    said = '';
  });

  afterEach(() => {
    command.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<(ProcessIdentity & { name: string })[]> {
    const port = await pickPortBlock(LISTENER_COUNT);
    const args = ['--import', 'tsx', 'scripts/cluster.ts', '--folder', folder, '--port', String(port)];
    command = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [command.stdout, command.stderr])
      stream?.on('data', (chunk) => (said += String(chunk)));
    await eventually(
      () => said,
      (text) => text.endsWith('\nready\n'),
      START_MS,
    );
    const note = JSON.parse(readFileSync(join(folder, 'up.json'), 'utf8')) as {
      children: (ProcessIdentity & { name: string })[];
    };
    return note.children;
  }

  /** As an administrator would, with the file that the command has written. */
  function askDoctor(): string {
    const doctor = [`--env-file=${join(folder, 'cluster.env')}`, join(ROOT, 'dist', 'cli.js'), 'doctor'];
    return spawnSync(process.execPath, doctor, { encoding: 'utf8', env: { PATH: process.env.PATH } }).stdout;
  }

  it('says what runs where, and leaves nothing behind after Ctrl-C', async () => {
    const parts = await start();
    expect(parts).toHaveLength(PARTS);
    for (const word of ['Konsole', 'PostgreSQL', 'frontend', 'Logbuch', 'NODE_EXTRA_CA_CERTS'])
      expect(said).toContain(word);
    expect(askDoctor()).toContain('Alles in Ordnung.');
    const ended = once(command, 'exit');
    command.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(parts.filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder, 'up.json'))).toBe(false);
    expect(said).toContain('Der Cluster ist beendet.');
    expect(said).not.toContain('ausgefallen');
  });

  it('leaves nothing behind after kill -9 either', async () => {
    const parts = await start();
    command.kill('SIGKILL');
    await eventually(
      () => parts.filter(isAlive).map(({ name }) => name),
      (left) => left.length === 0,
    );
  });
});
