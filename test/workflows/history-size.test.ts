import { MINUTE, TimeSkippingStage } from '../support/time-skipping-stage';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('the history of a run', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  it.each([
    ['', 60, {}, []],
    [', with the mail at the order,', 66, { isOrderMailed: true }, ['ordered']],
    [', with a place for the check,', 68, { isPlaceNeeded: true }, []],
  ] as const)('has%s at most %d events when everything goes well', async (_what, most, changes, told) => {
    const handle = await stage.start({ ...(await stage.prepare()), ...changes });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(await stage.countEvents(handle)).toBeLessThanOrEqual(most);
    expect(stage.mail.told).toEqual(told);
  });

  it.each([
    ['never shows the Storno', () => void (stage.jet.transferAfterMs = Number.MAX_SAFE_INTEGER)],
    ['never answers', () => void stage.jet.fail('read-channel', 'jet-unavailable')],
  ])('has under 200 after 30 days in which Connect Online %s', async (_what, disturb) => {
    const handle = await stage.startNew({ policy: { pollIntervalMs: HOUR, attentionAfterMs: 12 * HOUR } });
    await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer', MINUTE);
    disturb();
    const looksBefore = stage.jet.count('read-channel');
    for (let day = 0; day < 30; day += 1) await stage.env.sleep(DAY);
    expect((await stage.status(handle)).attention?.step).toBe('verify-channel');
    expect(stage.jet.count('read-channel') - looksBefore).toBeGreaterThan(200);
    expect(await stage.countEvents(handle)).toBeLessThan(200);
    expect(stage.mail.told).toEqual(['attention']);
  });

  it('does not grow while a person is waited for', async () => {
    stage.mail.answers.push('in-doubt');
    const handle = await stage.startNew();
    await stage.until(handle, ({ attention }) => attention !== null, MINUTE);
    await stage.env.sleep(MINUTE);
    const asked = await stage.countEvents(handle);
    await stage.env.sleep(30 * DAY);
    expect(await stage.countEvents(handle)).toBe(asked);
    expect(stage.mail.attempts).toHaveLength(1);
  });
});
