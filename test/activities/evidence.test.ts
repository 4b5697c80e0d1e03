import { ApplicationFailureCategory, type ApplicationFailure } from '@temporalio/common';
import type { EvidenceResult } from '../../src/activities/channel';
import type { ChannelEventInfo } from '../../src/domain/types';
import { ActivityStage, type StagedCase } from '../support/activity-stage';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

const MINUTE_MS = 60_000;
const START_MS = Date.parse('2027-01-05T18:00:00.000Z');
const sync = (settings: object) => stage.simulator.control('PUT', '/sync', settings);

/** A case whose Storno is set. */
const cancelled = async () => (await stage.prepare()).runThrough('setStatusStorno');

const look = (aCase: StagedCase) =>
  aCase.attempt('verifyChannel').then(
    () => 'verified',
    (failure: unknown) => (failure as ApplicationFailure).type,
  );

/** Connect Online without transfer times: one row for each further look. */
function withoutTransferTimes(looks: readonly { status: string | null; minute: number }[]) {
  const rows = [...looks];
  const readChannelInfo = (eventNumber: string): Promise<ChannelEventInfo | null> => {
    const { status, minute } = rows.shift()!;
    const readAt = new Date(START_MS + minute * MINUTE_MS).toISOString();
    const row = { eventNumber, title: null, transferredAt: null, readAt };
    return Promise.resolve(status === null ? null : { ...row, status });
  };
  return stage.worker({ jet: { ...stage.simulator.jet(), readChannelInfo }, isRehearsal: false });
}

async function lookAll(aCase: StagedCase, looks: readonly [status: string | null, minute: number][]) {
  aCase.worker = withoutTransferTimes(looks.map(([status, minute]) => ({ status, minute })));
  const seen: unknown[] = [];
  for (let nth = 1; nth <= looks.length; nth += 1) seen.push(await look(aCase));
  return seen;
}

const NOT_YET = 'channel-not-showing-storno';

describe('what Connect Online shows', () => {
  it('proves nothing while it shows the state before our Storno', async () => {
    const aCase = await stage.prepare();
    await sync({ delay: '1h' });
    await aCase.runThrough('setStatusStorno');
    expect(await look(aCase)).toBe(NOT_YET);
    await sync({ delay: null });
  });

  it('proves nothing with an old Storno row, transferred before ours', async () => {
    const aCase = await stage.prepare();
    await sync({ paused: true, reportStatus: 'Storno' });
    await aCase.runThrough('setStatusStorno');
    expect(await look(aCase)).toBe(NOT_YET);
    await sync({ paused: false, reportStatus: null });
    await aCase.perform('verifyChannel');
    const row = (await aCase.entries()).at(-1)?.after as ChannelEventInfo;
    expect(Date.parse(row.transferredAt!)).toBeGreaterThanOrEqual(Date.parse((await aCase.event()).savedAt));
  });

  it.each(['storno', 'STORNO', 'Storno ', 'Storniert', 'Verkaufsfreigabe', 'Abschluss'])(
    'proves nothing with the word %j',
    async (reportStatus) => {
      const aCase = await cancelled();
      await aCase.readyFor('verifyChannel');
      await sync({ reportStatus });
      expect(await look(aCase)).toBe(NOT_YET);
      await sync({ reportStatus: null });
      expect(await look(aCase)).toBe('verified');
    },
  );

  it('proves nothing with no row at all', async () => {
    const aCase = await cancelled();
    await aCase.readyFor('verifyChannel');
    await aCase.edit({ soldViaPartner: false });
    while (await stage.simulator.jet().readChannelInfo(aCase.eventNumber));
    expect(await look(aCase)).toBe(NOT_YET);
  });

  it.each(['error-500', 'reset', 'html-page', 'empty', 'wrong-event'])(
    'proves nothing when the page fails (%s), and is looked at again',
    async (kind) => {
      const aCase = await cancelled();
      await aCase.readyFor('verifyChannel');
      // The connection is one that the read before has left open: a read that is lost with it is sent once more.
      await aCase.arm('read-channel', kind, { count: kind === 'reset' ? 2 : 1 });
      expect(await look(aCase)).toMatch(/^(channel-unavailable|jet-reply-invalid)$/);
      expect(await look(aCase)).toBe('verified');
    },
  );

  it('is a benign failure as long as it does not show Storno, and adds no line', async () => {
    const aCase = await stage.prepare();
    await sync({ paused: true });
    await aCase.runThrough('setStatusStorno');
    const lines = await aCase.entries();
    for (let nth = 1; nth <= 5; nth += 1) {
      const failure: unknown = await aCase.attempt('verifyChannel').catch((error: unknown) => error);
      expect(failure).toMatchObject({ nonRetryable: false, category: ApplicationFailureCategory.BENIGN });
    }
    expect(await aCase.entries()).toEqual(lines);
  });

  it('is kept as evidence, and not looked at again', async () => {
    const aCase = await cancelled();
    const seen = await aCase.perform('verifyChannel');
    const looks = (await aCase.calls('read-channel')).length;
    await sync({ reportStatus: 'Verkaufsfreigabe' });
    const { head: _head, ...proof } = seen as EvidenceResult;
    expect(await aCase.perform('verifyChannel')).toMatchObject(proof);
    expect(await aCase.calls('read-channel')).toHaveLength(looks);
    // The event is looked at again, because the mail goes by what it shows now.
    expect((await aCase.entries()).slice(-2)).toMatchObject([
      { kind: 'evidence', outcome: 'verified', after: { status: 'Storno' } },
      { kind: 'evidence', operation: 'read-event', outcome: 'storno' },
    ]);
  });
});

