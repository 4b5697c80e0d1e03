import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identify, isAlive } from '../../src/up/process-identity';

it('knows this process', () => {
  const self = identify(process.pid);
  expect(self).not.toBeNull();
  expect(self && isAlive(self)).toBe(true);
});

it('does not take another process for the one that had its number', () => {
  expect(isAlive({ pid: process.pid, startedAt: 'an earlier life' })).toBe(false);
});

it('knows that a process has ended', async () => {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const identity = identify(child.pid ?? 0);
  expect(identity && isAlive(identity)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isAlive(identity)).toBe(false);
});

it('reads the start time behind a program name full of blanks and parentheses', async () => {
  const child = spawn(
    process.execPath,
    ['-e', 'process.title = ") R 1 (2"; console.log(); process.stdin.resume()'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const before = identify(child.pid ?? 0);
  await once(child.stdout, 'data');
  expect(identify(child.pid ?? 0)).toEqual(before);
  child.kill('SIGKILL');
  await once(child, 'exit');
});
