import type { ClauseId } from '../../src/gateway-check/clauses';
import type { WireEvent, WireRight } from '../../src/jet/contract';
import {
  TEST_EVENT,
  type Answer,
  type Behaviour,
  type BreakableGateway,
  type Call,
} from './breakable-gateway';

/** A gateway that breaks one clause, as people build it. Each is made anew for its run, so it may remember. */
export interface BrokenGateway {
  breaks: ClauseId;
  how: string;
  make(): Behaviour;
  /** On which event it is tried; by default the one on sale. */
  event?: 'not-on-sale';
}

export const nameOf = ({ breaks, how }: BrokenGateway) => `${breaks}: a gateway that ${how}`;

const broken = (breaks: ClauseId, how: string, make: () => Behaviour): BrokenGateway => ({
  breaks,
  how,
  make,
});

/** A gateway that changes only the answers to some calls. */
const answers = (
  breaks: ClauseId,
  how: string,
  isIt: (call: Call) => boolean,
  change: (answer: Answer, call: Call) => Answer | Promise<Answer>,
): BrokenGateway =>
  broken(breaks, how, () => async (call, pass) => {
    const answer = await pass();
    return isIt(call) ? change(answer, call) : answer;
  });

/** A gateway that shows events otherwise, wherever it shows them. */
const shows = (
  breaks: ClauseId,
  how: string,
  change: (event: WireEvent) => Partial<WireEvent>,
): BrokenGateway => answers(breaks, how, isAboutEvents, (answer) => mapEvents(answer, change));

/** A gateway that stores texts otherwise than they were sent. */
const stores = (breaks: ClauseId, how: string, change: (body: Texts) => object): BrokenGateway =>
  broken(
    breaks,
    how,
    () => (call, pass) =>
      isAnnouncement(call) ? pass({ body: JSON.stringify(change(textsIn(call))) }) : pass(),
  );

interface Texts {
  title: string;
  customerTitle: string | null;
  externalMemo: string | null;
}

const textsIn = ({ body }: Call) => JSON.parse(body) as Texts;
const isRead = ({ method, path }: Call) => method === 'GET' && /^\/events\/\d+$/.test(path);
const isSearch = ({ path }: Call) => path.startsWith('/events?');
const isAnnouncement = ({ method, path }: Call) => method === 'PUT' && path.endsWith('/announcement');
const isStorno = ({ method, path }: Call) => method === 'PUT' && path.endsWith('/storno');
const isChannel = ({ path }: Call) => path.startsWith('/connect-online/');
const isRight = ({ path }: Call) => path.startsWith('/extended-');
const isGrant = (call: Call) => call.method === 'PUT' && isRight(call);
const isAboutEvents = (call: Call) => !isChannel(call) && !isRight(call);

function mapEvents(answer: Answer, change: (event: WireEvent) => Partial<WireEvent>): Answer {
  const body = answer.body as { events?: WireEvent[] } & Partial<WireEvent>;
  if (answer.status !== 200) return answer;
  const map = (event: WireEvent) => ({ ...event, ...change(event) });
  if (body.events) return { ...answer, body: { ...body, events: body.events.map(map) } };
  return body.version === undefined ? answer : { ...answer, body: map(body as WireEvent) };
}

const refusal = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { title: 'Abgelehnt', status, code, ...more },
});

/** The current version in place of whatever was sent, as of a gateway that never looks at it. */
async function withCurrentVersion(call: Call, gateway: BreakableGateway): Promise<Partial<Call>> {
  const { version } = await gateway.read(numberIn(call));
  return { headers: { ...call.headers, 'if-match': `"${version}"` } };
}

const numberIn = ({ path }: Call) => /events\/(\d+)/.exec(path)?.[1] ?? '';

/** Saves what the sound gateway would refuse, as a mask does. */
async function saveByHand(call: Call, gateway: BreakableGateway, set: Partial<WireEvent>): Promise<Answer> {
  return { status: 200, body: await gateway.edit(numberIn(call), set) };
}

const plus = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();