describe('where no transfer time is shown', () => {
  it('Storno must be seen twice, a minute apart', async () => {
    const aCase = await cancelled();
    const seen = await lookAll(aCase, [
      ['Storno', 0],
      ['Storno', 0.5],
      ['Storno', 0.99],
      ['Storno', 1],
    ]);
    expect(seen).toEqual([NOT_YET, NOT_YET, NOT_YET, 'verified']);
  });

  it('a flapping row must be seen twice anew', async () => {
    const aCase = await cancelled();
    const seen = await lookAll(aCase, [
      ['Storno', 0],
      ['Verkaufsfreigabe', 1],
      ['Storno', 2],
      [null, 3],
      [null, 4],
      ['Storno', 5],
      ['Storno', 6],
    ]);
    expect(seen).toEqual([...Array<string>(6).fill(NOT_YET), 'verified']);
  });

  it('Storno that was shown before we began proves nothing', async () => {
    const aCase = await stage.prepare();
    await sync({ reportStatus: 'Storno' });
    await aCase.runThrough('setStatusStorno');
    expect(
      await lookAll(aCase, [
        ['Storno', 0],
        ['Storno', 5],
        ['Storno', 60],
      ]),
    ).toEqual([NOT_YET, NOT_YET, NOT_YET]);
  });

  it('a Storno that a colleague set proves nothing', async () => {
    const aCase = await (await stage.prepare()).runThrough('markTitles');
    await aCase.edit({ status: 'Storno' });
    await aCase.runThrough('setStatusStorno');
    expect(
      await lookAll(aCase, [
        ['Storno', 0],
        ['Storno', 60],
      ]),
    ).toEqual([NOT_YET, NOT_YET]);
  });

  it('one poll apart is enough in a rehearsal', async () => {
    const aCase = await cancelled();
    await aCase.readyFor('verifyChannel');
    const jet = stage.simulator.jet();
    const readChannelInfo = async (eventNumber: string) => {
      const row = await jet.readChannelInfo(eventNumber);
      return row && { ...row, transferredAt: null };
    };
    aCase.worker = stage.worker({ jet: { ...jet, readChannelInfo } });
    await aCase.perform('verifyChannel');
    const [first, second] = (await aCase.entries())
      .filter(({ kind }) => kind === 'evidence')
      .map(({ after }) => Date.parse((after as ChannelEventInfo).readAt));
    expect(second! - first!).toBeGreaterThanOrEqual(aCase.input.policy.pollIntervalMs);
  });
});

describe('a Storno that a colleague set', () => {
  it('is proven by a row that was transferred after it', async () => {
    const aCase = await (await stage.prepare()).runThrough('markTitles');
    await aCase.edit({ status: 'Storno' });
    await aCase.runThrough('verifyChannel');
    expect((await aCase.entries()).at(-1)).toMatchObject({ outcome: 'verified' });
  });

  it('is proven by the row that Connect Online has shown since, when it was set long ago', async () => {
    const aCase = await stage.prepare({ event: { status: 'Storno' } });
    await aCase.runThrough('setStatusStorno');
    expect(await look(aCase)).toBe('verified');
  });
});
