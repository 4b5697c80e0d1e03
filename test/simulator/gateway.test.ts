import { TestSimulator } from '../support/simulator';

const ON_SALE = '104233';
const WORDS = ['Verkaufsfreigabe', 'Bereitstellung', 'Abschluss', 'Gesperrt'];
const TEXTS = { title: 'Titel', customerTitle: null, externalMemo: null };

let simulator: TestSimulator;

beforeAll(async () => {
  simulator = await TestSimulator.start();
});
beforeEach(() => simulator.control('POST', '/reset'));
afterAll(() => simulator.stop());

interface Shown {
  status: string;
  version: string;
  [field: string]: unknown;
}

const show = async (eventNumber = ON_SALE): Promise<Shown> =>
  (await (await simulator.gateway('GET', `/events/${eventNumber}`)).json()) as Shown;

const ifMatch = (version: string) => ({ 'if-match': `"${version}"` });

async function refusalOf(request: Promise<Response>) {
  const response = await request;
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return (await response.json()) as { status: number; code: string; field?: string; current?: string };
}

describe('there is no way to write a status but Storno', () => {
  it.each(WORDS)('%s is not taken with the texts', async (status) => {
    const { version } = await show();
    const refusal = await refusalOf(
      simulator.gateway('PUT', `/events/${ON_SALE}/announcement`, {
        body: JSON.stringify({ ...TEXTS, status }),
        headers: ifMatch(version),
      }),
    );
    expect(refusal).toMatchObject({ status: 422, code: 'value-rejected', field: 'status' });
    expect(await show()).toMatchObject({ status: 'Verkaufsfreigabe', version });
  });

  it.each(WORDS)('%s is not taken as the body of a Storno, and neither is the Storno', async (status) => {
    const { version } = await show();
    const refusal = await refusalOf(
      simulator.gateway('PUT', `/events/${ON_SALE}/storno`, {
        body: JSON.stringify({ status }),
        headers: ifMatch(version),
      }),
    );
    expect(refusal).toMatchObject({ status: 422, code: 'value-rejected' });
    expect(await show()).toMatchObject({ status: 'Verkaufsfreigabe', version });
  });

  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])(
    '%s of an event or its status is not served',
    async (method) => {
      const { version } = await show();
      for (const path of ['', '/status', '/bereitstellung', '/abschluss', '/verkaufsfreigabe', '/Storno']) {
        const response = await simulator.gateway(method, `/events/${ON_SALE}${path}`, {
          body: JSON.stringify({ status: 'Abschluss' }),
          headers: ifMatch(version),
        });
        expect(response.status).toBe(404);
      }
      expect(await show()).toMatchObject({ status: 'Verkaufsfreigabe', version });
    },
  );

  it.each(['Bereitstellung', 'Abschluss', 'Gesperrt', 'storno'])(
    'none leads from %s to Storno',
    async (status) => {
      await simulator.control('POST', '/human-edits', { eventNumber: ON_SALE, set: { status } });
      const { version } = await show();
      const response = simulator.gateway('PUT', `/events/${ON_SALE}/storno`, { headers: ifMatch(version) });
      expect(await refusalOf(response)).toMatchObject({
        status: 409,
        code: 'status-not-cancellable',
        current: status,
      });
      expect(await show()).toMatchObject({ status, version });
    },
  );
});

