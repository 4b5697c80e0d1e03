/**
 * A gateway to Jet, to begin with: copy this file, put your Jet in the place of the class `Jet`, and leave the rest as it
 * is. It needs nothing but Node. What each rule is for: docs/gateway.md. Whether it still holds: `absage gateway check`.
 *
 *   GATEWAY_TOKEN=some-long-secret node gateway.mjs
 *
 * It never says `simulator: true` in /health, and your copy must not either: Absage would take the real Jet behind it for a
 * rehearsal, and leave out the waits and the log-in.
 */
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const {
  GATEWAY_TOKEN: token = '',
  GATEWAY_PORT: port = '8095',
  GATEWAY_HOST: host = '127.0.0.1',
} = process.env;

// ---------------------------------------------------------------------------------------------------------------------
// Jet. This one lives in memory and forgets everything: replace it, method by method. All of them may be asynchronous.
// ---------------------------------------------------------------------------------------------------------------------

class Jet {
  #events = new Map(sampleEvents().map((event) => [event.eventNumber, event]));
  #rights = new Map();
  #users = new Set(['CONNECTONLINE']);

  /** The event as its mask shows it now, never from a memory; `undefined` where there is none. */
  async readEvent(eventNumber) {
    return this.#events.get(eventNumber);
  }

  async eventsOfHouse(house) {
    return [...this.#events.values()].filter((event) => event.house === house);
  }

  /**
   * Saves the given fields in one save. `version` is the one that the event must still have: where your Jet can compare and
   * save in one step, let it. Here nothing can come in between.
   */
  async save(eventNumber, version, fields) {
    const event = this.#events.get(eventNumber);
    if (event?.version !== version) return undefined;
    // A version is never used again, and savedAt is the moment of this save, to the millisecond.
    const saved = { ...event, ...fields, version: randomUUID(), savedAt: now() };
    this.#events.set(eventNumber, saved);
    return saved;
  }

  /** The row that Connect Online shows, or `undefined`. Here it has what was saved at once; the real one lags behind. */
  async readChannel(eventNumber) {
    const event = this.#events.get(eventNumber);
    if (!event?.soldViaPartner || event.status === 'Bereitstellung') return undefined;
    return { eventNumber, status: event.status, title: event.title, transferredAt: event.savedAt };
  }

  async hasUser(user) {
    return this.#users.has(user);
  }

  async readRight(user, eventNumber) {
    return this.#rights.get(`${user}/${eventNumber}`);
  }

  async writeRight(right) {
    this.#rights.set(`${right.user}/${right.eventNumber}`, right);
  }
}

/** Two evenings, and two events to try things on. Your Jet has its own. */
function sampleEvents() {
  const event = (eventNumber, inDays, title, more = {}) => ({
    eventNumber,
    house: 'FSP',
    title,
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + inDays * 86_400_000).toISOString(),
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen Festspielhaus GmbH',
    production: title,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    version: randomUUID(),
    savedAt: now(),
    ...more,
  });
  return [
    event('1001', 1, 'Der Besuch der alten Dame'),
    event('1002', 2, 'Nathan der Weise'),
    event('1003', 30, 'TEST Gateway'),
    event('1004', 31, 'TEST', { status: 'Bereitstellung' }),
  ];
}

// ---------------------------------------------------------------------------------------------------------------------
// The contract. Keep it.
// ---------------------------------------------------------------------------------------------------------------------

/** A refusal. Whoever throws it has written nothing. */
class Problem extends Error {
  constructor(status, code, more = {}) {
    super(code);
    this.status = status;
    this.body = { type: 'about:blank', title: code, status, code, ...more };
  }
}

const noSuchEvent = () => new Problem(404, 'event-not-found');
const rejected = (field, detail) => new Problem(422, 'value-rejected', { field, detail });

const jet = new Jet();

/** Method, path, and what answers. A part in braces is one segment, decoded only after the path was taken apart. */
const ROUTES = [
  ['GET', 'health', () => ({ ok: true, readAt: now() })],
  ['GET', 'events', (call) => findEvents(call.query)],
  ['GET', 'events/{eventNumber}', async (call) => show(await requireEvent(call.eventNumber))],
  [
    'PUT',
    'events/{eventNumber}/announcement',
    (call) => oneAtATime(call.eventNumber, () => saveAnnouncement(call)),
  ],
  ['PUT', 'events/{eventNumber}/storno', (call) => oneAtATime(call.eventNumber, () => setStorno(call))],
  ['GET', 'connect-online/events/{eventNumber}', (call) => readChannel(call.eventNumber)],
  ['GET', 'extended-cancellation-rights/{user}/events/{eventNumber}', (call) => readRight(call)],
  [
    'PUT',
    'extended-cancellation-rights/{user}/events/{eventNumber}',
    (call) => oneAtATime(call.eventNumber, () => grantRight(call)),
  ],
];

