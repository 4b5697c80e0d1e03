import type { SeriesView } from '../../src/cases/series-view';
import { logInByToken } from '../../src/cases/log-in';
import type { ProtocolDocument } from '../../src/protocol/document';
import type { SeriesProtocolDocument } from '../../src/protocol/series-document';
import { hashSeriesProtocol } from '../../src/protocol/series-build';
import { verifyProtocol } from '../../src/protocol/verify';
import { createToken, hashToken } from '../../src/settings/tokens';
import { ApiStage, TIMING } from '../support/api-stage';
import { eventually } from '../support/eventually';

/* The Protokoll of a series, through the API: a series of a house with a gateway and a guided one. */

const both = createToken('Kartenbüro', ['FSP', 'GUID']);
const one = createToken('Kartenbüro FSP', ['FSP']);
const stranger = createToken('Kartenbüro LTN', ['LTN']);
const TOKENS = [
  { ...both.entry, houses: new Set(['FSP', 'GUID']) },
  { ...one.entry, houses: new Set(['FSP']) },
  { ...stranger.entry, houses: new Set(['LTN']) },
];

let stage: ApiStage;
let id: string;
let view: SeriesView;

const as = (who = both) => ({ authorization: `Bearer ${who.token}` });
const read = async () => (await stage.get<SeriesView>(`/v1/series/${id}`, { headers: as() })).body;
const get = (url: string, accept: string, who = both) =>
  stage.app.inject({ method: 'GET', url, headers: { ...as(who), accept } });
const ask = (accept: string, who = both) => get(`/v1/series/${id}/protocol`, accept, who);
const protocol = async (who = both) => (await ask('application/json', who)).json<SeriesProtocolDocument>();

beforeAll(async () => {
  stage = await ApiStage.open({ logIn: logInByToken(TOKENS, hashToken) });
  const items = [];
  for (let nth = 0; nth < 2; nth += 1) {
    const { house, eventNumber, expected } = await stage.prepare();
    items.push({ house, eventNumber, expected });
  }
  const seen = {
    title: 'Kammerkonzert',
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: '2027-03-05T18:30:00.000Z',
    venue: 'Saal',
    location: 'Krems',
    organiser: 'Klangraum',
  };
  const order = {
    title: 'Grippe',
    marker: 'ENTFÄLLT',
    reason: 'Erkrankung im Ensemble.',
    items: [...items, { house: 'GUID', eventNumber: '880001', seen }],
  };
  const begun = await stage.post<SeriesView>('/v1/series', order, as());
  id = begun.body.id;
  // What is done in the guided house waits for its clerk: its performance is open.
  view = await eventually(
    read,
    ({ counts }) => counts.completed === 2 && counts.needsAttention === 1,
    60_000,
  );
}, 180_000);
afterAll(async () => {
  Object.assign(stage.timing, TIMING);
  await stage.close();
});

it('names how each performance ended with its last line, which its own Protokoll ends with', async () => {
  const { items, order, title, outcome, notices, journal, tasks } = await protocol();
  expect({ title, marker: order.marker, state: outcome.state }).toEqual({
    title: 'Grippe',
    marker: 'ENTFÄLLT',
    state: 'open',
  });
  expect(items.map(({ house, state }) => [house, state])).toEqual(
    expect.arrayContaining([
      ['FSP', 'completed'],
      ['FSP', 'completed'],
      ['GUID', 'running'],
    ]),
  );
  for (const { caseId, lastLine, endLine, house } of items) {
    const own = (await get(`/v1/cases/${caseId}/protocol`, 'application/json')).json<ProtocolDocument>();
    expect(own.series).toEqual({ id });
    expect(own.journal.at(-1)).toMatchObject({ seq: lastLine!.seq, hash: lastLine!.hash });
    if (house === 'FSP') {
      expect(own.journal.find(({ kind }) => kind === 'end')!.hash).toBe(endLine!.hash);
      expect(own.notice?.text).toContain('gemeinsame E-Mail der Serie');
    }
  }
  expect(notices).toMatchObject([{ house: 'FSP', outcome: 'accepted' }]);
  expect(notices[0]!.eventNumbers).toHaveLength(2);
  expect(journal!.at(0)!.operation).toBe('order-series');
  expect(tasks.some(({ house }) => house === 'GUID')).toBe(true);
});

it('is proven whole as JSON and as PDF, and not when something was changed', async () => {
  const json = (await ask('application/json')).rawPayload;
  const whole = await verifyProtocol(json);
  expect(whole).toMatchObject({
    kind: 'protocol',
    proof: 'whole',
    about: { title: 'Protokoll der Serie Grippe' },
  });
  const pdf = await ask('application/pdf');
  expect(pdf.headers['content-disposition']).toContain(`Protokoll-Serie-${id}.pdf`);
  expect(await verifyProtocol(pdf.rawPayload)).toMatchObject({ proof: 'whole' });

  const document = JSON.parse(json.toString('utf8')) as SeriesProtocolDocument;
  const changes: Partial<SeriesProtocolDocument>[] = [
    { order: { ...document.order, reason: 'Anderes.' } },
    { items: document.items.slice(1) },
    { journal: document.journal!.slice(0, -1), excerpt: undefined },
    { notices: [] },
  ];
  for (const change of changes) {
    const { sha256: _hash, ...content } = { ...document, ...change };
    const { signature, ...unsigned } = content;
    // Whoever changes it computes the digest anew; the signature they cannot.
    const forged = { ...unsigned, sha256: hashSeriesProtocol(unsigned), signature };
    expect(await verifyProtocol(Buffer.from(JSON.stringify(forged)))).toMatchObject({ proof: 'changed' });
  }
});

it('shows whoever belongs to one house only that house, and says so', async () => {
  const excerpt = await protocol(one);
  expect(excerpt).toMatchObject({ excerpt: true, houses: [{ key: 'FSP' }] });
  expect(excerpt.journal).toBeUndefined();
  const text = JSON.stringify(excerpt);
  expect(text).not.toContain('880001');
  expect(text).not.toContain('GUID');
  expect(excerpt.items).toHaveLength(2);
  expect(await verifyProtocol(Buffer.from(JSON.stringify(excerpt)))).toMatchObject({ proof: 'unproven' });
  expect((await ask('text/html', one)).body).toContain('Dies ist ein Auszug');
  expect((await ask('application/json', stranger)).statusCode).toBe(404);
  expect((await ask('image/png')).statusCode).toBe(406);
});

it('is a page with what is open, and the view of each case names the series', async () => {
  const html = (await ask('text/html')).body;
  expect(html).toContain('Serie noch nicht zu Ende');
  expect(html).toMatch(/GUID 880001, .*Kammerkonzert: läuft/);
  const own = await stage.get<{ series: unknown }>(view.items[0]!.links.self, { headers: as() });
  expect(own.body.series).toEqual({ id, links: { self: `/v1/series/${id}`, page: `/serien/${id}` } });
});
