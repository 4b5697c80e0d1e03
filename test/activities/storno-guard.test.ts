import { ApplicationFailure } from '@temporalio/common';
import { attentionText, KnownFailure, type FailureCode, type FailureFacts } from '../../src/domain/failures';
import type { JetPort } from '../../src/jet/port';
import { ActivityStage, expectJournalToMatchJet, type EventChanges } from '../support/activity-stage';

const MINUTE_MS = 60_000;
const INTERVAL_MS = 15 * MINUTE_MS;
/** A test moves the last save into the past instead of waiting. */
const REAL_WAIT = { policy: { syncIntervalMs: INTERVAL_MS } };
/** Longer than any test takes from one save to its next read. */
const A_LITTLE_MS = 20_000;

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** A gateway that reports a real Jet behind it. */
function realGateway(): JetPort {
  const jet = stage.simulator.jet();
  return { ...jet, health: async () => ({ ...(await jet.health()), isSimulator: false }) };
}

const marked = async (event: EventChanges = {}) =>
  (await stage.prepare({ ...REAL_WAIT, event })).runThrough('markTitles');

/** The gateway shows whole minutes, as the masks of Jet do. */
function coarseGateway(): JetPort {
  const jet = stage.simulator.jet();
  const cut = <E extends { savedAt: string }>(event: E): E => {
    const savedAt = new Date(Math.floor(Date.parse(event.savedAt) / MINUTE_MS) * MINUTE_MS).toISOString();
    return { ...event, savedAt };
  };
  return {
    ...jet,
    async readEvent(eventNumber) {
      const event = await jet.readEvent(eventNumber);
      return event && cut(event);
    },
    saveAnnouncement: async (...call) => cut(await jet.saveAnnouncement(...call)),
    setStatusStorno: async (...call) => cut(await jet.setStatusStorno(...call)),
  };
}

describe('a gateway that shows whole minutes', () => {
  it('does not shorten the wait', async () => {
    const aCase = await stage.prepare({ policy: { syncIntervalMs: MINUTE_MS } });
    const worker = stage.worker({ jet: coarseGateway() });
    await aCase.perform('checkEvent', worker);
    const beforeMs = Date.now();
    const marked = await aCase.perform('markTitles', worker);
    expect(Object(marked).remainingMs).toBeGreaterThan(MINUTE_MS - (Date.now() - beforeMs) - 1);
    const storno = await aCase.perform('setStatusStorno', worker);
    expect(storno).toMatchObject({ kind: 'not-yet' });
    expect(Object(storno).remainingMs).toBeGreaterThan(MINUTE_MS - (Date.now() - beforeMs) - 1);
    expect(await aCase.calls('set-storno')).toEqual([]);
  });

  it('does not shorten the second wait either, nor where the answer to the Storno was lost', async () => {
    const aCase = await stage.prepare({ policy: { syncIntervalMs: MINUTE_MS } });
    const worker = stage.worker({ jet: coarseGateway() });
    for (const step of ['checkEvent', 'markTitles'] as const) await aCase.perform(step, worker);
    await aCase.letPass(2 * MINUTE_MS);
    const beforeMs = Date.now();
    for (const _attempt of [1, 2]) {
      const storno = await aCase.perform('setStatusStorno', worker);
      expect(storno).toMatchObject({ kind: 'cancelled' });
      expect(Object(storno).remainingMs).toBeGreaterThan(MINUTE_MS - (Date.now() - beforeMs) - 1);
    }
  });
});

