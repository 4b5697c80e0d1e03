import { ACTION_TEXTS } from '../../src/domain/wording';
import {
  confirmStepUpdate,
  decideUpdate,
  skipWaitUpdate,
  waiveStepUpdate,
} from '../../src/workflows/messages';
import { MARKED, MINUTE, QUICK, TimeSkippingStage } from '../support/time-skipping-stage';

let stage: TimeSkippingStage;

beforeAll(async () => {
  stage = await TimeSkippingStage.open();
}, 120_000);
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.reset();
  stage.jet.transferAfterMs = MINUTE / 2;
});
afterEach(() => stage.settle());

const isInSecondWait = ({ step }: { step: string }) => step === 'wait-for-storno-transfer';
const CLOSED = { status: 'CLOSED', statusText: 'Abschluss' } as const;
const STORNO = { status: 'CANCELLED', statusText: 'Storno' } as const;

/** The looks at the event that the case wrote down, in order. */
async function looks(handle: Awaited<ReturnType<typeof stage.startNew>>) {
  const entries = await stage.entries(handle);
  return entries.filter(({ operation }) => operation === 'read-event').map(({ outcome }) => outcome);
}

describe('the mail to Ö-Ticket', () => {
  it('goes by the look of the right when all goes well, and by one more look for each later sending', async () => {
    stage.mail.answers.push('not-sent', 'not-sent');
    const handle = await stage.startNew({ policy: QUICK });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.attempts).toHaveLength(3);
    // The proof's, the right's, and one before the second and the third sending.
    expect(await looks(handle)).toEqual(['storno', 'storno', 'storno', 'storno']);
  });

  it('is not sent again when the status was changed meanwhile, and goes on by itself when it is Storno again', async () => {
    stage.mail.answers.push('not-sent');
    stage.jet.after['grant-right'] = () => stage.jet.edit(CLOSED);
    const handle = await stage.startNew({ policy: QUICK });
    const attention = await stage.untilAsked(handle, 'status-changed-after-storno');
    expect(attention).toMatchObject({ step: 'notify-partner', choices: [] });
    expect(attention.text).toContain('Der Status in Jet ist jetzt „Abschluss“, nicht mehr Storno');
    expect(attention.text).toContain('Bitte sofort das Ticketing-Team verständigen.');
    await stage.env.sleep(10 * MINUTE);
    expect(stage.mail.sent).toEqual([]);
    expect(stage.mail.told).toEqual(['attention']);

    await stage.jet.edit(STORNO);
    const { steps } = await stage.until(handle, isInSecondWait);
    expect(steps.find(({ name }) => name === 'wait-for-storno-transfer')?.detail).toMatch(
      /^neu begonnen, weil der Status geändert war und wieder Storno ist \(gespeichert um \d\d\.\d\d Uhr\)$/,
    );
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.told).toEqual(['attention', 'all-clear']);
    expect(stage.mail.sent).toHaveLength(1);
    expect((await looks(handle)).slice(2)).toEqual(['not-storno', 'storno-again', 'storno', 'storno']);
  });

  it('goes by what a person has seen where Jet does not answer', async () => {
    stage.mail.answers.push('not-sent');
    stage.jet.after['grant-right'] = () => void stage.jet.fail('read-event', 'jet-unavailable');
    const handle = await stage.startNew({ policy: QUICK });
    // The right's own read-back does not read the event.
    const attention = await stage.untilAsked(handle, 'jet-unavailable');
    expect(attention).toMatchObject({ step: 'notify-partner' });
    const wrong = { step: 'set-storno', readBack: { status: 'Abschluss', title: MARKED } };
    expect(await stage.refusal(handle, confirmStepUpdate, wrong)).toBe(
      'Status: erwartet „Storno“, gelesen „Abschluss“.',
    );
    const seen = { step: 'set-storno', readBack: { status: 'Storno', title: MARKED } } as const;
    await stage.act(handle, confirmStepUpdate, seen);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.sent).toHaveLength(1);
    expect((await looks(handle)).at(-1)).toBe('by-hand');
    const { steps } = await stage.status(handle);
    expect(steps.find(({ name }) => name === 'notify-partner')?.state).toBe('done');
  });
});

