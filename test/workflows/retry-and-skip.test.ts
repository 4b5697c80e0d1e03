import type { WorkflowHandle } from '@temporalio/client';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { retryNowUpdate, skipWaitUpdate, waiveStepUpdate } from '../../src/workflows/messages';
import { BY, MINUTE, TimeSkippingStage } from '../support/time-skipping-stage';

/** Longest time that counts as "at once" on a busy machine, by the server's clock. */
const AT_ONCE_MS = 20_000;

describe('what people can hurry', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  /** The time on the server's clock until a step is left, when the test does not skip time. */
  async function timeToLeave(handle: WorkflowHandle, step: string): Promise<number> {
    const begin = await stage.env.currentTimeMs();
    await stage.until(handle, (status) => status.step !== step, 100);
    return (await stage.env.currentTimeMs()) - begin;
  }

  async function decisions(handle: WorkflowHandle) {
    return (await stage.entries(handle)).filter(({ kind }) => kind === 'decision');
  }

  describe('retryNow', () => {
    it('tries a step at once that would have been tried minutes later', async () => {
      const heal = stage.jet.fail('save-announcement', 'jet-unavailable');
      const handle = await stage.startNew();
      await stage.until(handle, ({ attention }) => attention !== null, MINUTE);
      heal();
      await stage.act(handle, retryNowUpdate, {});
      expect(await timeToLeave(handle, 'mark-titles')).toBeLessThan(AT_ONCE_MS);
      expect(await decisions(handle)).toMatchObject([
        { operation: 'retry', step: 'mark-titles', actor: BY.actor, after: { reason: BY.reason } },
      ]);
    });

    it('looks at Connect Online at once', async () => {
      stage.jet.transferAfterMs = Number.MAX_SAFE_INTEGER;
      const handle = await stage.startNew({ policy: { pollIntervalMs: 20 * MINUTE } });
      await stage.until(handle, ({ step }) => step === 'verify-channel', MINUTE);
      stage.jet.transferAfterMs = 0;
      await stage.act(handle, retryNowUpdate, {});
      expect(await timeToLeave(handle, 'verify-channel')).toBeLessThan(AT_ONCE_MS);
    });

    it('does not save twice what was saved while it was asked for', async () => {
      let asked: Promise<unknown> = Promise.resolve();
      const handle = await stage.start(await stage.prepare());
      stage.jet.after['save-announcement'] = () => {
        stage.jet.heal('save-announcement');
        asked = stage.act(handle, retryNowUpdate, {});
        return asked;
      };
      await stage.until(handle, ({ state }) => state === 'waiting', 1_000);
      await asked;
      expect(stage.jet.count('save-announcement')).toBe(1);
    });

    it('calls for the house no second time when it did not help, and gives the all-clear when it heals then', async () => {
      const heal = stage.jet.fail('save-announcement', 'jet-unavailable');
      const handle = await stage.startNew({ policy: { attentionAfterMs: 30_000 } });
      const { id } = await stage.untilAsked(handle);
      await stage.untilTold(handle);
      await stage.act(handle, retryNowUpdate, {});
      await stage.env.sleep(2 * MINUTE);
      expect((await stage.status(handle)).attention?.id).toBe(id);
      heal();
      await stage.until(handle, ({ state }) => state === 'waiting', MINUTE);
      await stage.untilTold(handle, 2);
      expect(stage.mail.told).toEqual(['attention', 'all-clear']);
    });
  });

  describe('skipWait', () => {
    async function inFirstWait() {
      const handle = await stage.startNew();
      const { step, waitSavedAt: savedAt } = await stage.until(
        handle,
        ({ state }) => state === 'waiting',
        1_000,
      );
      return { handle, request: { step, savedAt: savedAt!, titlesVisibleAtPartner: true } };
    }

    it('ends the first wait for exactly its save, when the marker has been seen at Ö-Ticket', async () => {
      const { handle, request } = await inFirstWait();
      await stage.act(handle, skipWaitUpdate, request);
      await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer', 1_000);
      expect(stage.jet.at('set-storno') - stage.jet.at('save-announcement')).toBeLessThan(MINUTE);
      expect((await stage.status(handle)).steps[2]).toMatchObject({ state: 'skipped' });
      expect(await decisions(handle)).toMatchObject([
        {
          operation: 'skip-wait',
          step: request.step,
          after: { savedAt: request.savedAt, reason: BY.reason },
        },
      ]);
    });

    it.each([
      [
        'nobody has seen the marker there',
        { titlesVisibleAtPartner: false },
        ACTION_TEXTS.titlesMustBeVisible,
      ],
      ['it names another save', { savedAt: '2026-01-01T00:00:00.000Z' }, ACTION_TEXTS.anotherWait],
      ['it names the other wait', { step: 'wait-for-storno-transfer' }, ACTION_TEXTS.anotherWait],
    ])('ends nothing when %s', async (_why, changes, sentence) => {
      const { handle, request } = await inFirstWait();
      expect(await stage.refusal(handle, skipWaitUpdate, { ...request, ...changes })).toBe(sentence);
      expect((await stage.status(handle)).state).toBe('waiting');
      expect(await decisions(handle)).toEqual([]);
    });

    it('does not hold for what a colleague saves after it: that is waited for again', async () => {
      const { handle, request } = await inFirstWait();
      stage.jet.before['read-event'] = async () => {
        stage.jet.heal('read-event');
        await stage.jet.edit({ production: 'Zweite Fassung' });
      };
      await stage.act(handle, skipWaitUpdate, request);
      const again = await stage.until(
        handle,
        ({ state, waitSavedAt }) => state === 'waiting' && waitSavedAt !== request.savedAt,
        1_000,
      );
      const { savedAt } = stage.jet.event!;
      expect(again).toMatchObject({
        step: 'wait-for-title-transfer',
        state: 'waiting',
        waitSavedAt: savedAt,
      });
      expect(await stage.refusal(handle, skipWaitUpdate, request)).toBe(ACTION_TEXTS.anotherWait);
      await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer', MINUTE);
      expect(stage.jet.at('set-storno') - Date.parse(savedAt)).toBeGreaterThanOrEqual(15 * MINUTE);
    });

    it('ends the second wait, and then looks at once', async () => {
      stage.jet.transferAfterMs = 0;
      const handle = await stage.startNew();
      const { step, waitSavedAt: savedAt } = await stage.until(
        handle,
        (status) => status.step === 'wait-for-storno-transfer',
        MINUTE,
      );
      await stage.act(handle, skipWaitUpdate, { step, savedAt });
      expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
      const seenAt = stage.jet.log.findLast(({ operation }) => operation === 'read-channel')!.at;
      expect(seenAt - stage.jet.at('set-storno')).toBeLessThan(10 * MINUTE);
    });
  });

  describe('waiveStep', () => {
    it('goes on without the right, and the mail says so', async () => {
      stage.jet.fail('grant-right', 'right-not-granted');
      const handle = await stage.startNew();
      await stage.until(handle, ({ attention }) => attention !== null, MINUTE);
      await stage.act(handle, waiveStepUpdate, { step: 'grant-right' });
      expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
      expect(JSON.parse(stage.mail.sent[0]!.text)).toMatchObject({
        isRightWaived: true,
        rightValidUntil: null,
      });
      const { steps } = await stage.status(handle);
      expect(steps[6]).toMatchObject({ state: 'waived', detail: 'darauf wurde verzichtet' });
      expect(stage.jet.right).toBeNull();
    });

    it('goes on without the mail', async () => {
      stage.mail.answers.push('refused');
      const handle = await stage.startNew();
      await stage.until(handle, ({ attention }) => attention !== null, MINUTE);
      await stage.act(handle, waiveStepUpdate, { step: 'notify-partner' });
      expect(await handle.result()).toMatchObject({ noticeAcceptedAt: null });
      expect(stage.mail.sent).toEqual([]);
      expect(await decisions(handle)).toMatchObject([
        { operation: 'waive-step', step: 'notify-partner', actor: BY.actor },
      ]);
    });
  });
});
