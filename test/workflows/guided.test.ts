import type { WorkflowHandle } from '@temporalio/client';
import type { ConfirmableStep } from '../../src/domain/vocabulary';
import type { ReadBack } from '../../src/domain/read-back';
import { ACTION_TEXTS } from '../../src/domain/wording';
import {
  abortUpdate,
  closeByHandUpdate,
  confirmStepUpdate,
  decideUpdate,
  retryNowUpdate,
  skipWaitUpdate,
  waiveStepUpdate,
} from '../../src/workflows/messages';
import { MARKED, MINUTE, TimeSkippingStage, TITLE } from '../support/time-skipping-stage';

const MEMO = 'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 19 Uhr';
const CUSTOMER_TITLE = `Dürrenmatt: ${TITLE}`;
const marked = { title: MARKED, customerTitle: `${CUSTOMER_TITLE} – ENTFÄLLT`, externalMemo: MEMO };
const original = { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: 'Einlass ab 19 Uhr' };
const storno = { status: 'Storno', title: MARKED };
const EVENT_MASK = [
  'Kartenverkauf Basis',
  'Verkaufsstammdaten',
  'Veranstaltungen',
  'Veranstaltungen bearbeiten',
];

describe('a house without a gateway', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  async function taskAt(handle: WorkflowHandle, step: ConfirmableStep) {
    const { attention } = await stage.until(handle, ({ attention }) => attention?.step === step, MINUTE);
    expect(attention).toMatchObject({ code: 'person-step', step });
    return attention!.task!;
  }

  const confirm = (handle: WorkflowHandle, step: ConfirmableStep, readBack: ReadBack) =>
    stage.act(handle, confirmStepUpdate, { step, readBack });

  /** Carries the case up to the task to set Storno. */
  async function atStorno(): Promise<WorkflowHandle> {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await confirm(handle, 'mark-titles', marked);
    await taskAt(handle, 'set-storno');
    return handle;
  }

  async function right(handle: WorkflowHandle) {
    const { fields } = await taskAt(handle, 'grant-right');
    const [validFrom, validUntil] = fields.slice(2).map(({ value }) => value.split('.').reverse().join('-'));
    return { validFrom: validFrom!, validUntil: validUntil! };
  }

  it('is led through the whole procedure by tasks and confirmations, and Absage writes the mail', async () => {
    const handle = await stage.startNew({ seen: {} });
    expect(await taskAt(handle, 'mark-titles')).toMatchObject({
      mask: EVENT_MASK,
      fields: [
        { label: 'VA-Nummer' },
        { label: 'Titel', value: MARKED },
        { label: 'Titel (Kundensicht)', value: `${CUSTOMER_TITLE} – ENTFÄLLT` },
        { label: 'Externer Memotext', value: MEMO },
      ],
    });
    await confirm(handle, 'mark-titles', marked);
    expect(await stage.status(handle)).toMatchObject({ state: 'waiting', attention: null });
    expect(await taskAt(handle, 'set-storno')).toMatchObject({
      mask: EVENT_MASK,
      fields: [{ label: 'VA-Nummer' }, { label: 'Status', value: 'Storno' }],
    });
    await confirm(handle, 'set-storno', storno);
    await taskAt(handle, 'verify-channel');
    await confirm(handle, 'verify-channel', { status: 'Storno' });
    await confirm(handle, 'grant-right', await right(handle));

    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    const { steps } = await stage.status(handle);
    expect(steps.map(({ state }) => state)).toEqual([
      ...['done', 'by-hand', 'done', 'by-hand', 'done', 'by-hand', 'by-hand'],
      ...['done', 'done'],
    ]);
    expect(stage.mail.sent).toHaveLength(1);
    expect(stage.jet.log).toEqual([]);
  });

  it('waits a whole interval after each confirmation, by the server and not by a watch', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    for (const [step, readBack] of [
      ['mark-titles', marked],
      ['set-storno', storno],
    ] as const) {
      const confirmedAt = await stage.env.currentTimeMs();
      await confirm(handle, step, readBack);
      const { waitEndsAt } = await stage.status(handle);
      expect(Date.parse(waitEndsAt!)).toBeGreaterThanOrEqual(confirmedAt + 15 * MINUTE);
      await stage.until(handle, ({ attention }) => attention !== null);
      expect(await stage.env.currentTimeMs()).toBeGreaterThanOrEqual(Date.parse(waitEndsAt!));
    }
  });

  it('opens no task for Storno before the wait is over', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await confirm(handle, 'mark-titles', marked);
    await stage.env.sleep(14 * MINUTE);
    expect(await stage.status(handle)).toMatchObject({ state: 'waiting', pointOfNoReturnPassed: false });
    expect(await stage.refusal(handle, confirmStepUpdate, { step: 'set-storno', readBack: storno })).toBe(
      ACTION_TEXTS.nothingToConfirm,
    );
    const lines = await stage.entries(handle);
    expect(lines.filter(({ step }) => step === 'set-storno')).toEqual([]);
  });

  it('opens it at once when a clerk has seen the marker at Ö-Ticket', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await confirm(handle, 'mark-titles', marked);
    const { waitSavedAt: savedAt, step } = await stage.status(handle);
    await stage.act(handle, skipWaitUpdate, { step, savedAt, titlesVisibleAtPartner: true });
    await stage.until(handle, ({ attention }) => attention?.step === 'set-storno', 1_000);
    expect(await stage.env.currentTimeMs()).toBeLessThan(Date.parse(savedAt!) + 2 * MINUTE);
  });

  it('passes the point of no return by showing the task for Storno', async () => {
    const handle = await atStorno();
    expect(await stage.status(handle)).toMatchObject({
      pointOfNoReturnPassed: true,
      allowedActions: ['confirm-step', 'decide', 'close-by-hand'],
    });
    expect(await stage.refusal(handle, abortUpdate, {})).toBe(ACTION_TEXTS.abortTooLate);
    await handle.cancel();
    await stage.env.sleep(MINUTE);
    expect(await stage.status(handle)).toMatchObject({ state: 'needs-attention', step: 'set-storno' });
  });

  it('is asked to restore the texts when it is aborted before, and is done when they are back', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await confirm(handle, 'mark-titles', marked);
    await stage.act(handle, abortUpdate, {});
    const { task } = await stage.untilAsked(handle, 'person-step');
    expect(task).toMatchObject({
      mask: EVENT_MASK,
      fields: [
        { label: 'VA-Nummer' },
        { label: 'Titel', value: TITLE },
        { label: 'Titel (Kundensicht)', value: CUSTOMER_TITLE },
        { label: 'Externer Memotext', value: 'Einlass ab 19 Uhr' },
      ],
    });
    expect(await stage.status(handle)).toMatchObject({
      state: 'aborting',
      allowedActions: ['confirm-step', 'close-by-hand'],
    });
    const stillMarked = { step: 'mark-titles', readBack: marked };
    expect(await stage.refusal(handle, confirmStepUpdate, stillMarked)).toBe(
      `Titel: erwartet „${TITLE}“, gelesen „${MARKED}“.`,
    );
    await confirm(handle, 'mark-titles', original);
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    const lines = await stage.entries(handle);
    expect(lines.map(({ operation }) => operation)).toEqual([
      ...['check', 'save-announcement', 'save-announcement', 'abort'],
      ...['restore-announcement', 'restore-announcement', 'close', 'alert-house', 'alert-house'],
    ]);
  });

  it('restores also what it may have written without saying so', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await stage.act(handle, abortUpdate, {});
    expect((await stage.untilAsked(handle, 'person-step')).task?.instruction).toContain(
      'ursprünglichen Texte',
    );
    await confirm(handle, 'mark-titles', original);
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
  });

  it('can be left as it is in the middle of an abort, by name and with a reason', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await stage.act(handle, abortUpdate, {});
    await stage.untilAsked(handle, 'person-step');
    await stage.act(handle, closeByHandUpdate, {});
    expect(await stage.untilEnd(handle)).toBe('FAILED closed-by-hand');
  });

  it('gets a mail only for the tasks that follow a wait', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    await stage.env.sleep(MINUTE);
    expect(stage.mail.told).toEqual([]);
    await confirm(handle, 'mark-titles', marked);
    await taskAt(handle, 'set-storno');
    await stage.untilTold(handle, 1);
    await confirm(handle, 'set-storno', storno);
    await taskAt(handle, 'verify-channel');
    await stage.untilTold(handle, 2);
    await confirm(handle, 'verify-channel', { status: 'Storno' });
    await taskAt(handle, 'grant-right');
    await stage.env.sleep(MINUTE);
    expect(stage.mail.told).toEqual(['attention', 'attention']);
    await stage.act(handle, waiveStepUpdate, { step: 'grant-right' });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.told).toEqual(['attention', 'attention']);
  });

  it('need not mark what was Storno before, and goes on with the steps that are left', async () => {
    const handle = await stage.startNew({ seen: { status: 'Storno' } });
    await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer');
    expect(await stage.status(handle)).toMatchObject({ pointOfNoReturnPassed: true });
    await taskAt(handle, 'verify-channel');
    const yesterday = new Date(Date.now() - 24 * 60 * MINUTE).toISOString();
    await confirm(handle, 'verify-channel', { status: 'Storno', transferredAt: yesterday });
    await confirm(handle, 'grant-right', await right(handle));
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    const { steps } = await stage.status(handle);
    expect(steps.slice(1, 4)).toMatchObject([
      { detail: 'nicht gespeichert: der Status war schon Storno' },
      { state: 'skipped', detail: 'war schon Storno' },
      { state: 'done' },
    ]);
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('is refused before any task when the mask shows Abschluss', async () => {
    const handle = await stage.startNew({ seen: { status: 'Abschluss' } });
    expect(await stage.untilEnd(handle)).toBe('FAILED refused');
    expect((await stage.status(handle)).refusal?.code).toBe('status-not-cancellable');
  });

  describe('where its clerk sees another status in Jet', () => {
    const decide = async (handle: WorkflowHandle, choice: string, reason = 'Selbst nachgesehen.') => {
      const { attention } = await stage.status(handle);
      await stage.act(handle, decideUpdate, { attentionId: attention!.id, choice, reason });
    };

    it('stops, names it, tells the house, and shows the task again when it is right there', async () => {
      const handle = await atStorno();
      await stage.untilTold(handle);
      await decide(handle, 'shows-provisioned');
      const { text } = await stage.untilAsked(handle, 'status-not-cancellable');
      expect(text).toMatch(
        /^In Jet steht der Status „Bereitstellung“ \(gesehen von .+ um \d\d\.\d\d Uhr\)\./,
      );
      expect(text).toContain('sofort das Ticketing-Team verständigen');
      expect(await stage.status(handle)).toMatchObject({
        step: 'set-storno',
        allowedActions: ['decide', 'close-by-hand'],
      });
      expect(await stage.refusal(handle, confirmStepUpdate, { step: 'set-storno', readBack: storno })).toBe(
        ACTION_TEXTS.nothingToConfirm,
      );
      expect(await stage.refusal(handle, retryNowUpdate, {})).toBe(ACTION_TEXTS.nothingToRetry);
      await stage.env.sleep(MINUTE);
      expect(stage.mail.told).toEqual(['attention', 'attention']);
      await decide(handle, 'shows-expected-status');
      await taskAt(handle, 'set-storno');
      await confirm(handle, 'set-storno', storno);
      await taskAt(handle, 'verify-channel');
    });

    it('says it in the clerk’s words where it is none of the usual ones, after the Storno too', async () => {
      const handle = await atStorno();
      await confirm(handle, 'set-storno', storno);
      await taskAt(handle, 'verify-channel');
      await decide(handle, 'shows-other-status', 'Verkaufsfreigabe, seit 18.20 Uhr');
      const { text } = await stage.untilAsked(handle, 'status-not-cancellable');
      expect(text).toContain('„Verkaufsfreigabe, seit 18.20 Uhr“');
      await stage.env.sleep(30 * MINUTE);
      expect(await stage.status(handle)).toMatchObject({ step: 'verify-channel', state: 'needs-attention' });
      expect(stage.mail.sent).toEqual([]);
      await stage.act(handle, closeByHandUpdate, {});
      expect(await stage.untilEnd(handle)).toBe('FAILED closed-by-hand');
    });

    it('can still be aborted before the Storno, and restores the texts', async () => {
      const handle = await stage.startNew({ seen: {} });
      await taskAt(handle, 'mark-titles');
      await decide(handle, 'shows-closed');
      expect((await stage.untilAsked(handle, 'status-not-cancellable')).text).toContain('„Abschluss“');
      await stage.act(handle, abortUpdate, {});
      const { task } = await stage.untilAsked(handle, 'person-step');
      expect(task?.instruction).toContain('ursprünglichen Texte');
      expect((await stage.status(handle)).attention?.choices).toEqual([]);
      await confirm(handle, 'mark-titles', original);
      expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    });
  });

  it('refuses to try again what only a person can do', async () => {
    const handle = await stage.startNew({ seen: {} });
    await taskAt(handle, 'mark-titles');
    expect(await stage.refusal(handle, retryNowUpdate, {})).toBe(ACTION_TEXTS.nothingToRetry);
  });
});
