import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { EVENT_NUMBER_PATTERN, wireDate } from '../../jet/contract';
import { toDate } from '../clock';
import type { StoredEvent } from '../event-store';
import { GUIDED_HOUSE, SAMPLE_HOUSES } from '../programme';
import type { SimulatorState } from '../state';
import { MaskClerk } from './clerk';
import {
  ChannelMask,
  EventMask,
  ProgrammePage,
  RefusedPage,
  renderMask,
  RightsMask,
  type Saving,
} from './pages';
import { STYLE } from './style';
import { LABELS, MASKS, maskPath, STATUSES, USER_KEYS } from './words';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Takes a form from its own page, which carries that page's secret. Every other address takes JSON alone. */
    takesOwnForm?: boolean;
  }
}

/** Room for the longest texts of a mask, in bytes. */
const FORM_LIMIT = 64 * 1024;

/** Most events of a house on the first page. */
const SHOWN_EVENTS = 60;

const SAVED = { kind: 'good', text: 'Gespeichert.' } as const;
const STALE_PAGE =
  'Diese Seite ist veraltet, oder das Formular kam nicht von ihr. Es wurde nichts gespeichert. Bitte die Maske neu öffnen.';
const NO_EVENT = 'Diese Veranstaltung gibt es im Simulator nicht.';

/** The pages carry no script and load nothing from elsewhere; nobody may show them inside a page of their own. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** Browsers send line breaks as CRLF; an empty field is not used. */
const lines = z.string().transform((text) => text.replaceAll('\r\n', '\n'));
const unusedWhenEmpty = lines.transform((text) => text || null);

const eventForm = (status: string) =>
  z.strictObject({
    secret: z.string(),
    version: z.string(),
    title: lines,
    customerTitle: unusedWhenEmpty,
    externalMemo: unusedWhenEmpty,
    status: z.enum([status, ...STATUSES]),
  });

const rightForm = z.strictObject({
  secret: z.string(),
  user: z.enum(USER_KEYS as [string, ...string[]]),
  validFrom: wireDate,
  validUntil: wireDate,
});

/**
 * `/masken`: practice masks for people, on the same events, rights and transfers as the gateway. What is saved in them is
 * the trainee's own doing, a wrong status included; Absage itself has no way in. Each form carries the secret of its page,
 * which a page of another site can neither read nor guess.
 */
