import type { EvidenceResult } from '../../src/activities/channel';
import {
  ActivityStage,
  expectJournalToMatchJet,
  PROCEDURE,
  type StagedCase,
} from '../support/activity-stage';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

const ONE_EACH = { 'save-announcement': 1, 'set-storno': 1, 'grant-right': 1 };

describe('the procedure', () => {
  it('writes each of its three things once, sends one mail, and writes all of it down', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough();
    expect(await aCase.writeCounts()).toEqual(ONE_EACH);
    expect(await aCase.event()).toMatchObject({
      title: 'Der Besuch der alten Dame – ENTFÄLLT',
      customerTitle: 'Dürrenmatt: Der Besuch der alten Dame – ENTFÄLLT',
      externalMemo: 'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 19 Uhr',
      status: 'CANCELLED',
    });
    expect(stage.mail.conversations).toHaveLength(1);
    await expectJournalToMatchJet(aCase);
    const lines = (await aCase.entries()).map(({ kind, operation, outcome }) => [kind, operation, outcome]);
    expect(lines).toEqual([
      ['opening', 'check', 'ok'],
      ['intent', 'save-announcement', null],
      ['outcome', 'save-announcement', 'ok'],
      ['intent', 'set-storno', null],
      ['outcome', 'set-storno', 'ok'],
      ['evidence', 'read-event', 'storno'],
      ['evidence', 'read-channel', 'verified'],
      ['intent', 'grant-right', null],
      ['outcome', 'grant-right', 'ok'],
      ['evidence', 'read-event', 'storno'],
      ['intent', 'send-partner-notice', null],
      ['outcome', 'send-partner-notice', 'accepted'],
      ['end', 'close', 'completed'],
      ['intent', 'alert-house', null],
      ['outcome', 'alert-house', 'accepted'],
    ]);
  });

  it('lets Ö-Ticket know marker and reason before the Storno arrives there and its buyers are written to', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough('verifyChannel');
    const reply = await stage.simulator.tryControl('GET', '/service-mails');
    const { serviceMails } = (await reply.json()) as { serviceMails: unknown[] };
    expect(serviceMails).toMatchObject([
      {
        eventNumber: aCase.eventNumber,
        title: 'Der Besuch der alten Dame – ENTFÄLLT',
        externalMemo: 'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 19 Uhr',
      },
    ]);
  });

  it('changes nothing but the three texts, the status and the one right of the one event', async () => {
    const [aCase, neighbour] = (await stage.prepareAll([{}, {}])) as [StagedCase, StagedCase];
    const before = await aCase.event();
    const untouched = await neighbour.event();
    await aCase.runThrough();

    const after = await aCase.event();
    const changed = Object.entries(after).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(Object(before)[field]),
    );
    expect(changed.map(([field]) => field).sort()).toEqual([
      'customerTitle',
      'externalMemo',
      'readAt',
      'savedAt',
      'status',
      'statusText',
      'title',
      'version',
    ]);
    expect(await neighbour.event()).toEqual({ ...untouched, readAt: expect.any(String) });
    expect(await neighbour.writes()).toEqual([]);
  });

  it.each([2, 3])(
    'does and notes the same when each step is carried out %i times in a row',
    async (times) => {
      const aCase = await stage.prepare();
      for (const name of PROCEDURE) {
        await aCase.readyFor(name);
        for (let nth = 1; nth <= times; nth += 1) await aCase.perform(name);
      }
      expect(await aCase.writeCounts()).toEqual(ONE_EACH);
      expect(stage.mail.conversations).toHaveLength(1);
      expect(stage.mail.ends).toEqual(['completed']);
      // Each time that the right is asked for, the event is looked at: a look is no effect.
      const lines = (await aCase.entries()).filter(({ operation }) => operation !== 'read-event');
      expect(lines).toHaveLength(13);
      await expectJournalToMatchJet(aCase);
    },
  );

  it('does and notes nothing when a finished case is carried out again from its first step', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough();
    const entries = await aCase.entries();
    aCase.head = null;
    for (const name of PROCEDURE) {
      await aCase.perform(name);
      // The head must be the newest line, so that an older journal is noticed even after a reset.
      expect([name, aCase.head]).toEqual([name, { seq: 15, hash: entries.at(-1)?.hash }]);
    }
    expect(await aCase.entries()).toEqual(entries);
    expect(await aCase.writeCounts()).toEqual(ONE_EACH);
    expect(stage.mail.conversations).toHaveLength(1);
    expect(stage.mail.ends).toEqual(['completed']);
  });

  it('tells the same times when it is carried out again', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough();
    const tell = async () => {
      const marked = await aCase.perform('markTitles');
      const storno = await aCase.perform('setStatusStorno');
      const { seenAt } = (await aCase.perform('verifyChannel')) as EvidenceResult;
      const { acceptedAt } = await aCase.perform('sendPartnerNotice');
      return { marked: marked.kind, storno: Object(storno).savedAt as string, seenAt, acceptedAt };
    };
    const entries = await aCase.entries();
    expect(await tell()).toEqual({
      marked: 'cancelled-already',
      storno: Object(entries[4]?.after).savedAt as string,
      seenAt: Object(entries[6]?.after).readAt as string,
      acceptedAt: entries[11]?.at,
    });
  });
});

describe('the check', () => {
  it('goes on from its first line, not from the event that carries our marker now', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough('markTitles');
    const title = { before: 'Der Besuch der alten Dame', after: 'Der Besuch der alten Dame – ENTFÄLLT' };
    expect(await aCase.perform('checkEvent')).toMatchObject({ kind: 'opened', event: { title } });
  });

  it('refuses before any write, and writes that down', async () => {
    const aCase = await stage.prepare({ event: { status: 'Abschluss' } });
    expect(await aCase.perform('checkEvent')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'status-not-cancellable' },
    });
    expect(await aCase.writes()).toEqual([]);
    expect((await aCase.entries()).map(({ kind }) => kind)).toEqual(['refusal']);
  });

  it('keeps to a refusal whose answer was lost, though the event could be cancelled by now', async () => {
    const aCase = await stage.prepare({ event: { status: 'Abschluss' } });
    await aCase.attempt('checkEvent');
    await aCase.edit({ status: 'Verkaufsfreigabe' });
    expect(await aCase.perform('checkEvent')).toMatchObject({
      kind: 'refused',
      refusal: { code: 'status-not-cancellable' },
    });
    expect((await aCase.entries()).map(({ kind }) => kind)).toEqual(['refusal']);
  });

  it('opens one of two cases that are ordered for the same event at once', async () => {
    const aCase = await stage.prepare();
    const rival = aCase.rival();
    const results = await Promise.all([aCase.perform('checkEvent'), rival.perform('checkEvent')]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(['opened', 'refused']);
  });
});
