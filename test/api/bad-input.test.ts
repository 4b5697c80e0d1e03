import type { ProblemBody } from '../../src/cases/problems';
import type { Order, SeenEvent } from '../../src/domain/types';
import { ApiStage } from '../support/api-stage';

let stage: ApiStage;
let order: Order;

beforeAll(async () => {
  stage = await ApiStage.open();
  order = await stage.prepare();
});
afterAll(() => stage.close());

const TITLES: Record<string, string> = {
  'malformed-request': 'Die Anfrage ist nicht lesbar oder unvollständig.',
  'invalid-value': 'Eine Angabe ist nicht möglich.',
};

/** Sends the body as a plan and as an order. Both must be refused in the same way. */
async function refusals(body: unknown): Promise<ProblemBody> {
  const [plan, cancellation] = await Promise.all(
    ['/v1/plans', '/v1/cancellations'].map((url) => stage.post<ProblemBody>(url, body)),
  );
  expect(cancellation).toMatchObject({ status: plan?.status, body: plan?.body });
  const problem = plan?.body as ProblemBody;
  expect(plan?.headers['content-type']).toBe('application/problem+json');
  expect(problem).toMatchObject({ type: 'about:blank', status: plan?.status, title: TITLES[problem.code] });
  return problem;
}

const NUMBER = 'ist keine Veranstaltungsnummer';
const INSTANT = 'braucht einen Zeitpunkt mit Zeitzone, den es gibt, z. B. 2026-12-12T19:30:00+01:00';
const MARKER = 'kennt nur ENTFÄLLT und ABGESAGT';
const EMPTY = 'darf nicht leer sein';
const CONTROL = 'enthält ein Steuerzeichen';
const AS_FOUND = 'bitte so angeben, wie die Suche ihn unter expected nennt';
const DIRECTION = 'enthält ein Steuerzeichen für die Schreibrichtung';
const MAILBOX = 'ist keine einzelne E-Mail-Adresse';
const DATE = 'ist kein Datum, das es gibt';