describe('Storno', () => {
  it('is not written before a whole interval has passed since the save, on the clock of Jet', async () => {
    const aCase = await marked();
    for (const alreadyPassedMs of [0, INTERVAL_MS - A_LITTLE_MS]) {
      await aCase.letPass(alreadyPassedMs);
      const result = await aCase.perform('setStatusStorno');
      expect(result).toMatchObject({ kind: 'not-yet' });
      const remainingMs = INTERVAL_MS - alreadyPassedMs;
      expect(Object(result).remainingMs).toBeLessThanOrEqual(remainingMs);
      expect(Object(result).remainingMs).toBeGreaterThan(remainingMs - A_LITTLE_MS);
    }
    expect(await aCase.calls('set-storno')).toEqual([]);
    expect(await stage.journal.readClaim(aCase.ref.caseId)).toBeNull();
    await aCase.letPass(A_LITTLE_MS);
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'cancelled' });
  });

  it('is not believed where Jet has said yes and shows another status', async () => {
    const aCase = await marked();
    await aCase.letPass(INTERVAL_MS);
    const jet = stage.simulator.jet();
    const forgetful: JetPort = {
      ...jet,
      // Saves the event and leaves its status as it was.
      setStatusStorno: async (eventNumber, precondition) =>
        jet.saveAnnouncement(eventNumber, await aCase.event(), precondition),
    };
    const worker = stage.worker({ jet: forgetful });
    expect(await aCase.stopOf('setStatusStorno', worker)).toBe('status-not-cancellable');
    const lines = (await aCase.entries()).filter(({ operation }) => operation === 'set-storno');
    expect(lines.map(({ kind }) => kind)).toEqual(['intent']);
  });

  // What was committed before its answer was lost, nobody has seen: it may have been Storno for a while.
  it('is not said to be unchanged where Storno was tried', async () => {
    const closed = async (isTried: boolean) => {
      const aCase = await marked();
      await aCase.letPass(INTERVAL_MS);
      if (isTried) {
        await aCase.arm('set-storno', 'error-500');
        await aCase.failureOf('setStatusStorno');
      }
      await aCase.edit({ status: 'Abschluss' });
      const error: unknown = await aCase.attempt('setStatusStorno').catch((failure: unknown) => failure);
      if (!(error instanceof ApplicationFailure)) throw new Error('Storno was set');
      return attentionText(error.type as FailureCode, error.details?.[0] as FailureFacts);
    };
    const unchanged = 'Absage hat ihn nicht verändert.';
    expect(await closed(false)).toContain(unchanged);
    const tried = await closed(true);
    expect(tried).toMatch(/„Abschluss“ \(gelesen um .* Absage hat versucht, Storno zu setzen/);
    expect(tried).not.toContain(unchanged);
  });

  it('waits again after each save of a colleague, even one that changed nothing', async () => {
    const aCase = await marked();
    for (let nth = 1; nth <= 3; nth += 1) {
      await aCase.letPass(INTERVAL_MS);
      await aCase.edit({});
      expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'not-yet' });
    }
    expect(await aCase.calls('set-storno')).toEqual([]);
  });

  it('does not believe a save that lies in the future of the read', async () => {
    const aCase = await marked();
    await aCase.letPass(-2 * INTERVAL_MS);
    expect(await aCase.failureOf('setStatusStorno')).toBe('jet-reply-invalid');
    expect(await aCase.calls('set-storno')).toEqual([]);
  });

  it('does not wait again for an event that was marked long ago', async () => {
    const aCase = await marked({
      title: 'Der Besuch der alten Dame – ENTFÄLLT',
      customerTitle: null,
      externalMemo: 'Die Vorstellung entfällt wegen einer technischen Störung.',
    });
    expect(await aCase.perform('markTitles')).toMatchObject({ hasWritten: false, remainingMs: 0 });
    expect(await aCase.setStorno()).toMatchObject({ kind: 'cancelled', isOurs: true });
    expect(await aCase.writeCounts()).toEqual({ 'set-storno': 1 });
  });

  it('is written on the version that was read, and read back', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('setStatusStorno');
    const { version } = await aCase.event();
    await aCase.setStorno();
    const outcome = (await aCase.entries()).find(
      ({ kind, operation }) => kind === 'outcome' && operation === 'set-storno',
    );
    const now = await aCase.event();
    expect(outcome).toMatchObject({
      before: { status: 'Verkaufsfreigabe', version },
      after: { status: 'Storno', version: now.version, savedAt: now.savedAt },
    });
  });

  it.each<[string, EventChanges]>([
    ['of nothing but blanks', { customerTitle: '  ' }],
    ['that is empty', { customerTitle: '' }],
    ['that is not used', { customerTitle: null }],
  ])('asks no marker of a customer title %s', async (_which, event) => {
    const aCase = await stage.prepare({ event });
    await aCase.runThrough('setStatusStorno');
    expect(await aCase.event()).toMatchObject({ ...event, status: 'CANCELLED' });
  });

  it('of an event that was Storno before is adopted, and nothing at all is written in step 1', async () => {
    const aCase = await stage.prepare({ event: { status: 'Storno' } });
    await aCase.runThrough();
    expect(await aCase.writeCounts()).toEqual({ 'grant-right': 1 });
    await expectJournalToMatchJet(aCase);
  });
});

describe('a real gateway', () => {
  it('is never worked on with a short interval: the check refuses', async () => {
    const aCase = await stage.prepare();
    aCase.worker = stage.worker({ jet: realGateway() });
    expect(await aCase.perform('checkEvent')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'interval-too-short' },
    });
    expect(await aCase.writes()).toEqual([]);
  });

  it('gets no Storno from a case with a short interval, however it was begun', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('setStatusStorno');
    aCase.worker = stage.worker({ jet: realGateway() });
    expect(await aCase.stopOf('setStatusStorno')).toBe('interval-too-short');
    expect(await aCase.calls('set-storno')).toEqual([]);
    expect(await stage.journal.readClaim(aCase.ref.caseId)).toBeNull();
  });

  it('gets no Storno from a case with a short interval as long as it does not say what it is', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('setStatusStorno');
    const health = () => Promise.reject(new KnownFailure('jet-unavailable', 'no answer'));
    aCase.worker = stage.worker({ jet: { ...stage.simulator.jet(), health } });
    expect(await aCase.failureOf('setStatusStorno')).toBe('jet-unavailable');
    expect(await aCase.calls('set-storno')).toEqual([]);
  });

  it('is worked on with fifteen minutes', async () => {
    const aCase = await stage.prepare(REAL_WAIT);
    aCase.worker = stage.worker({ jet: realGateway(), isRehearsal: false });
    await aCase.runThrough('markTitles');
    await aCase.letPass(INTERVAL_MS);
    await aCase.runThrough();
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1, 'set-storno': 1, 'grant-right': 1 });
  });
});
