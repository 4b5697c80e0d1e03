import type { Journal } from '../../src/journal/port';
import { ActivityStage } from '../support/activity-stage';

/*
 * A process that was stopped between "sending" and its connection used to send when it woke up: after a newer
 * attempt had found the mail in doubt, and a person had it sent again.
 */

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});

afterEach(() => {
  jest.restoreAllMocks();
});

afterAll(() => stage.close());

/** A worker for which time has gone by when "sending" is on the disk. */
function sleepsAfterIntent(ms: number) {
  const { journal } = stage;
  const appendNew: Journal['appendNew'] = async (ref, entry) => {
    const line = await journal.appendNew(ref, entry);
    const awake = Date.now() + ms;
    jest.spyOn(Date, 'now').mockImplementation(() => awake);
    return line;
  };
  const sleepy = new Proxy(journal, {
    get: (target, name: keyof Journal) => (name === 'appendNew' ? appendNew : target[name].bind(target)),
  });
  return stage.worker({ journal: sleepy });
}

test('a sending that was begun too long ago does not connect, and is tried again', async () => {
  const aCase = await (await stage.begin()).runUpTo('sendPartnerNotice');
  expect(await aCase.failureOf('sendPartnerNotice', { worker: sleepsAfterIntent(2_500) })).toBe(
    'mail-server-unavailable',
  );
  expect(stage.mail.conversations).toEqual([]);
  jest.restoreAllMocks();
  await aCase.perform('sendPartnerNotice');
  expect(stage.mail.conversations).toHaveLength(1);
});
