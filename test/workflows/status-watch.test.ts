import { decideUpdate, lookAgainSignal } from '../../src/workflows/messages';
import { MINUTE, QUICK, TimeSkippingStage } from '../support/time-skipping-stage';

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

const LONG = { ...QUICK, syncIntervalMs: 15 * MINUTE };
const CLOSED = { status: 'CLOSED', statusText: 'Abschluss' } as const;
const STORNO = { status: 'CANCELLED', statusText: 'Storno' } as const;
const isInSecondWait = ({ step, state }: { step: string; state: string }) =>
  step === 'wait-for-storno-transfer' && state === 'waiting';

type Handle = Awaited<ReturnType<typeof stage.startNew>>;

async function looks(handle: Handle) {
  const entries = await stage.entries(handle);
  return entries.filter(({ operation }) => operation === 'read-event').map(({ outcome }) => outcome);
}

async function inSecondWait(): Promise<{ handle: Handle; endsAt: string | null }> {
  const handle = await stage.startNew({ policy: LONG });
  const { waitEndsAt } = await stage.until(handle, isInSecondWait);
  return { handle, endsAt: waitEndsAt };
}

describe('a run that is told of another status', () => {
  it('asks a person in the middle of the second wait, and waits anew once it is Storno again', async () => {
    const { handle } = await inSecondWait();
    await stage.jet.edit(CLOSED);
    await handle.signal(lookAgainSignal);
    const attention = await stage.untilAsked(handle, 'status-changed-after-storno');
    await stage.untilTold(handle);
    expect(attention.text).toContain('Der Status in Jet ist jetzt „Abschluss“, nicht mehr Storno');
    expect(attention.actions).toEqual(['retry', 'close-by-hand']);
    expect((await stage.status(handle)).waitEndsAt).toBeNull();
    expect(stage.jet.count('read-channel')).toBe(1); // the check's
    const backAtMs = await stage.env.currentTimeMs();
    await stage.jet.edit(STORNO);
    const again = await stage.until(handle, isInSecondWait);
    expect(Date.parse(again.waitEndsAt ?? '')).toBeGreaterThanOrEqual(backAtMs + LONG.syncIntervalMs);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(await looks(handle)).toEqual(['not-storno', 'storno-again', 'storno', 'storno']);
    expect(stage.mail.told).toEqual(['attention', 'all-clear']);
    expect(stage.mail.sent).toHaveLength(1);
  });

  it('goes on with the same wait when it sees Storno itself', async () => {
    const { handle, endsAt } = await inSecondWait();
    await handle.signal(lookAgainSignal);
    await stage.until(handle, ({ step }) => step === 'wait-for-storno-transfer', 100);
    await stage.env.sleep(MINUTE);
    const status = await stage.status(handle);
    expect(status).toMatchObject({ step: 'wait-for-storno-transfer', state: 'waiting', attention: null });
    expect(status.waitEndsAt).toBe(endsAt);
    expect(await looks(handle)).toEqual(['storno']);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.told).toEqual([]);
  });

  it('asks about the status while a mail is in doubt, and about the mail again when it is Storno', async () => {
    stage.mail.answers.push('in-doubt');
    const handle = await stage.startNew({ policy: QUICK });
    await stage.untilAsked(handle, 'mail-in-doubt');
    await stage.untilTold(handle, 1);
    await stage.jet.edit(CLOSED);
    await handle.signal(lookAgainSignal);
    const lost = await stage.untilAsked(handle, 'status-changed-after-storno');
    await stage.untilTold(handle, 2);
    expect(lost.text).toContain('Die E-Mail vom Storno kann Ö-Ticket erreicht haben');
    expect(lost.choices).toEqual([]);
    await stage.jet.edit(STORNO);
    const { id } = await stage.untilAsked(handle, 'mail-in-doubt');
    await stage.untilTold(handle, 4);
    await stage.act(handle, decideUpdate, { attentionId: id, choice: 'treat-as-sent' });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.mail.attempts).toHaveLength(1);
    expect(stage.mail.told).toEqual(['attention', 'attention', 'all-clear', 'attention']);
  });

  it('asks about the status between two tries to send', async () => {
    stage.mail.answers.push('not-sent', 'not-sent', 'not-sent', 'not-sent');
    const handle = await stage.startNew({ policy: { ...QUICK, attentionAfterMs: 60 * MINUTE } });
    await stage.until(handle, ({ step }) => step === 'notify-partner' && stage.mail.attempts.length === 3);
    await stage.jet.edit(CLOSED);
    await handle.signal(lookAgainSignal);
    await stage.until(handle, ({ attention }) => attention?.code === 'status-changed-after-storno', 1_000);
    expect(stage.mail.attempts).toHaveLength(3);
  });

  it('does nothing before its own Storno, nor when it has ended', async () => {
    const handle = await stage.startNew({ policy: QUICK });
    await stage.until(handle, ({ state }) => state === 'waiting');
    await handle.signal(lookAgainSignal);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(await looks(handle)).toEqual(['storno', 'storno']);
    await expect(handle.signal(lookAgainSignal)).rejects.toThrow();
  });
});