describe('the end of a case', () => {
  const endLine = async (handle: Awaited<ReturnType<typeof stage.startNew>>) => {
    const entries = await stage.entries(handle);
    return entries.find(({ kind }) => kind === 'end');
  };

  /** When the end says that Storno was last seen, on the server's clock. */
  const seenAtMs = async (handle: Awaited<ReturnType<typeof stage.startNew>>) => {
    const { stornoSeenAt } = (await endLine(handle))?.after as { stornoSeenAt: string };
    return Date.parse(stornoSeenAt);
  };

  /** A question about the mail is open for an hour, and something happens meanwhile. */
  async function askedAboutTheMail(answer: 'in-doubt' | 'refused', meanwhile: () => void | Promise<void>) {
    stage.mail.answers.push(answer);
    const handle = await stage.startNew({ policy: QUICK });
    const { id } = await stage.untilAsked(handle, answer === 'refused' ? 'mail-refused' : 'mail-in-doubt');
    await meanwhile();
    await stage.env.sleep(60 * MINUTE);
    return { handle, answered: { attentionId: id, choice: 'treat-as-sent' as const } };
  }

  it.each(['treat-as-sent', 'waive-step'] as const)(
    'is not reached in another status, after %s, and the notice is never sent twice',
    async (way) => {
      const isWaived = way === 'waive-step';
      const { handle, answered } = await askedAboutTheMail(isWaived ? 'refused' : 'in-doubt', () =>
        stage.jet.edit(CLOSED),
      );
      if (isWaived) await stage.act(handle, waiveStepUpdate, { step: 'notify-partner' });
      else await stage.act(handle, decideUpdate, answered);
      const attention = await stage.untilAsked(handle, 'status-changed-after-storno');
      expect(attention.step).toBe('report');
      expect(attention.text).toContain('Der Status in Jet ist jetzt „Abschluss“, nicht mehr Storno');
      expect(/Ö-Ticket wurde vom Storno schon verständigt/.test(attention.text)).toBe(!isWaived);
      expect(await endLine(handle)).toBeUndefined();
      // The mail about it adds to the history, and goes out beside it.
      await stage.untilTold(handle, 2);
      await stage.env.sleep(MINUTE);
      const events = await stage.countEvents(handle);
      await stage.env.sleep(60 * MINUTE);
      expect(await stage.countEvents(handle)).toBe(events);

      await stage.jet.edit(STORNO);
      expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
      expect(stage.mail.attempts).toHaveLength(1);
      expect((await looks(handle)).filter((outcome) => outcome !== 'storno')).toEqual([
        'not-storno',
        'storno-again',
      ]);
    },
  );

  it('says when Storno was last seen: anew after a long question', async () => {
    const { handle, answered } = await askedAboutTheMail('in-doubt', () => undefined);
    const answeredAtMs = await stage.env.currentTimeMs();
    await stage.act(handle, decideUpdate, answered);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(await seenAtMs(handle)).toBeGreaterThanOrEqual(answeredAtMs);
  });

  it('waits for nobody where Jet does not answer, and says when Storno was last seen', async () => {
    const { handle, answered } = await askedAboutTheMail('in-doubt', () => {
      stage.jet.fail('read-event', 'jet-unavailable');
    });
    const answeredAtMs = await stage.env.currentTimeMs();
    await stage.act(handle, decideUpdate, answered);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(answeredAtMs - (await seenAtMs(handle))).toBeGreaterThan(59 * MINUTE);
  });
});

describe('a status that is changed in the second wait', () => {
  it('is told within one poll after it, and the wait begins anew when it is set back', async () => {
    // Longer than the time that a busy machine takes from the end of the wait to the look: that is real time.
    const policy = { ...QUICK, pollIntervalMs: 20_000 };
    const handle = await stage.startNew({ policy });
    await stage.until(handle, isInSecondWait);
    await stage.jet.edit(CLOSED);
    const { waitEndsAt } = await stage.status(handle);
    const attention = await stage.untilAsked(handle, 'status-changed-after-storno');
    const lateMs = Date.parse(attention.since) - Date.parse(waitEndsAt ?? '');
    expect(lateMs).toBeLessThanOrEqual(policy.pollIntervalMs);

    await stage.jet.edit(STORNO);
    const waiting = await stage.until(handle, isInSecondWait);
    expect(waiting).toMatchObject({ state: 'waiting', attention: null });
    expect(Date.parse(waiting.waitSavedAt ?? '')).toBe(Date.parse(stage.jet.event!.savedAt));
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
  });
});