describe('a value that cannot be taken is 422', () => {
  it.each([
    ['an empty number', { eventNumber: '' }, 'eventNumber', NUMBER],
    ['a blank number', { eventNumber: ' ' }, 'eventNumber', NUMBER],
    ['the number 0', { eventNumber: '0' }, 'eventNumber', NUMBER],
    ['the number -1', { eventNumber: '-1' }, 'eventNumber', NUMBER],
    ['leading zeros', { eventNumber: '0104233' }, 'eventNumber', NUMBER],
    ['a line break after the number', { eventNumber: '104233\n' }, 'eventNumber', NUMBER],
    ['digits of another script', { eventNumber: '١٠٤٢٣٣' }, 'eventNumber', NUMBER],
    ['a number beyond 2⁵³', { eventNumber: '9007199254740993' }, 'eventNumber', NUMBER],
    ['a number of 1,001 digits', { eventNumber: '1'.repeat(1_001) }, 'eventNumber', NUMBER],
    ['SQL', { eventNumber: "1'; drop table entry; --" }, 'eventNumber', NUMBER],
    ['a way up', { eventNumber: '../104233' }, 'eventNumber', NUMBER],
    ['a house in small letters', { house: 'fsp' }, 'house', 'ist kein Hauskürzel'],
    ['a house that is a path', { house: 'F/P' }, 'house', 'ist kein Hauskürzel'],
    ['an empty marker', { marker: '' }, 'marker', MARKER],
    ['a marker in small letters', { marker: 'Entfällt' }, 'marker', MARKER],
    ['a marker without its umlaut', { marker: 'ENTFAELLT' }, 'marker', MARKER],
    ['a marker in other characters', { marker: 'ENTFÄLLT'.normalize('NFD') }, 'marker', MARKER],
    [
      'the marker of another procedure',
      { marker: 'VERSCHOBEN' },
      'marker',
      'Verschieben und Verlegen sind ein anderes Verfahren: hier gibt es nur ENTFÄLLT und ABGESAGT',
    ],
    ['an empty reason', { reason: '' }, 'reason', EMPTY],
    ['a reason of blanks', { reason: ' \n\t ' }, 'reason', EMPTY],
    ['a reason of zero-width characters', { reason: '\u200b\u200d\ufeff' }, 'reason', EMPTY],
    [
      'a reason of 2,001 characters',
      { reason: 'ä'.repeat(2_001) },
      'reason',
      'darf höchstens 2.000 Zeichen lang sein',
    ],
    ['NUL', { reason: 'a\u0000b' }, 'reason', CONTROL],
    ['a tabulator', { reason: 'a\tb' }, 'reason', CONTROL],
    ['an escape', { reason: 'a\u001b[31mb' }, 'reason', CONTROL],
    ['a text that runs backwards', { reason: 'a\u202eb' }, 'reason', DIRECTION],
    ['an isolate', { reason: 'a\u2066b' }, 'reason', DIRECTION],
    [
      'a line separator',
      { reason: 'a\u2028b' },
      'reason',
      'enthält ein Sonderzeichen für einen Zeilenumbruch',
    ],
    [
      'a paragraph separator',
      { reason: 'a\u2029b' },
      'reason',
      'enthält ein Sonderzeichen für einen Zeilenumbruch',
    ],
    ['a byte order mark inside', { reason: 'a\ufeffb' }, 'reason', 'enthält ein unsichtbares Sonderzeichen'],
    ['half an emoji', { reason: 'a\ud83db' }, 'reason', 'enthält ein unvollständiges Zeichen'],
    ['an empty title', { expected: { title: '' } }, 'expected.title', EMPTY],
    [
      'a title of two lines',
      { expected: { title: 'a\nb' } },
      'expected.title',
      `darf nur eine Zeile haben: ${AS_FOUND}`,
    ],
    ['a title with NUL', { expected: { title: 'a\u0000' } }, 'expected.title', `${CONTROL}: ${AS_FOUND}`],
    [
      'an instant without offset',
      { expected: { startsAt: '2027-01-05T19:30:00' } },
      'expected.startsAt',
      INSTANT,
    ],
    ['a day instead of an instant', { expected: { startsAt: '2027-01-05' } }, 'expected.startsAt', INSTANT],
    ['30 February', { expected: { startsAt: '2027-02-30T19:30:00+01:00' } }, 'expected.startsAt', INSTANT],
    ['a 25th hour', { expected: { startsAt: '2027-02-03T24:30:00+01:00' } }, 'expected.startsAt', INSTANT],
    [
      'an offset of 15 hours',
      { expected: { startsAt: '2027-02-03T19:30:00+15:00' } },
      'expected.startsAt',
      INSTANT,
    ],
    [
      'the year 10000 in UTC',
      { expected: { startsAt: '9999-12-31T23:59:59-14:00' } },
      'expected.startsAt',
      INSTANT,
    ],
    ['the year 0', { expected: { startsAt: '0000-01-01T00:00:00+14:00' } }, 'expected.startsAt', INSTANT],
    [
      'a time before the epoch',
      { expected: { startsAt: '1969-12-31T23:59:59Z' } },
      'expected.startsAt',
      INSTANT,
    ],
    ['German words', { expected: { startsAt: 'morgen, 19.30 Uhr' } }, 'expected.startsAt', INSTANT],
    ['a list of addresses', { contact: { email: 'a@b.at, c@d.at' } }, 'contact.email', MAILBOX],
    ['a display name', { contact: { email: 'Anna <a@b.at>' } }, 'contact.email', MAILBOX],
    ['no domain', { contact: { email: 'anna' } }, 'contact.email', MAILBOX],
    [
      'a domain without a dot',
      { contact: { email: 'anna@localhost' } },
      'contact.email',
      'hat nach dem @ keinen gültigen Rechnernamen',
    ],
    [
      'an umlaut in the address',
      { contact: { email: 'büro@b.at' } },
      'contact.email',
      'enthält vor dem @ das Zeichen „ü“ (U+00FC), erlaubt ist dort nur ASCII',
    ],
    ['an address literal', { contact: { email: 'anna@[127.0.0.1]' } }, 'contact.email', MAILBOX],
    [
      'a header in the address',
      { contact: { email: 'a@b.at\r\nBcc: c@d.at' } },
      'contact.email',
      'enthält ein Zeichen, das man nicht sieht (U+000D)',
    ],
    [
      'a name on two lines',
      { contact: { name: 'Anna\nHuber' } },
      'contact.name',
      'darf nur eine Zeile haben',
    ],
    ['a phone on two lines', { contact: { phone: '1\n2' } }, 'contact.phone', 'darf nur eine Zeile haben'],
    [
      'a right until yesterday',
      { rightValidUntil: '2020-11-30' },
      'rightValidUntil',
      'darf nicht in der Vergangenheit liegen',
    ],
    ['an empty name', { contact: { name: ' ' } }, 'contact.name', EMPTY],
    ['31 November', { rightValidUntil: '2027-11-31' }, 'rightValidUntil', DATE],
    ['a date with a time', { rightValidUntil: '2027-11-30T00:00:00Z' }, 'rightValidUntil', DATE],
    [
      'a right until 9999',
      { rightValidUntil: '9999-12-31' },
      'rightValidUntil',
      'darf höchstens 5 Jahre voraus liegen',
    ],
    ['half a hash', { planHash: 'abc' }, 'planHash', 'ist kein planHash'],
    ['a hash in capitals', { planHash: 'A'.repeat(64) }, 'planHash', 'ist kein planHash'],
  ])('%s', async (_name, changes, path, text) => {
    const { expected = {}, contact, ...rest } = changes as Record<string, object>;
    const body = {
      ...order,
      ...rest,
      expected: { ...order.expected, ...expected },
      ...(contact && { contact: { name: 'Anna', phone: '1', ...contact } }),
    };
    const { code, status, errors } = await refusals(body);
    expect([status, code, errors]).toEqual([422, 'invalid-value', [{ path, text }]]);
  });

  it('a right that is valid for a day more than five years', async () => {
    const inFiveYears = new Date();
    inFiveYears.setUTCFullYear(inFiveYears.getUTCFullYear() + 5);
    inFiveYears.setUTCDate(inFiveYears.getUTCDate() + 2);
    const { errors } = await refusals({ ...order, rightValidUntil: inFiveYears.toISOString().slice(0, 10) });
    expect(errors).toEqual([{ path: 'rightValidUntil', text: 'darf höchstens 5 Jahre voraus liegen' }]);
  });

  it('everything at once, each with its place', async () => {
    const { errors } = await refusals({ ...order, eventNumber: '0', reason: '', marker: 'x' });
    expect(errors).toEqual([
      { path: 'eventNumber', text: NUMBER },
      { path: 'marker', text: MARKER },
      { path: 'reason', text: EMPTY },
    ]);
  });
});