describe('a write', () => {
  const save = (eventNumber: string, headers: Record<string, string>, texts: object | string = TEXTS) =>
    simulator.gateway('PUT', `/events/${eventNumber}/announcement`, {
      body: typeof texts === 'string' ? texts : JSON.stringify(texts),
      headers,
    });

  it('is checked in order: existence, version, status, values', async () => {
    expect(await refusalOf(save('999', {}, 'no JSON'))).toMatchObject({ code: 'event-not-found' });
    expect(await refusalOf(save(ON_SALE, {}, 'no JSON'))).toMatchObject({ code: 'version-required' });
    expect(await refusalOf(save(ON_SALE, ifMatch('old'), 'no JSON'))).toMatchObject({
      code: 'version-conflict',
    });
    await simulator.control('POST', '/human-edits', { eventNumber: ON_SALE, set: { status: 'Abschluss' } });
    const headers = ifMatch((await show()).version);
    const storno = simulator.gateway('PUT', `/events/${ON_SALE}/storno`, { headers, body: '{}' });
    expect(await refusalOf(storno)).toMatchObject({ code: 'status-not-cancellable' });
    expect(await refusalOf(save(ON_SALE, headers, 'no JSON'))).toMatchObject({ status: 400 });
  });

  it.each(['*', 'W/"x"', 'x', '', '"a", "b"'])(
    'needs one version in double quotes, not %j',
    async (value) => {
      const { version } = await show();
      const header = value.replace('x', version);
      expect(await refusalOf(save(ON_SALE, { 'if-match': header }))).toMatchObject({ status: 428 });
      expect((await show()).version).toBe(version);
    },
  );

  it('takes texts up to the limit in UTF-16 code units, and not one more', async () => {
    const headers = async () => ifMatch((await show()).version);
    const limit = 60;
    const atLimit = '🎭'.repeat(limit / 2);
    expect((await save(ON_SALE, await headers(), { ...TEXTS, title: atLimit })).status).toBe(200);
    for (const [field, text] of [
      ['title', `${atLimit}x`],
      ['customerTitle', 'x'.repeat(81)],
      ['externalMemo', 'x'.repeat(1_001)],
      ['title', ''],
    ] as const) {
      const refusal = await refusalOf(save(ON_SALE, await headers(), { ...TEXTS, [field]: text }));
      expect(refusal).toMatchObject({ status: 422, code: 'value-rejected', field });
    }
    expect(await show()).toMatchObject({ ...TEXTS, title: atLimit });
  });

  it.each([
    ['an unknown field', { ...TEXTS, venue: 'x' }, 'venue'],
    ['__proto__', '{"title":"x","customerTitle":null,"externalMemo":null,"__proto__":{}}', '__proto__'],
    ['a missing field', { title: 'x', customerTitle: null }, 'externalMemo'],
    ['a number', { ...TEXTS, title: 1 }, 'title'],
    ['a list', [], 'body'],
  ])('with %s is refused', async (_what, texts, field) => {
    const { version } = await show();
    expect(await refusalOf(save(ON_SALE, ifMatch(version), texts))).toMatchObject({ status: 422, field });
    expect((await show()).version).toBe(version);
  });

  it('keeps every character, NUL and lone surrogates too', async () => {
    const title = 'a\u0000b\ud800c\u00a0';
    await save(ON_SALE, ifMatch((await show()).version), { ...TEXTS, title });
    expect((await show()).title).toBe(title);
  });

  it('is logged with the fields that it changed, and a refused one with its code', async () => {
    const { version } = await show();
    await save(ON_SALE, ifMatch(version), { ...TEXTS, customerTitle: 'Neu' });
    await save(ON_SALE, ifMatch(version));
    const log = (await simulator.log(ON_SALE)).filter(({ operation }) => operation === 'save-announcement');
    expect(log).toMatchObject([
      {
        actor: 'gateway',
        outcome: 'ok',
        after: { title: 'Titel', customerTitle: 'Neu', externalMemo: null },
      },
      { actor: 'gateway', outcome: 'version-conflict', before: null, after: null },
    ]);
    expect(Object.keys(log[0]?.before ?? {})).toEqual(Object.keys(log[0]?.after ?? {}));
  });

  it('of texts that stand there already is a save all the same', async () => {
    const { version } = await show();
    await save(ON_SALE, ifMatch(version));
    const saved = await show();
    await save(ON_SALE, ifMatch(saved.version));
    expect((await show()).version).not.toBe(saved.version);
    expect((await simulator.log(ON_SALE)).at(-2)).toMatchObject({ outcome: 'ok', before: {}, after: {} });
  });

  it('of a Storno that is set writes nothing and logs no change', async () => {
    const put = async () =>
      simulator.gateway('PUT', `/events/${ON_SALE}/storno`, { headers: ifMatch((await show()).version) });
    const first = (await (await put()).json()) as Shown;
    const second = (await (await put()).json()) as Shown;
    expect(second).toMatchObject({ status: 'Storno', version: first.version, savedAt: first.savedAt });
    expect((await simulator.log(ON_SALE)).at(-1)).toMatchObject({ outcome: 'ok', before: null, after: null });
  });
});

