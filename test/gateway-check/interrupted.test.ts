import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { BreakableGateway, HOUSE, TEST_EVENT, TOKEN, type Call } from './breakable-gateway';

/* Somebody ends a check that writes: on a real terminal, which `script` of util-linux makes. */

const CLI = join(__dirname, '../../dist/cli.js');
const isTerminalThere = spawnSync('script', ['--version']).status === 0 && process.platform === 'linux';
const CTRL_C = '\u0003';

let gateway: BreakableGateway;
let terminal: ChildProcess;
let shown: string;
let before: Awaited<ReturnType<typeof textsOf>>;
/** So many saves there had been when it happened. */
let savesThen: number;
/** The one that puts the texts back, with one more try. */
const MOST_MORE = 2;

beforeAll(async () => (gateway = await BreakableGateway.start()));
beforeEach(async () => {
  await gateway.reset();
  before = await textsOf();
});
afterEach(() => terminal.kill('SIGKILL'));
afterAll(() => gateway.stop());

const isSave = ({ method, path }: Call) => method === 'PUT' && path.endsWith('/announcement');
const saves = () => gateway.calls.filter(isSave).length;
const textsOf = async () => {
  const { title, customerTitle, externalMemo } = await gateway.read(TEST_EVENT);
  return { title, customerTitle, externalMemo };
};

/** Begins to write, as a person types it. */
function begin(): void {
  shown = '';
  const command = `exec '${process.execPath}' '${CLI}' gateway check --house ${HOUSE} --write --test-event ${TEST_EVENT} --yes --simulator`;
  terminal = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    env: {
      PATH: process.env.PATH,
      SHELL: '/bin/sh',
      ABSAGE_JET_URL: gateway.url,
      ABSAGE_JET_TOKEN: TOKEN,
      ABSAGE_JET_RATE: '10000',
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  terminal.stdout?.on('data', (part) => (shown += String(part)));
}

/** `work` happens in the middle of a save: Jet has other texts by then, and the gateway has not answered. */
function duringASave(work: () => void): Promise<void> {
  return new Promise((resolve) => {
    let isDone = false;
    gateway.behaviour = async (call, pass) => {
      const answer = await pass();
      if (!isDone && isSave(call) && JSON.stringify(await textsOf()) !== JSON.stringify(before)) {
        isDone = true;
        savesThen = saves();
        work();
        resolve();
      }
      return answer;
    };
  });
}

/** The program in the terminal. */
const programIn = ({ pid }: ChildProcess) =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());

(isTerminalThere ? describe : describe.skip)('while it writes', () => {
  it('a Ctrl-C ends the check, and the texts stand there as before', async () => {
    const pressed = duringASave(() => terminal.stdin?.write(CTRL_C));
    begin();
    await pressed;
    const [code] = (await once(terminal, 'exit')) as [number];
    expect(shown).toContain('Die Prüfung endet, was sie geschrieben hat, wird noch zurückgesetzt');
    expect(shown).toMatch(/ok +put-back /);
    expect(await textsOf()).toEqual(before);
    expect([0, 1]).toContain(code);
    expect(saves() - savesThen).toBeLessThanOrEqual(MOST_MORE);
  });

  it('a terminal that is closed ends the check, and the texts stand there as before', async () => {
    let program = 0;
    const closed = duringASave(() => {
      program = programIn(terminal);
      terminal.kill('SIGKILL');
    });
    begin();
    await closed;
    await eventually(
      () => existsSync(`/proc/${program}`),
      (isThere) => !isThere,
    );
    expect(await textsOf()).toEqual(before);
    expect(saves() - savesThen).toBeLessThanOrEqual(MOST_MORE);
  });

  it('a second Ctrl-C ends it at once, and it says which texts may be left and how they stood before', async () => {
    let isHeld = false;
    gateway.behaviour = async (call, pass) => {
      if (!isSave(call) || (!isHeld && JSON.stringify(await textsOf()) === JSON.stringify(before)))
        return pass();
      // A gateway that does not answer keeps the check from putting anything back.
      isHeld = true;
      return 'silence';
    };
    begin();
    await eventually(
      () => isHeld,
      (held) => held,
    );
    terminal.stdin?.write(CTRL_C);
    await eventually(
      () => shown,
      (text) => text.includes('wird noch zurückgesetzt'),
    );
    terminal.stdin?.write(CTRL_C);
    const [code] = (await once(terminal, 'exit')) as [number];
    expect(code).toBe(1);
    const said = shown.slice(shown.indexOf('wird noch zurückgesetzt'));
    expect(said).toContain(`${TEST_EVENT}: vielleicht nicht zurückgesetzt`);
    expect(said).toContain(`Titel: ${before.title}`);
  });
});