const TEXT = 'braucht genau einen Text';
const OBJECT = 'braucht ein JSON-Objekt';

describe('a wrong shape is 400', () => {
  it.each([
    ['a number as a number', { eventNumber: 104_233 }, [{ path: 'eventNumber', text: TEXT }]],
    ['an array', { eventNumber: ['104233'] }, [{ path: 'eventNumber', text: TEXT }]],
    ['null', { eventNumber: null }, [{ path: 'eventNumber', text: TEXT }]],
    ['a reason that is an object', { reason: { toString: 'x' } }, [{ path: 'reason', text: TEXT }]],
    ['something expected that is a text', { expected: 'Faust' }, [{ path: 'expected', text: OBJECT }]],
    ['a yes', { allowPastEvent: 'yes' }, [{ path: 'allowPastEvent', text: 'braucht true oder false' }]],
    ['a status', { status: 'Abschluss' }, [{ path: 'status', text: 'ist nicht bekannt' }]],
    ['a member of every object', { constructor: {} }, [{ path: 'constructor', text: 'ist nicht bekannt' }]],
    [
      'unknown members deeper inside',
      { contact: { name: 'Anna', phone: '1', fax: '2' } },
      [{ path: 'contact.fax', text: 'ist nicht bekannt' }],
    ],
    [
      'a contact without anything',
      { contact: {} },
      [
        { path: 'contact.name', text: 'fehlt' },
        { path: 'contact.phone', text: 'fehlt' },
      ],
    ],
  ])('%s', async (_name, changes, errors) => {
    const problem = await refusals({ ...order, ...changes });
    expect([problem.status, problem.code, problem.errors]).toEqual([400, 'malformed-request', errors]);
  });

  it('nothing that is asked for', async () => {
    const { errors } = await refusals({});
    expect(errors).toEqual(
      ['house', 'eventNumber', 'marker', 'reason'].map((path) => ({ path, text: 'fehlt' })),
    );
  });

  it('an order that does not say what it expects', async () => {
    const { expected: _expected, ...rest } = order;
    const { code, errors } = await refusals(rest);
    expect([code, errors]).toEqual(['malformed-request', [{ path: 'expected', text: 'fehlt' }]]);
  });

  it('thousands of unknown members, of which a few are named', async () => {
    const body = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`x${index}`, 1]));
    const { code, errors } = await refusals(body);
    expect(code).toBe('malformed-request');
    expect(errors?.length).toBe(20);
  });

  const json = () => JSON.stringify(order);

  it.each<[string, () => string | Buffer, string, string]>([
    ['an empty body', () => '', '', 'ist kein JSON'],
    ['cut JSON', () => json().slice(0, -5), '', 'ist kein JSON'],
    ['JSON with a comment', () => `/* */${json()}`, '', 'ist kein JSON'],
    ['two values', () => `${json()}${json()}`, '', 'ist kein JSON'],
    ['NaN', () => 'NaN', '', 'ist kein JSON'],
    ['a text', () => '"FSP"', '', OBJECT],
    ['null', () => 'null', '', OBJECT],
    ['an array', () => `[${json()}]`, '', OBJECT],
    ['a form', () => 'house=FSP', '', 'ist kein JSON'],
    ['Latin-1', () => Buffer.from(json(), 'latin1'), '', 'ist kein UTF-8'],
    ['UTF-16', () => Buffer.from(json(), 'utf16le'), '', 'ist kein UTF-8'],
    ['an overlong encoding', () => Buffer.from([0x22, 0xc0, 0xaf, 0x22]), '', 'ist kein UTF-8'],
    ['a name twice', () => json().replace('{', '{"house":"LTN",'), 'house', 'kommt zweimal vor'],
    [
      'a name twice, once escaped',
      () => json().replace('{', '{"\\u0068ouse":"LTN",'),
      'house',
      'kommt zweimal vor',
    ],
    [
      'a name twice deeper inside',
      () => json().replace('"expected":{', '"expected":{"title":"Faust",'),
      'expected.title',
      'kommt zweimal vor',
    ],
    ['__proto__', () => json().replace('{', '{"__proto__":{"x":1},'), '__proto__', 'ist nicht bekannt'],
    ['8,000 arrays', () => '['.repeat(8_000) + ']'.repeat(8_000), '', 'ist zu tief verschachtelt'],
    ['2,500 objects', () => '{"a":'.repeat(2_500) + '1' + '}'.repeat(2_500), '', 'ist zu tief verschachtelt'],
  ])('%s', async (_name, body, path, text) => {
    const problem = await refusals(body());
    expect([problem.status, problem.code, problem.errors]).toEqual([
      400,
      'malformed-request',
      [{ path, text }],
    ]);
  });
});

