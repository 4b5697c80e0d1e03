import { randomUUID } from 'node:crypto';
import type { SeriesView } from '../../src/cases/series-view';
import { seriesWorkflowId } from '../../src/domain/series';
import { INTERRUPTED_TEXT } from '../../src/domain/wording';
import {
  cancellationWorkflowId,
  RECONCILE_CANCELLATIONS,
  RECONCILER_SCHEDULE,
  TASK_QUEUE,
} from '../../src/workflows/messages';
import { ApiStage, TIMING } from '../support/api-stage';
import { eventually } from '../support/eventually';

/* What the house of a series is told when something goes wrong: once for all of its performances that it is wrong for. */

let stage: ApiStage;

beforeAll(async () => {
  stage = await ApiStage.open();
}, 120_000);
afterAll(async () => {
  await stage.simulator.control('DELETE', '/faults');
  Object.assign(stage.timing, TIMING);
  await stage.close();
});

async function begin(count: number): Promise<SeriesView> {
  const items = [];
  for (let nth = 0; nth < count; nth += 1) {
    const { house, eventNumber, expected } = await stage.prepare();
    items.push({ house, eventNumber, expected });
  }
  const order = { title: 'Grippe', marker: 'ENTFÄLLT', reason: 'Erkrankung im Ensemble.', items };
  const answer = await stage.ask<SeriesView>('POST', '/v1/series', { body: order });
  expect(answer.status).toBe(202);
  return answer.body;
}

const read = async (id: string) => (await stage.get<SeriesView>(`/v1/series/${id}`)).body;
const mailsOf = ({ id, items }: SeriesView) =>
  stage.mail.alerts.filter(({ messageId }) =>
    [id, ...items.map(({ caseId }) => caseId)].some((each) => messageId.includes(each)),
  );

/** The performances that the mails of this kind named, mail by mail. */
const toldOf = async ({ id }: SeriesView, kind: string) =>
  (await stage.journal.seriesLines(id)).flatMap((line) =>
    line.operation === 'tell-house' && line.after.kind === kind ? [line.after.wants ?? []] : [],
  );

/** Whether each case knows that its mail was sent: it tells that it goes on only if somebody was told that it does not. */
async function areAllHeard({ items }: SeriesView): Promise<boolean> {
  const runs = await Promise.all(
    items.map(({ house, eventNumber }) =>
      stage.temporal.workflow.getHandle(cancellationWorkflowId(house, eventNumber)).describe(),
    ),
  );
  return runs.every(({ raw }) =>
    (raw.pendingActivities ?? []).every(({ activityType }) => activityType?.name !== 'alertHouse'),
  );
}

it('is one mail, and one more when it is over, for the gateway that is away: with its run and without it', async () => {
  // Each wait is ended by the test: none is over before all performances have come so far.
  Object.assign(stage.timing, { syncIntervalMs: 600_000, attentionAfterMs: 15_000 });
  const both = await Promise.all([begin(3), begin(3)]);
  const each = <T>(ask: (series: SeriesView) => Promise<T>, isIt: (answer: T) => boolean) =>
    Promise.all(both.map((series) => eventually(() => ask(series), isIt, 90_000)));
  await each(
    ({ id }) => read(id),
    ({ items }) => items.every(({ step }) => step === 'wait-for-title-transfer'),
  );
  await stage.temporal.workflow.getHandle(seriesWorkflowId(both[1].id)).terminate('Probe');
  await stage.simulator.control('POST', '/faults', [
    { operation: 'read-event', kind: 'error-500', probability: 1, seed: 1 },
  ]);
  const all = both.flatMap(({ items }) => items);
  await Promise.all(all.map((item) => stage.skipWait(item)));
  await each(
    (series) => toldOf(series, 'attention'),
    (told) => told.flat().length === 3,
  );
  await each(
    ({ id }) => read(id),
    ({ counts }) => counts.needsAttention === 3,
  );
  await each(areAllHeard, Boolean);
  await stage.simulator.control('DELETE', '/faults');
  await each(
    (series) => toldOf(series, 'all-clear'),
    (told) => told.flat().length === 3,
  );
  await Promise.all(all.map((item) => stage.until(item, ({ step }) => step === 'wait-for-storno-transfer')));
  await Promise.all(all.map((item) => stage.skipWait(item)));
  await each(
    ({ id }) => read(id),
    ({ counts }) => counts.completed === 3,
  );
  for (const series of both)
    for (const kind of ['attention', 'all-clear']) {
      const told = await toldOf(series, kind);
      // Each performance is named once, and there are fewer mails than performances.
      expect(new Set(told.flat()).size).toBe(3);
      expect(told.flat()).toHaveLength(3);
      expect(told.length).toBeLessThan(3);
      const sent = mailsOf(series).filter(({ subject }) => subject.startsWith(kind));
      expect(sent.map(({ subject }) => subject)).toEqual(told.map(() => `${kind}: Grippe`));
    }
}, 240_000);

it('is one mail for all cases whose runs were ended, and none in the next hour', async () => {
  Object.assign(stage.timing, { syncIntervalMs: 600_000, attentionAfterMs: 60_000 });
  const series = await begin(3);
  const { items } = await eventually(
    () => read(series.id),
    (view) => view.items.every(({ step }) => step === 'wait-for-title-transfer'),
    60_000,
  );
  const [left, ...lost] = items;
  for (const { house, eventNumber } of lost)
    await stage.temporal.workflow.getHandle(cancellationWorkflowId(house, eventNumber)).terminate('Versehen');
  for (let hour = 1; hour <= 2; hour += 1)
    await stage.temporal.workflow.execute(RECONCILE_CANCELLATIONS, {
      taskQueue: TASK_QUEUE,
      workflowId: `${RECONCILER_SCHEDULE.scheduleId}-${randomUUID()}`,
    });
  const mails = mailsOf({ ...series, items }).filter(({ subject }) => subject.startsWith('attention'));
  expect(mails.map(({ subject }) => subject)).toEqual(['attention: Grippe']);
  for (const { eventNumber } of lost) expect(mails[0]!.text).toContain(`VA-Nr. ${eventNumber}`);
  expect(mails[0]!.text).not.toContain(left!.eventNumber);
  expect(mails[0]!.text).toContain(INTERRUPTED_TEXT);
  for (const { caseId } of lost)
    expect((await stage.journal.entries(caseId)).some(({ operation }) => operation === 'alert-house')).toBe(
      false,
    );
}, 120_000);
