import type { PlannedOrder } from '../../src/cases/orders';
import { ApiStage } from '../support/api-stage';
import { absage } from './run-cli';

let stage: ApiStage;
let env: { ABSAGE_URL: string };

beforeAll(async () => {
  stage = await ApiStage.open();
  env = { ABSAGE_URL: await stage.listen() };
});
afterAll(() => stage.close());

const START = { startsAt: '2040-01-05T19:30:00.000+01:00' };
const run = (...args: string[]) => absage(args, { env });
const ORDER = ['--marker', 'ENTFÄLLT', '--reason', 'Sturm'];
const plan = (eventNumber: string) => run('plan', 'FSP', eventNumber, ...ORDER);
/** Ends without an answer to its question. */
const cancel = (eventNumber: string) => run('cancel', 'FSP', eventNumber, ...ORDER);

/** Control characters that a terminal would obey, and marks that turn the writing round. */
const COMMANDS = /[^\P{Cc}\n]|[\u202a-\u202e]/u;

it.each([
  ['a title of the window', '\u001b]0;owned\u0007'],
  ['a cleared screen', '\u001b[2J'],
  ['a command in one character', '\u009b31m'],
  ['backspaces', 'Faust\b\b\b\b\b'],
  ['a line turned round', '\u202etsuaF'],
])('what stands in Jet never reaches the terminal as a command: %s', async (_what, text) => {
  const odd = `Faust ${text}`;
  const texts = { customerTitle: odd, externalMemo: odd, venue: odd };
  const { eventNumber } = await stage.event({ title: 'Faust', ...texts, ...START });
  for (const { stdout, stderr } of [await plan(eventNumber), await cancel(eventNumber)]) {
    expect(stdout + stderr).toMatch(/Faust.*\[U\+/);
    expect(stdout + stderr).not.toMatch(COMMANDS);
  }
  const { stdout } = await run('plan', 'FSP', eventNumber, ...ORDER, '--json');
  expect(stdout).not.toMatch(COMMANDS);
  const { steps } = JSON.parse(stdout) as PlannedOrder;
  expect(steps.find(({ name }) => name === 'mark-titles')?.before).toMatchObject({ customerTitle: odd });
});

it('a title of two lines begins no line of its own', async () => {
  const { eventNumber } = await stage.event({ title: 'Faust\n  Status: Storno', ...START });
  const { stderr } = await cancel(eventNumber);
  expect(stderr).toContain(`FSP ${eventNumber} · Faust Status: Storno\n`);
});

describe('texts that are compared show what nobody sees by its number:', () => {
  it('the plan', async () => {
    const { eventNumber } = await stage.event({
      title: 'Fa\u00adust\u00a0I ',
      customerTitle: null,
      ...START,
    });
    expect((await plan(eventNumber)).stdout).toContain(`  Titel
    bisher: Fa[U+00AD]ust[U+00A0]I[U+0020]
    dann:   Fa[U+00AD]ust[U+00A0]I  – ENTFÄLLT
`);
  });

  it('a question about a text that was changed', async () => {
    const event = await stage.event({ title: 'Faust', customerTitle: null, ...START });
    const order = await stage.prepare({ event });
    await stage.startWaiting(order);
    await stage.edit(event.eventNumber, { title: 'Fa\u00adust' });
    await stage.skipWait(order);
    await stage.untilState(order, 'needs-attention');
    const { stdout } = await run('status', 'FSP', event.eventNumber);
    expect(stdout.split('\n').map((line) => line.trim())).toEqual(
      expect.arrayContaining(['von uns:   Faust – ENTFÄLLT', 'jetzt:     Fa[U+00AD]ust']),
    );
  });
});