describe('what looks dangerous and is legitimate', () => {
  it.each([
    ['{{x}}'],
    ['<b>fett</b><script>alert(1)</script>'],
    ['eine Zeile\n.\nmit einem Punkt'],
    ['=HYPERLINK("http://x")'],
    ['"Anführung"; \'Strich\''],
    ['👩‍👩‍👧‍👦 und 🎶'],
    ['a\u0308 zerlegt'],
  ])('is taken: %j', async (reason) => {
    const { status } = await stage.post('/v1/plans', { ...order, eventNumber: '999999', reason });
    expect(status).toBe(200);
  });

  it.each(['anna@käse.example', 'a.b+c@haus.example', 'x@xn--kse-qla.example'])(
    'is taken: %s',
    async (email) => {
      const contact = { name: 'Anna', phone: '1', email };
      const { status } = await stage.post('/v1/plans', { ...order, eventNumber: '999999', contact });
      expect(status).toBe(200);
    },
  );
});

describe('what a clerk has read off the mask, of a house without a gateway', () => {
  const seen: SeenEvent = {
    title: 'Mozart: Requiem',
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: '2040-01-05T19:30:00.000+01:00',
    venue: 'Minoritenkirche',
    location: 'Krems',
    organiser: 'Klangraum',
  };
  const guided = (changes: object) => {
    const { expected: _expected, ...rest } = order;
    return { ...rest, house: 'GUID', seen: { ...seen, ...changes } };
  };
  const NOWHERE = 'enthält ein Zeichen, das in keiner Maske steht';

  it.each([
    ['an empty title', { title: '' }, [{ path: 'seen.title', text: EMPTY }]],
    ['a title of zero-width characters', { title: '\u200b' }, [{ path: 'seen.title', text: EMPTY }]],
    ['a title that runs backwards', { title: 'a\u202eb' }, [{ path: 'seen.title', text: DIRECTION }]],
    [
      'a title with NUL',
      { title: 'a\u0000b' },
      [
        { path: 'seen.title', text: NOWHERE },
        { path: 'seen.title', text: CONTROL },
      ],
    ],
    ['NUL in the memo', { externalMemo: 'a\u0000b' }, [{ path: 'seen.externalMemo', text: NOWHERE }]],
    ['half an emoji', { venue: 'a\ud83d' }, [{ path: 'seen.venue', text: NOWHERE }]],
    ['no status', { status: '' }, [{ path: 'seen.status', text: EMPTY }]],
    [
      'a memo of 10,001 characters',
      { externalMemo: 'x'.repeat(10_001) },
      [{ path: 'seen.externalMemo', text: 'ist zu lang' }],
    ],
    ['a start without offset', { startsAt: '2040-01-05T19:30' }, [{ path: 'seen.startsAt', text: INSTANT }]],
  ])('%s is 422', async (_name, changes, errors) => {
    const problem = await refusals(guided(changes));
    expect([problem.status, problem.code, problem.errors]).toEqual([422, 'invalid-value', errors]);
  });

  it.each([
    ['a number', { venue: 1 }, [{ path: 'seen.venue', text: TEXT }]],
    ['something unknown', { version: '1' }, [{ path: 'seen.version', text: 'ist nicht bekannt' }]],
  ])('%s is 400', async (_name, changes, errors) => {
    const problem = await refusals(guided(changes));
    expect([problem.status, problem.code, problem.errors]).toEqual([400, 'malformed-request', errors]);
  });

  it('belongs to such a house only, and there it must be given', async () => {
    const withGateway = await refusals({ ...guided({}), house: 'FSP' });
    expect(withGateway.errors).toEqual([
      { path: 'seen', text: 'ist nur bei einem Haus ohne Gateway möglich' },
    ]);
    const blind = await refusals({ ...order, house: 'GUID' });
    expect(blind.errors).toEqual([{ path: 'seen', text: 'fehlt: dieses Haus arbeitet ohne Gateway' }]);
    const both = await refusals({ ...guided({}), expected: order.expected });
    expect(both.errors).toEqual([{ path: 'seen', text: 'schließt expected aus' }]);
  });
});

