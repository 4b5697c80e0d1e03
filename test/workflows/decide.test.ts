import type { WorkflowHandle } from '@temporalio/client';
import type { Choice } from '../../src/domain/vocabulary';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { abortUpdate, decideUpdate, retryNowUpdate } from '../../src/workflows/messages';
import { BY, MARKED, MINUTE, QUICK, TimeSkippingStage, TITLE } from '../support/time-skipping-stage';

const SYNC_MS = QUICK.syncIntervalMs!;

describe('decide', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset().then(() => void (stage.jet.transferAfterMs = MINUTE / 2)));
  afterEach(() => stage.settle());

  async function decide(handle: WorkflowHandle, choice: Choice, attentionId?: string) {
    const { attention } = await stage.status(handle);
    return stage.act(handle, decideUpdate, { attentionId: attentionId ?? attention?.id, choice });
  }

  async function decisions(handle: WorkflowHandle) {
    return (await stage.entries(handle)).filter(({ operation }) => operation === 'decide');
  }

  /** A case with marked titles that a colleague edited during the wait. */
  async function afterEdit(changes: Parameters<typeof stage.jet.edit>[0]): Promise<WorkflowHandle> {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await stage.jet.edit(changes);
    return handle;
  }

  async function inAbort(changes: Parameters<typeof stage.jet.edit>[0]): Promise<WorkflowHandle> {
    const handle = await afterEdit(changes);
    await stage.act(handle, abortUpdate, {});
    await stage.untilAsked(handle, 'event-changed');
    return handle;
  }

  it('mark-again: puts the marker on what stands there, and waits again', async () => {
    const handle = await afterEdit({ title: 'Der Besuch' });
    const { conflicts } = await stage.untilAsked(handle, 'marker-removed');
    expect(conflicts).toEqual([{ field: 'title', before: TITLE, ours: MARKED, now: 'Der Besuch' }]);
    await decide(handle, 'mark-again');
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.jet.event!.title).toBe('Der Besuch – ENTFÄLLT');
    const saves = stage.jet.log.filter(({ operation }) => operation === 'save-announcement');
    expect(saves).toHaveLength(2);
    expect(stage.jet.at('set-storno') - saves[1]!.at).toBeGreaterThanOrEqual(SYNC_MS);
    expect(await decisions(handle)).toMatchObject([
      { actor: BY.actor, outcome: 'mark-again', after: { reason: BY.reason, code: 'marker-removed' } },
    ]);
  });

  it('keep-theirs: marks the title that a colleague has given the event since the check', async () => {
    stage.jet.after['read-channel'] = async () => {
      stage.jet.heal('read-channel');
      await stage.jet.edit({ title: 'Der Besuch' });
    };
    const handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle, 'event-changed');
    await decide(handle, 'keep-theirs');
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.jet.event!.title).toBe('Der Besuch – ENTFÄLLT');
  });

  it.each([
    ['keep-theirs', "leaves a colleague's title", 'Der Besuch'],
    ['write-original', 'writes the original over it', TITLE],
  ] as const)('%s in an abort: %s', async (choice, _what, title) => {
    const handle = await inAbort({ title: 'Der Besuch' });
    expect(await stage.status(handle)).toMatchObject({
      state: 'aborting',
      attention: { conflicts: [{ field: 'title', before: TITLE, ours: MARKED, now: 'Der Besuch' }] },
    });
    await decide(handle, choice);
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    expect(stage.jet.event).toMatchObject({ title, externalMemo: 'Einlass ab 19 Uhr', status: 'ON_SALE' });
  });

  it('keep-theirs in an abort that a Storno of a colleague has overtaken: leaves everything', async () => {
    const handle = await inAbort({ status: 'CANCELLED', statusText: 'Storno' });
    const { choices } = (await stage.status(handle)).attention!;
    expect(choices.map(({ choice }) => choice)).toEqual(['keep-theirs']);
    await decide(handle, 'keep-theirs');
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    expect(stage.jet.event).toMatchObject({ title: MARKED, status: 'CANCELLED' });
  });

  it("adopt: takes a colleague's Storno for transferred on an operator's word", async () => {
    stage.jet.transferAfterMs = Number.MAX_SAFE_INTEGER;
    const handle = await afterEdit({ status: 'CANCELLED', statusText: 'Storno' });
    await stage.untilAsked(handle, 'channel-not-showing-storno');
    await decide(handle, 'adopt');
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    const evidence = (await stage.entries(handle)).find(({ effectKey }) => effectKey === 'verify-channel');
    expect(evidence).toMatchObject({ kind: 'evidence', outcome: 'adopted' });
    const { steps } = await stage.status(handle);
    expect(steps.find(({ name }) => name === 'verify-channel')?.detail).toBe('von einer Person bestätigt');
    expect(stage.jet.count('set-storno')).toBe(0);
  });

  it('send-again: makes exactly one attempt more, with the same Message-ID', async () => {
    stage.mail.answers.push('in-doubt');
    const handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle, 'mail-in-doubt');
    await decide(handle, 'send-again');
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.attempts).toHaveLength(2);
    expect(new Set(stage.mail.attempts).size).toBe(1);
    const intents = (await stage.entries(handle)).filter(
      ({ kind, step }) => kind === 'intent' && step === 'notify-partner',
    );
    const sending = intents.filter(({ operation }) => operation === 'send-partner-notice');
    expect(sending.map(({ effectKey }) => effectKey)).toEqual(['notify-partner/1', 'notify-partner/2']);
  });

  it('asks once more, as another question, when the second attempt is in doubt as well', async () => {
    stage.mail.answers.push('in-doubt', 'in-doubt');
    const handle = await stage.startNew({ policy: QUICK });
    const first = await stage.untilAsked(handle, 'mail-in-doubt');
    await stage.untilTold(handle);
    await decide(handle, 'send-again');
    const { attention: second } = await stage.until(
      handle,
      ({ attention }) => attention !== null && attention.id !== first.id,
    );
    expect(second).toMatchObject({ code: 'mail-in-doubt', actions: first.actions });
    const late = { attentionId: first.id, choice: 'send-again' };
    expect(await stage.refusal(handle, decideUpdate, late)).toBe(ACTION_TEXTS.anotherAttention);
    await stage.env.sleep(MINUTE);
    expect(stage.mail.attempts).toHaveLength(2);
    expect(stage.mail.told).toEqual(['attention', 'attention']);
    await decide(handle, 'send-again');
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.attempts).toHaveLength(3);
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('is done once for each question', async () => {
    const handle = await inAbort({ title: 'Der Besuch' });
    stage.jet.fail('save-announcement', 'jet-unavailable');
    await decide(handle, 'keep-theirs');
    expect((await stage.status(handle)).allowedActions).not.toContain('decide');
    expect(await stage.refusal(handle, decideUpdate, { choice: 'write-original' })).toBe(
      ACTION_TEXTS.nothingToDecide,
    );
    expect(await decisions(handle)).toHaveLength(1);
  });

  it('treat-as-sent: sends nothing more, and does not say that the server took it', async () => {
    stage.mail.answers.push('in-doubt');
    const handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle, 'mail-in-doubt');
    await decide(handle, 'treat-as-sent');
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.attempts).toHaveLength(1);
    expect((await stage.status(handle)).steps[7]?.detail).toBe('von einer Person bestätigt');
  });

  it('does not hold for a text that a colleague has changed since the question was asked', async () => {
    const handle = await inAbort({ title: 'Der Besuch' });
    const { attention: first } = await stage.status(handle);
    await stage.jet.edit({ title: 'Die Dame' });
    await stage.act(handle, retryNowUpdate, {});
    const { attention: second } = await stage.until(handle, ({ attention }) => attention?.id !== first!.id);
    expect(second!.conflicts).toMatchObject([{ field: 'title', now: 'Die Dame' }]);
    const late = { attentionId: first!.id, choice: 'write-original' };
    expect(await stage.refusal(handle, decideUpdate, late)).toBe(ACTION_TEXTS.anotherAttention);
    expect(stage.jet.event!.title).toBe('Die Dame');
  });
});
