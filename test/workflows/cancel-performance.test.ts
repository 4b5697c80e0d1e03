import type { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { randomUUID } from 'node:crypto';
import { isChainWhole } from '../../src/journal/chain';
import { abortUpdate, cancellationWorkflowId, retryNowUpdate } from '../../src/workflows/messages';
import { BY, MARKED, MINUTE, TimeSkippingStage, TITLE } from '../support/time-skipping-stage';

describe('cancelPerformance', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  it('carries out the procedure with both waits of 15 minutes', async () => {
    const handle = await stage.startNew();
    await handle.result();
    const { jet, mail } = stage;
    expect(jet.event).toMatchObject({ title: MARKED, status: 'CANCELLED' });
    expect(jet.event!.customerTitle).toBe('Dürrenmatt: Der Besuch der alten Dame – ENTFÄLLT');
    expect(jet.event!.externalMemo).toBe(
      'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 19 Uhr',
    );
    expect(jet.count('save-announcement')).toBe(1);
    expect(jet.count('set-storno')).toBe(1);
    expect(jet.count('grant-right')).toBe(1);
    expect(mail.sent).toHaveLength(1);
    expect(jet.at('set-storno') - jet.at('save-announcement')).toBeGreaterThanOrEqual(15 * MINUTE);
    const verifiedAt = jet.log.findLast(({ operation }) => operation === 'read-channel')!.at;
    expect(verifiedAt - jet.at('set-storno')).toBeGreaterThanOrEqual(15 * MINUTE);

    const status = await stage.status(handle);
    expect(status.state).toBe('completed');
    expect(status.steps.map(({ state }) => state)).toEqual(Array(9).fill('done'));
    const { events } = await handle.fetchHistory();
    expect(events!.length).toBeLessThanOrEqual(60);
    expect(isChainWhole(await stage.journal.entries(status.caseId))).toBe(true);
  });

  it('polls without noise until Connect Online shows the Storno', async () => {
    stage.jet.transferAfterMs = 25 * MINUTE;
    const handle = await stage.startNew();
    await handle.result();
    expect(stage.jet.count('read-channel')).toBeGreaterThan(10);
    expect((await handle.fetchHistory()).events!.length).toBeLessThanOrEqual(60);
  });

  it('asks for a person when Connect Online does not show it, and goes on by itself', async () => {
    stage.jet.transferAfterMs = 120 * MINUTE;
    const handle = await stage.startNew();
    const parked = await stage.until(handle, ({ state }) => state === 'needs-attention');
    expect(parked.attention).toMatchObject({ code: 'channel-not-showing-storno', step: 'verify-channel' });
    expect(parked.allowedActions).toEqual(['retry', 'confirm-step', 'close-by-hand']);
    await handle.result();
    expect((await stage.status(handle)).attention).toBeNull();
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('refuses before the first write', async () => {
    stage.jet.event = { ...stage.jet.event!, status: 'CLOSED', statusText: 'Abschluss' };
    const handle = await stage.startNew();
    const error = await handle.result().catch((failure: unknown) => failure);
    expect((error as WorkflowFailedError).cause).toMatchObject({ type: 'Refused' });
    expect(stage.jet.count('save-announcement')).toBe(0);
    expect(await stage.status(handle)).toMatchObject({
      state: 'refused',
      refusal: { code: 'status-not-cancellable' },
    });
  });

  it('writes nothing in step 1 when the event is Storno already, and does the rest', async () => {
    const input = await stage.prepare();
    // A colleague sets Storno before Absage does.
    await stage.jet.edit({ status: 'CANCELLED', statusText: 'Storno' });
    stage.jet.readChannelInfo = async (eventNumber) => {
      const at = new Date(await stage.env.currentTimeMs()).toISOString();
      return { eventNumber, status: 'Storno', title: null, transferredAt: at, readAt: at };
    };
    const handle = await stage.start(input);
    await handle.result();
    expect(stage.jet.count('set-storno')).toBe(0);
    expect(stage.jet.count('grant-right')).toBe(1);
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('restores the titles byte for byte on abort before Storno, and closes as cancelled', async () => {
    const before = { ...stage.jet.event! };
    const handle = await stage.startNew();
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    expect(stage.jet.event!.title).toBe(MARKED);
    await handle.executeUpdate(abortUpdate, { args: [BY] });
    const error = await handle.result().catch((failure: unknown) => failure);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    const { title, customerTitle, externalMemo } = before;
    expect(stage.jet.event).toMatchObject({ title, customerTitle, externalMemo, status: 'ON_SALE' });
    expect(stage.jet.count('set-storno')).toBe(0);
    expect(await stage.status(handle)).toMatchObject({ state: 'aborted', allowedActions: [] });
  });

  it('takes a workflow cancel from the Web UI for an abort before Storno', async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(stage.jet.event!.title).toBe(TITLE);
  });

  it('notes a workflow cancel after Storno and goes on', async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer');
    await handle.cancel();
    await handle.result();
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('refuses an abort after Storno', async () => {
    const handle = await stage.startNew();
    const waiting = await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer');
    expect(waiting).toMatchObject({ pointOfNoReturnPassed: true, allowedActions: ['skip-wait'] });
    await expect(handle.executeUpdate(abortUpdate, { args: [BY] })).rejects.toThrow();
    await handle.result();
    expect(stage.jet.event!.title).toBe(MARKED);
  });

  it("keeps a colleague's correction and waits on from their save", async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    await stage.env.sleep(10 * MINUTE);
    await stage.jet.edit({ title: 'Der Besuch der alten Dame! – ENTFÄLLT' });
    const editedAt = Date.parse(stage.jet.event!.savedAt);
    await handle.result();
    expect(stage.jet.at('set-storno') - editedAt).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(stage.jet.event!.title).toBe('Der Besuch der alten Dame! – ENTFÄLLT');
    expect(stage.jet.count('save-announcement')).toBe(1);
  });

  it('stops when the marker was removed, and goes on when it is back', async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    await stage.jet.edit({ title: TITLE });
    const parked = await stage.until(handle, ({ state }) => state === 'needs-attention');
    expect(parked.attention).toMatchObject({ code: 'marker-removed', step: 'set-storno' });
    expect(parked.allowedActions).toEqual(['abort', 'retry', 'decide']);
    await stage.jet.edit({ title: MARKED });
    await handle.executeUpdate(retryNowUpdate, { args: [BY] });
    await handle.result();
    expect(stage.jet.event!.status).toBe('CANCELLED');
  });

  it('stops at once, with nothing written, when a colleague sets Bereitstellung', async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    await stage.jet.edit({ status: 'PROVISIONED', statusText: 'Bereitstellung' });
    const parked = await stage.until(handle, ({ state }) => state === 'needs-attention');
    expect(parked.attention).toMatchObject({ code: 'status-not-cancellable' });
    expect(stage.jet.count('set-storno')).toBe(0);
    await handle.executeUpdate(abortUpdate, { args: [BY] });
    await expect(handle.result()).rejects.toThrow();
    expect(stage.jet.event).toMatchObject({ title: TITLE, status: 'PROVISIONED' });
  });

  it('never sends a doubtful mail again by itself', async () => {
    stage.mail.answers.push('in-doubt');
    const handle = await stage.startNew();
    const parked = await stage.until(handle, ({ state }) => state === 'needs-attention');
    expect(parked.attention).toMatchObject({ code: 'mail-in-doubt' });
    expect(parked.allowedActions).toEqual(['confirm-step', 'waive-step', 'decide', 'close-by-hand']);
    await stage.env.sleep(24 * 60 * MINUTE);
    expect((await stage.status(handle)).state).toBe('needs-attention');
    expect(stage.mail.sent).toHaveLength(0);
    await handle.terminate();
  });

  it('tries a mail that was not taken again, later and later', async () => {
    stage.mail.answers.push('not-sent', 'not-sent');
    const handle = await stage.startNew();
    await handle.result();
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('refuses an input that belongs to another workflow id', async () => {
    const wrong = await stage.prepare();
    const handle = await stage.env.client.workflow.start('cancelPerformance', {
      taskQueue: 'absage',
      workflowId: 'cancel-performance/FSP/999',
      args: [wrong],
    });
    const error = await handle.result().catch((failure: unknown) => failure);
    expect((error as WorkflowFailedError).cause).toBeInstanceOf(ApplicationFailure);
    expect(stage.jet.log).toEqual([]);
  });

  it('refuses a second case for the event number of another one', async () => {
    const first = await stage.prepare();
    const handle = await stage.start(first);
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    await handle.terminate();
    const again = await stage.start({ ...first, caseId: randomUUID() });
    const error = await again.result().catch((failure: unknown) => failure);
    expect((error as WorkflowFailedError).cause).toMatchObject({ type: 'Refused' });
    expect(stage.jet.count('save-announcement')).toBe(1);
  });

  it('marks actors whose name was not checked as coming from the Web UI', async () => {
    const input = await stage.prepare();
    const { house, eventNumber } = input.order;
    const handle = await stage.env.client.workflow.start('cancelPerformance', {
      taskQueue: 'absage',
      workflowId: cancellationWorkflowId(house, eventNumber),
      args: [input],
    });
    await stage.until(handle, ({ step }) => step === 'wait-for-title-transfer');
    expect(await stage.status(handle)).toMatchObject({ orderedBy: `web-ui:${input.orderedBy}` });
    await handle.executeUpdate(abortUpdate, { args: [BY] });
    await stage.untilEnd(handle);
    const entries = await stage.entries(handle);
    const actors = entries.map(({ actor, operation }) => [operation, actor]);
    expect(actors[0]?.[1]).toBe(`web-ui:${input.orderedBy}`);
    expect(actors).toContainEqual(['abort', `web-ui:${BY.actor}`]);
    const byPeople = entries.filter(({ operation }) => operation !== 'alert-house');
    expect(byPeople.map(({ actorId }) => actorId)).toEqual(byPeople.map(({ actor }) => actor));
  });

  it('keeps waits and rules as the order froze them', async () => {
    const handle = await stage.startNew({ policy: { syncIntervalMs: 40 * MINUTE } });
    await handle.result();
    expect(stage.jet.at('set-storno') - stage.jet.at('save-announcement')).toBeGreaterThanOrEqual(
      40 * MINUTE,
    );
  });
});