export const BROKEN_READERS: readonly BrokenGateway[] = [
  broken(
    'in-time',
    'never answers about Connect Online',
    () => async (call, pass) => (isChannel(call) ? 'silence' : pass()),
  ),
  broken(
    'no-redirect',
    'sends the searching elsewhere',
    () => async (call, pass) =>
      isSearch(call) ? { status: 307, headers: { location: 'https://anderswo.example/' }, body: {} } : pass(),
  ),
  answers('reply-size', 'answers a search with more than a MiB', isSearch, (answer) => ({
    ...answer,
    body: { ...(answer.body as object), padding: 'x'.repeat(1_100_000) },
  })),
  answers('json', 'sends Latin-1', isAboutEvents, (answer) => ({
    ...answer,
    body: Buffer.from(JSON.stringify(answer.body), 'latin1'),
  })),
  answers('json', 'calls JSON text', isChannel, (answer) =>
    answer.status === 200 ? { ...answer, headers: { 'content-type': 'text/plain' } } : answer,
  ),
  answers(
    'problem-form',
    'refuses with plain JSON',
    () => true,
    (answer) =>
      answer.status >= 400 ? { ...answer, headers: { 'content-type': 'application/json' } } : answer,
  ),
  answers(
    'problem-form',
    'says another status inside',
    () => true,
    (answer) =>
      answer.status >= 400 ? { ...answer, body: { ...(answer.body as object), status: 500 } } : answer,
  ),
  shows('instants', 'cuts the seconds of savedAt', ({ savedAt }) => ({
    savedAt: `${savedAt.slice(0, 17)}00${savedAt.slice(23)}`,
  })),
  broken('retry-after', 'brakes without saying for how long', () => {
    let calls = 0;
    return async (call, pass) =>
      isChannel(call) && calls++ === 0 ? refusal(429, 'too-many-requests') : pass();
  }),
  answers(
    'health',
    'is not ok',
    ({ path }) => path === '/health',
    (answer) =>
      answer.status === 200 ? { ...answer, body: { ...(answer.body as object), ok: false } } : answer,
  ),
  answers('clock', 'is a minute behind', () => true, shiftInstants(-60_000)),
  answers(
    'no-simulator',
    'was copied from the simulator',
    ({ path }) => path === '/health',
    (answer) =>
      answer.status === 200 ? { ...answer, body: { ...(answer.body as object), simulator: true } } : answer,
  ),
  broken(
    'token-required',
    'lets anybody read',
    () => (call, pass) =>
      pass(call.method === 'GET' ? { headers: { ...call.headers, authorization: 'Bearer Geheimnis' } } : {}),
  ),

  answers('find-form', 'answers with a bare list', isSearch, (answer) => ({
    ...answer,
    body: (answer.body as { events?: unknown }).events ?? answer.body,
  })),
  broken('find-house', 'shows all houses', () => async (call, pass) => {
    const answer = await pass();
    if (!isSearch(call) || answer.status !== 200) return answer;
    const other = await pass({ path: '/events?house=LTN' });
    const { events, ...rest } = answer.body as { events: WireEvent[] };
    return {
      ...answer,
      body: { ...rest, events: [...events, ...(other.body as { events: WireEvent[] }).events] },
    };
  }),
  answers('find-order', 'shows the latest first', isSearch, (answer) => {
    const { events = [], ...rest } = answer.body as { events?: WireEvent[] };
    return answer.status === 200 ? { ...answer, body: { ...rest, events: events.toReversed() } } : answer;
  }),
  broken(
    'find-limit',
    'does not know limit',
    () => (call, pass) => pass(isSearch(call) ? { path: call.path.replace(/limit=\d+/, 'limit=100') } : {}),
  ),
  broken(
    'find-pages',
    'always shows the first page',
    () => (call, pass) => pass(isSearch(call) ? { path: call.path.replace(/&cursor=[^&]*/, '') } : {}),
  ),
  answers('find-pages', 'has no further page', isSearch, (answer) => ({
    ...answer,
    body: { ...(answer.body as object), nextCursor: null },
  })),
  answers('find-days', 'leaves out the last day', isSearch, (answer, { path }) => {
    const to = new URLSearchParams(path.split('?')[1]).get('to');
    const { events = [], ...rest } = answer.body as { events?: WireEvent[] };
    if (to === null || answer.status !== 200) return answer;
    return {
      ...answer,
      body: { ...rest, events: events.filter(({ startsAt }) => startsAt.slice(0, 10) < to) },
    };
  }),
  broken(
    'find-days',
    'does not know days',
    () => (call, pass) => pass(isSearch(call) ? { path: call.path.replace(/(from|to)=[^&]*&?/g, '') } : {}),
  ),
  answers('find-text', 'looks at upper and lower case', isSearch, (answer, { path }) => {
    const text = new URLSearchParams(path.split('?')[1]).get('text') ?? '';
    const { events = [], ...rest } = answer.body as { events?: WireEvent[] };
    return answer.status === 200
      ? { ...answer, body: { ...rest, events: events.filter(({ title }) => title.includes(text)) } }
      : answer;
  }),
  broken(
    'find-text',
    'takes % for anything',
    () => (call, pass) => pass({ path: call.path.replace('text=%25', 'text=') }),
  ),
  answers('find-as-read', 'searches in the copy of yesterday', isSearch, (answer) =>
    mapEvents(answer, ({ title }) => ({ title: `${title} (alt)` })),
  ),

  shows('event-form', 'leaves out the limits', () => ({ limits: undefined })),
  shows('event-form', 'has versions with quotes', ({ version }) => ({ version: `"${version}"` })),
  answers('same-event', 'shows the mask that was open before', isRead, (answer, call) =>
    numberIn(call) === TEST_EVENT ? answer : mapEvents(answer, () => ({ eventNumber: '600005' })),
  ),
  answers('unknown-event', 'answers null', isRead, (answer) =>
    answer.status === 404 ? refusal(404, 'not-found') : answer,
  ),
  broken('version-stable', 'makes a version of each read', () => {
    let reads = 0;
    return async (call, pass) => {
      const answer = await pass();
      return isAboutEvents(call)
        ? mapEvents(answer, ({ version }) => ({ version: `${version}-${(reads += 1)}` }))
        : answer;
    };
  }),
  shows('saved-at-stable', 'takes the read for the save', ({ readAt }) => ({ savedAt: readAt })),
  shows('saved-at-past', 'reads the local time of the database as UTC', ({ savedAt }) => ({
    savedAt: plus(savedAt, 2 * 3_600_000),
  })),
  shows('read-at', 'shows the time of a cache', ({ savedAt }) => ({ readAt: plus(savedAt, 1_000) })),
  broken('read-at', 'keeps the time of the first read', () => {
    let first: string | undefined;
    return async (call, pass) => {
      const answer = await pass();
      return isRead(call) ? mapEvents(answer, ({ readAt }) => ({ readAt: (first ??= readAt) })) : answer;
    };
  }),
  shows('limits-fit', 'shows the limits of another mask', ({ limits }) => ({
    limits: { ...limits, title: 5 },
  })),
  shows('status-word', 'shows the status in capitals', ({ status }) => ({ status: status.toUpperCase() })),
  shows('status-word', 'shows a code for the status', () => ({ status: 'ON_SALE' })),
  answers('channel-form', 'leaves out when it was transferred', isChannel, (answer) => {
    const { transferredAt: _left, ...rest } = answer.body as { transferredAt?: string };
    return { ...answer, body: rest };
  }),
  answers('channel-missing', 'calls a missing row an error', isChannel, (answer) =>
    answer.status === 404 ? refusal(404, 'internal') : answer,
  ),
  answers('right-missing', 'has no word for a missing right', isRight, (answer) =>
    (answer.body as { code?: string }).code === 'right-not-found' ? refusal(404, 'event-not-found') : answer,
  ),
  answers('unknown-user', 'takes an unknown user for one without a right', isRight, (answer, { path }) =>
    path.includes('PRUEFUNG') && (answer.body as { code?: string }).code === 'user-not-found'
      ? refusal(404, 'right-not-found')
      : answer,
  ),
  broken(
    'path-encoding',
    'takes a path apart before it reads it',
    () => async (call, pass) =>
      call.path.includes('%2F')
        ? { status: 404, body: { title: 'Not Found', status: 404, code: 'not-found' } }
        : pass(),
  ),
  broken(
    'path-encoding',
    'reads a masked name as it stands',
    () => async (call, pass) => (/rights\/%43%4f/i.test(call.path) ? refusal(404, 'user-not-found') : pass()),
  ),
];

