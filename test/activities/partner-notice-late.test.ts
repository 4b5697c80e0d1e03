import type { Journal } from '../../src/journal/port';
import { ActivityStage } from '../support/activity-stage';

/*
 * A process that was frozen between its line "sending" and its connection used to send when it woke up, although a
 * newer attempt had meanwhile found the mail in doubt, and an operator had it sent again.
 */

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => stage.close());

/**
 * A worker whose clocks jump by these amounts right after the line "sending" is on the disk: the machine's clock, and
 * the process's own.
 */
function sleepsAfterIntent({ timeMs, uptimeMs }: { timeMs: number; uptimeMs: number }) {
  const { journal } = stage;
  const appendNewUnlessEnded: Journal['appendNewUnlessEnded'] = async (ref, entry) => {
    const line = await journal.appendNewUnlessEnded(ref, entry);
    const [time, uptime] = [Date.now() + timeMs, performance.now() + uptimeMs];
    jest.spyOn(Date, 'now').mockImplementation(() => time);
    jest.spyOn(performance, 'now').mockImplementation(() => uptime);
    return line;
  };
  const sleepy = new Proxy(journal, {
    get: (target, name: keyof Journal) =>
      name === 'appendNewUnlessEnded' ? appendNewUnlessEnded : target[name].bind(target),
  });
  return stage.worker({ journal: sleepy });
}

test.each([
  ['its process was stopped', { timeMs: 2_500, uptimeMs: 2_500 }],
  ['its machine slept', { timeMs: 2_500, uptimeMs: 0 }],
  ['its clock was set back meanwhile', { timeMs: 2_500 - 3_600_000, uptimeMs: 2_500 }],
  ['its clock was set back, and nothing else is known', { timeMs: -3_600_000, uptimeMs: 0 }],
])('a sending that was begun too long ago does not connect, and is tried again: %s', async (_how, clocks) => {
  const aCase = await (await stage.prepare()).runUpTo('sendPartnerNotice');
  expect(await aCase.failureOf('sendPartnerNotice', { worker: sleepsAfterIntent(clocks) })).toBe(
    'mail-server-unavailable',
  );
  expect(stage.mail.conversations).toEqual([]);
  jest.restoreAllMocks();
  await aCase.perform('sendPartnerNotice');
  expect(stage.mail.conversations).toHaveLength(1);
});
