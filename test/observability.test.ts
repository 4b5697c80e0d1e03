import { spawnSync } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';

const MODULE = join(__dirname, '..', 'src', 'observability.ts');

/** What a process writes on standard output for this logging call. */
function written(call: string, isTerminal = false): string {
  const script = `require(${JSON.stringify(MODULE)}).createLogger('worker', {}, ${isTerminal}).${call}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout;
}

const logged = (call: string) => JSON.parse(written(call)) as Record<string, unknown>;

it.each(['err', 'error'])('says what an error under the name %s is', (name) => {
  const line = logged(`warn({ ${name}: new TypeError('no ink') }, 'failed')`);
  expect(line).toMatchObject({ process: 'worker', level: 40, msg: 'failed' });
  expect(line[name]).toMatchObject({ type: 'TypeError', message: 'no ink' });
});

it('leaves secrets out', () => {
  expect(JSON.stringify(logged(`info({ jet: { token: 'geheim' } }, 'read')`))).not.toContain('geheim');
});

it('says of an error what it is and where it comes from, and nothing that it carries', () => {
  const line = logged(
    `error({ err: Object.assign(new Error('changed'), { details: [{ found: ['Der Talisman'] }] }) }, 'failed')`,
  );
  expect(Object.keys(line.err as object)).toEqual(['type', 'message', 'stack']);
});

it('is for people where a person reads it', () => {
  const text = written(
    `warn({ code: 'jet-unavailable', attempt: 2, err: new Error('away') }, 'failed')`,
    true,
  );
  const [head, first] = text.split('\n');
  expect(head).toMatch(/^\d\d:\d\d:\d\d WARN {2}worker {2}failed {2}code=jet-unavailable attempt=2$/);
  expect(first).toBe('    Error: away');
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
    setTimeout(() => process.stderr.write('alive'), 10);`;
    const stdout = openSync(FULL, 'w');
    const { status, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', stdout, 'pipe'],
      timeout: 30_000,
    });
    closeSync(stdout);
    expect([status, stderr]).toEqual([0, 'alive']);
  },
);
