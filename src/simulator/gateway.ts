import type { z } from 'zod';
import {
  announcementRequest,
  EVENT_NUMBER_PATTERN,
  rightRequest,
  wireDate,
  type ProblemCode,
  type WireEvent,
} from '../jet/contract';
import type { ChannelSync } from './channel-sync';
import { toInstant } from './clock';
import type { EventChanges, EventStore, StoredEvent } from './event-store';
import type { FaultKind } from './faults';
import { changedFields, type Fields } from './operation-log';
import { malformed, problem, type Problem } from './problems';
import { CONNECT_ONLINE_USER, type RightStore } from './right-store';

/** One request to the gateway. Its token has been checked. */
export interface GatewayCall {
  eventNumber: string;
  user: string;
  /** A name that occurs twice has a list of values. */
  query: Record<string, string | string[] | undefined>;
  ifMatch: string | undefined;
  /** The body as it arrived; empty where there is none. */
  body: string;
  nowMs: number;
  /** A fault that changes the operation or its reply. */
  fault: FaultKind | null;
}

/** The result of an operation. `before` and `after` are `null` where nothing was written. */
export interface Result {
  body: object;
  before: Fields | null;
  after: Fields | null;
}

/** A refusal of the contract: thrown by an operation that has written nothing. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly problem: Problem) {
    super(problem.code);
  }
}

const refuse = (code: ProblemCode, extra?: Parameters<typeof problem>[1]) =>
  new Refusal(problem(code, extra));

const DEFAULT_LIMIT = 50;
const HIGHEST_LIMIT = 100;

/**
 * The operations of the contract on the simulator's state. A write is checked in the contract's order: existence,
 * version, status, values. The only status that any of them can write is Storno.
 */
export class Gateway {
  constructor(
    private readonly events: EventStore,
    private readonly rights: RightStore,
    private readonly sync: ChannelSync,
  ) {}

  findEvents(call: GatewayCall): Result {
    const search = parseSearch(call.query);
    const found = this.events.find(search, call.fault === 'stale-read');
    const page = found.slice(0, search.limit);
    const last = page.at(-1);
    const nextCursor = found.length > search.limit && last ? toCursor(last) : null;
    const events = page.map((event) => show(event, call.nowMs));
    if (call.fault === 'wrong-event') return read({ events: events.map(toOtherHouse), nextCursor });
    return read({ events, nextCursor });
  }

  readEvent(call: GatewayCall): Result {
    const event = this.requireEvent(call, call.fault === 'stale-read');
    return read(show(call.fault === 'wrong-event' ? this.other(event) : event, call.nowMs));
  }

  saveAnnouncement(call: GatewayCall): Result {
    const event = this.requireEvent(call);
    requireVersion(call, event);
    const texts = parseBody(call.body, announcementRequest);
    for (const field of ['title', 'customerTitle', 'externalMemo'] as const) {
      const length = texts[field]?.length ?? 0;
      if (length <= event.limits[field]) continue;
      throw refuse('value-rejected', { field, detail: `at most ${event.limits[field]}, not ${length}` });
    }
    if (call.fault === 'wrong-event') return read(show(this.other(event), call.nowMs));
    return this.save(event, call.fault === 'truncate-value' ? truncateTitle(texts) : texts, call.nowMs);
  }

  setStorno(call: GatewayCall): Result {
    const event = this.requireEvent(call);
    requireVersion(call, event);
    const { status } = event;
    if (status !== 'Verkaufsfreigabe' && status !== 'Storno') {
      throw refuse('status-not-cancellable', { current: status });
    }
    if (call.body !== '') throw refuse('value-rejected', { field: 'body', detail: 'no body here' });
    if (call.fault === 'wrong-event') return read(show(this.other(event), call.nowMs));
    if (status === 'Storno') return read(show(event, call.nowMs));
    return this.save(event, { status: 'Storno' }, call.nowMs);
  }

  readChannel({ eventNumber, fault, nowMs }: GatewayCall): Result {
    const row = this.sync.read(eventNumber, fault === 'stale-read');
    if (!row) throw refuse('not-in-connect-online');
    const { title, transferredAt } = row;
    const status = this.sync.settings.reportStatus ?? row.status;
    const number = fault === 'wrong-event' ? otherNumber(eventNumber) : eventNumber;
    return read({ eventNumber: number, status, title, transferredAt, readAt: toInstant(nowMs) });
  }

  readRight(call: GatewayCall): Result {
    this.requireUserAndEvent(call);
    const right = this.rights.read(call.user, call.eventNumber, call.fault === 'stale-read');
    if (!right) throw refuse('right-not-found');
    return read(
      call.fault === 'wrong-event' ? { ...right, eventNumber: otherNumber(call.eventNumber) } : right,
    );
  }

