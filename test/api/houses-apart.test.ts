import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { PlannedOrder } from '../../src/cases/orders';
import { logInByToken } from '../../src/cases/log-in';
import type { CancellationView } from '../../src/cases/view';
import type { Order } from '../../src/domain/types';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import { GUIDED_HOUSE, SEEN } from '../e2e/guided-house';
import { turnOf } from '../../src/domain/urgency';
import { JET_TASK_QUEUE } from '../../src/workflows/messages';
import { ApiStage } from '../support/api-stage';
import { eventually } from '../support/eventually';

/*
 * Forty houses share one installation, and whoever holds the token of one must not be able to stop another. A house
 * without a gateway can type any number.
 */

function issue(house: string): { known: ApiToken; headers: Record<string, string> } {
  const { token, entry } = createToken(`Kartenbüro ${house}`, [house]);
  const known = { sha256: entry.sha256, actor: entry.actor, role: 'lead', houses: new Set([house]) } as const;
  return { known, headers: { authorization: `Bearer ${token}` } };
}

const guest = issue(GUIDED_HOUSE);
const fsp = issue('FSP');

const log: string[] = [];
const logger = pino({}, { write: (line) => void log.push(line) });

let stage: ApiStage;
beforeAll(async () => {
  stage = await ApiStage.open({ logIn: logInByToken([guest.known, fsp.known], hashToken), logger });
});
afterAll(() => stage.close());

const as = async <T>({ headers }: typeof fsp, path: string, body?: object) =>
  body ? stage.post<T>(path, body, headers) : stage.get<T>(path, { headers });

const guidedOrder = ({ eventNumber, marker, reason }: Order) => ({
  ...{ house: GUIDED_HOUSE, eventNumber, marker, reason },
  seen: SEEN,
});

async function untilState(
  caller: typeof fsp,
  house: string,
  number: string,
  state: string,
): Promise<CancellationView> {
  const read = () => as<CancellationView>(caller, `/v1/cancellations/${house}/${number}`);
  return (await eventually(read, ({ body }) => body.state === state)).body;
}

// It used to be refused, as already-completed or already-cancelling, for a case that its house could not even see.
it('a number that a guided house has typed is no matter for the house whose number it is', async () => {
  const order = await stage.prepare();
  const typed = await as(guest, '/v1/cancellations', guidedOrder(order));
  expect(typed.status).toBe(202);
  await untilState(guest, GUIDED_HOUSE, order.eventNumber, 'needs-attention');

  const { body: plan } = await as<PlannedOrder>(fsp, '/v1/plans', order);
  expect(plan).toMatchObject({ cancellable: true, refusals: [], cancellation: null });
  expect((await as(fsp, '/v1/cancellations', order)).status).toBe(202);
  await untilState(fsp, 'FSP', order.eventNumber, 'completed');

  const theirs = await untilState(guest, GUIDED_HOUSE, order.eventNumber, 'needs-attention');
  expect(theirs).toMatchObject({ house: GUIDED_HOUSE, state: 'needs-attention', step: 'mark-titles' });
});

it('nor the other way round: what a house has cancelled does not keep a guided one from its own', async () => {
  const order = await stage.prepare();
  await as(fsp, '/v1/cancellations', order);
  await untilState(fsp, 'FSP', order.eventNumber, 'completed');
  const { body: plan } = await as<PlannedOrder>(guest, '/v1/plans', guidedOrder(order));
  expect(plan).toMatchObject({ cancellable: true, cancellation: null });
  expect((await as(guest, '/v1/cancellations', guidedOrder(order))).status).toBe(202);
  await untilState(guest, GUIDED_HOUSE, order.eventNumber, 'needs-attention');
});

describe('in the queue to Jet', () => {
  const FLOOD = 60;

  /** A search that waits for a worker. */
  const search = (house: string, index: number) =>
    stage.temporal.activity.start('findEvents', {
      id: `search/${house}/${index}`,
      taskQueue: JET_TASK_QUEUE,
      args: [{ house }],
      scheduleToCloseTimeout: 60_000,
      priority: turnOf('search', house),
    });

  it('another house comes to its turn beside many searches of one', async () => {
    await stage.stopWorkers();
    await Promise.all(Array.from({ length: FLOOD }, (_, index) => search('FSP', index)));
    const late = await search('LTN', 0);
    const asked: string[] = [];
    const jet = stage.simulator.jet();
    await stage.startWorkers({
      ...jet,
      findEvents: (query) => {
        asked.push(query.house);
        return jet.findEvents(query);
      },
    });
    await late.result();
    expect(asked.indexOf('LTN')).toBeLessThan(FLOOD / 2);
  });
});

it('N10: who asks for a case of another house by its id stands in the log, as at the other doors', async () => {
  const order = await stage.prepare();
  const { body: view } = await as<CancellationView>(fsp, '/v1/cancellations', order);
  log.splice(0);
  const ours = await as<{ code: string }>(guest, `/v1/cases/${view.caseId}`);
  const nobodys = await as<{ code: string }>(guest, `/v1/cases/${randomUUID()}`);
  expect(ours).toMatchObject({ status: 404, body: { code: 'cancellation-not-found' } });
  expect(ours.body).toEqual(nobodys.body);
  const lines = log.map((line) => JSON.parse(line) as object).filter((line) => 'security' in line);
  const who = `token:Kartenbüro ${GUIDED_HOUSE}`;
  expect(lines).toMatchObject([{ security: 'house-not-found', who, route: 'GET /v1/cases/:caseId' }]);
  await untilState(fsp, 'FSP', order.eventNumber, 'completed');
});
