import { eventually } from '../support/eventually';
import { TestSimulator } from '../support/simulator';

const EVENT = '104233';

let simulator: TestSimulator;

beforeEach(async () => {
  simulator = await TestSimulator.start();
});
afterEach(() => simulator.stop());

const edit = (body: object) => simulator.control('POST', '/human-edits', body);
const everything = async () => ({
  events: (await simulator.jet().findEvents({ house: 'FSP' })).events.map(({ readAt: _, ...event }) => event),
  channel: { ...(await simulator.jet().readChannelInfo(EVENT)), readAt: null },
  right: await simulator.jet().readRight('CONNECTONLINE', EVENT),
  mails: await (await simulator.tryControl('GET', '/service-mails')).text(),
});

it('a restart loses nothing: events, channel, rights, mails, log and settings of the link', async () => {
  const period = { validFrom: '2027-01-01', validUntil: '2027-02-01' };
  await simulator.jet().grantRight('CONNECTONLINE', EVENT, period, 'key');
  await edit({ eventNumber: EVENT, set: { status: 'Storno', title: 'Titel – ABGESAGT' } });
  await simulator.control('PUT', '/sync', { paused: true, reportStatus: 'In Arbeit', delay: '5s' });
  const before = await everything();
  const log = await simulator.log(EVENT);
  await simulator.restart();
  expect((await simulator.log(EVENT)).slice(0, log.length)).toEqual(log);
  expect(await everything()).toEqual(before);
});

it('a restart remembers faults and how often they were asked', async () => {
  const fault = { operation: 'read-event', kind: 'error-500', nth: 2 };
  await simulator.control('POST', '/faults', [fault]);
  await simulator.jet().readEvent(EVENT);
  await simulator.restart();
  await expect(simulator.jet().readEvent(EVENT)).rejects.toMatchObject({ code: 'jet-unavailable' });
  await expect(simulator.jet().readEvent(EVENT)).resolves.toMatchObject({ eventNumber: EVENT });
});

it('a transfer that was on its way arrives after the restart', async () => {
  await edit({ eventNumber: EVENT, set: { title: 'Neu' } });
  await simulator.control('PUT', '/sync', { interval: '10ms', delay: '300ms' });
  await simulator.restart();
  const row = await eventually(
    () => simulator.jet().readChannelInfo(EVENT),
    (shown) => shown?.title === 'Neu',
  );
  expect(row?.title).toBe('Neu');
});

it('a start adds what the sample programme lacks, and touches neither a changed nor a deleted event', async () => {
  await edit({ eventNumber: EVENT, set: { title: 'Geändert', status: 'Abschluss' } });
  await edit({ eventNumber: '104234', delete: true });
  const count = (await simulator.jet().findEvents({ house: 'FSP' })).events.length;
  await simulator.restart();
  expect(await simulator.jet().readEvent(EVENT)).toMatchObject({ title: 'Geändert', status: 'CLOSED' });
  expect(await simulator.jet().readEvent('104234')).toBeNull();
  expect((await simulator.jet().findEvents({ house: 'FSP' })).events).toHaveLength(count);
});