/** F3: saves that never end held the first wait for ever, in silence. */
describe('a wait that is put off again and again', () => {
  const SAVE_EVERY_MS = 0.6 * MINUTE;

  /** A program saves the event oftener than the interval; returns what ends it. */
  function saveForEver(): () => void {
    let isOver = false;
    stage.jet.before['read-event'] = async () => {
      if (isOver) return;
      const sinceMs = (await stage.env.currentTimeMs()) - Date.parse(stage.jet.event!.savedAt);
      if (sinceMs >= SAVE_EVERY_MS) await stage.jet.edit({});
    };
    return () => void (isOver = true);
  }

  async function putOff() {
    const end = saveForEver();
    const handle = await stage.startNew({ policy: QUICK });
    const first = await stage.until(handle, ({ state }) => state === 'waiting');
    const attention = await stage.untilAsked(handle, 'saved-again-and-again');
    return { end, handle, attention, firstEndMs: Date.parse(first.waitEndsAt ?? '') };
  }

  it('is told once, at the latest the attention time after its first planned end, and leaves a bounded history', async () => {
    const { end, handle, attention, firstEndMs } = await putOff();
    expect(Date.parse(attention.since) - firstEndMs).toBeLessThanOrEqual(QUICK.attentionAfterMs!);
    expect((await stage.status(handle)).allowedActions).toEqual(['abort', 'retry', 'skip-wait']);
    await stage.untilTold(handle);
    await stage.env.sleep(MINUTE);
    const events = await stage.countEvents(handle);
    await stage.env.sleep(30 * MINUTE);
    expect(await stage.countEvents(handle)).toBe(events);
    expect(stage.mail.told).toEqual(['attention']);
    expect(stage.jet.count('set-storno')).toBe(0);

    end();
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.told).toEqual(['attention', 'all-clear']);
  });

  it('can be skipped, for exactly the save that a person names', async () => {
    const { end, handle } = await putOff();
    const skip = (savedAt: string, titlesVisibleAtPartner = true) => ({
      step: 'wait-for-title-transfer',
      savedAt,
      titlesVisibleAtPartner,
    });
    const { savedAt } = stage.jet.event!;
    expect(await stage.refusal(handle, skipWaitUpdate, skip(savedAt, false))).toBe(
      ACTION_TEXTS.titlesMustBeVisible,
    );
    // Another save than the one that stands in Jet: the guard does not take it.
    await stage.act(handle, skipWaitUpdate, skip('2026-01-01T00:00:00.000Z'));
    await stage.env.sleep(5_000);
    expect(stage.jet.count('set-storno')).toBe(0);
    const overtaken = await stage.until(handle, ({ attention }) => /gilt nicht/.test(attention?.text ?? ''));
    expect(overtaken.attention?.text).toContain(
      'Das Überspringen gilt nicht: danach wurde noch einmal gespeichert.',
    );

    end();
    const saved = stage.jet.event!.savedAt;
    await stage.act(handle, skipWaitUpdate, skip(saved));
    await stage.until(handle, isInSecondWait, 1_000);
    const afterMs = Date.parse(stage.jet.event!.savedAt) - Date.parse(saved);
    expect(afterMs).toBeLessThan(QUICK.syncIntervalMs!);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
  });

  it('says that a wait began anew, and why', async () => {
    const handle = await stage.startNew();
    await stage.until(handle, ({ state }) => state === 'waiting', MINUTE);
    await stage.env.sleep(10 * MINUTE);
    await stage.jet.edit({});
    const waits = ({ steps }: Awaited<ReturnType<typeof stage.status>>) =>
      steps.find(({ name }) => name === 'wait-for-title-transfer')?.detail;
    const status = await stage.until(handle, (now) => waits(now) != null, MINUTE);
    expect(waits(status)).toMatch(/^neu begonnen, weil in Jet um \d\d\.\d\d Uhr gespeichert wurde$/);
    expect(status.state).toBe('waiting');
  });
});
