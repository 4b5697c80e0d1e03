import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { buildApp } from '../../src/api/app';
import { consolePages } from '../../src/console/console';
import type { Order } from '../../src/domain/types';
import { casePage } from '../../src/domain/addresses';
import { consoleSession } from '../support/console-session';
import { ApiStage } from '../support/api-stage';

/*
 * Sends forms with values that their fields do not allow. No browser is used, because it would enforce the limits.
 */

let stage: ApiStage;
let app: FastifyInstance;
/** A house without a gateway, whose clerk enters what the mask shows. */
const GUIDED = 'GUID';
/** A case that stays in its first wait as long as the tests last. */
let waiting: Order;

beforeAll(async () => {
  stage = await ApiStage.open();
  app = await buildApp(stage.deps, consolePages({ ...stage.deps, ...consoleSession(stage.deps) }));
  waiting = await stage.prepare();
  await stage.startWaiting(waiting);
});
afterAll(async () => {
  await app.close();
  await stage.close();
});

type Fields = Record<string, string>;

/** Sends a form as its page would, with the secret and the cookies of that page. */
async function send(
  url: string,
  fields: Fields | [string, string][],
  contentType = 'application/x-www-form-urlencoded',
): Promise<LightMyRequestResponse> {
  const page = await app.inject('/absagen/neu');
  const secret = /name="_csrf" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
  const form = new URLSearchParams(fields);
  form.set('_csrf', secret);
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': contentType },
    cookies: Object.fromEntries(page.cookies.map(({ name, value }) => [name, value])),
    payload: form.toString(),
  });
}

