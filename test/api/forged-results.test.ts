import { RawValue } from '@temporalio/common';
import type { Order } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';
import { Forger, UNREADABLE, type Call } from '../support/forged-results';

/** Whoever reaches the namespace can end an activity in its place: `temporal activity complete` and `activity fail`. */
let stage: ApiStage;
let forger: Forger;
beforeAll(async () => {
  stage = await ApiStage.open();
  forger = await Forger.beside(stage);
});
afterAll(() => stage.close());

const path = ({ house, eventNumber }: Order, action: string) =>
  `/v1/cancellations/${house}/${eventNumber}/${action}`;

const retry = (order: Order) => stage.post(path(order, 'retry'), { reason: 'Geklärt' });

async function failedTasks(order: Order): Promise<number> {
  const { events } = await stage.handle(order).fetchHistory();
  return events?.filter((event) => event.workflowTaskFailedEventAttributes).length ?? 0;
}

const HEAD = { seq: 2, hash: 'f'.repeat(64) };
const AT = '2027-01-05T18:30:00.000Z';

it.each<[Call, unknown]>([
  ['readEvent', null],
  ['readEvent', { kind: 'opened', head: HEAD }],
  ['saveAnnouncement', null],
  ['saveAnnouncement', 'Storno'],
  ['saveAnnouncement', UNREADABLE],
  ['saveAnnouncement', { kind: 'marked', savedAt: 'gestern', remainingMs: 1, head: HEAD }],
  ['saveAnnouncement', { kind: 'marked', savedAt: AT, remainingMs: 1e300, head: HEAD }],
  ['setStatusStorno', { kind: 'cancelled', isOurs: true, head: HEAD }],
  ['readChannelInfo', []],
  ['grantRight', { kind: 'storno-again', validUntil: null, savedAt: 'gestern', head: HEAD }],
])(
  'N5: an activity in %s that somebody else answers with %j: a person is asked, and it goes on',
  async (call, result) => {
    const { order, attention } = await forger.forged(call, (asked) => forger.complete(asked, result));
    expect(attention).toMatchObject({ code: 'result-not-ours' });
    expect((await retry(order)).status).toBe(200);
    await stage.untilState(order, 'completed');
    expect(await failedTasks(order)).toBe(0);
  },
);

it('N5: a case with a made-up result is aborted', async () => {
  const { order } = await forger.forged('saveAnnouncement', (asked) => forger.complete(asked, {}));
  expect((await stage.post(path(order, 'abort'), { reason: 'Es wird gespielt' })).status).toBe(200);
  await stage.untilState(order, 'aborted');
  expect(await failedTasks(order)).toBe(0);
});

it.each([
  [{ conflicts: 5, found: 'Storno' }],
  [{ conflicts: [{ field: 'startsAt', before: 'gestern', ours: null, now: 'morgen' }] }],
  [null],
  [UNREADABLE],
])('N5: a failure with the made-up facts %j asks for a person', async (facts) => {
  const { order, attention } = await forger.forged('saveAnnouncement', (asked) => forger.fail(asked, facts));
  expect(attention).toMatchObject({ code: 'event-changed', conflicts: [] });
  expect((await retry(order)).status).toBe(200);
  await stage.untilState(order, 'completed');
  expect(await failedTasks(order)).toBe(0);
});

it('N5: an update that nobody can read is refused, and the next one is taken', async () => {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  const forgedUpdate = stage
    .handle(order)
    .executeUpdate('abort', { args: [RawValue.fromPayload(UNREADABLE)] });
  await expect(forgedUpdate).rejects.toThrow();
  expect((await stage.post(path(order, 'abort'), { reason: 'Es wird gespielt' })).status).toBe(200);
  await stage.untilState(order, 'aborted');
  expect(await failedTasks(order)).toBe(0);
});

/** Nobody can tell such a head from a journal that was put back. What gets a case out is a run that has seen none. */
it('a result of the right shape with a line that nobody has written: the case is terminated, and resumed', async () => {
  const { order, attention } = await forger.forged('saveAnnouncement', (asked) =>
    forger.complete(asked, {
      kind: 'marked',
      savedAt: AT,
      remainingMs: 0,
      head: { seq: 900, hash: HEAD.hash },
    }),
  );
  expect(attention).toMatchObject({ code: 'journal-behind' });
  await stage.handle(order).terminate('Ein Ergebnis, das nicht von Absage ist');
  await stage.untilState(order, 'interrupted');
  expect((await stage.post(path(order, 'resume'), { reason: 'Geklärt' })).status).toBe(200);
  await stage.untilState(order, 'completed');
});
