import type { z } from 'zod';
import { KnownFailure } from '../domain/failures';
import { toJetStatus } from '../domain/status';
import type { ChannelEventInfo, JetEvent } from '../domain/types';
import {
  announcementRequest,
  wireChannelInfo,
  wireEvent,
  wireEventPage,
  wireHealth,
  wireRight,
  type ProblemCode,
  type RightRequest,
  type WireEvent,
} from './contract';
import { callGateway, type Call, type Reply } from './http-call';
import type { EventQuery, JetPort, WritePrecondition } from './port';
import { problemOf, toFailure } from './reply-failure';

/** `url` up to and including `/jet/v1`, without a slash at its end; `timeoutMs` is the total time of one call. */
export interface HttpJetOptions {
  url: string;
  token: string;
  timeoutMs: number;
}

/**
 * Jet behind the HTTP gateway. Every method makes one call; retries are the caller's business, but for a read that was lost
 * with the connection that it was sent on.
 * A reply counts only when it is complete, fits the contract and is about the requested event.
 *
 * @example createHttpJet({ url: 'http://127.0.0.1:8091/jet/v1', token: 'simulator', timeoutMs: 8_000 })
 */
export function createHttpJet(options: HttpJetOptions): JetPort {
  /** Resolves to `null` where the gateway replies with the problem `absent`. */
  async function ask<S extends z.ZodType>(
    call: Call,
    schema: S,
    isAbout: (data: z.output<S>) => boolean,
    absent?: ProblemCode,
  ): Promise<z.output<S> | null> {
    const reply = await callGateway(options, call);
    if (reply.status === 200) return parseReply(call, reply, schema, isAbout);
    if (absent && problemOf(reply)?.code === absent) return null;
    throw toFailure(call.name, reply);
  }

  async function require<S extends z.ZodType>(
    call: Call,
    schema: S,
    isAbout: (data: z.output<S>) => boolean,
  ): Promise<NonNullable<z.output<S>>> {
    return (await ask(call, schema, isAbout)) as NonNullable<z.output<S>>;
  }

  return {
    async health() {
      const call: Call = { name: 'health', method: 'GET', path: '/health' };
      const { ok, readAt, simulator } = await require(call, wireHealth, () => true);
      if (!ok) throw new KnownFailure('jet-unavailable', 'health: the gateway says that it is not ok');
      return { readAt, isSimulator: simulator === true };
    },

    async findEvents(query) {
      const call: Call = { name: 'find-events', method: 'GET', path: `/events?${searchParameters(query)}` };
      const page = await require(call, wireEventPage, ({ events }) =>
        events.every(({ house }) => house === query.house));
      return { events: page.events.map(toJetEvent), nextCursor: page.nextCursor ?? null };
    },

    async readEvent(eventNumber) {
      const call: Call = { name: 'read-event', method: 'GET', path: eventPath(eventNumber) };
      const event = await ask(call, wireEvent, isNumbered(eventNumber), 'event-not-found');
      return event && toJetEvent(event);
    },

    async saveAnnouncement(eventNumber, { title, customerTitle, externalMemo }, precondition) {
      const call: Call = {
        name: 'save-announcement',
        method: 'PUT',
        path: `${eventPath(eventNumber)}/announcement`,
        headers: writeHeaders(precondition),
        body: checkRequest({ title, customerTitle, externalMemo }),
      };
      return toJetEvent(await require(call, wireEvent, isNumbered(eventNumber)));
    },

    async setStatusStorno(eventNumber, precondition) {
      const call: Call = {
        name: 'set-storno',
        method: 'PUT',
        path: `${eventPath(eventNumber)}/storno`,
        headers: writeHeaders(precondition),
      };
      return toJetEvent(await require(call, wireEvent, isNumbered(eventNumber)));
    },

    async readChannelInfo(eventNumber): Promise<ChannelEventInfo | null> {
      const path = `/connect-online${eventPath(eventNumber)}`;
      const call: Call = { name: 'read-channel', method: 'GET', path };
      return ask(call, wireChannelInfo, isNumbered(eventNumber), 'not-in-connect-online');
    },

    async readRight(user, eventNumber) {
      const call: Call = { name: 'read-right', method: 'GET', path: rightPath(user, eventNumber) };
      return ask(call, wireRight, isRightOf(user, eventNumber), 'right-not-found');
    },

    async grantRight(user, eventNumber, { validFrom, validUntil }, idempotencyKey) {
      const call: Call = {
        name: 'grant-right',
        method: 'PUT',
        path: rightPath(user, eventNumber),
        headers: { 'idempotency-key': idempotencyKey },
        body: { validFrom, validUntil } satisfies RightRequest,
      };
      return require(call, wireRight, isRightOf(user, eventNumber));
    },
  };
}

function parseReply<S extends z.ZodType>(
  { name }: Call,
  { json, fault }: Reply,
  schema: S,
  isAbout: (data: z.output<S>) => boolean,
): z.output<S> {
  const invalid = (what: string) => new KnownFailure('jet-reply-invalid', `${name}: ${what}`);
  if (fault) throw invalid(fault);
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    // The failure names the places that are wrong, never their values.
    const places = parsed.error.issues.slice(0, 3).map(({ path }) => path.join('.') || 'the whole');
    throw invalid(`not as the contract says: ${places.join(', ')}`);
  }
  if (!isAbout(parsed.data)) throw invalid('an answer about something else');
  return parsed.data;
}

const isNumbered = (eventNumber: string) => (reply: { eventNumber: string }) =>
  reply.eventNumber === eventNumber;

const isRightOf = (user: string, eventNumber: string) => (reply: { user: string; eventNumber: string }) =>
  reply.user === user && reply.eventNumber === eventNumber;

const eventPath = (eventNumber: string) => `/events/${pathPart(eventNumber)}`;

const rightPath = (user: string, eventNumber: string) =>
  `/extended-cancellation-rights/${pathPart(user)}${eventPath(eventNumber)}`;

/** One segment of a path. A URL resolves `.` and `..` even when they are escaped, so they would name another path. */
function pathPart(text: string): string {
  if (['', '.', '..'].includes(text) || /\p{Surrogate}/u.test(text)) {
    throw new KnownFailure('jet-rejected-request', 'an event number or user that cannot stand in a path');
  }
  return encodeURIComponent(text);
}

function searchParameters(query: EventQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const name of ['house', 'from', 'to', 'text', 'cursor', 'limit'] as const) {
    if (query[name] !== undefined) parameters.set(name, String(query[name]));
  }
  return parameters;
}

function writeHeaders({ version, idempotencyKey }: WritePrecondition): Record<string, string> {
  return { 'if-match': `"${version}"`, 'idempotency-key': idempotencyKey };
}

/** The gateway would answer an empty title with a 422: refused here, without a call. */
function checkRequest(request: z.input<typeof announcementRequest>) {
  const parsed = announcementRequest.safeParse(request);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0]);
  throw new KnownFailure('jet-rejected-value', `save-announcement: ${field} cannot be sent`, { field });
}

function toJetEvent({ status, ...event }: WireEvent): JetEvent {
  return { ...event, status: toJetStatus(status), statusText: status };
}
