import { globalAgent } from 'node:http';
import type { JetPort } from '../../src/jet/port';
import type { FaultKind } from '../../src/simulator/faults';
import { TestSimulator } from '../support/simulator';

const EVENT = '104233';
/** Long enough that a busy machine answers a call without a fault, and short enough to be waited out. */
const TIMEOUT_MS = 1_500;
/** A call may take its deadline and a little more. */
const LONGEST_CALL_MS = TIMEOUT_MS + 1_500;

const READ_FAULTS: Partial<Record<FaultKind, string>> = {
  'error-500': 'jet-unavailable',
  maintenance: 'jet-unavailable',
  'too-many-requests': 'jet-unavailable',
  hang: 'jet-unavailable',
  drip: 'jet-unavailable',
  reset: 'jet-unavailable',
  'html-page': 'jet-reply-invalid',
  empty: 'jet-reply-invalid',
  oversize: 'jet-reply-invalid',
  redirect: 'jet-reply-invalid',
  'wrong-event': 'jet-reply-invalid',
};

let simulator: TestSimulator;
let jet: JetPort;

beforeAll(async () => {
  simulator = await TestSimulator.start();
  jet = simulator.jet({ timeoutMs: TIMEOUT_MS });
});
beforeEach(() => simulator.control('POST', '/reset'));
afterAll(() => simulator.stop());

const arm = (operation: string, kind: FaultKind) =>
  simulator.control('POST', '/faults', [{ operation, kind, eventNumber: EVENT, nth: 1 }]);

const readEvent = async () => {
  const event = await jet.readEvent(EVENT);
  if (!event) throw new Error('no event');
  return event;
};

const texts = { title: 'Der Besuch der alten Dame – ENTFÄLLT', customerTitle: null, externalMemo: 'Grund' };

const CALLS: Record<string, (version: string) => Promise<unknown>> = {
  'read-event': () => jet.readEvent(EVENT),
  'save-announcement': (version) => jet.saveAnnouncement(EVENT, texts, { version, idempotencyKey: 'key' }),
  'set-storno': (version) => jet.setStatusStorno(EVENT, { version, idempotencyKey: 'key' }),
  'read-channel': () => jet.readChannelInfo(EVENT),
  'grant-right': () =>
    jet.grantRight('CONNECTONLINE', EVENT, { validFrom: '2027-01-01', validUntil: '2027-02-01' }, 'key'),
};

describe.each(Object.entries(READ_FAULTS))('%s', (kind, code) => {
  it.each(Object.keys(CALLS))(
    `makes %s ${code} in time, writes nothing, and is over with the next call`,
    async (name) => {
      const before = await readEvent();
      await arm(name, kind as FaultKind);
      // On a connection that was kept, a read that is reset is sent once more.
      globalAgent.destroy();
      const startedAt = Date.now();
      await expect(CALLS[name]?.(before.version)).rejects.toMatchObject({ code });
      expect(Date.now() - startedAt).toBeLessThan(LONGEST_CALL_MS);

      expect((await readEvent()).version).toBe(before.version);
      const logged = (await simulator.log(EVENT)).filter(({ operation }) => operation === name);
      expect(logged).toContainEqual(expect.objectContaining({ outcome: kind, before: null, after: null }));
      await expect(CALLS[name]?.(before.version)).resolves.toBeTruthy();
    },
  );
});

describe.each(['commit-then-reset', 'commit-then-hang'] as const)('%s', (kind) => {
  it('loses the answer to a Storno that was set', async () => {
    const { version } = await readEvent();
    await arm('set-storno', kind);
    await expect(CALLS['set-storno']?.(version)).rejects.toMatchObject({ code: 'jet-unavailable' });
    expect(await readEvent()).toMatchObject({ status: 'CANCELLED' });
    expect(await simulator.log(EVENT)).toContainEqual(
      expect.objectContaining({
        operation: 'set-storno',
        outcome: kind,
        before: { status: 'Verkaufsfreigabe' },
        after: { status: 'Storno' },
      }),
    );
  });

  it('makes the same write a version conflict, not a second one', async () => {
    const { version } = await readEvent();
    await arm('save-announcement', kind);
    await expect(CALLS['save-announcement']?.(version)).rejects.toMatchObject({ code: 'jet-unavailable' });
    await expect(CALLS['save-announcement']?.(version)).rejects.toMatchObject({
      code: 'jet-version-conflict',
    });
    expect(await readEvent()).toMatchObject(texts);
  });
});

it('sees the state before the last save in a stale read', async () => {
  const before = await readEvent();
  await jet.saveAnnouncement(EVENT, texts, { version: before.version, idempotencyKey: 'key' });
  await arm('read-event', 'stale-read');
  expect(await readEvent()).toMatchObject({ title: before.title, version: before.version });
  expect(await readEvent()).toMatchObject(texts);
});

it('is acknowledged a title that was cut off, as it now stands', async () => {
  const { version } = await readEvent();
  await arm('save-announcement', 'truncate-value');
  const saved = await jet.saveAnnouncement(EVENT, texts, { version, idempotencyKey: 'key' });
  expect(saved.title).toBe('Der Besuch der alten Dame – ENTF');
  expect((await readEvent()).title).toBe(saved.title);
});

it('does not take the events of another house', async () => {
  await simulator.control('POST', '/faults', [{ operation: 'find-events', kind: 'wrong-event', nth: 1 }]);
  await expect(jet.findEvents({ house: 'FSP' })).rejects.toMatchObject({ code: 'jet-reply-invalid' });
});

it.each(['maintenance', 'too-many-requests'] as const)(
  'hands on when to come back after %s',
  async (kind) => {
    await arm('read-event', kind);
    await expect(jet.readEvent(EVENT)).rejects.toMatchObject({ options: { retryAfterMs: 1_000 } });
  },
);
