import { markOf } from '../../src/domain/case-marks';
import {
  itemHindrance,
  noticeStanding,
  OF_NOTICES,
  seriesStateOf,
  type NewSeriesLine,
} from '../../src/domain/series-lines';
import type { NewEntry, NewOpening } from '../../src/domain/journal';
import type { NewSeries } from '../../src/journal/port';
import { aPolicy } from '../support/examples';
import { line } from './lines';
import { describeInEachDatabase, openTwice } from './places';

/* The chain of a series, as two processes write it at once. */

const BY = { actor: 'Karl Kassa', actorId: 'token:karl' };
const CASES = ['case-1', 'case-2', 'case-3'];

function anOrder(digest = 'same', changes: Partial<NewSeries> = {}): NewSeries {
  return {
    ...BY,
    operation: 'order-series',
    effectKey: 'order',
    after: {
      title: 'Erkrankung',
      marker: 'ENTFÄLLT',
      reason: 'Entfällt.',
      policies: { FSP: aPolicy() },
      orderedAt: '2027-01-01T10:00:00.000Z',
      items: CASES.map((caseId, index) => ({
        caseId,
        house: 'FSP',
        eventNumber: String(104_233 + index),
        expected: { title: 'Iphigenie', startsAt: '2027-02-01T18:30:00.000Z' },
      })),
    },
    outcome: digest,
    ...changes,
  };
}

const planned: NewSeriesLine = {
  ...BY,
  operation: 'plan-series',
  effectKey: 'plan',
  after: { planHash: '', items: {} },
  outcome: 'ok',
};
const paused: NewSeriesLine = {
  ...BY,
  operation: 'pause-series',
  effectKey: 'pause/1',
  after: { reason: 'Warten.' },
  outcome: 'accepted',
};
const ended: NewSeriesLine = {
  ...BY,
  operation: 'end-series',
  effectKey: 'end',
  after: {},
  outcome: 'completed',
};

/** The lines of a long life, with those in between that say nothing of how far the case is. */
const LIFE = [
  { operation: 'alert-house', kind: 'intent', step: 'mark-titles', outcome: null },
  {
    operation: 'save-announcement',
    kind: 'outcome',
    step: 'mark-titles',
    outcome: 'ok',
    after: { savedAt: '2027-01-01T10:00:00.000Z' },
  },
  { operation: 'skip-wait', kind: 'decision', step: 'wait-for-title-transfer', outcome: 'accepted' },
  {
    operation: 'set-storno',
    kind: 'outcome',
    step: 'set-storno',
    outcome: 'ok',
    after: { savedAt: '2027-01-01T10:30:00.000Z' },
  },
  { operation: 'read-channel', kind: 'evidence', step: 'verify-channel', outcome: 'not-yet' },
  { operation: 'read-channel', kind: 'evidence', step: 'verify-channel', outcome: 'verified' },
  { operation: 'read-event', kind: 'evidence', step: 'grant-right', outcome: 'storno' },
  { operation: 'grant-right', kind: 'outcome', step: 'grant-right', outcome: 'ok' },
  {
    operation: 'claim-notice',
    kind: 'decision',
    step: 'notify-partner',
    outcome: null,
    after: { by: 'series', number: 1 },
  },
  { operation: 'send-partner-notice', kind: 'outcome', step: 'notify-partner', outcome: 'accepted' },
  { operation: 'read-event', kind: 'evidence', step: 'report', outcome: 'storno' },
] as const;

const refOf = (caseId: string) => ({
  caseId,
  house: 'FSP',
  eventNumber: String(104_233 + CASES.indexOf(caseId)),
});
const opening = (series = 'series-1') =>
  line('opening', { kind: 'opening', after: { input: { series: { id: series } } } }) as NewOpening;

