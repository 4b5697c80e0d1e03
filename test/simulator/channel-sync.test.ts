import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase, writeSetting } from '../../src/simulator/database';
import { readLog } from '../../src/simulator/operation-log';
import { SimulatorState } from '../../src/simulator/state';
import { NEVER_MS, SILENT, TestSimulator } from '../support/simulator';
import { eventually } from '../support/eventually';

const EVENT = '104233';
const INTERVAL_MS = 60_000;

describe('on a clock of the test', () => {
  let dataDir: string;
  let state: SimulatorState;
  /**
   * Converts milliseconds since the first tick to a time on the clock, far ahead, so that no timer of the simulator
   * fires.
   */
  let at: (ms: number) => number;

  const open = () => new SimulatorState(openDatabase(dataDir), INTERVAL_MS, SILENT);

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'absage-sync-'));
    state = open();
    state.completeProgramme();
    const gridMs = Date.now() + NEVER_MS;
    at = (ms) => gridMs + ms;
    writeSetting(state.database, 'anchor', gridMs);
  });
  afterEach(() => {
    state.sync.stop();
    state.database.close();
    rmSync(dataDir, { recursive: true });
  });

  const save = (ms: number, changes: object) => {
    state.sync.runDue(at(ms));
    const event = state.events.read(EVENT);
    if (!event) throw new Error('no event');
    state.events.save(event, changes, at(ms));
  };
  const row = (ms: number) => {
    state.sync.runDue(at(ms));
    return state.sync.read(EVENT);
  };
  const transfers = () => readLog(state.database, EVENT).filter(({ operation }) => operation === 'transfer');

  it('a save reaches Ö-Ticket at the next tick and not before', () => {
    save(1, { title: 'Neu' });
    expect(row(INTERVAL_MS - 1)?.title).toBe('Der Besuch der alten Dame');
    expect(row(INTERVAL_MS)?.title).toBe('Neu');
    expect(transfers()).toHaveLength(1);
  });

  it('a save in the very moment of a tick needs a whole interval', () => {
    save(INTERVAL_MS, { title: 'Neu' });
    expect(row(2 * INTERVAL_MS - 1)?.title).toBe('Der Besuch der alten Dame');
    expect(row(2 * INTERVAL_MS)?.title).toBe('Neu');
  });

  it('a tick that is late does not take what was saved after its time', () => {
    save(1, { title: 'Zuerst' });
    save(INTERVAL_MS + 1, { title: 'Danach' });
    expect(state.sync.read(EVENT)?.title).toBe('Zuerst');
  });

  const delay = (delayMs: number) => {
    state.sync.configure({ delayMs });
    state.sync.stop();
  };

  it('a delay comes on top of the tick', () => {
    delay(10_000);
    save(1, { title: 'Neu' });
    expect(row(INTERVAL_MS + 9_999)?.title).toBe('Der Besuch der alten Dame');
    expect(row(INTERVAL_MS + 10_000)?.title).toBe('Neu');
    expect(transfers()).toHaveLength(1);
  });

  it('an older state never arrives after a newer one, also when the delay was shortened', () => {
    delay(90_000);
    save(1, { title: 'Zuerst' });
    save(INTERVAL_MS + 1, { title: 'Danach' });
    delay(0);
    expect(row(INTERVAL_MS + 89_999)?.title).toBe('Der Besuch der alten Dame');
    expect(row(INTERVAL_MS + 90_000)?.title).toBe('Danach');
    expect(transfers().map(({ after }) => after?.title)).toEqual(['Zuerst', 'Danach']);
  });

  it('a save without a change is transferred, but is no news', () => {
    const before = state.sync.read(EVENT)?.transferredAt ?? '';
    save(1, {});
    expect(Date.parse(row(INTERVAL_MS)?.transferredAt ?? '')).toBeGreaterThan(Date.parse(before));
    expect(transfers()).toHaveLength(0);
  });

  it('a Storno makes one Servicemail, with the texts that Ö-Ticket knew before', () => {
    save(1, { title: 'Titel – ABGESAGT', externalMemo: 'Grund' });
    save(INTERVAL_MS + 1, { status: 'Storno', externalMemo: 'zu spät' });
    row(2 * INTERVAL_MS);
    save(2 * INTERVAL_MS + 1, {});
    row(3 * INTERVAL_MS);
    expect(state.sync.serviceMails()).toMatchObject([
      { eventNumber: EVENT, title: 'Titel – ABGESAGT', externalMemo: 'Grund' },
    ]);
  });

  it('a Storno that arrives together with its marker tells the buyers the old title', () => {
    save(1, { title: 'Titel – ABGESAGT' });
    save(2, { status: 'Storno' });
    row(INTERVAL_MS);
    expect(state.sync.serviceMails()).toMatchObject([{ title: 'Der Besuch der alten Dame' }]);
  });

  it.each([
    ['Bereitstellung', { status: 'Bereitstellung' }],
    ['the loss of the Verkaufsart', { soldViaPartner: false }],
  ])('%s takes the event away from Ö-Ticket', (_what, changes) => {
    save(1, changes);
    expect(row(INTERVAL_MS)).toBeNull();
    expect(transfers()).toMatchObject([{ before: { status: 'Verkaufsfreigabe' }, after: null }]);
  });

  it('a deleted event disappears from Ö-Ticket', () => {
    state.events.delete(EVENT, at(1));
    expect(row(INTERVAL_MS)).toBeNull();
  });

  it('a tick that was missed is made up at the start', () => {
    const savedAt = Date.now() - 2 * INTERVAL_MS;
    writeSetting(state.database, 'anchor', savedAt - 1);
    const event = state.events.read(EVENT);
    if (!event) throw new Error('no event');
    state.events.save(event, { title: 'Neu' }, savedAt);
    state.database.close();
    state = open();
    state.sync.start();
    expect(state.sync.read(EVENT)?.title).toBe('Neu');
  });
});

