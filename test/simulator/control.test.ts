import { TestSimulator } from '../support/simulator';

const EVENT = '104233';
const GIVEN = {
  eventNumber: '77',
  house: 'FSP',
  title: 'Gegeben',
  customerTitle: null,
  externalMemo: null,
  status: 'Verkaufsfreigabe',
  startsAt: '2027-01-05T19:30:00+01:00',
  venue: 'Saal',
  location: 'Ort',
  organiser: 'Haus',
  production: null,
  soldViaPartner: true,
  limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
};

let simulator: TestSimulator;

beforeAll(async () => {
  simulator = await TestSimulator.start();
});
beforeEach(() => simulator.control('POST', '/reset'));
afterAll(() => simulator.stop());

const read = async (eventNumber = EVENT) => {
  const event = await simulator.jet().readEvent(eventNumber);
  if (!event) throw new Error('no event');
  return event;
};
const arm = (...faults: object[]) => simulator.control('POST', '/faults', faults);
const outcomes = async (eventNumber = EVENT) =>
  (await simulator.log(eventNumber)).map(({ outcome }) => outcome);
const readTimes = async (times: number, eventNumber = EVENT) => {
  for (let call = 0; call < times; call += 1)
    await simulator
      .jet()
      .readEvent(eventNumber)
      .catch(() => null);
};

describe('reset', () => {
  it('replaces everything by the given programme, saved now and known to Ö-Ticket', async () => {
    await arm({ operation: 'read-event', kind: 'error-500' });
    const beforeMs = Date.now();
    await simulator.control('POST', '/reset', { programme: [GIVEN] });
    const event = await read('77');
    expect(event).toMatchObject({ ...GIVEN, status: 'ON_SALE', startsAt: '2027-01-05T19:30:00.000+01:00' });
    expect(Date.parse(event.savedAt)).toBeGreaterThanOrEqual(beforeMs);
    expect(Date.now() - Date.parse(event.savedAt)).toBeLessThan(5_000);
    expect(await simulator.jet().readChannelInfo('77')).toMatchObject({ status: 'Verkaufsfreigabe' });
    expect(await simulator.jet().readEvent(EVENT)).toBeNull();
    expect(await simulator.log('77')).toHaveLength(2);
  });

  it.each([
    ['an event twice', [GIVEN, GIVEN]],
    ['a missing field', [{ ...GIVEN, title: undefined }]],
    ['an unknown field', [{ ...GIVEN, hall: 1 }]],
    ['a start without offset', [{ ...GIVEN, startsAt: '2027-01-05T19:30:00' }]],
    ['a number that is none', [{ ...GIVEN, eventNumber: '007' }]],
  ])('with %s is refused and changes nothing', async (_what, programme) => {
    const { version } = await read();
    const response = await simulator.tryControl('POST', '/reset', { programme });
    expect(response.status).toBe(400);
    expect((await read()).version).toBe(version);
  });

  it('takes thousands of events', async () => {
    const programme = Array.from({ length: 5_000 }, (_, index) => ({
      ...GIVEN,
      eventNumber: String(index + 1),
    }));
    await simulator.control('POST', '/reset', { programme });
    expect(await read('5000')).toMatchObject({ title: 'Gegeben' });
  });
});

describe('a colleague', () => {
  it('saves any field, as a new version that is logged', async () => {
    const { version } = await read();
    const set = { status: 'Abschluss', startsAt: '2027-02-01T20:00:00.000+01:00', venue: 'Kleiner Saal' };
    await simulator.control('POST', '/human-edits', { eventNumber: EVENT, set });
    const after = await read();
    expect(after).toMatchObject({ statusText: 'Abschluss', startsAt: set.startsAt, venue: set.venue });
    expect(after.version).not.toBe(version);
    expect(await simulator.log(EVENT)).toContainEqual(
      expect.objectContaining({ actor: 'human', operation: 'edit', after: set, outcome: 'ok' }),
    );
  });

  it('deletes an event', async () => {
    await simulator.control('POST', '/human-edits', { eventNumber: EVENT, delete: true });
    expect(await simulator.jet().readEvent(EVENT)).toBeNull();
    expect((await simulator.log(EVENT))[0]).toMatchObject({
      actor: 'human',
      operation: 'delete',
      after: null,
    });
  });

  it.each([
    [{ eventNumber: EVENT }, 400],
    [{ eventNumber: EVENT, set: {}, delete: true }, 400],
    [{ eventNumber: EVENT, set: { version: 'x' } }, 400],
    [{ eventNumber: EVENT, set: { status: '' } }, 400],
    [{ set: {} }, 400],
    [{ eventNumber: '999', set: {} }, 404],
  ])('cannot do %j', async (edit, status) => {
    expect((await simulator.tryControl('POST', '/human-edits', edit)).status).toBe(status);
  });
});