describeInEachDatabase((makePlace) => {
  const both = openTwice(makePlace);

  it('the same order is one series, until it has ended', async () => {
    const [one, other] = await Promise.all([
      both.here.openSeries('series-1', anOrder()),
      both.there.openSeries('series-2', anOrder()),
    ]);
    expect([one.isNew, other.isNew].sort()).toEqual([false, true]);
    expect(one.seriesId).toBe(other.seriesId);
    expect(await both.here.openSeries('series-3', anOrder('another'))).toEqual({
      isNew: true,
      seriesId: 'series-3',
    });
    await both.there.appendToSeries(one.seriesId, ended);
    expect(await both.here.openSeries('series-4', anOrder())).toEqual({ isNew: true, seriesId: 'series-4' });
    expect((await both.there.listSeries(null, 10)).sort()).toEqual(
      [one.seriesId, 'series-3', 'series-4'].sort(),
    );
  });

  it('its contact is sealed, and can be read with its key', async () => {
    const contact = { name: 'Eva Muster', phone: '+43 1 000' };
    await both.here.openSeries('series-1', anOrder('same', { contact }));
    const [order] = await both.there.seriesLines('series-1');
    expect(JSON.stringify(order)).not.toContain('Muster');
    expect(await both.there.contact('series-1')).toEqual({ key: expect.any(String) as string });
    await expect(
      both.here.eraseContact(
        { caseId: 'series-1', house: '', eventNumber: '' },
        { ...BY, reason: 'Wunsch', runs: 0, mails: 0 },
      ),
    ).rejects.toThrow('is open');
    await both.here.appendToSeries('series-1', ended);
    const [kept] = await both.here.keptContacts();
    expect(kept).toMatchObject({ caseId: 'series-1', endedAt: expect.any(String) as string });
  });

  it('no case is opened that the series does not let begin', async () => {
    await both.here.openSeries('series-1', anOrder());
    expect(await both.there.openCase(refOf('case-1'), opening())).toEqual({ hinderedBy: 'wait' });
    await both.here.appendToSeries('series-1', planned);
    expect(await both.there.openCase(refOf('case-1'), opening())).toHaveProperty('opened');
    expect(await both.there.openCase({ ...refOf('case-2'), caseId: 'strange' }, opening())).toEqual({
      hinderedBy: 'not-in-series',
    });
    expect(await both.there.openCase(refOf('case-2'), opening('no-series'))).toEqual({
      hinderedBy: 'not-in-series',
    });
    await both.here.appendToSeries('series-1', paused);
    expect(await both.there.openCase(refOf('case-2'), opening())).toEqual({ hinderedBy: 'wait' });
    // What has begun goes on.
    expect(await both.there.openCase(refOf('case-1'), opening())).toHaveProperty('opened');
  });

  /* Four eyes, once for the house. */

  /** What a case is opened with, where its series was approved with this plan. */
  const openingOf = (planHash: string) =>
    line('opening', {
      kind: 'opening',
      after: { input: { series: { id: 'series-1' } }, approvedInSeries: { planHash } },
    }) as NewOpening;
  const asked = (number: number, items: Record<string, string>): NewSeriesLine => ({
    ...BY,
    operation: 'request-series-approval',
    effectKey: `approval/FSP/${number}/request`,
    after: { house: 'FSP', number, planHash: 'all', items, expiresAt: '2027-02-01T18:30:00.000Z' },
    outcome: 'requested',
  });
  const approved = (number: number, actorId = 'token:lea'): NewSeriesLine => ({
    ...{ actor: 'Lea Leitung', actorId, operation: 'approve-series', effectKey: `approval/FSP/${number}` },
    after: { house: 'FSP', number, planHash: 'all', reason: 'Gut.', updateId: `update-${number}` },
    outcome: 'accepted',
  });
  const rejected: NewSeriesLine = {
    ...{
      actor: 'Lea Leitung',
      actorId: 'token:lea',
      operation: 'reject-series',
      effectKey: 'approval/FSP/1',
    },
    after: { house: 'FSP', number: 1, reason: 'Nein.', updateId: 'update-no' },
    outcome: 'accepted',
  };
  const resumed: NewSeriesLine = {
    ...{ actor: 'Lea Leitung', actorId: 'token:lea', operation: 'resume-series', effectKey: 'resume/1' },
    after: { reason: 'Weiter.', orderedAt: '2027-01-01T11:00:00.000Z' },
    outcome: 'accepted',
  };
  const PLANS = { 'case-1': 'plan-1', 'case-2': 'plan-2', 'case-3': 'plan-3' };

  async function askedInSeries() {
    const order = anOrder();
    const policy = { ...aPolicy(), approval: { expiresMs: 3_600_000, to: [] } };
    await both.here.openSeries('series-1', {
      ...order,
      after: { ...order.after, policies: { FSP: policy } },
    });
    await both.here.appendToSeries('series-1', planned);
    await both.here.appendToSeries('series-1', asked(1, PLANS));
  }

  it('no case opens without the approval of its house, for exactly the plan that was approved', async () => {
    await askedInSeries();
    const open = (caseId: string, planHash: string) =>
      both.there.openCase(refOf(caseId), openingOf(planHash));
    expect(await open('case-1', 'plan-1')).toEqual({ hinderedBy: 'not-approved' });
    await both.here.appendToSeries('series-1', approved(1));
    expect(await open('case-1', 'plan-2')).toEqual({ hinderedBy: 'plan-changed' });
    expect(await both.there.openCase(refOf('case-1'), opening())).toEqual({ hinderedBy: 'plan-changed' });
    expect(await open('case-1', 'plan-1')).toHaveProperty('opened');
    // Whoever has approved it takes it up again: then it is their own order, and asks for somebody else.
    await both.here.appendToSeries('series-1', resumed);
    expect(await open('case-2', 'plan-2')).toEqual({ hinderedBy: 'not-approved' });
    await both.here.appendToSeries('series-1', asked(2, { 'case-2': 'plan-2' }));
    await both.here.appendToSeries('series-1', approved(2, 'token:otto'));
    expect(await open('case-2', 'plan-2')).toHaveProperty('opened');
    expect(await open('case-3', 'plan-3')).toEqual({ hinderedBy: 'not-approved' });
  });

  it.each([BY.actorId, 'web-ui:lea'])('no case opens with the approval of %s', async (actorId) => {
    await askedInSeries();
    await both.here.appendToSeries('series-1', approved(1, actorId));
    expect(await both.there.openCase(refOf('case-1'), openingOf('plan-1'))).toEqual({
      hinderedBy: 'not-approved',
    });
  });

  it('a case is opened, or its house says no: one line decides the request', async () => {
    await askedInSeries();
    const [yes, no] = await Promise.all([
      both.here.appendNewToSeries('series-1', approved(1)),
      both.there.appendNewToSeries('series-1', rejected),
    ]);
    expect([yes, no].filter((written) => written !== null)).toHaveLength(1);
    const opened = await both.here.openCase(refOf('case-1'), openingOf('plan-1'));
    expect(opened).toEqual(yes ? { opened: expect.anything() as unknown } : { hinderedBy: 'rejected' });
  });

  it('the requests that wait are found without the series that ended, or were answered', async () => {
    await askedInSeries();
    const { seriesId } = await both.there.openSeries('series-2', anOrder('another'));
    await both.there.appendToSeries(seriesId, asked(1, { 'case-1': 'plan-1' }));
    const open = async () => (await both.here.openSeriesRequests()).map(({ caseId }) => caseId).sort();
    expect(await open()).toEqual(['series-1', 'series-2']);
    await both.there.appendToSeries('series-1', rejected);
    expect(await open()).toEqual(['series-2']);
    await both.there.appendToSeries('series-1', asked(2, { 'case-2': 'plan-2' }));
    await both.there.appendToSeries('series-2', ended);
    expect(await open()).toEqual(['series-1']);
  });

  it('a case is opened, or skipped: never both, however close they come', async () => {
    await both.here.openSeries('series-1', anOrder());
    await both.here.appendToSeries('series-1', planned);
    const skip = (caseId: string) =>
      both.there.decideOnSeries('series-1', (_lines, marks) =>
        marks.has(caseId)
          ? null
          : {
              ...BY,
              operation: 'skip-items',
              effectKey: `skip/${caseId}`,
              after: { reason: 'Doch nicht.', items: [caseId] },
              outcome: 'accepted',
            },
      );
    for (const caseId of CASES) {
      const [opened, skipped] = await Promise.all([
        both.here.openCase(refOf(caseId), opening()),
        skip(caseId),
      ]);
      expect('opened' in opened).toBe(skipped === null);
      if (!('opened' in opened)) expect(opened).toEqual({ hinderedBy: 'skipped-in-series' });
    }
  });

  it('a mail is sent or given up: one line decides', async () => {
    await both.here.openSeries('series-1', anOrder());
    const effectKey = 'notice/FSP/1';
    const sending: NewSeriesLine = {
      ...BY,
      operation: 'send-series-notice',
      effectKey,
      after: {
        house: 'FSP',
        number: 1,
        items: ['case-1'],
        from: 'a@b.example',
        to: ['c@d.example'],
        cc: [],
        subject: 'Absage',
        messageId: '<series.1@b.example>',
        text: '',
        recipients: ['c@d.example'],
      },
      outcome: null,
    };
    const release: NewSeriesLine = {
      ...BY,
      operation: 'release-series-notice',
      effectKey,
      after: { house: 'FSP', number: 1, caseId: 'case-1' },
      outcome: null,
    };
    const [sent, released] = await Promise.all([
      both.here.appendNewToSeries('series-1', sending),
      both.there.appendToSeries('series-1', release),
    ]);
    expect(sent === null).toBe(released.operation === 'release-series-notice');
    const lines = await both.here.seriesLines('series-1');
    expect(noticeStanding(lines, 'FSP', 1).kind).toBe(sent === null ? 'free' : 'sending');
  });

  it('tells how far each case is, without what is in its lines', async () => {
    await both.here.openSeries('series-1', anOrder());
    await both.here.appendToSeries('series-1', planned);
    await both.here.openCase(refOf('case-1'), opening());
    const marks = await both.there.caseMarks(CASES);
    expect([...marks.keys()]).toEqual(['case-1']);
    expect(marks.get('case-1')).toMatchObject({ first: 'opening', end: null, step: 'mark-titles' });
    const state = seriesStateOf(await both.there.seriesLines('series-1'))!;
    expect(itemHindrance(state, { caseId: 'case-2' })).toBeNull();
  });

  it('tells the same from the lines that say it as from all of them, whatever the case has been through', async () => {
    await both.here.openSeries('series-1', anOrder());
    await both.here.appendToSeries('series-1', planned);
    await both.here.openCase(refOf('case-1'), opening());
    for (const [nth, step] of LIFE.entries()) {
      const written = { ...line(`life/${nth}`), ...step } as unknown as NewEntry;
      await both.here.append(refOf('case-1'), written);
      const all = markOf(await both.there.entries('case-1'));
      expect((await both.there.caseMarks(CASES)).get('case-1')).toEqual(all);
    }
  });

  it('gives only the lines of these operations', async () => {
    await both.here.openSeries('series-1', anOrder());
    for (const each of [planned, paused, ended]) await both.here.appendToSeries('series-1', each);
    const lines = await both.there.seriesLines('series-1', ['end-series', 'pause-series']);
    expect(lines.map(({ operation }) => operation)).toEqual(['pause-series', 'end-series']);
    expect(await both.there.seriesLines('series-1', OF_NOTICES)).toHaveLength(1);
  });
});