describe('a right', () => {
  const put = (user: string, eventNumber: string, body: object) =>
    simulator.gateway('PUT', `/extended-cancellation-rights/${user}/events/${eventNumber}`, {
      body: JSON.stringify(body),
    });
  const period = { validFrom: '2027-01-10', validUntil: '2027-02-01' };

  it.each([
    ['a day that does not exist', { ...period, validUntil: '2027-02-30' }, 'validUntil'],
    ['an end before its start', { validFrom: '2027-02-01', validUntil: '2027-01-31' }, 'validUntil'],
    ['an open end', { ...period, validUntil: null }, 'validUntil'],
    ['another field', { ...period, user: 'OTHER' }, 'user'],
  ])('with %s is refused', async (_what, body, field) => {
    expect(await refusalOf(put('CONNECTONLINE', ON_SALE, body))).toMatchObject({ status: 422, field });
  });

  it('needs the user and the event', async () => {
    expect(await refusalOf(put('KASSA1', ON_SALE, period))).toMatchObject({ code: 'user-not-found' });
    expect(await refusalOf(put('CONNECTONLINE', '999', period))).toMatchObject({ code: 'event-not-found' });
  });

  it('that exists in the sample programme is short', async () => {
    const path = '/extended-cancellation-rights/CONNECTONLINE/events/408811';
    expect(await (await simulator.gateway('GET', path)).json()).toMatchObject({ user: 'CONNECTONLINE' });
  });
});

describe('a search', () => {
  it.each(['', '?house=', '?house=FSP&from=2027-02-30', '?house=FSP&limit=0', '?house=FSP&limit=101'])(
    'with %j is refused',
    async (query) => {
      expect(await refusalOf(simulator.gateway('GET', `/events${query}`))).toMatchObject({ status: 422 });
    },
  );

  it('with a foreign cursor or a name that comes twice is refused', async () => {
    for (const query of ['house=FSP&cursor=x', 'house=FSP&house=LTN', 'house=FSP&text=a&text=b']) {
      expect(await refusalOf(simulator.gateway('GET', `/events?${query}`))).toMatchObject({ status: 422 });
    }
  });
});

describe('everything', () => {
  it('needs the token', async () => {
    for (const authorization of ['Bearer other', 'simulator', 'bearer', 'Basic c2ltdWxhdG9yOg==']) {
      for (const path of ['/health', `/events/${ON_SALE}`, '/events?house=FSP']) {
        const response = simulator.gateway('GET', path, { headers: { authorization } });
        expect(await refusalOf(response)).toMatchObject({ status: 401, code: 'unauthorized' });
      }
    }
  });

  it.each(['0', '0104233', '-1', 'abc', '99999999999', '%2e%2e', "'%20or%201=1", 'x'.repeat(1_001), '%00'])(
    'answers that there is no event %j',
    async (eventNumber) => {
      const response = simulator.gateway('GET', `/events/${eventNumber}`);
      expect(await refusalOf(response)).toMatchObject({ status: 404 });
    },
  );

  it('that cannot be decoded is a problem too', async () => {
    expect(await refusalOf(simulator.gateway('GET', '/events/%E0%A4%A'))).toMatchObject({ status: 404 });
  });

  it('gives instants with offset and milliseconds', async () => {
    const { readAt, savedAt, startsAt } = await show();
    for (const instant of [readAt, savedAt, startsAt]) {
      expect(instant).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
    }
  });
});