/** The text of a page as a reader sees it. */
function wordsOf(html: string): string {
  return html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** Expects a page in German that says what is wrong, without anything that only a programmer would understand. */
function expectPage({ statusCode, headers, body }: LightMyRequestResponse, status: number, sentence: string) {
  expect([statusCode, headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
  expect(body).toMatch(/^<!doctype html><html lang="de-AT">/);
  expect(wordsOf(body)).toContain(sentence);
  expect(body).not.toMatch(
    /invalid-value|malformed-request|ZodError|Cannot read|undefined|\[object|at \w+ \(/,
  );
}

async function expectNothingBegun({ house, eventNumber }: Pick<Order, 'house' | 'eventNumber'>) {
  expect((await stage.get(`/v1/cancellations/${house}/${eventNumber}`)).status).toBe(404);
  expect(await stage.writes(eventNumber)).toEqual([]);
}

const EMPTY = 'darf nicht leer sein';
const CONTROL = 'enthält ein Steuerzeichen';
const MAILBOX = 'ist keine einzelne E-Mail-Adresse';
const DATE = 'ist kein Datum, das es gibt';

const ORDERS: [string, Fields, number, string][] = [
  ['no reason', { reason: '' }, 422, EMPTY],
  ['a reason of blanks', { reason: ' \r\n ' }, 422, EMPTY],
  ['a reason of zero-width characters', { reason: '\u200b\u200d' }, 422, EMPTY],
  ['a reason with NUL', { reason: 'a\u0000b' }, 422, CONTROL],
  ['a reason that runs backwards', { reason: 'a\u202eb' }, 422, 'Steuerzeichen für die Schreibrichtung'],
  ['a reason of 2,001 characters', { reason: 'ä'.repeat(2_001) }, 422, 'höchstens 2.000 Zeichen'],
  ['a marker without its umlaut', { marker: 'ENTFAELLT' }, 422, 'kennt nur ENTFÄLLT und ABGESAGT'],
  ['the marker of another procedure', { marker: 'VERSCHOBEN' }, 422, 'sind ein anderes Verfahren'],
  ['a list of addresses', { 'contact.email': 'a@b.at, c@d.at' }, 422, MAILBOX],
  ['a display name', { 'contact.email': 'Anna <a@b.at>' }, 422, MAILBOX],
  ['no domain', { 'contact.email': 'anna' }, 422, MAILBOX],
  ['a header in the address', { 'contact.email': 'a@b.at\r\nBcc: c@d.at' }, 422, '(U+000D)'],
  ['a contact without a name', { 'contact.name': '' }, 400, 'fehlt'],
  ['30 February', { rightValidUntil: '2027-02-30' }, 422, DATE],
  ['a right until 9999', { rightValidUntil: '9999-12-31' }, 422, 'darf höchstens 5 Jahre voraus liegen'],
  ['a right until a word', { rightValidUntil: 'immer' }, 422, DATE],
  [
    'a start without offset',
    { 'expected.startsAt': '2027-01-05T19:30' },
    422,
    'braucht einen Zeitpunkt mit Zeitzone',
  ],
  ['a title of NUL', { 'expected.title': '\u0000' }, 422, CONTROL],
];

describe.each([
  ['looks at the preview', ({ house, eventNumber }: Order) => `/absagen/neu/${house}/${eventNumber}`],
  ['orders', () => '/absagen'],
])('whoever %s', (_what, urlOf) => {
  it.each(ORDERS)('with %s is told so, and nothing has begun', async (_name, changes, status, sentence) => {
    const order = await stage.prepare();
    const fields = {
      house: order.house,
      eventNumber: order.eventNumber,
      marker: order.marker,
      reason: order.reason,
      'expected.title': order.expected.title,
      'expected.startsAt': order.expected.startsAt,
      ...('contact.email' in changes || 'contact.name' in changes
        ? { 'contact.name': 'Anna', 'contact.phone': '1' }
        : {}),
      ...changes,
    };
    expectPage(await send(urlOf(order), fields), status, sentence);
    await expectNothingBegun(order);
  });
});

describe('an order for what is no event', () => {
  const ofEvent = async (changes: Fields): Promise<Fields> => {
    const { house, eventNumber, marker, reason, expected } = await stage.prepare();
    const { title, startsAt } = expected;
    return {
      house,
      eventNumber,
      marker,
      reason,
      'expected.title': title,
      'expected.startsAt': startsAt,
      ...changes,
    };
  };

  it.each([
    ['an empty number', { eventNumber: '' }, 422, 'VA-Nummer ist keine Veranstaltungsnummer'],
    ['the number 0', { eventNumber: '0' }, 422, 'VA-Nummer ist keine Veranstaltungsnummer'],
    ['leading zeros', { eventNumber: '0700001' }, 422, 'VA-Nummer ist keine Veranstaltungsnummer'],
    [
      'a number beyond 2⁵³',
      { eventNumber: '9007199254740993' },
      422,
      'VA-Nummer ist keine Veranstaltungsnummer',
    ],
    ['a way up', { eventNumber: '../1' }, 422, 'VA-Nummer ist keine Veranstaltungsnummer'],
    ['SQL', { eventNumber: "1' or '1'='1" }, 422, 'VA-Nummer ist keine Veranstaltungsnummer'],
    ['a house in small letters', { house: 'fsp' }, 422, 'ist kein Hauskürzel'],
    ['a house that does not exist', { house: 'NIX' }, 404, 'Dieses Haus gibt es nicht.'],
  ])('%s', async (_name, changes, status, sentence) => {
    const fields = await ofEvent(changes);
    expectPage(await send('/absagen', fields), status, sentence);
    expect(await stage.writes(String(fields.eventNumber))).toEqual([]);
  });

  it('no field at all', async () => {
    expectPage(await send('/absagen', {}), 400, 'fehlt');
  });

  it('a field twice counts as missing: nobody knows which one was meant', async () => {
    const fields = await ofEvent({});
    const twice: [string, string][] = [...Object.entries(fields), ['reason', 'ein anderer']];
    expectPage(await send('/absagen', twice), 400, 'fehlt');
    await expectNothingBegun(fields as unknown as Order);
  });

  it('fields that no form has change nothing', async () => {
    const fields = await ofEvent({ status: 'Abschluss', 'seen.status': 'Storno' });
    const { statusCode, headers } = await send('/absagen', fields);
    const done = await stage.untilState(fields as unknown as Order, 'completed');
    expect([statusCode, headers.location]).toEqual([303, casePage(done)]);
    expect(await stage.writes(String(fields.eventNumber))).toEqual([
      'save-announcement',
      'set-storno',
      'grant-right',
    ]);
  });
});

describe('what a clerk has read off the mask', () => {
  const seen = {
    'seen.title': 'Mozart: Requiem',
    'seen.customerTitle': '',
    'seen.externalMemo': '',
    'seen.status': 'Verkaufsfreigabe',
    'seen.startsAt': '2040-01-05T19:30',
    'seen.venue': 'Minoritenkirche',
    'seen.location': 'Krems',
    'seen.organiser': 'Klangraum',
  };
  const number = '509999';

  it.each<[string, Fields, number, string]>([
    ['no title', { 'seen.title': '' }, 422, EMPTY],
    ['a title with NUL', { 'seen.title': 'a\u0000' }, 422, 'enthält ein Zeichen, das in keiner Maske steht'],
    ['no status', { 'seen.status': ' ' }, 422, EMPTY],
    [
      'the hour that is skipped in March',
      { 'seen.startsAt': '2027-03-28T02:30' },
      422,
      'gibt es nicht, oder wegen der Zeitumstellung zweimal',
    ],
    [
      'the hour that comes twice in October',
      { 'seen.startsAt': '2027-10-31T02:30' },
      422,
      'gibt es nicht, oder wegen der Zeitumstellung zweimal',
    ],
    [
      'a start in words',
      { 'seen.startsAt': 'morgen' },
      422,
      'gibt es nicht, oder wegen der Zeitumstellung zweimal',
    ],
    ['a memo of 10,001 characters', { 'seen.externalMemo': 'x'.repeat(10_001) }, 422, 'ist zu lang'],
  ])('with %s is not taken', async (_name, changes, status, sentence) => {
    const fields = { marker: 'ENTFÄLLT', reason: 'Sturm', ...seen, ...changes };
    expectPage(await send(`/absagen/neu/${GUIDED}/${number}`, fields), status, sentence);
    expectPage(await send('/absagen', { house: GUIDED, eventNumber: number, ...fields }), status, sentence);
    await expectNothingBegun({ house: GUIDED, eventNumber: number });
  });
});

describe('an action on a case that waits', () => {
  const skip = { reason: 'x', step: 'wait-for-title-transfer', savedAt: '2026-11-24T18:00:00+01:00' };

  it.each<[string, string, Fields, number, string]>([
    ['without a reason', 'abort', { reason: '' }, 422, EMPTY],
    ['with a reason of NUL', 'abort', { reason: 'a\u0000' }, 422, CONTROL],
    [
      'with a reason of 2,001 characters',
      'retry',
      { reason: 'x'.repeat(2_001) },
      422,
      'höchstens 2.000 Zeichen',
    ],
    ['without anything', 'close-by-hand', {}, 400, 'fehlt'],
    ['on a step that is no wait', 'skip-wait', { ...skip, step: 'set-storno' }, 422, 'ist nicht möglich'],
    ['on another save', 'skip-wait', skip, 409, 'Diese Wartezeit läuft nicht (mehr).'],
    [
      'on a save without offset',
      'skip-wait',
      { ...skip, savedAt: '2026-11-24T18:00' },
      422,
      'braucht einen Zeitpunkt',
    ],
    ['to waive Storno', 'waive-step', { reason: 'x', step: 'set-storno' }, 422, 'ist nicht möglich'],
    ['to confirm without a read-back', 'confirm-step', { reason: 'x', step: 'set-storno' }, 400, 'fehlt'],
    [
      'to confirm what is not asked',
      'confirm-step',
      { reason: 'x', step: 'set-storno', 'readBack.status': 'Storno', 'readBack.title': 'x' },
      409,
      'Dieser Schritt wartet auf keine Bestätigung.',
    ],
    [
      'to decide nothing',
      'decide',
      { reason: 'x', attentionId: 'a', choice: 'adopt' },
      409,
      'nichts zu entscheiden',
    ],
    ['to resume what runs', 'resume', { reason: 'x' }, 409, 'nicht unterbrochen'],
  ])('%s: %s changes nothing', async (_how, action, fields, status, sentence) => {
    const { house, eventNumber } = waiting;
    expectPage(await send(`/absagen/${house}/${eventNumber}/${action}`, fields), status, sentence);
    expect(await stage.view(waiting)).toMatchObject({ state: 'waiting' });
    expect(await stage.writes(eventNumber)).toEqual(['save-announcement']);
  });

  it('that does not exist is not found', async () => {
    const { house, eventNumber } = await stage.prepare();
    expectPage(
      await send(`/absagen/${house}/${eventNumber}/abort`, { reason: 'x' }),
      404,
      'Diese Absage gibt es nicht.',
    );
  });
});

it.each(['/absagen/FSP', '/absagen/FSP/104233/protocol', '/absagen/a/b/c/d'])(
  'the mistyped address %s is answered by a page',
  async (url) => expectPage(await app.inject(url), 404, 'Diese Adresse gibt es nicht.'),
);

describe('a form that is none', () => {
  it.each([
    ['of 200 KB', '/absagen', { reason: 'x'.repeat(200 * 1024) }, undefined, 413, 'zu groß'],
    ['in JSON without its secret', '/absagen', {}, 'application/json', 400, 'nicht lesbar'],
    ['in plain text', '/absagen', {}, 'text/plain', 415, 'Die Anfrage muss'],
    ['with a file', '/absagen', {}, 'multipart/form-data; boundary=x', 415, 'Die Anfrage muss'],
  ] as const)('%s', async (_name, url, fields, contentType, status, sentence) => {
    expectPage(await send(url, { ...fields }, contentType), status, sentence);
  });

  it('is asked for with two numbers of one name', async () => {
    const page = await app.inject('/absagen/neu/von-hand?haus=FSP&nummer=1&nummer=2');
    expectPage(page, 400, 'VA-Nummer');
  });

  it('shows what was typed as text, whatever it is', async () => {
    const order = await stage.prepare();
    const reason = '"><script>alert(1)</script>';
    const { body } = await send(`/absagen/neu/${order.house}/${order.eventNumber}`, { reason, marker: 'x' });
    expect(body).not.toContain('<script>alert');
    expect(wordsOf(body)).toContain(reason);
  });
});