describe('a path or a query that cannot be taken', () => {
  const number = { path: 'eventNumber', text: NUMBER };

  it.each([
    ['/v1/cancellations/FSP/0', 422, [number]],
    ['/v1/cancellations/FSP/0104233', 422, [number]],
    ['/v1/cancellations/FSP/9007199254740993', 422, [number]],
    [`/v1/cancellations/FSP/${'1'.repeat(1_001)}`, 422, [number]],
    ['/v1/cancellations/FSP/..%2F104233', 422, [number]],
    ['/v1/cancellations/FSP/104233%00', 422, [number]],
    ["/v1/cancellations/FSP/1'%20or%20'1'='1", 422, [number]],
    ['/v1/events/FSP/1e5', 422, [number]],
    ['/v1/cancellations/fsp/104233', 422, [{ path: 'house', text: 'ist kein Hauskürzel' }]],
    ['/v1/cancellations/FSP/%ZZ', 400, undefined],
    ['/v1/events', 400, [{ path: 'house', text: 'fehlt' }]],
    ['/v1/events?house=FSP&house=LTN', 400, [{ path: 'house', text: TEXT }]],
    ['/v1/events?house=FSP&status=x', 400, [{ path: 'status', text: 'ist nicht bekannt' }]],
    ['/v1/events?house=FSP&text=%00', 422, [{ path: 'text', text: CONTROL }]],
    [
      `/v1/events?house=FSP&text=${'x'.repeat(201)}`,
      422,
      [{ path: 'text', text: 'darf höchstens 200 Zeichen lang sein' }],
    ],
    ['/v1/events?house=FSP&from=2027-02-30', 422, [{ path: 'from', text: DATE }]],
    ['/v1/events?house=FSP&from=2027-03-01&to=2027-02-01', 422, [{ path: 'to', text: 'liegt vor from' }]],
    ['/v1/events?house=FSP&cursor=', 422, [{ path: 'cursor', text: 'ist unbekannt' }]],
    [
      '/v1/cancellations?needsAttention=yes',
      422,
      [{ path: 'needsAttention', text: 'kennt nur true und false' }],
    ],
    ['/v1/cancellations?from=2027-03-01&to=2027-02-01', 422, [{ path: 'to', text: 'liegt vor from' }]],
  ])('%s', async (url, status, errors) => {
    const answer = await stage.get<ProblemBody>(url);
    expect([answer.status, answer.body.errors]).toEqual([status, errors]);
    expect(answer.body.title).toBe(TITLES[answer.body.code]);
  });

  it('names the states that there are', async () => {
    const { body } = await stage.get<ProblemBody>('/v1/cancellations?state=fertig');
    expect(body.errors?.[0]?.text).toMatch(/^kennt nur checking, running, waiting, .*interrupted$/);
  });
});

it('whatever was asked: Jet was not touched, and no run was started', async () => {
  const runs: string[] = [];
  for await (const { workflowId } of stage.temporal.workflow.list()) runs.push(workflowId);
  expect(runs).toEqual([]);
  // The one read of the event is the test's own.
  expect(await stage.simulator.log(order.eventNumber)).toMatchObject([{ operation: 'read-event' }]);
});
