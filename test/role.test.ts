import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { READY_MESSAGE } from '../src/role';

const FIXTURE = join(__dirname, 'role-fixture.ts');

interface Role {
  child: ChildProcess;
  output: () => string;
  ended: Promise<unknown[]>;
}

const started: ChildProcess[] = [];
afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));

function start(behaviour = 'runs', environment: Record<string, string> = {}): Role {
  const child = fork(FIXTURE, [behaviour], {
    execArgv: ['--import', 'tsx'],
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
  // The test does not wait for the child's `close`: that event no longer comes once this side has closed the channel.
  const closed = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'close'));
  const ended = Promise.all([once(child, 'exit'), ...closed]).then(([exit]) => exit);
  return { child, output: () => output, ended };
}

async function untilReady({ child }: Role): Promise<void> {
  expect(await once(child, 'message')).toEqual([READY_MESSAGE, undefined]);
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('stops in order at %s', async (signal) => {
  const role = start();
  await untilReady(role);
  role.child.kill(signal);
  expect(await role.ended).toEqual([0, null]);
  expect(role.output()).toContain('stopped');
});

it('takes a second signal calmly', async () => {
  const role = start();
  await untilReady(role);
  role.child.kill('SIGINT');
  role.child.kill('SIGINT');
  role.child.kill('SIGTERM');
  expect(await role.ended).toEqual([0, null]);
});

it('stops when its parent dies', async () => {
  const role = start();
  await untilReady(role);
  role.child.disconnect();
  expect(await role.ended).toEqual([0, null]);
  expect(role.output()).toContain('stopped');
});

it('says faulty settings and ends with 2', async () => {
  const role = start('runs', { ABSAGE_PORT: 'x', ABSAGE_SYNC_INTERVAL: '20' });
  expect(await role.ended).toEqual([2, null]);
  expect(role.output()).toMatch(/ABSAGE_SYNC_INTERVAL.*\n.*ABSAGE_PORT/);
});

it('ends with 2 also when it finds out later that the settings are faulty', async () => {
  const role = start('refuses');
  expect(await role.ended).toEqual([2, null]);
  expect(role.output()).toBe('Die Einstellungen sind fehlerhaft:\n  - the ink does not fit the paper\n');
});

it('logs why it could not start, and ends with 1', async () => {
  const role = start('fails');
  expect(await role.ended).toEqual([1, null]);
  expect(role.output()).toContain('no paper');
});

it('logs an error that nobody handled, and ends with 1', async () => {
  const role = start('rejects-later');
  expect(await role.ended).toEqual([1, null]);
  expect(role.output()).toContain('no ink');
});