describe('a fault', () => {
  it('with nth fires at the n-th call for each event, and at count calls from there', async () => {
    await arm({ operation: 'read-event', kind: 'error-500', nth: 2, count: 2 });
    await readTimes(5);
    await readTimes(2, '104234');
    expect(await outcomes()).toEqual(['ok', 'error-500', 'error-500', 'ok', 'ok']);
    expect(await outcomes('104234')).toEqual(['ok', 'error-500']);
  });

  it('counts from when it was armed, and only its operation and event', async () => {
    await readTimes(3);
    await arm({ operation: 'read-event', kind: 'empty', eventNumber: EVENT, nth: 1 });
    await simulator.jet().readChannelInfo(EVENT);
    await readTimes(1, '104234');
    await readTimes(2);
    expect(await outcomes()).toEqual(['ok', 'ok', 'ok', 'ok', 'empty', 'ok']);
  });

  it('with count alone fires that often and is over', async () => {
    await arm({ operation: 'read-event', kind: 'html-page', count: 2 });
    await readTimes(3);
    expect(await outcomes()).toEqual(['html-page', 'html-page', 'ok']);
  });

  it('with a probability fires at the same calls for the same seed', async () => {
    const run = async () => {
      await simulator.control('POST', '/reset');
      await arm({ operation: 'read-event', kind: 'error-500', probability: 0.5, seed: 7 });
      await readTimes(20);
      return outcomes();
    };
    const first = await run();
    expect(new Set(first)).toEqual(new Set(['ok', 'error-500']));
    expect(await run()).toEqual(first);
  });

  it('does nothing any more once it was cleared', async () => {
    await arm({ operation: 'read-event', kind: 'error-500' });
    await simulator.control('DELETE', '/faults');
    await readTimes(1);
    expect(await outcomes()).toEqual(['ok']);
  });

  it.each([
    [{ operation: 'read-event', kind: 'explode' }],
    [{ operation: 'transfer', kind: 'hang' }],
    [{ operation: 'read-event', kind: 'hang', nth: 0 }],
    [{ operation: 'read-event', kind: 'hang', nth: 1, probability: 0.5 }],
    [{ operation: 'read-event', kind: 'hang', probability: 2 }],
    [{ operation: 'read-event', kind: 'truncate-value' }],
    [{ operation: 'set-storno', kind: 'stale-read' }],
    [{ operation: 'read-event', kind: 'hang', other: 1 }],
  ])('%j is refused', async (fault) => {
    const response = await simulator.tryControl('POST', '/faults', [fault]);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'malformed-request' });
  });
});

it('stops at once, with a request that hangs', async () => {
  const hanging = await TestSimulator.start();
  await hanging.control('POST', '/faults', [{ operation: 'read-event', kind: 'hang' }]);
  const call = hanging.jet({ timeoutMs: 60_000 }).readEvent(EVENT);
  const ended = expect(call).rejects.toMatchObject({ code: 'jet-unavailable' });
  while ((await hanging.log(EVENT)).length === 0);
  const startedAt = Date.now();
  await hanging.stop();
  await ended;
  // Not when the caller gives up.
  expect(Date.now() - startedAt).toBeLessThan(1_000);
});

it('logs searches without an event, oldest first', async () => {
  await simulator.jet().findEvents({ house: 'FSP' });
  await readTimes(1);
  const { entries } = (await (await simulator.tryControl('GET', '/log')).json()) as {
    entries: { operation: string; eventNumber: string | null }[];
  };
  expect(entries.map(({ operation, eventNumber }) => [operation, eventNumber])).toEqual([
    ['find-events', null],
    ['read-event', EVENT],
  ]);
});

describe('a page of another site', () => {
  const FORM_TYPES = [
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
  ];
  const calls: [string, string][] = [
    ['/simulator/v1/reset', '{}'],
    ['/simulator/v1/human-edits', JSON.stringify({ eventNumber: EVENT, delete: true })],
    ['/simulator/v1/faults', JSON.stringify([{ operation: 'read-event', kind: 'error-500' }])],
  ];

  it.each(calls.flatMap(([path, body]) => FORM_TYPES.map((type) => [path, type, body] as const)))(
    'changes nothing at %s by a form of %s',
    async (path, type, body) => {
      await simulator.control('POST', '/human-edits', { eventNumber: EVENT, set: { title: 'Vorher' } });
      const response = await fetch(`${simulator.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      expect([response.status, await response.json()]).toMatchObject([415, { code: 'malformed-request' }]);
      expect(await read()).toMatchObject({ title: 'Vorher' });
    },
  );

  it('resets nothing by a call without a body', async () => {
    await simulator.control('POST', '/human-edits', { eventNumber: EVENT, set: { title: 'Vorher' } });
    const reset = (headers: Record<string, string>) =>
      fetch(`${simulator.url}/simulator/v1/reset`, { method: 'POST', headers });
    const { status } = await reset({ origin: 'http://evil.example' });
    expect([status, (await read()).title]).toEqual([415, 'Vorher']);
    // A program may leave the body out.
    expect((await reset({})).status).toBe(204);
  });

  it('gets no leave to send anything else', async () => {
    const response = await fetch(`${simulator.url}/simulator/v1/faults`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'DELETE' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])(
    'writes nothing into Jet by %s, token or not',
    async (type) => {
      const { status } = await simulator.gateway('PUT', `/events/${EVENT}/storno`, {
        body: JSON.stringify({ status: 'Storno' }),
        headers: { 'content-type': type, 'if-match': (await read()).version },
      });
      expect([status, (await read()).status]).toEqual([415, 'ON_SALE']);
    },
  );
});
