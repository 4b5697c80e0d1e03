import type { WorkflowHandle } from '@temporalio/client';
import { KnownFailure } from '../../src/domain/failures';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { abortUpdate, retryNowUpdate } from '../../src/workflows/messages';
import type { JetOperation } from '../support/fake-jet';
import { MARKED, MINUTE, QUICK, TimeSkippingStage, TITLE } from '../support/time-skipping-stage';

const ORIGINAL = {
  title: TITLE,
  customerTitle: `Dürrenmatt: ${TITLE}`,
  externalMemo: 'Einlass ab 19 Uhr',
  status: 'ON_SALE',
};
const lost = () => {
  throw new KnownFailure('jet-unavailable', 'the answer was lost');
};

describe('an abort', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset().then(() => void (stage.jet.transferAfterMs = MINUTE / 2)));
  afterEach(() => stage.settle());

  const abort = (handle: WorkflowHandle) => stage.act(handle, abortUpdate, {});

  /** A run that is held right before or after a call of its Storno step. */
  async function heldAt(moment: 'before' | 'after', operation: JetOperation) {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    const { reached, release } = stage.jet.hold(moment, operation);
    const waited = stage.env.sleep(QUICK.syncIntervalMs!);
    await reached;
    return { handle, goOn: () => (release(), waited) };
  }

  async function expectAborted(handle: WorkflowHandle) {
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    expect(stage.jet.event).toMatchObject(ORIGINAL);
    expect(stage.jet.count('set-storno')).toBe(0);
    const { caseId, pointOfNoReturnPassed } = await stage.status(handle);
    expect(pointOfNoReturnPassed).toBe(false);
    expect(await stage.journal.readClaim(caseId)).toBe('abort');
  }

  async function expectCompleted(handle: WorkflowHandle) {
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.jet.event).toMatchObject({ title: MARKED, status: 'CANCELLED' });
    const { caseId, pointOfNoReturnPassed } = await stage.status(handle);
    expect(pointOfNoReturnPassed).toBe(true);
    expect(await stage.journal.readClaim(caseId)).toBe('storno');
  }

  // It used to answer with the wait, and so with the promise of a Storno.
  it('answers that the case is being aborted, and no longer with the wait', async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ state }) => state === 'waiting', 60_000);
    expect(await abort(handle)).toMatchObject({ state: 'aborting', waitEndsAt: null, waitSavedAt: null });
    await expectAborted(handle);
  });

  describe.each([
    ['before Storno reads the event', 'before'],
    ['between its read and its claim', 'after'],
  ] as const)('that comes %s', (_when, moment) => {
    it('wins as an update', async () => {
      const { handle, goOn } = await heldAt(moment, 'read-event');
      expect(await abort(handle)).toMatchObject({ pointOfNoReturnPassed: false });
      await goOn();
      await expectAborted(handle);
    });

    it('wins as a workflow cancel', async () => {
      const { handle, goOn } = await heldAt(moment, 'read-event');
      await handle.cancel();
      await stage.until(handle, ({ allowedActions }) => !allowedActions.includes('abort'), 100);
      await goOn();
      await expectAborted(handle);
    });
  });

  describe.each([
    ['between its claim and its write', 'before'],
    ['between its write and the answer', 'after'],
  ] as const)('that comes %s', (_when, moment) => {
    it('loses as an update, and the view says so at once', async () => {
      const { handle, goOn } = await heldAt(moment, 'set-storno');
      expect(await stage.refusal(handle, abortUpdate, {})).toBe(ACTION_TEXTS.abortTooLate);
      const status = await stage.status(handle);
      expect(status).toMatchObject({ step: 'set-storno', pointOfNoReturnPassed: true });
      expect(status.allowedActions).not.toContain('abort');
      await goOn();
      await expectCompleted(handle);
      expect(stage.jet.count('set-storno')).toBe(1);
    });

    it('loses as a workflow cancel, and leaves a note', async () => {
      const { handle, goOn } = await heldAt(moment, 'set-storno');
      await handle.cancel();
      await stage.until(handle, ({ pointOfNoReturnPassed }) => pointOfNoReturnPassed, 100);
      await goOn();
      await expectCompleted(handle);
      const { currentDetails } = await handle.query<{ currentDetails: string }>(
        '__temporal_workflow_metadata',
      );
      expect(currentDetails).toContain(`Abbruch verlangt: ${ACTION_TEXTS.abortTooLate}`);
    });
  });

  it.each([
    ['was written', 'after', 1],
    ['was not written', 'before', 2],
  ] as const)('loses when the answer was lost and Storno %s', async (_what, moment, writes) => {
    stage.jet[moment]['set-storno'] = lost;
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, () => stage.jet.count('set-storno') > 0);
    expect(await stage.refusal(handle, abortUpdate, {})).toBe(ACTION_TEXTS.abortTooLate);
    stage.jet.heal('set-storno');
    await expectCompleted(handle);
    expect(stage.jet.count('set-storno')).toBeGreaterThanOrEqual(writes);
    expect(stage.jet.count('save-announcement')).toBe(1);
  });

  it('is one decision when it comes as an update and as a workflow cancel at once', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await Promise.all([abort(handle), handle.cancel()]);
    await expectAborted(handle);
    const lines = (await stage.entries(handle)).filter(({ operation }) => operation === 'abort');
    expect(lines).toHaveLength(1);
    expect(stage.jet.count('save-announcement')).toBe(2);
  });

  it.each(['before', 'after'] as const)('restores what is being marked %s its write', async (moment) => {
    const { reached, release } = stage.jet.hold(moment, 'save-announcement');
    const handle = await stage.startNew({ policy: QUICK });
    await reached;
    await abort(handle);
    release();
    await expectAborted(handle);
  });

  it('writes nothing when it comes during the check', async () => {
    const { reached, release } = stage.jet.hold('before', 'read-event');
    const handle = await stage.startNew({ policy: QUICK });
    await reached;
    await abort(handle);
    release();
    await expectAborted(handle);
    expect(stage.jet.count('save-announcement')).toBe(0);
  });

  it('ends a situation for which the house was alerted', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await stage.jet.edit({ title: TITLE });
    await stage.untilAsked(handle, 'marker-removed');
    expect(await stage.needsAttention(handle)).toBe(true);
    await stage.untilTold(handle);
    await abort(handle);
    await expectAborted(handle);
    expect(await stage.needsAttention(handle)).toBe(false);
    expect(stage.mail.told).toEqual(['attention']);
  });

  it('goes on by itself when Jet comes back, and cannot be taken back', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    const heal = stage.jet.fail('save-announcement', 'jet-unavailable');
    await abort(handle);
    await stage.untilAsked(handle, 'jet-unavailable');
    await stage.untilTold(handle);
    expect(await stage.status(handle)).toMatchObject({
      state: 'aborting',
      allowedActions: ['retry', 'close-by-hand'],
    });
    expect(await stage.refusal(handle, abortUpdate, {})).toBe(ACTION_TEXTS.abortUnderWay);
    heal();
    await expectAborted(handle);
    expect(stage.mail.told).toEqual(['attention', 'all-clear']);
  });

  it('is refused while the journal lacks lines, as an update and as a workflow cancel', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    const { journalPath } = stage;
    await stage.openJournal();
    expect(await stage.refusal(handle, abortUpdate, {})).toMatch(/^Im Logbuch fehlen Einträge/);
    await handle.cancel();
    await stage.untilAsked(handle, 'journal-behind');
    expect(await stage.refusal(handle, abortUpdate, {})).toBe(ACTION_TEXTS.abortNeedsJournal);
    await stage.openJournal(journalPath);
    await stage.act(handle, retryNowUpdate, {});
    await expectCompleted(handle);
  });
});