describe('over HTTP', () => {
  let simulator: TestSimulator;

  beforeAll(async () => {
    simulator = await TestSimulator.start();
  });
  beforeEach(() => simulator.control('POST', '/reset'));
  afterAll(() => simulator.stop());

  const edit = (set: object) => simulator.control('POST', '/human-edits', { eventNumber: EVENT, set });
  const channel = () => simulator.jet().readChannelInfo(EVENT);

  it('ticks by itself, at the interval that was set', async () => {
    await edit({ status: 'Storno' });
    await simulator.control('PUT', '/sync', { interval: '20ms' });
    await eventually(channel, (info) => info?.status === 'Storno');
    const { serviceMails } = (await (await simulator.tryControl('GET', '/service-mails')).json()) as {
      serviceMails: object[];
    };
    expect(serviceMails).toHaveLength(1);
    expect(await simulator.log(EVENT)).toContainEqual(
      expect.objectContaining({ actor: 'sync', operation: 'service-mail', outcome: 'ok' }),
    );
  });

  it('transfers nothing while it is paused, and goes on afterwards', async () => {
    await simulator.control('PUT', '/sync', { interval: 20, paused: true });
    await edit({ title: 'Neu' });
    const pausedAt = Date.now();
    await eventually(
      () => Promise.resolve(Date.now()),
      (now) => now > pausedAt + 100,
    );
    expect((await channel())?.title).toBe('Der Besuch der alten Dame');
    await simulator.control('PUT', '/sync', { paused: false });
    await eventually(channel, (info) => info?.title === 'Neu');
  });

  it('shows a status of its own, and stops when told so', async () => {
    await simulator.control('PUT', '/sync', { reportStatus: 'In Arbeit' });
    expect((await channel())?.status).toBe('In Arbeit');
    await simulator.control('PUT', '/sync', { reportStatus: null });
    expect((await channel())?.status).toBe('Verkaufsfreigabe');
  });

  it('is back at its defaults after a reset', async () => {
    await simulator.control('PUT', '/sync', { reportStatus: 'In Arbeit', paused: true, delay: '1h' });
    await simulator.control('POST', '/reset');
    expect((await channel())?.status).toBe('Verkaufsfreigabe');
  });

  it.each([
    { interval: '20' },
    { interval: '0s' },
    { interval: -1 },
    { interval: '25h' },
    { delay: 'x' },
    { paused: 'yes' },
    { reportStatus: '' },
    { other: 1 },
  ])('refuses %j', async (body) => {
    const response = await simulator.tryControl('PUT', '/sync', body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining(':') });
  });
});
