import type { WorkflowHandle } from '@temporalio/client';
import type { ConfirmableStep } from '../../src/domain/vocabulary';
import type { ReadBack } from '../../src/domain/read-back';
import { abortUpdate, confirmStepUpdate, retryNowUpdate } from '../../src/workflows/messages';
import { BY, MARKED, MINUTE, QUICK, TimeSkippingStage, TITLE } from '../support/time-skipping-stage';

const REASON = 'Die Vorstellung entfällt wegen einer technischen Störung.';
const original = {
  title: TITLE,
  customerTitle: `Dürrenmatt: ${TITLE}`,
  externalMemo: 'Einlass ab 19 Uhr',
};
const marked = {
  title: MARKED,
  customerTitle: `${original.customerTitle} – ENTFÄLLT`,
  externalMemo: `${REASON}\n\n${original.externalMemo}`,
};

/** A stuck step in a house with a gateway, which an operator does by hand. */
describe('confirmStep', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => {
    return stage.reset().then(() => void (stage.jet.transferAfterMs = MINUTE / 2));
  });
  afterEach(() => stage.settle());

  async function stuckAt(step: ConfirmableStep): Promise<WorkflowHandle> {
    const handle = await stage.startNew({ policy: QUICK });
    const { step: stuck } = await stage.untilAsked(handle);
    expect(stuck).toBe(step);
    await stage.untilTold(handle);
    return handle;
  }

  const confirm = (handle: WorkflowHandle, step: ConfirmableStep, readBack: ReadBack) =>
    stage.act(handle, confirmStepUpdate, { step, readBack });

  async function confirmation(handle: WorkflowHandle) {
    const lines = await stage.entries(handle);
    return lines.filter(({ outcome }) => outcome === 'by-hand');
  }

  async function expectByHand(handle: WorkflowHandle, step: ConfirmableStep) {
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    const { steps } = await stage.status(handle);
    expect(steps.find(({ name }) => name === step)?.state).toBe('by-hand');
    expect(stage.mail.told).toEqual(['attention']);
  }

  it('takes the titles of a person, waits from the confirmation and goes on with Jet', async () => {
    const heal = stage.jet.fail('save-announcement', 'jet-unavailable');
    const handle = await stuckAt('mark-titles');
    const wrong = { step: 'mark-titles', readBack: { ...marked, title: TITLE } };
    expect(await stage.refusal(handle, confirmStepUpdate, wrong)).toBe(
      `Titel: erwartet „${MARKED}“, gelesen „${TITLE}“.`,
    );
    await stage.jet.edit(marked);
    heal();
    const confirmedAt = await stage.env.currentTimeMs();
    await confirm(handle, 'mark-titles', marked);
    await expectByHand(handle, 'mark-titles');
    expect(await confirmation(handle)).toMatchObject([
      {
        kind: 'outcome',
        operation: 'save-announcement',
        actor: BY.actor,
        after: { ...marked, reason: BY.reason },
      },
    ]);
    expect(stage.jet.at('set-storno') - confirmedAt).toBeGreaterThanOrEqual(MINUTE);
  });

  it('takes the marker off again when it is aborted, also when nothing but a person has put it on', async () => {
    stage.jet.after['read-channel'] = () => void stage.jet.fail('read-event', 'jet-unavailable');
    const handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle);
    await stage.jet.edit(marked);
    stage.jet.heal('read-event', 'read-channel');
    await confirm(handle, 'mark-titles', marked);
    await stage.act(handle, abortUpdate, {});
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
    expect(stage.jet.event).toMatchObject(original);
  });

  it('takes the Storno of a person, claims it, and looks for it in Connect Online', async () => {
    const heal = stage.jet.fail('set-storno', 'jet-access-denied');
    const handle = await stuckAt('set-storno');
    const wrong = { step: 'set-storno', readBack: { status: 'Abschluss', title: MARKED } };
    expect(await stage.refusal(handle, confirmStepUpdate, wrong)).toBe(
      'Status: erwartet „Storno“, gelesen „Abschluss“.',
    );
    await stage.jet.edit({ status: 'CANCELLED', statusText: 'Storno' });
    heal();
    const status = await confirm(handle, 'set-storno', { status: 'Storno', title: MARKED });
    expect(status.pointOfNoReturnPassed).toBe(true);
    await expectByHand(handle, 'set-storno');
    expect(await stage.journal.readClaim(status.caseId)).toBe('storno');
    const after = { status: 'Storno', reason: BY.reason };
    expect(await confirmation(handle)).toMatchObject([
      { kind: 'decision', operation: 'confirm-step', actor: BY.actor, after },
      { kind: 'outcome', operation: 'set-storno', actor: BY.actor, after },
    ]);
    expect(stage.jet.count('read-channel')).toBeGreaterThan(1);
  });

  it('takes what a person has seen in Connect Online', async () => {
    stage.jet.transferAfterMs = Number.MAX_SAFE_INTEGER;
    const handle = await stuckAt('verify-channel');
    const yesterday = new Date(Date.now() - 24 * 60 * MINUTE).toISOString();
    for (const [readBack, sentence] of [
      [{ status: 'Verkaufsfreigabe' }, 'Status: erwartet „Storno“, gelesen „Verkaufsfreigabe“.'],
      [
        { status: 'Storno', transferredAt: yesterday },
        'Übertragen: der Zeitpunkt liegt vor dem Beginn dieser Absage.',
      ],
    ] as const) {
      expect(await stage.refusal(handle, confirmStepUpdate, { step: 'verify-channel', readBack })).toBe(
        sentence,
      );
    }
    await confirm(handle, 'verify-channel', { status: 'Storno' });
    await expectByHand(handle, 'verify-channel');
    expect(await confirmation(handle)).toMatchObject([
      { kind: 'evidence', operation: 'read-channel', actor: BY.actor, after: { status: 'Storno' } },
    ]);
  });

  it('takes the right of a person when it reaches far enough', async () => {
    stage.jet.fail('grant-right', 'jet-rejected-request');
    const handle = await stuckAt('grant-right');
    const today = new Date().toISOString().slice(0, 10);
    const tooShort = { step: 'grant-right', readBack: { validFrom: today, validUntil: today } };
    expect(await stage.refusal(handle, confirmStepUpdate, tooShort)).toMatch(
      /^Gültigkeit: erwartet „.*“, gelesen „/,
    );
    await confirm(handle, 'grant-right', { validFrom: '2026-01-01', validUntil: '2199-12-31' });
    await expectByHand(handle, 'grant-right');
    expect((await stage.status(handle)).steps[6]?.detail).toBe('gültig bis 31.12.2199');
    expect(JSON.parse(stage.mail.sent[0]!.text)).toMatchObject({ rightValidUntil: '2199-12-31' });
  });

  it('takes the mail of a person, sends none of its own, and does not say that the server took it', async () => {
    stage.mail.answers.push('refused');
    const handle = await stuckAt('notify-partner');
    const sentAt = new Date(await stage.env.currentTimeMs()).toISOString();
    const future = { step: 'notify-partner', readBack: { sentAt: '2199-01-01T00:00:00.000Z' } };
    expect(await stage.refusal(handle, confirmStepUpdate, future)).toBe(
      'Gesendet: der Zeitpunkt liegt in der Zukunft.',
    );
    await confirm(handle, 'notify-partner', { sentAt });
    await expectByHand(handle, 'notify-partner');
    expect(await handle.result()).toMatchObject({ noticeAcceptedAt: sentAt });
    expect((await stage.status(handle)).steps[7]?.detail).toBe('von einer Person bestätigt');
    expect(stage.mail.attempts).toHaveLength(1);
  });

  it('comes too late for a step that has succeeded meanwhile', async () => {
    const heal = stage.jet.fail('grant-right', 'jet-rejected-request');
    const handle = await stuckAt('grant-right');
    heal();
    stage.mail.answers.push('refused');
    await stage.act(handle, retryNowUpdate, {});
    await stage.untilAsked(handle, 'mail-refused');
    const late = { step: 'grant-right', readBack: { validFrom: '2026-01-01', validUntil: '2199-12-31' } };
    expect(await stage.refusal(handle, confirmStepUpdate, late)).toMatch(
      /^Die Absage ist gerade beim Schritt „E-Mail an Ö-Ticket“/,
    );
    expect(await confirmation(handle)).toEqual([]);
  });
});