async function findEvents(query) {
  const one = (name) => {
    if (query.getAll(name).length > 1) throw rejected(name, 'only once');
    return query.get(name) ?? undefined;
  };
  const [house, from, to, text, cursor] = ['house', 'from', 'to', 'text', 'cursor'].map(one);
  const limit = Number(one('limit') ?? 50);
  if (!house) throw rejected('house', 'required');
  for (const [name, day] of Object.entries({ from, to }))
    if (day !== undefined && !isDay(day)) throw rejected(name, 'a day that exists, e.g. 2026-12-12');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw rejected('limit', '1 to 100');
  const found = (await jet.eventsOfHouse(house))
    .filter(({ startsAt }) => from === undefined || viennaDay(startsAt) >= from)
    .filter(({ startsAt }) => to === undefined || viennaDay(startsAt) <= to)
    .filter((event) => text === undefined || hasText(event, text))
    .map((event) => ({ event, place: placeOf(event) }))
    .sort((a, b) => (a.place < b.place ? -1 : 1))
    // The cursor is the place of the last event, not a number of events: one that is added meanwhile moves nothing.
    .filter(({ place }) => cursor === undefined || place > cursor);
  const page = found.slice(0, limit);
  const nextCursor = found.length > limit ? page.at(-1).place : null;
  return { events: page.map(({ event }) => show(event)), nextCursor };
}

/** By start, and by number where two start at once, so that no page shows an event twice. */
function placeOf({ startsAt, eventNumber }) {
  return `${String(Date.parse(startsAt)).padStart(15, '0')}-${eventNumber.padStart(10, '0')}`;
}

function hasText({ title, customerTitle, production, venue }, text) {
  const wanted = text.toLocaleLowerCase('de');
  return [title, customerTitle, production, venue].some((field) =>
    field?.toLocaleLowerCase('de').includes(wanted),
  );
}

/** Checked in this order: existence, version, status, values. */
async function saveAnnouncement({ eventNumber, ifMatch, body }) {
  const event = await requireEvent(eventNumber);
  requireVersion(ifMatch, event);
  const texts = readBody(body, ['title', 'customerTitle', 'externalMemo']);
  for (const [field, value] of Object.entries(texts)) {
    if (typeof value !== 'string' && (value !== null || field === 'title')) throw rejected(field, 'a text');
    // The length of a string in JavaScript is its number of UTF-16 code units, which is what limits are given in.
    if ((value?.length ?? 0) > event.limits[field]) throw rejected(field, `at most ${event.limits[field]}`);
  }
  if (texts.title === '') throw rejected('title', 'not empty');
  return show(await save(event, texts));
}

/** The only status that is ever written. */
async function setStorno({ eventNumber, ifMatch, body }) {
  const event = await requireEvent(eventNumber);
  requireVersion(ifMatch, event);
  if (event.status === 'Storno') return show(event);
  if (event.status !== 'Verkaufsfreigabe')
    throw new Problem(409, 'status-not-cancellable', { current: event.status });
  if (body !== '') throw rejected('body', 'no body here');
  return show(await save(event, { status: 'Storno' }));
}

async function save(event, fields) {
  const saved = await jet.save(event.eventNumber, event.version, fields);
  if (!saved) throw new Problem(412, 'version-conflict');
  return saved;
}

async function readChannel(eventNumber) {
  const row = await jet.readChannel(eventNumber);
  if (!row) throw new Problem(404, 'not-in-connect-online');
  return { ...row, readAt: now() };
}

async function readRight({ user, eventNumber }) {
  await requireUserAndEvent(user, eventNumber);
  const right = await jet.readRight(user, eventNumber);
  if (!right) throw new Problem(404, 'right-not-found');
  return right;
}

/** The earlier start and the later end stay; `null` is without an end, and the widest. */
async function grantRight({ user, eventNumber, body }) {
  await requireUserAndEvent(user, eventNumber);
  const { validFrom, validUntil } = readBody(body, ['validFrom', 'validUntil']);
  if (!isDay(validFrom)) throw rejected('validFrom', 'a day that exists');
  if (!isDay(validUntil)) throw rejected('validUntil', 'a day that exists');
  if (validUntil < validFrom) throw rejected('validUntil', 'before validFrom');
  const before = (await jet.readRight(user, eventNumber)) ?? { validFrom, validUntil };
  const right = {
    user,
    eventNumber,
    validFrom: before.validFrom === null || before.validFrom < validFrom ? before.validFrom : validFrom,
    validUntil: before.validUntil === null || before.validUntil > validUntil ? before.validUntil : validUntil,
  };
  await jet.writeRight(right);
  return right;
}

