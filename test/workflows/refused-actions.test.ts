import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { CaseState } from '../../src/domain/vocabulary';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { abortUpdate, retryNowUpdate, skipWaitUpdate, waiveStepUpdate } from '../../src/workflows/messages';
import { BY, MINUTE, QUICK, TimeSkippingStage } from '../support/time-skipping-stage';

const UPDATES = ['abort', 'retryNow', 'skipWait', 'confirmStep', 'waiveStep', 'decide', 'closeByHand'];
const JUNK: [string, unknown[]][] = [
  ['nothing', []],
  ['null', [null]],
  ['a number', [7]],
  ['a text', ['abort']],
  ['a list', [[BY]]],
  ['an empty object', [{}]],
  ['a reason without a name', [{ reason: 'x' }]],
  ['a name without a reason', [{ actor: 'x' }]],
  ['blanks', [{ actor: ' ', reason: '\n' }]],
  ['a name that is no text', [{ actor: ['x'], reason: 'x' }]],
  ['a line break in the name', [{ actor: 'Die Direktion\nabsage: close', reason: 'x' }]],
  ['a line break after the name', [{ actor: 'Die Direktion\r\n', reason: 'x' }]],
  ['a NUL in the name', [{ actor: 'x\u0000', reason: 'x' }]],
  ['half a character in the name', [{ actor: 'x\ud800', reason: 'x' }]],
  ['a reason of 2,001 characters', [{ actor: 'x', reason: 'x'.repeat(2_001) }]],
];

/** Details that refer to nothing that exists. A valid name and reason come beside them. */
const WRONG: [string, object][] = [
  ['null in each field', { step: null, savedAt: null, readBack: null, attentionId: null, choice: null }],
  ['numbers', { step: 1, savedAt: 1, readBack: 1, attentionId: 1, choice: 1 }],
  ['lists', { step: [], savedAt: [], readBack: [], attentionId: [], choice: [] }],
  ['another step', { step: 'report', savedAt: '2026-01-01T00:00:00Z', attentionId: 'x', choice: 'adopt' }],
  ['a prototype', { step: '__proto__', readBack: { __proto__: null }, attentionId: 'constructor' }],
];

describe('an action that is not possible', () => {
  let stage: TimeSkippingStage;
  let handle: WorkflowHandle;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  afterEach(() => stage.settle());

  const send = (update: string, args: unknown[]) =>
    handle.executeUpdate<unknown, [unknown]>(update, { args: args as [unknown] }).then(
      () => 'accepted',
      (error: unknown) => (error instanceof WorkflowUpdateFailedError ? (error.cause?.message ?? '') : error),
    );

  async function acceptedUpdates(): Promise<number> {
    const { events } = await handle.fetchHistory();
    return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
  }

  it('is refused, whatever it is called with, and leaves no trace', async () => {
    await stage.reset();
    handle = await stage.startNew();
    await stage.until(handle, ({ state }) => state === 'waiting');
    for (const update of UPDATES) {
      for (const [what, args] of JUNK) {
        expect([update, what, await send(update, args)]).toEqual([update, what, ACTION_TEXTS.actorAndReason]);
      }
    }
    expect(await acceptedUpdates()).toBe(0);
    expect((await stage.status(handle)).state).toBe('waiting');
  });

  it.each([
    ['in a wait', () => undefined, 'waiting'],
    [
      'when a person is asked',
      ({ jet }: TimeSkippingStage) => void jet.fail('save-announcement', 'jet-access-denied'),
      'needs-attention',
    ],
  ] satisfies [string, (stage: TimeSkippingStage) => void, CaseState][])(
    'is refused %s, whatever it names',
    async (_when, arrange, state) => {
      await stage.reset();
      arrange(stage);
      handle = await stage.startNew({ policy: QUICK });
      await stage.until(handle, (status) => status.state === state);
      for (const update of ['skipWait', 'confirmStep', 'waiveStep', 'decide']) {
        for (const [what, details] of WRONG) {
          const sentence = await send(update, [{ ...BY, ...details }]);
          expect([update, what, sentence]).toEqual([update, what, expect.stringMatching(/^[A-ZÄÖÜ].*\.$/)]);
        }
      }
      expect(await acceptedUpdates()).toBe(0);
    },
  );

  it('is no query and no signal that the run does not know', async () => {
    await stage.reset();
    handle = await stage.startNew({ policy: QUICK });
    stage.jet.transferAfterMs = 0;
    await handle.signal('abort', BY);
    await expect(handle.query('nothing')).rejects.toThrow();
    await expect(handle.executeUpdate('cancel', { args: [BY] })).rejects.toThrow();
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
  });

  it('takes a reason as long as the API takes it, counted in characters', async () => {
    await stage.reset();
    stage.jet.fail('grant-right', 'right-not-granted');
    stage.jet.transferAfterMs = 0;
    handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle, 'right-not-granted');
    const reason = '🎭'.repeat(2_000);
    await stage.act(handle, waiveStepUpdate, { step: 'grant-right', reason });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
  });
});

describe('an action that is sent twice with one id', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  it('is carried out once, and answered twice', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    const { waitSavedAt: savedAt } = await stage.until(handle, ({ state }) => state === 'waiting');
    const step = 'wait-for-title-transfer';
    const args = [{ ...BY, step, savedAt: savedAt!, titlesVisibleAtPartner: true }] as const;
    const updateId = randomUUID();
    const [first, second] = [
      await handle.executeUpdate(skipWaitUpdate, { args: [...args], updateId }),
      await handle.executeUpdate(skipWaitUpdate, { args: [...args], updateId }),
    ];
    expect(second).toEqual(first);
    const lines = (await stage.entries(handle)).filter(({ operation }) => operation === 'skip-wait');
    expect(lines).toHaveLength(1);
  });

  it('restores once when it is an abort', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    const updateId = randomUUID();
    await handle.executeUpdate(abortUpdate, { args: [BY], updateId });
    await stage.untilEnd(handle);
    // An ended run still answers an action that it was asked while it was open.
    expect(await handle.executeUpdate(abortUpdate, { args: [BY], updateId })).toMatchObject({
      caseId: expect.any(String),
    });
    expect(stage.jet.count('save-announcement')).toBe(2);
  });

  it('stands in the journal as often as it was meant', async () => {
    stage.jet.fail('save-announcement', 'jet-unavailable');
    const handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle);
    for (const updateId of ['once', 'once', 'again']) {
      await handle.executeUpdate(retryNowUpdate, { args: [BY], updateId });
    }
    await stage.env.sleep(MINUTE);
    const lines = (await stage.entries(handle)).filter(({ operation }) => operation === 'retry');
    expect(lines.map(({ effectKey }) => effectKey)).toEqual(['retry/once', 'retry/again']);
  });
});
