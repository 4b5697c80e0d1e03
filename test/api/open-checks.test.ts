import type { CancellationView } from '../../src/cases/view';
import type { Order } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';

/** One check of a house is open at a time, in front of a gateway that is no simulator. */
let stage: ApiStage;
beforeAll(async () => {
  stage = await ApiStage.open({ isSimulator: () => false }, [], {}, { most: 1, jetPerSecond: 20 });
});
afterAll(() => stage.close());
afterEach(() => stage.simulator.control('DELETE', '/faults'));

const away = ({ eventNumber }: Order) =>
  stage.simulator.control('POST', '/faults', [
    { operation: 'read-event', kind: 'maintenance', eventNumber, nth: 1, count: 1_000 },
  ]);

const PATIENT = { attentionAfterMs: 10 * 60_000, syncIntervalMs: 10 * 60_000 };
/** Longer than any pause of a busy machine: a person is to be asked because of the other check, and not because an attempt was slow. */
const IMPATIENT = { ...PATIENT, attentionAfterMs: 10_000 };
const waits = ({ tries }: CancellationView) => tries?.code === 'check-waits';

/** The check of the first order is open for as long as Jet does not answer; that of the second one waits for it. */
async function twoOrders(): Promise<[Order, Order]> {
  const first = await stage.prepare();
  const second = await stage.prepare();
  await away(first);
  await stage.start(first, PATIENT);
  await stage.until(first, ({ tries }) => tries?.code === 'jet-unavailable');
  await stage.start(second, PATIENT);
  return [first, second];
}

const abort = ({ house, eventNumber }: Order) =>
  stage.post(`/v1/cancellations/${house}/${eventNumber}/abort`, { reason: 'Es wird gespielt' });

it('an order too many is taken, says for whom it waits and since when, and goes on by itself', async () => {
  const [first, second] = await twoOrders();
  const { state, tries, attention, allowedActions } = await stage.until(second, waits);
  expect([state, attention, allowedActions]).toEqual(['checking', null, expect.arrayContaining(['abort'])]);
  expect(tries!.text).toMatch(
    /^Die Prüfung wartet, bis andere Prüfungen dieses Hauses fertig sind\. Sie wartet seit \d\d\.\d\d Uhr, (nächster Versuch um \d\d\.\d\d Uhr|gerade wird nachgesehen)\.$/,
  );
  await stage.simulator.control('DELETE', '/faults');
  await stage.untilState(first, 'waiting');
  // A view shows the attempts as they were a moment before the run was asked.
  await stage.until(second, ({ state, tries }) => state === 'waiting' && tries === null);
  for (const order of [first, second]) await abort(order);
});

it('a case that waits is aborted at once, and one that is before it gives way', async () => {
  const [first, second] = await twoOrders();
  const third = await stage.prepare();
  await stage.start(third, PATIENT);
  await stage.until(third, waits);
  await stage.until(second, waits);
  expect((await abort(second)).status).toBe(200);
  await stage.untilState(second, 'aborted');
  expect(await stage.writes(second.eventNumber)).toEqual([]);
  expect((await abort(first)).status).toBe(200);
  await stage.untilState(third, 'waiting');
  await abort(third);
});

it('a case that waits for longer than the patience asks a person, and goes on by itself', async () => {
  const first = await stage.prepare();
  const second = await stage.prepare();
  await away(first);
  await stage.start(first, PATIENT);
  await stage.until(first, ({ tries }) => tries?.code === 'jet-unavailable');
  await stage.start(second, IMPATIENT);
  const { attention, tries } = await stage.until(second, (view) => view.attention !== null && waits(view));
  expect(attention).toMatchObject({ code: 'check-waits', actions: ['abort', 'retry'] });
  expect(tries!.text).toMatch(/^Sie wartet seit /);
  expect((await abort(first)).status).toBe(200);
  expect((await stage.untilState(second, 'waiting')).attention).toBeNull();
  await abort(second);
});