export function registerMasks(app: FastifyInstance, state: SimulatorState): void {
  const { events, rights, sync } = state;
  const clerk = new MaskClerk(state);
  const key = randomBytes(32);
  const secretOf = (path: string) => createHmac('sha256', key).update(path).digest('base64url');

  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  app.addHook('onSend', async (_request, reply) => void reply.headers(HEADERS));

  const show = (reply: FastifyReply, title: string, body: Parameters<typeof renderMask>[1], status = 200) =>
    reply.code(status).type('text/html; charset=utf-8').send(renderMask(title, body));
  const refuse = (reply: FastifyReply, status: number, text: string) =>
    show(reply, 'Nicht gespeichert', RefusedPage({ text }), status);

  const requireEvent = ({ params }: FastifyRequest): StoredEvent | null => {
    const { eventNumber } = params as { eventNumber: string };
    return EVENT_NUMBER_PATTERN.test(eventNumber) ? events.read(eventNumber) : null;
  };
  const isOwnForm = ({ body }: FastifyRequest, path: string) => {
    const given = Buffer.from(String((body as { secret?: unknown } | null)?.secret ?? ''));
    const wanted = Buffer.from(secretOf(path));
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };

  app.get('/masken.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));

  app.get('', (request, reply) => {
    const { haus } = request.query as { haus?: unknown };
    const house = typeof haus === 'string' ? haus : GUIDED_HOUSE;
    const found = events.find({ house, from: toDate(Date.now()), limit: SHOWN_EVENTS });
    const page = ProgrammePage({ house, houses: SAMPLE_HOUSES, events: found.slice(0, SHOWN_EVENTS) });
    return show(reply, 'Veranstaltungen', page);
  });

  const showEvent = (
    reply: FastifyReply,
    event: StoredEvent,
    saving: Saving,
    typed?: Parameters<typeof EventMask>[0]['typed'],
  ) => {
    const secret = secretOf(maskPath('event', event.eventNumber));
    const title = `${MASKS.event.link} ${event.eventNumber}`;
    const status = saving?.kind === 'bad' ? 409 : 200;
    return show(reply, title, EventMask({ event, typed, saving, secret }), status);
  };

  app.get(`/${MASKS.event.path}/:eventNumber`, (request, reply) => {
    const event = requireEvent(request);
    return event ? showEvent(reply, event, savingIn(request)) : refuse(reply, 404, NO_EVENT);
  });

  app.post(`/${MASKS.event.path}/:eventNumber`, { config: { takesOwnForm: true } }, (request, reply) => {
    const event = requireEvent(request);
    if (!event) return refuse(reply, 404, NO_EVENT);
    const path = maskPath('event', event.eventNumber);
    const typed = eventForm(event.status).safeParse(request.body);
    if (!isOwnForm(request, path) || !typed.success) return refuse(reply, 403, STALE_PAGE);
    const { secret: _secret, ...fields } = typed.data;
    const fault = clerk.saveEvent(event.eventNumber, fields);
    if (fault === null) return reply.redirect(`${path}?gespeichert=ja`, 303);
    const isStillOpen = event.version === fields.version;
    return showEvent(reply, event, { kind: 'bad', text: fault }, isStillOpen ? fields : undefined);
  });

  app.get(`/${MASKS.channel.path}/:eventNumber`, (request, reply) => {
    sync.runDue(Date.now());
    const { eventNumber } = request.params as { eventNumber: string };
    if (!EVENT_NUMBER_PATTERN.test(eventNumber)) return refuse(reply, 404, NO_EVENT);
    const row = sync.read(eventNumber);
    const shown = row && { ...row, status: sync.settings.reportStatus ?? row.status };
    return show(reply, `${MASKS.channel.link} ${eventNumber}`, ChannelMask({ eventNumber, row: shown }));
  });

  const showRights = (reply: FastifyReply, eventNumber: string, saving: Saving) => {
    const secret = secretOf(maskPath('rights', eventNumber));
    const page = RightsMask({ eventNumber, rights: rights.ofEvent(eventNumber), saving, secret });
    return show(reply, `${MASKS.rights.link} ${eventNumber}`, page, saving?.kind === 'bad' ? 409 : 200);
  };

  app.get(`/${MASKS.rights.path}/:eventNumber`, (request, reply) => {
    const event = requireEvent(request);
    return event ? showRights(reply, event.eventNumber, savingIn(request)) : refuse(reply, 404, NO_EVENT);
  });

  app.post(`/${MASKS.rights.path}/:eventNumber`, { config: { takesOwnForm: true } }, (request, reply) => {
    const event = requireEvent(request);
    if (!event) return refuse(reply, 404, NO_EVENT);
    const { eventNumber } = event;
    const path = maskPath('rights', eventNumber);
    if (!isOwnForm(request, path)) return refuse(reply, 403, STALE_PAGE);
    const typed = rightForm.safeParse(request.body);
    if (!typed.success) {
      const text = `Bitte ${LABELS.user}, ${LABELS.validFrom} und ${LABELS.validUntil} angeben. Es wurde nichts gespeichert.`;
      return showRights(reply, eventNumber, { kind: 'bad', text });
    }
    const { secret: _secret, ...right } = typed.data;
    const fault = clerk.grantRight(eventNumber, right);
    if (fault === null) return reply.redirect(`${path}?gespeichert=ja`, 303);
    return showRights(reply, eventNumber, { kind: 'bad', text: fault });
  });
}

function savingIn({ query }: FastifyRequest): Saving {
  return (query as { gespeichert?: unknown }).gespeichert === 'ja' ? SAVED : null;
}
