import type { WorkflowHandle } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import { ABSAGE } from '../../src/domain/actor';
import type { CancellationInput } from '../../src/domain/case';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { KnownFailure } from '../../src/domain/failures';
import { abortUpdate, closeByHandUpdate } from '../../src/workflows/messages';
import { BY, MARKED, MINUTE, QUICK, TimeSkippingStage } from '../support/time-skipping-stage';
import { BY as BY_TOKEN } from '../support/trust';

describe('closeByHand', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  /** A case whose Storno was written and whose answer was lost. Before the next attempt a colleague set Abschluss. */
  async function overtaken(input?: CancellationInput): Promise<WorkflowHandle> {
    stage.jet.before['set-storno'] = async () => {
      await stage.jet.edit({ status: 'CLOSED', statusText: 'Abschluss' });
      throw new KnownFailure('jet-unavailable', 'the answer was lost');
    };
    const handle = await stage.start(input ?? (await stage.prepare({ policy: QUICK })));
    await stage.untilAsked(handle, 'status-not-cancellable');
    // Its lines would otherwise come beside those of what a test does next.
    await stage.untilTold(handle);
    return handle;
  }

  it('ends a run whose Storno was tried and cannot succeed any more: nothing is restored', async () => {
    const handle = await overtaken();
    expect(await stage.status(handle)).toMatchObject({
      pointOfNoReturnPassed: true,
      allowedActions: ['retry', 'close-by-hand'],
    });
    expect(await stage.refusal(handle, abortUpdate, {})).toBe(ACTION_TEXTS.abortTooLate);
    await stage.act(handle, closeByHandUpdate, {});
    const failure = await handle.result().catch((error: unknown) => error);
    expect(failure).toMatchObject({ cause: { type: 'ClosedByHand' } });
    expect(await stage.status(handle)).toMatchObject({
      state: 'closed-by-hand',
      attention: null,
      allowedActions: [],
    });
    expect(stage.jet.event).toMatchObject({ title: MARKED, status: 'CLOSED' });
    expect(stage.jet.count('save-announcement')).toBe(1);
    expect(stage.jet.count('set-storno')).toBe(1);
    expect(stage.mail.attempts).toEqual([]);
    expect(await stage.needsAttention(handle)).toBe(false);
  });

  // A reset in Temporal's Web UI used to go on from there: to the right, and to the mail to Ö-Ticket.
  it('stays closed when its run is begun again, although the event is Storno now', async () => {
    const input = await stage.prepare({ policy: QUICK });
    const handle = await overtaken(input);
    await stage.act(handle, closeByHandUpdate, {});
    await stage.untilEnd(handle);
    await stage.jet.edit({ status: 'CANCELLED', statusText: 'Storno' });
    const lines = await stage.entries(handle);
    const again = await stage.start(input);
    const failure = await again.result().catch((error: unknown) => error);
    expect(failure).toMatchObject({ cause: { type: 'ClosedByHand' } });
    expect(await stage.status(again)).toMatchObject({ state: 'closed-by-hand', attention: null });
    expect(stage.mail.attempts).toEqual([]);
    expect(stage.jet.count('grant-right')).toBe(0);
    expect(await stage.entries(again)).toEqual(lines);
  });

  it('stands in the journal with who and why, and as the end of the case', async () => {
    const handle = await overtaken();
    await stage.act(handle, closeByHandUpdate, {});
    await stage.untilEnd(handle);
    const who = { actor: BY.actor, actorId: BY_TOKEN.actorId };
    expect((await stage.entries(handle)).slice(-4)).toMatchObject([
      { operation: 'close-by-hand', ...who, after: { reason: BY.reason } },
      { kind: 'end', ...who, outcome: 'closed-by-hand' },
      { operation: 'alert-house', kind: 'intent', ...ABSAGE },
      { operation: 'alert-house', outcome: 'accepted', ...ABSAGE },
    ]);
    expect(stage.mail.ends).toEqual(['closed-by-hand']);
  });

  it('keeps the event from another case', async () => {
    const input = await stage.prepare({ policy: QUICK, order: { allowPastEvent: true } });
    stage.jet.fail('grant-right', 'right-not-granted');
    stage.jet.transferAfterMs = 0;
    const handle = await stage.start(input);
    await stage.untilAsked(handle, 'right-not-granted');
    await stage.act(handle, closeByHandUpdate, {});
    await stage.untilEnd(handle);
    const again = await stage.start({ ...input, caseId: randomUUID() });
    expect(await stage.untilEnd(again)).toBe('FAILED refused');
    expect((await stage.status(again)).refusal?.code).toBe('already-completed');
  });

  it('is refused before the first attempt to set Storno: that is aborted', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    expect(await stage.refusal(handle, closeByHandUpdate, {})).toBe(ACTION_TEXTS.notClosable);
    await stage.jet.edit({ status: 'CLOSED', statusText: 'Abschluss' });
    await stage.untilAsked(handle, 'status-not-cancellable');
    expect(await stage.refusal(handle, closeByHandUpdate, {})).toBe(ACTION_TEXTS.notClosable);
  });

  it('is refused for a run that goes on', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer');
    expect(await stage.refusal(handle, closeByHandUpdate, {})).toBe(ACTION_TEXTS.notClosable);
  });

  it('ends an abort that cannot restore the texts', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await stage.jet.edit({ title: 'Der Besuch' });
    await stage.act(handle, abortUpdate, {});
    await stage.untilAsked(handle, 'event-changed');
    await stage.act(handle, closeByHandUpdate, {});
    expect(await stage.untilEnd(handle)).toBe('FAILED closed-by-hand');
    expect(stage.jet.event!.title).toBe('Der Besuch');
  });

  it('ends also what is being tried further', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer');
    stage.jet.fail('read-channel', 'jet-unavailable');
    await stage.untilAsked(handle, 'channel-unavailable');
    await stage.env.sleep(10 * MINUTE);
    await stage.act(handle, closeByHandUpdate, {});
    expect(await stage.untilEnd(handle)).toBe('FAILED closed-by-hand');
  });
});