async function requireEvent(eventNumber) {
  const event = await jet.readEvent(eventNumber);
  if (!event) throw noSuchEvent();
  // Whatever stands between you and Jet: an answer about another event never leaves this gateway.
  if (event.eventNumber !== eventNumber) throw new Problem(500, 'internal');
  return event;
}

async function requireUserAndEvent(user, eventNumber) {
  if (!(await jet.hasUser(user))) throw new Problem(404, 'user-not-found');
  await requireEvent(eventNumber);
}

/** `*` and a weak tag (`W/"…"`) name no version. */
function requireVersion(ifMatch, { version }) {
  const named = /^"([^"]*)"$/.exec(ifMatch ?? '')?.[1];
  if (named === undefined) throw new Problem(428, 'version-required');
  if (named !== version) throw new Problem(412, 'version-conflict');
}

/** Exactly these fields: one that is not known, a status above all, is refused, and so is one that is missing. */
function readBody(body, names) {
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    throw rejected('body', 'not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw rejected('body', 'an object');
  const unknown = Object.keys(json).find((name) => !names.includes(name));
  if (unknown !== undefined) throw rejected(unknown, 'not a field of the contract');
  const missing = names.find((name) => json[name] === undefined);
  if (missing !== undefined) throw rejected(missing, 'missing');
  return json;
}

/** Every field of the contract and none of your own; `readAt` is this very read. */
function show(event) {
  return { ...event, readAt: now() };
}

/** ISO 8601 with offset and milliseconds. */
function now() {
  return new Date().toISOString();
}

const viennaDays = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Vienna', dateStyle: 'short' });

function viennaDay(instant) {
  return viennaDays.format(new Date(instant));
}

function isDay(text) {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00.000Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** Writes on one event wait for each other, so that nothing is saved between looking at the version and saving. */
const waiting = new Map();
function oneAtATime(eventNumber, work) {
  const turn = (waiting.get(eventNumber) ?? Promise.resolve()).then(work);
  const ended = turn.catch(() => undefined);
  waiting.set(eventNumber, ended);
  void ended.then(() => waiting.get(eventNumber) === ended && waiting.delete(eventNumber));
  return turn;
}

// ---------------------------------------------------------------------------------------------------------------------
// HTTP
// ---------------------------------------------------------------------------------------------------------------------

const PREFIX = '/jet/v1/';
const LONGEST_BODY_BYTES = 256 * 1024;

const server = createServer((request, response) => {
  answer(request)
    .then((json) => send(response, 200, 'application/json', json))
    .catch((error) => {
      const problem = error instanceof Problem ? error : new Problem(500, 'internal');
      // Your log, and never the caller, learns what went wrong inside.
      if (problem !== error) process.stderr.write(`${error.stack}\n`);
      send(response, problem.status, 'application/problem+json', problem.body);
    });
});

async function answer(request) {
  const { method, url, headers } = request;
  if (!isOurs(headers.authorization)) throw new Problem(401, 'unauthorized');
  const [path, query = ''] = url.split('?', 2);
  if (!path.startsWith(PREFIX)) throw new Problem(404, 'not-found');
  const segments = path.slice(PREFIX.length).split('/');
  for (const [routeMethod, pattern, work] of ROUTES) {
    const parts = method === routeMethod && match(pattern, segments);
    if (!parts) continue;
    if (parts.eventNumber && !/^[1-9][0-9]{0,9}$/.test(parts.eventNumber)) throw noSuchEvent();
    const body = await readText(request);
    return work({ ...parts, query: new URLSearchParams(query), ifMatch: headers['if-match'], body });
  }
  throw new Problem(404, 'not-found');
}

function match(pattern, segments) {
  const names = pattern.split('/');
  if (names.length !== segments.length) return null;
  const parts = {};
  for (const [index, name] of names.entries()) {
    if (name.startsWith('{')) parts[name.slice(1, -1)] = decode(segments[index]);
    else if (name !== segments[index]) return null;
  }
  return parts;
}

function decode(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Problem(404, 'not-found');
  }
}

/** Compared in a time that says nothing of how much was right. */
function isOurs(authorization = '') {
  const digest = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
}

async function readText(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) throw rejected('body', 'too long');
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw rejected('body', 'not UTF-8');
  }
}

function send(response, status, type, json) {
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-store' });
  response.end(JSON.stringify(json));
}

if (token.length < 16 || !/^[\x21-\x7e]+$/.test(token)) {
  process.stderr.write('GATEWAY_TOKEN is missing, or shorter than 16 visible ASCII characters.\n');
  process.exit(2);
}
server.listen(Number(port), host, () =>
  process.stdout.write(`http://${host}:${server.address().port}${PREFIX.slice(0, -1)}\n`),
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => server.close());
