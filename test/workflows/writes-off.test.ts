import type { WorkflowHandle } from '@temporalio/client';
import type { CancellationStatus } from '../../src/domain/case';
import { WRITES_OFF } from '../../src/domain/writes';
import { abortUpdate, confirmStepUpdate } from '../../src/workflows/messages';
import { BY, MARKED, MINUTE, QUICK, TimeSkippingStage, TITLE } from '../support/time-skipping-stage';

const BY_ADA = { actor: 'Ada', actorId: 'token:ada', reason: 'Titel falsch' };

describe('while writes are off', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  const off = () => stage.journal.switchWrites({ ...BY_ADA, on: false });
  const on = () => stage.journal.switchWrites({ ...BY_ADA, on: true });
  const isHeld = ({ warnings }: CancellationStatus) => warnings.some(({ code }) => code === WRITES_OFF);
  const begun = async (handle: WorkflowHandle) =>
    (await stage.entries(handle)).filter(({ kind }) => kind === 'intent').map(({ operation }) => operation);

  it('a case waits at its first write with a warning and no question, and goes on by itself', async () => {
    await off();
    const handle = await stage.startNew({ policy: QUICK });
    const held = await stage.until(handle, isHeld);
    expect(held).toMatchObject({ state: 'running', step: 'mark-titles', attention: null });
    // Far longer than the time after which a person is told.
    await stage.env.sleep(20 * QUICK.attentionAfterMs!);
    const later = await stage.status(handle);
    expect([isHeld(later), later.attention, stage.jet.event!.title]).toEqual([true, null, TITLE]);
    expect(await begun(handle)).not.toContain('save-announcement');
    expect(await stage.countEvents(handle)).toBeLessThan(30);

    await on();
    const marked = await stage.until(handle, ({ state }) => state === 'waiting');
    expect([isHeld(marked), stage.jet.event!.title]).toEqual([false, MARKED]);
  });

  it('a save that is made meanwhile begins the wait anew', async () => {
    const handle = await stage.startNew({ policy: { ...QUICK, attentionAfterMs: 10 * MINUTE } });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await off();
    await stage.until(handle, (status) => status.step === 'set-storno' && isHeld(status));
    await stage.jet.edit({});
    await on();
    const again = await stage.until(handle, ({ state }) => state === 'waiting', 500);
    expect(again).toMatchObject({ step: 'wait-for-title-transfer', pointOfNoReturnPassed: false });
    expect(stage.jet.event!.status).toBe('ON_SALE');
  });

  it('an abort gets through, and restores once they are on', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await off();
    await stage.act(handle, abortUpdate, BY);
    const held = await stage.until(handle, isHeld);
    expect(held.state).toBe('aborting');
    expect(held.warnings.at(-1)?.text).toContain('stehen noch in Jet');
    expect(stage.jet.event!.title).toBe(MARKED);
    await on();
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    expect(stage.jet.event!.title).toBe(TITLE);
  });

  it('a house without a gateway gets no new task, and an open one can be confirmed', async () => {
    const handle = await stage.startNew({ policy: QUICK, seen: {} });
    const { task } = await stage.untilAsked(handle, 'person-step');
    expect(task).not.toBeNull();
    await off();
    const texts = Object.fromEntries(task!.fields.map(({ label, value }) => [label, value]));
    const marked = {
      title: MARKED,
      customerTitle: texts['Titel (Kundensicht)'] ?? null,
      externalMemo: texts['Externer Memotext'] ?? '',
    };
    await stage.act(handle, confirmStepUpdate, { step: 'mark-titles', readBack: marked });
    const held = await stage.until(handle, isHeld);
    expect(held).toMatchObject({ step: 'set-storno', attention: null, pointOfNoReturnPassed: false });
    await on();
    expect(await stage.untilAsked(handle, 'person-step')).toMatchObject({ step: 'set-storno' });
  });

  it('a write that has asked before ends, and the mail to Ö-Ticket after it is not begun', async () => {
    const granting = stage.jet.hold('before', 'grant-right');
    const handle = await stage.startNew({ policy: QUICK });
    let isReached = false;
    void granting.reached.then(() => (isReached = true));
    await stage.until(handle, () => isReached);
    await off();
    expect(await stage.journal.attemptsAtWork()).toMatchObject([{ step: 'grant-right' }]);
    granting.release();
    expect(await stage.until(handle, isHeld)).toMatchObject({ step: 'notify-partner', attention: null });
    expect([await stage.journal.attemptsAtWork(), stage.mail.attempts]).toEqual([[], []]);
    expect(await begun(handle)).not.toContain('send-partner-notice');
    await on();
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('a house is told once when it lasts, not once for each case', async () => {
    await off();
    const handles = [await stage.startNew({ policy: QUICK }), await stage.startNew({ policy: QUICK })];
    for (const handle of handles) await stage.until(handle, isHeld);
    const told = () => stage.mail.alerts.filter(({ text }) => text.includes('Schreiben abgeschaltet'));
    expect(told()).toEqual([]);
    // The journal has the time of this machine, which the server does not skip.
    const now = Date.now.bind(Date);
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + 2 * QUICK.attentionAfterMs!);
    for (let round = 0; round < 20; round += 1) await stage.env.sleep(5_000);
    clock.mockRestore();
    expect(told()).toHaveLength(1);
    expect(told()[0]?.text).toContain('Titel falsch');
    for (const handle of handles) expect((await stage.status(handle)).attention).toBeNull();
  });
});
