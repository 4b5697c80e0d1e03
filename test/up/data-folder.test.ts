import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownDataFolder } from '../../src/up/data-folder';
import { identify, type ProcessIdentity } from '../../src/up/process-identity';
import { UpError } from '../../src/up/up-error';

const DEAD: ProcessIdentity = { pid: 1, startedAt: 'an earlier life' };
/** For what is not to end by itself in time. */
const GRACE_MS = 200;
/** For what is: a machine with other work lets it wait. */
const LONG_GRACE_MS = 10_000;

let folder: string;
let file: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'absage-data-'));
  file = join(folder, 'up.json');
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function start(script: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `${script}; process.stdin.resume(); console.log('up')`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child as ChildProcess & { pid: number };
}

function leave(owner: ProcessIdentity, left: object[]): void {
  writeFileSync(file, JSON.stringify({ owner, children: left }));
}

it('makes this process the owner, and forgets it at the end', async () => {
  const owned = await ownDataFolder(join(folder, 'new', 'folder'));
  const { owner } = JSON.parse(readFileSync(join(folder, 'new', 'folder', 'up.json'), 'utf8')) as {
    owner: unknown;
  };
  expect(owner).toEqual(identify(process.pid));
  owned.release();
  expect(existsSync(join(folder, 'new', 'folder', 'up.json'))).toBe(false);
});

it('refuses a folder whose owner is alive', async () => {
  const other = await start('');
  leave(identify(other.pid) as ProcessIdentity, []);
  await expect(ownDataFolder(folder)).rejects.toThrow(UpError);
  await expect(ownDataFolder(folder)).rejects.toThrow(`(Prozess ${other.pid})`);
});

it('ends the orphans of a dead owner', async () => {
  const orphan = await start('');
  const ended = once(orphan, 'exit');
  leave(DEAD, [{ name: 'temporal', ...identify(orphan.pid) }]);
  const owned = await ownDataFolder(folder, LONG_GRACE_MS);
  expect(owned.endedOrphans).toEqual(['temporal']);
  expect((await ended)[1]).toBe('SIGTERM');
});

it('kills an orphan that does not want to end', async () => {
  const orphan = await start(`process.on('SIGTERM', () => {})`);
  const ended = once(orphan, 'exit');
  leave(DEAD, [{ name: 'worker', ...identify(orphan.pid) }]);
  await ownDataFolder(folder, GRACE_MS);
  expect((await ended)[1]).toBe('SIGKILL');
});

it('leaves a stranger alone that has the number of an orphan', async () => {
  const stranger = await start('');
  leave(DEAD, [{ name: 'temporal', pid: stranger.pid, startedAt: 'an earlier life' }]);
  expect((await ownDataFolder(folder, GRACE_MS)).endedOrphans).toEqual([]);
  expect(identify(stranger.pid)).not.toBeNull();
});

it.each(['', '{"owner"', 'null', '{}'])(
  'is not stopped by a file that a power cut left as %j',
  async (text) => {
    writeFileSync(file, text);
    expect((await ownDataFolder(folder)).endedOrphans).toEqual([]);
  },
);

it('notes its children, for the next owner', async () => {
  const child = await start('');
  const owned = await ownDataFolder(folder);
  owned.noteChild('worker', child.pid);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    children: [{ name: 'worker', pid: child.pid }],
  });
  owned.forgetChild(child.pid);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ children: [] });
});

it('lives on while it cannot write, says so once, and writes again by itself', async () => {
  const child = await start('');
  const unwritable: string[] = [];
  const writableAgain = new Promise<void>((resolve) => {
    const reports = { unwritable: (code: string) => unwritable.push(code), writable: () => resolve() };
    void ownDataFolder(folder, GRACE_MS, reports).then((owned) => {
      rmSync(folder, { recursive: true });
      owned.noteChild('worker', child.pid);
      owned.noteChild('server', child.pid);
      owned.forgetChild(4_711);
      mkdirSync(folder);
    });
  });
  // What is written again is unreferenced: it keeps no process alive.
  const keepAlive = setInterval(() => {}, 1_000);
  await writableAgain;
  clearInterval(keepAlive);
  expect(unwritable).toEqual(['ENOENT']);
  expect(readdirSync(folder)).toEqual(['up.json']);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    children: [{ name: 'worker' }, { name: 'server' }],
  });
});

it('says in German that a folder cannot be written to', async () => {
  writeFileSync(join(folder, 'file'), '');
  const inFile = join(folder, 'file', 'folder');
  await expect(ownDataFolder(inFile)).rejects.toThrow(UpError);
  await expect(ownDataFolder(inFile)).rejects.toThrow(
    `In den Datenordner ${inFile} kann nicht geschrieben werden (ENOTDIR)`,
  );
});
