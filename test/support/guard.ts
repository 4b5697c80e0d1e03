import { spawn, type ChildProcess } from 'node:child_process';

/**
 * Ends the child when this process is gone, even after kill -9: a shell waits for the end of a pipe that only this process
 * holds. Jest gives tests no event for their own end.
 */
export function endWithUs(child: ChildProcess, signal: 'QUIT' | 'KILL'): void {
  if (child.pid === undefined) return;
  const script = `read -r _; kill -${signal} "$1"`;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a signal to the whole group must not end the guard before it has done its work
  });
  child.once('exit', () => guard.kill('SIGKILL'));
  guard.unref();
  (guard.stdin as unknown as { unref?(): void } | null)?.unref?.();
}
