import { spawnSync } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MODULE = join(__dirname, '..', 'src', 'observability.ts');

/** The line of JSON that a process writes for this logging call. */
function logged(call: string): Record<string, unknown> {
  const script = `require(${JSON.stringify(MODULE)}).createLogger('worker', {}).${call}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('');
  return JSON.parse(stderr) as Record<string, unknown>;
}

it.each(['err', 'error'])('says what an error under the name %s is', (name) => {
  const line = logged(`warn({ ${name}: new TypeError('no ink') }, 'failed')`);
  expect(line).toMatchObject({ role: 'worker', level: 40, msg: 'failed' });
  expect(line[name]).toMatchObject({ type: 'TypeError', message: 'no ink' });
});

it('leaves secrets out', () => {
  expect(JSON.stringify(logged(`info({ jet: { token: 'geheim' } }, 'read')`))).not.toContain('geheim');
});

/** A device of Linux that is always full. */
const FULL = '/dev/full';
const isFullThere = statSync(FULL, { throwIfNoEntry: false })?.isCharacterDevice() ?? false;

(isFullThere ? it : it.skip)(
  'lets the process live when the log cannot be written, also when it ends',
  () => {
    const script = `
    const logger = require(${JSON.stringify(MODULE)}).createLogger('worker', {});
    for (let line = 0; line < 50; line += 1) logger.info('a line');
    logger.fatal('the last words');
    setTimeout(() => process.stdout.write('alive'), 10);`;
    const stderr = openSync(FULL, 'w');
    const { status, stdout } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', stderr],
      timeout: 30_000,
    });
    closeSync(stderr);
    expect([status, stdout]).toEqual([0, 'alive']);
  },
);
