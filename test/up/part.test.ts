import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { supervise, type Death, type Part, type PartEvents, type SupervisedPart } from '../../src/up/part';

let logsDir: string;
let stopping: AbortController;
let part: SupervisedPart;

beforeEach(() => {
  logsDir = mkdtempSync(join(tmpdir(), 'absage-logs-'));
  stopping = new AbortController();
});

afterEach(async () => {
  stopping.abort();
  await part.stop(1_000);
  rmSync(logsDir, { recursive: true });
});

interface Seen {
  events: PartEvents;
  pids: number[];
  died: Promise<Death>;
  recovered: Promise<void>;
  unusable: Promise<Death>;
}

/** The first occurrence of each event, as a promise. */
function watch(): Seen {
  const seen = { pids: [] } as unknown as Seen;
  const events = {
    launched: (_part: Part, pid: number) => void seen.pids.push(pid),
    ended: () => {},
  } as unknown as PartEvents;
  seen.died = new Promise((resolve) => (events.died = (_part, death) => resolve(death)));
  seen.recovered = new Promise((resolve) => (events.recovered = () => resolve()));
  seen.unusable = new Promise((resolve) => (events.unusable = (_part, death) => resolve(death)));
  return { ...seen, events };
}

/** A part that says `ready` over its channel and then runs a line of code. */
function scripted(code: string): Part {
  return {
    name: 'sample',
    title: 'Muster',
    launch(stdio) {
      const [input, output, errors] = stdio as number[];
      const child = spawn(process.execPath, ['-e', `${code}; process.connected && process.send('ready')`], {
        stdio: [input, output, errors, 'ipc'],
      });
      return { child, ready: once(child, 'message') };
    },
  };
}

const RUNS = 'setInterval(() => {}, 1000)';

it('starts a part again that was killed, and says both', async () => {
  const seen = watch();
  part = supervise(scripted(RUNS), logsDir, seen.events, stopping.signal);
  await part.ready;
  process.kill(seen.pids[0] ?? 0, 'SIGKILL');
  expect(await seen.died).toMatchObject({ cause: 'Signal SIGKILL', lastLines: [] });
  await seen.recovered;
  expect(seen.pids).toHaveLength(2);
});

it('quotes the last words of a part that failed, of this run only', async () => {
  const seen = watch();
  part = supervise(
    scripted(`console.error('out of ink'); process.exitCode = 1; process.disconnect()`),
    logsDir,
    seen.events,
    stopping.signal,
  );
  const death = await seen.died;
  expect(death).toMatchObject({ cause: 'Exit-Code 1', lastLines: ['out of ink'], pauseMs: 250 });
  expect(readFileSync(death.logFile, 'utf8')).toContain('out of ink');
});

it('does not start a part again whose settings are faulty', async () => {
  const seen = watch();
  part = supervise(scripted('process.exit(2)'), logsDir, seen.events, stopping.signal);
  expect(await seen.unusable).toMatchObject({ cause: 'Exit-Code 2' });
  expect(seen.pids).toHaveLength(1);
});

it('says what cannot be started at all', async () => {
  const seen = watch();
  const missing: Part = {
    ...scripted(''),
    launch: () => ({ child: spawn('/nowhere/program'), ready: new Promise(() => {}) }),
  };
  part = supervise(missing, logsDir, seen.events, stopping.signal);
  expect((await seen.died).cause).toContain('ENOENT');
});

it('lets a part end by itself when everything ends', async () => {
  const seen = watch();
  part = supervise(scripted(RUNS), logsDir, seen.events, stopping.signal);
  await part.ready;
  stopping.abort();
  await part.stop(5_000);
  expect(seen.pids).toHaveLength(1);
});

it('kills a part that does not end in time', async () => {
  const seen = watch();
  part = supervise(
    scripted(`process.on('SIGTERM', () => {}); ${RUNS}`),
    logsDir,
    seen.events,
    stopping.signal,
  );
  await part.ready;
  stopping.abort();
  await part.stop(100);
  expect(() => process.kill(seen.pids[0] ?? 0, 0)).toThrow('ESRCH');
});

it('starts a part without a log where there can be none', async () => {
  const seen = watch();
  const noFolder = join(logsDir, 'file');
  writeFileSync(noFolder, '');
  part = supervise(scripted(RUNS), noFolder, seen.events, stopping.signal);
  await part.ready;
  process.kill(seen.pids[0] ?? 0, 'SIGKILL');
  expect(await seen.died).toMatchObject({ cause: 'Signal SIGKILL', lastLines: [] });
  await seen.recovered;
});

it('tries a part again whose start throws', async () => {
  const seen = watch();
  let tries = 0;
  const launch: Part['launch'] = (stdio) => {
    tries += 1;
    if (tries === 1) throw new Error('out of memory');
    return scripted(RUNS).launch(stdio);
  };
  part = supervise({ ...scripted(RUNS), launch }, logsDir, seen.events, stopping.signal);
  expect((await seen.died).cause).toBe('out of memory');
  await part.ready;
});