/** Shifts every instant but the starts, which are no reading of a clock. */
function shiftInstants(byMs: number) {
  const shift = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shift);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inside]) =>
        ['readAt', 'savedAt', 'transferredAt'].includes(name) && typeof inside === 'string'
          ? [name, plus(inside, byMs)]
          : [name, shift(inside)],
      ),
    );
  };
  return (answer: Answer): Answer => ({ ...answer, body: shift(answer.body) });
}

const isFirst = <T>(seen: Set<T>, value: T) => !seen.has(value) && Boolean(seen.add(value));

export const BROKEN_WRITERS: readonly BrokenGateway[] = [
  broken(
    'write-token',
    'asks for the token only when it reads',
    () => (call, pass) =>
      pass(isAnnouncement(call) ? { headers: { ...call.headers, authorization: 'Bearer Geheimnis' } } : {}),
  ),
  broken(
    'if-match-required',
    'writes without a version',
    () => async (call, pass, gateway) =>
      isAnnouncement(call) && call.headers['if-match'] === undefined
        ? pass(await withCurrentVersion(call, gateway))
        : pass(),
  ),
  broken(
    'if-match-required',
    'takes * for any version',
    () => async (call, pass, gateway) =>
      isAnnouncement(call) && call.headers['if-match'] === '*'
        ? pass(await withCurrentVersion(call, gateway))
        : pass(),
  ),
  broken('if-match-arrives', 'stands behind a proxy that weakens tags', () => (call, pass) => {
    const tag = call.headers['if-match'];
    const isOwn = tag !== undefined && tag !== '*' && !tag.includes('absage');
    return pass(isOwn ? { headers: { ...call.headers, 'if-match': `W/${tag}` } } : {});
  }),
  broken('if-match-arrives', 'stands behind a proxy that drops If-Match', () => (call, pass) => {
    const { 'if-match': tag, ...headers } = call.headers;
    return pass(tag?.includes('absage') ? {} : { headers });
  }),
  broken(
    'version-conflict',
    'does not compare versions',
    () => async (call, pass, gateway) =>
      isAnnouncement(call) && call.headers['if-match']?.includes('absage')
        ? pass(await withCurrentVersion(call, gateway))
        : pass(),
  ),
  broken('version-conflict', 'takes any version that there ever was', () => {
    const known = new Set<string>();
    return async (call, pass, gateway) => {
      const tag = call.headers['if-match'] ?? '';
      const isOld = isAnnouncement(call) && known.has(tag) && !call.body.includes('TEST noch einmal');
      const answer = await pass(isOld ? await withCurrentVersion(call, gateway) : {});
      if (isAboutEvents(call)) mapEvents(answer, ({ version }) => (known.add(`"${version}"`), {}));
      return answer;
    };
  }),
  broken('version-changes', 'keeps the version of a title', () => {
    const versions = new Map<string, string>();
    return async (call, pass, gateway) => {
      const number = numberIn(call);
      const tag = call.headers['if-match'] ?? '';
      const real = isAnnouncement(call) && number !== '9999999999' ? await gateway.read(number) : null;
      const shown = real && versions.get(keyOf(real));
      const isCurrent = real !== null && tag === `"${shown ?? real.version}"`;
      const answer = await pass(
        isCurrent ? { headers: { ...call.headers, 'if-match': `"${real.version}"` } } : {},
      );
      if (!isAboutEvents(call)) return answer;
      if (real && answer.status === 200)
        mapEvents(answer, (event) => {
          // The first save of a text of ours keeps the version of before.
          if (event.title.includes('„Größe“')) versions.set(keyOf(event), shown ?? real.version);
          return {};
        });
      return mapEvents(answer, (event) => ({ version: versions.get(keyOf(event)) ?? event.version }));
    };
  }),
  broken('version-never-returns', 'makes the version of the texts', () => async (call, pass, gateway) => {
    const number = numberIn(call);
    const isKnown = isAnnouncement(call) && number !== '9999999999';
    const real = isKnown ? await gateway.read(number) : null;
    const isCurrent = real !== null && call.headers['if-match'] === `"${hash(real)}"`;
    const answer = await pass(
      isCurrent ? { headers: { ...call.headers, 'if-match': `"${real.version}"` } } : {},
    );
    return isAboutEvents(call) ? mapEvents(answer, (event) => ({ version: hash(event) })) : answer;
  }),
  broken('refused-unwritten', 'writes, and then finds that it may not', () => async (call, pass, gateway) => {
    const answer = await pass();
    if (isAnnouncement(call) && answer.status === 412) await gateway.edit(numberIn(call), textsIn(call));
    return answer;
  }),
  broken(
    'unknown-event-write',
    'calls a missing event a conflict',
    () => async (call, pass) =>
      isAnnouncement(call) && numberIn(call) === '9999999999' ? refusal(412, 'version-conflict') : pass(),
  ),
  broken('three-texts', 'forgets the memo the first time', () => {
    const seen = new Set<string>();
    return async (call, pass, gateway) => {
      if (!isAnnouncement(call) || !call.body.includes('„Größe“') || !isFirst(seen, 'once')) return pass();
      const { externalMemo } = await gateway.read(numberIn(call));
      return pass({ body: JSON.stringify({ ...textsIn(call), externalMemo }) });
    };
  }),
  stores('texts-literal', 'goes through a code page', ({ title, ...texts }) => ({
    ...texts,
    title: title.replaceAll('–', '?'),
  })),
  stores('texts-literal', 'escapes for HTML', ({ externalMemo, ...texts }) => ({
    ...texts,
    externalMemo: externalMemo && externalMemo.replaceAll('<', '&lt;'),
  })),
  stores('line-breaks', 'has a memo of one line', ({ externalMemo, ...texts }) => ({
    ...texts,
    externalMemo: externalMemo && externalMemo.replaceAll('\n', ' '),
  })),
  stores('blanks', 'trims', ({ customerTitle, ...texts }) => ({
    ...texts,
    customerTitle: customerTitle?.trim() ?? null,
  })),
  stores('blanks', 'makes every blank a plain one', ({ externalMemo, ...texts }) => ({
    ...texts,
    externalMemo: externalMemo && externalMemo.replaceAll('\u00a0', ' '),
  })),
  stores('unicode-form', 'normalises', ({ customerTitle, ...texts }) => ({
    ...texts,
    customerTitle: customerTitle?.normalize('NFC') ?? null,
  })),
  broken('null-empties', 'takes null for leave it', () => async (call, pass, gateway) => {
    if (!isAnnouncement(call) || !call.body.includes('Zeile 5')) return pass();
    const { customerTitle } = await gateway.read(numberIn(call));
    return pass({ body: JSON.stringify({ ...textsIn(call), customerTitle }) });
  }),
  broken('others-untouched', 'empties what it does not know', () => async (call, pass, gateway) => {
    const answer = await pass();
    if (!isAnnouncement(call) || answer.status !== 200) return answer;
    return { status: 200, body: await gateway.edit(numberIn(call), { production: null }) };
  }),
  broken(
    'answer-as-saved',
    'answers a save with what was there before',
    () => async (call, pass, gateway) => {
      if (!isAnnouncement(call)) return pass();
      const before = await gateway.read(numberIn(call));
      const answer = await pass();
      return answer.status === 200 ? { status: 200, body: before } : answer;
    },
  ),
  broken('read-after-write', 'reads from a copy that lags behind', () => {
    let before: unknown;
    return async (call, pass, gateway) => {
      if (isAnnouncement(call)) {
        const state = await gateway.read(numberIn(call));
        const answer = await pass();
        if (answer.status === 200) before = state;
        return answer;
      }
      if (!isRead(call) || before === undefined) return pass();
      const stale = { ...(before as WireEvent), readAt: new Date().toISOString() };
      before = undefined;
      return { status: 200, body: stale };
    };
  }),
  shows('saved-at-now', 'stores times to the minute', ({ savedAt }) => ({
    savedAt: `${savedAt.slice(0, 17)}00.000${savedAt.slice(23)}`,
  })),
  broken('repeat-saves-once', 'knows the key and saves again', () => {
    const keys = new Set<unknown>();
    return async (call, pass, gateway) =>
      isAnnouncement(call) && !isFirst(keys, call.headers['idempotency-key'])
        ? pass(await withCurrentVersion(call, gateway))
        : pass();
  }),
  broken('one-of-two', 'compares the version first, and writes a moment later', () => {
    const saving = new Map<string, Promise<Answer>>();
    return async (call, pass, gateway) => {
      const version = call.headers['if-match'];
      if (!isAnnouncement(call) || !call.body.includes('zugleich') || version === undefined) return pass();
      const other = saving.get(version);
      if (other) return other.then(async () => pass(await withCurrentVersion(call, gateway)));
      saving.set(version, pass());
      return saving.get(version)!;
    };
  }),
  broken('limit-fits', 'has one character less than it says', () => async (call, pass, gateway) => {
    if (!isAnnouncement(call) || textsIn(call).title.length !== 60 || !call.body.includes('xxx'))
      return pass();
    return pass({ body: JSON.stringify({ ...textsIn(call), title: textsIn(call).title.slice(0, 59) }) }).then(
      async (answer) => (await gateway.read(numberIn(call)), answer),
    );
  }),
  broken('limit-refused', 'cuts off what is too long', () => (call, pass) => {
    if (!isAnnouncement(call)) return pass();
    return pass({ body: JSON.stringify({ ...textsIn(call), title: textsIn(call).title?.slice(0, 60) }) });
  }),
  answers('limit-refused', 'does not say which field', isAnnouncement, (answer, { body }) => {
    const { field: _left, ...rest } = answer.body as { field?: string };
    return body.includes('+') ? { ...answer, body: rest } : answer;
  }),
  broken('limit-utf16', 'counts characters', () => async (call, pass, gateway) => {
    const { title = '', ...texts } = isAnnouncement(call) ? textsIn(call) : {};
    const isLonger = Object.keys(texts).length === 2 && title.length > 60 && [...title].length <= 60;
    const isCurrent =
      isLonger && call.headers['if-match'] === `"${(await gateway.read(numberIn(call))).version}"`;
    return isCurrent ? saveByHand(call, gateway, { ...texts, title }) : pass();
  }),
  broken('limit-utf16', 'counts bytes', () => async (call, pass) => {
    const { title = '' } = isAnnouncement(call) ? textsIn(call) : {};
    return title.length === 60 && Buffer.byteLength(title) > 60
      ? refusal(422, 'value-rejected', { field: 'title' })
      : pass();
  }),
  broken(
    'title-needed',
    'saves an empty title',
    () => async (call, pass, gateway) =>
      isAnnouncement(call) && textsIn(call).title === '' ? saveByHand(call, gateway, { title: '-' }) : pass(),
  ),
  stores('strict-body', 'reads only what it knows', ({ title, customerTitle, externalMemo }) => ({
    title,
    customerTitle,
    externalMemo,
  })),
  stores('all-fields', 'takes a missing field for an empty one', (texts) =>
    Object.assign({ externalMemo: null }, texts),
  ),
  broken(
    'right-granted',
    'says yes and grants nothing',
    () => async (call, pass) =>
      isGrant(call) && call.path.includes('CONNECTONLINE')
        ? withRight(call, (right) => ({ status: 200, body: right }), pass)
        : pass(),
  ),
  answers('right-granted', 'has no right to grant any', isGrant, (answer) =>
    answer.status === 200 ? refusal(403, 'not-allowed') : answer,
  ),
  broken('right-widens', 'keeps the right that is there', () => {
    let kept: unknown;
    return async (call, pass) => {
      if (isRight(call) && kept !== undefined && call.path.includes('CONNECTONLINE')) {
        const answer = await pass();
        return answer.status === 200 ? { status: 200, body: kept } : answer;
      }
      const answer = await pass();
      if (isGrant(call) && answer.status === 200) kept = answer.body;
      return answer;
    };
  }),
  broken('right-never-narrows', 'writes the period as it is asked', () => {
    let last: WireRight | undefined;
    return async (call, pass) => {
      const answer = await pass();
      if (isGrant(call) && answer.status === 200)
        last = { ...(answer.body as WireRight), ...JSON.parse(call.body) };
      return isRight(call) && answer.status === 200 && last ? { status: 200, body: last } : answer;
    };
  }),
  broken('right-form', 'shows a right without its end', () => async (call, pass) => {
    const answer = await pass();
    if (!isRight(call) || answer.status !== 200) return answer;
    const { validUntil: _left, ...rest } = answer.body as WireRight;
    return { status: 200, body: rest };
  }),
  broken(
    'grant-unknown-user',
    'grants a right to anybody',
    () => async (call, pass) =>
      isGrant(call) && call.path.includes('PRUEFUNG')
        ? {
            status: 200,
            body: { user: 'ABSAGE-PRUEFUNG-NIEMAND', eventNumber: numberIn(call), ...JSON.parse(call.body) },
          }
        : pass(),
  ),
  broken(
    'right-dates',
    'makes 30 February the 2nd of March',
    () => (call, pass) => (isGrant(call) ? pass({ body: call.body.replace('-02-30', '-03-02') }) : pass()),
  ),
  broken(
    'put-back',
    'takes back nothing',
    () => async (call, pass) =>
      isAnnouncement(call) && call.body.includes('TEST Abend') && call.body.includes('wie immer')
        ? refusal(422, 'value-rejected', { field: 'title' })
        : pass(),
  ),
  broken(
    'storno-if-match',
    'cancels whatever was changed meanwhile',
    () => async (call, pass, gateway) =>
      isStorno(call) && call.headers['if-match']?.includes('absage')
        ? pass(await withCurrentVersion(call, gateway))
        : pass(),
  ),
  broken(
    'storno-sets',
    'says yes and cancels nothing',
    () => async (call, pass, gateway) =>
      isStorno(call) && call.headers['if-match']?.includes('absage') === false
        ? { status: 200, body: await gateway.read(numberIn(call)) }
        : pass(),
  ),
  broken('storno-twice', 'saves the mask again', () => async (call, pass, gateway) => {
    const isAgain = isStorno(call) && (await gateway.read(numberIn(call))).status === 'Storno';
    const answer = await pass();
    return isAgain && answer.status === 200 ? saveByHand(call, gateway, {}) : answer;
  }),
  {
    ...broken('storno-not-cancellable', 'calls it a rejected value', () => async (call, pass) => {
      const answer = await pass();
      return answer.status === 409 ? refusal(422, 'value-rejected', { field: 'status' }) : answer;
    }),
    event: 'not-on-sale',
  },
];

const keyOf = ({ title, customerTitle, externalMemo }: Texts) =>
  JSON.stringify([title, customerTitle, externalMemo]);

const hash = (event: WireEvent) => Buffer.from(keyOf(event)).toString('base64url').slice(0, 100);

async function withRight(
  call: Call,
  answer: (right: WireRight) => Answer,
  pass: (changed?: Partial<Call>) => Promise<Answer>,
): Promise<Answer> {
  const asked = JSON.parse(call.body) as { validFrom: string; validUntil: string };
  const isSound = asked.validFrom <= asked.validUntil && !asked.validUntil.endsWith('-02-30');
  return isSound ? answer({ user: 'CONNECTONLINE', eventNumber: numberIn(call), ...asked }) : pass();
}