  grantRight(call: GatewayCall): Result {
    this.requireUserAndEvent(call);
    const period = parseBody(call.body, rightRequest);
    if (period.validUntil < period.validFrom) {
      throw refuse('value-rejected', { field: 'validUntil', detail: 'before validFrom' });
    }
    const { user, eventNumber } = call;
    if (call.fault === 'wrong-event') {
      return read({ user, eventNumber: otherNumber(eventNumber), ...period });
    }
    const { before, after } = this.rights.grant(user, eventNumber, period);
    const changes = changedFields(before ?? {}, after);
    return Object.keys(changes.after).length === 0 ? read(after) : { body: after, ...changes };
  }

  private save(event: StoredEvent, changes: EventChanges, nowMs: number): Result {
    const saved = this.events.save(event, changes, nowMs);
    return { body: show(saved, nowMs), ...changedFields(event, { ...event, ...changes }) };
  }

  private requireEvent({ eventNumber }: GatewayCall, isStale = false): StoredEvent {
    const event = EVENT_NUMBER_PATTERN.test(eventNumber) ? this.events.read(eventNumber, isStale) : null;
    if (!event) throw refuse('event-not-found');
    return event;
  }

  private requireUserAndEvent(call: GatewayCall): void {
    if (call.user !== CONNECT_ONLINE_USER) throw refuse('user-not-found');
    this.requireEvent(call);
  }

  private other(event: StoredEvent): StoredEvent {
    return this.events.other(event.eventNumber) ?? { ...event, eventNumber: otherNumber(event.eventNumber) };
  }
}

function read(body: object): Result {
  return { body, before: null, after: null };
}

function show(event: StoredEvent, nowMs: number): WireEvent {
  return { ...event, readAt: toInstant(nowMs) };
}

/** `*` and a weak tag name no version, so they count as missing. */
function requireVersion({ ifMatch }: GatewayCall, { version }: StoredEvent): void {
  const named = /^"([^"]*)"$/.exec(ifMatch ?? '')?.[1];
  if (named === undefined) throw refuse('version-required', { detail: 'If-Match: "<version>"' });
  if (named !== version) throw refuse('version-conflict');
}

function parseBody<S extends z.ZodType>(body: string, schema: S): z.output<S> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Refusal(malformed('the body is not JSON'));
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = String(issue?.code === 'unrecognized_keys' ? issue.keys[0] : (issue?.path[0] ?? 'body'));
  throw refuse('value-rejected', { field, detail: issue?.message });
}

function parseSearch(query: GatewayCall['query']): Parameters<EventStore['find']>[0] {
  const value = (field: string): string | undefined => {
    const given = query[field];
    if (Array.isArray(given)) throw refuse('value-rejected', { field, detail: 'only once' });
    return given;
  };
  const [house, from, to, text, cursor] = ['house', 'from', 'to', 'text', 'cursor'].map(value);
  const limit = value('limit') ?? String(DEFAULT_LIMIT);
  if (!house) throw refuse('value-rejected', { field: 'house', detail: 'required' });
  for (const [field, date] of Object.entries({ from, to })) {
    if (date === undefined || wireDate.safeParse(date).success) continue;
    throw refuse('value-rejected', { field, detail: 'a date that exists, e.g. 2026-12-12' });
  }
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > HIGHEST_LIMIT) {
    throw refuse('value-rejected', { field: 'limit', detail: `1 to ${HIGHEST_LIMIT}` });
  }
  const after = cursor === undefined ? undefined : fromCursor(cursor);
  return { house, from, to, text, after, limit: Number(limit) };
}

function toCursor({ startsAt, eventNumber }: StoredEvent): string {
  return Buffer.from(`${Date.parse(startsAt)}/${eventNumber}`).toString('base64url');
}

function fromCursor(cursor: string): { startsAtMs: number; eventNumber: string } {
  const match = /^(-?\d{1,15})\/(\d{1,10})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (!match) throw refuse('value-rejected', { field: 'cursor', detail: 'not one of ours' });
  return { startsAtMs: Number(match[1]), eventNumber: match[2] ?? '' };
}

/** Cuts the title as a mask that is too short would: the marker at its end is lost. */
function truncateTitle<T extends { title: string }>(texts: T): T {
  return { ...texts, title: texts.title.slice(0, Math.max(1, texts.title.length - 4)) };
}

/** An event number that certainly differs from the given one. */
function otherNumber(eventNumber: string): string {
  return eventNumber === '1' ? '2' : '1';
}

function toOtherHouse(event: WireEvent): WireEvent {
  return { ...event, house: event.house === 'FSP' ? 'LTN' : 'FSP' };
}
