import { setTimeout as pause } from 'node:timers/promises';
import type { z } from 'zod';
import {
  wireChannelInfo,
  wireEvent,
  wireProblem,
  wireRight,
  type WireEvent,
  type WireRight,
} from '../jet/contract';
import { Book } from './book';
import type { ClauseId } from './clauses';
import {
  Caller,
  codeIn,
  describeReply,
  describeRequest,
  get,
  LONGEST_REPLY_BYTES,
  retryAfterMs,
  type Exchange,
  type Request,
  type Silence,
  type Street,
} from './exchange';
import { canBeMaskWord } from './status-words';

/** A reply from which nothing further can be concluded. Its reason is the German one for what could not be tried. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** A check ends early: somebody pressed Ctrl-C, or the gateway is gone. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

/** What `/health` said of the gateway's clock, and between which two moments of ours. */
export interface ClockReading {
  readAtMs: number;
  sentAtMs: number;
  answeredAtMs: number;
}

const CLOCK_TOLERANCE_MS = 5_000;
const MOST_SILENCES = 2;
const MOST_TRIES = 4;
const LONGEST_WAIT_MS = 30_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,}(Z|[+-]\d\d:\d\d)$/;
const INSTANT_FIELDS = ['startsAt', 'savedAt', 'readAt', 'transferredAt'];

/** One examination of a gateway: makes the calls, and judges with each what holds for every call. */
export class Examination {
  readonly book = new Book();
  clock: ClockReading | null = null;
  private silences = 0;
  private isTidying = false;
  private readonly caller: Caller;

  constructor(
    street: Street,
    private readonly isStopped: () => boolean = () => false,
  ) {
    this.caller = new Caller(street);
  }

  /** From here on only what was written is put back: that is tried whatever happened, also after Ctrl-C. */
  tidyUp(): void {
    this.isTidying = true;
    this.silences = 0;
  }

  /** Makes a call. Throws `Unusable` where no complete reply came. Only a read is repeated, where the gateway asks for it. */
  async ask(request: Request): Promise<Exchange> {
    for (let tries = 1; ; tries += 1) {
      const exchange = await this.askOnce(request);
      if (!isBraked(exchange)) return exchange;
      const waitMs = this.judgeBrake(exchange);
      if (request.method === 'PUT' || tries === MOST_TRIES) throw braked(exchange);
      await pause(Math.min(LONGEST_WAIT_MS, waitMs ?? 1_000));
    }
  }

  /** Makes writes at the same moment, each of them once. */
  async askTogether(requests: readonly Request[]): Promise<Exchange[]> {
    this.requireGoingOn();
    const answers = await this.caller.callTogether(requests);
    const exchanges = requests.map((request, index) => this.judgeAnswer(request, answers[index]!));
    const [first] = exchanges.filter(isBraked);
    if (!first) return exchanges;
    this.judgeBrake(first);
    throw braked(first);
  }

  private async askOnce(request: Request): Promise<Exchange> {
    this.requireGoingOn();
    return this.judgeAnswer(request, await this.caller.call(request));
  }

  private requireGoingOn(): void {
    if (!this.isTidying && this.isStopped()) throw new Ended('die Prüfung wurde angehalten');
    if (this.silences >= MOST_SILENCES) throw new Ended('das Gateway antwortet nicht mehr');
  }

  /** For how long the gateway wants to be left alone, in milliseconds; `null`: it does not say. */
  private judgeBrake(exchange: Exchange): number | null {
    const waitMs = retryAfterMs(exchange);
    const seen = `${describeReply(exchange)}${waitMs === null ? ' ohne Retry-After' : ''}`;
    this.judge('retry-after', waitMs !== null, exchange, seen);
    return waitMs;
  }

  private judgeAnswer(request: Request, exchange: Exchange | Silence): Exchange {
    const sent = describeRequest(request);
    if ('kind' in exchange) {
      if (exchange.kind === 'too-long') {
        this.book.judge('reply-size', false, `mehr als ${LONGEST_REPLY_BYTES} Byte`, sent);
        throw new Unusable('die Antwort war zu lang (reply-size)');
      }
      this.silences += 1;
      this.book.judge('in-time', false, exchange.reason, sent);
      throw new Unusable(`keine Antwort (in-time): ${exchange.reason}`);
    }
    this.book.judge('in-time', true, 'jeder Aufruf beantwortet');
    this.book.judge('reply-size', true, 'keine zu lange Antwort');
    this.judgeReply(exchange);
    return exchange;
  }

  private judgeReply(exchange: Exchange): void {
    const { status } = exchange;
    const isRedirect = status >= 300 && status < 400;
    this.judge('no-redirect', !isRedirect, exchange);
    if (isRedirect) throw new Unusable(`das Gateway leitet weiter (no-redirect): HTTP ${status}`);
    if (status >= 400) return this.judgeProblem(exchange);
    if (status !== 200) return;
    const fault = jsonFault(exchange);
    this.judge('json', fault === null, exchange, fault ?? 'JSON in UTF-8');
    if (exchange.json === undefined) throw new Unusable('die Antwort war kein JSON (json)');
    const bad = findBadInstant(exchange.json);
    this.judge('instants', bad === null, exchange, bad ?? 'mit Versatz und Millisekunden');
  }

  private judgeProblem(exchange: Exchange): void {
    const { json, status, headers } = exchange;
    const type = headers.get('content-type') ?? 'kein Content-Type';
    const problem = wireProblem.safeParse(json);
    const holds =
      /^application\/problem\+json *(;|$)/i.test(type) && problem.success && problem.data.status === status;
    const found = problem.success
      ? `status ${problem.data.status}, code ${problem.data.code}`
      : 'kein title, status oder code';
    this.judge('problem-form', holds, exchange, `HTTP ${status}, ${type}, ${found}`);
  }

  judge(id: ClauseId, holds: boolean, exchange: Exchange, seen = describeReply(exchange)): void {
    this.book.judge(id, holds, seen, describeRequest(exchange.request));
  }

  /** Judges a refusal by status and code. */
  judgeRefusal(id: ClauseId, exchange: Exchange, status: number, ...codes: readonly string[]): boolean {
    const isRefused = exchange.status === status && codes.includes(codeIn(exchange.json) ?? '');
    this.judge(id, isRefused, exchange);
    return isRefused;
  }

  /** Reads an event. Throws `Unusable` where the reply is no event of the contract, or another one. */
  async readEvent(eventNumber: string): Promise<WireEvent> {
    return this.eventOf(await this.ask(get(`/events/${eventNumber}`)), eventNumber);
  }

  eventOf(exchange: Exchange, eventNumber: string): WireEvent {
    if (exchange.status !== 200)
      throw new Unusable(`${eventNumber} ist nicht lesbar: ${describeReply(exchange)}`);
    const event = this.parse('event-form', exchange, wireEvent);
    const isAsked = event.eventNumber === eventNumber;
    this.judge('same-event', isAsked, exchange, `eventNumber ${event.eventNumber}`);
    if (!isAsked) throw new Unusable('die Antwort handelt von einer anderen Veranstaltung (same-event)');
    const { savedAt, readAt, status } = event;
    const isPast = Date.parse(savedAt) <= Date.parse(readAt) + CLOCK_TOLERANCE_MS;
    this.judge('saved-at-past', isPast, exchange, `savedAt ${savedAt}, readAt ${readAt}`);
    this.judgeReadAt(exchange, readAt);
    this.judgeStatusWord(exchange, status);
    return event;
  }

  judgeStatusWord(exchange: Exchange, word: string): void {
    this.judge('status-word', canBeMaskWord(word), exchange, `„${word}“`);
  }

  /** The row of Connect Online, or `null` where it has none. */
  async readChannel(eventNumber: string): Promise<z.output<typeof wireChannelInfo> | null> {
    const exchange = await this.ask(get(`/connect-online/events/${eventNumber}`));
    if (exchange.status !== 200) {
      this.judgeRefusal('channel-missing', exchange, 404, 'not-in-connect-online');
      return null;
    }
    const row = this.parse('channel-form', exchange, wireChannelInfo);
    this.judge('channel-form', row.eventNumber === eventNumber, exchange, `die Zeile von ${row.eventNumber}`);
    this.judgeReadAt(exchange, row.readAt);
    this.judgeStatusWord(exchange, row.status);
    return row;
  }

  /** The right, or `null` where there is none. */
  async readRight(user: string, eventNumber: string): Promise<WireRight | null> {
    const exchange = await this.ask(get(rightPath(user, eventNumber)));
    if (exchange.status !== 200) {
      this.judgeRefusal('right-missing', exchange, 404, 'right-not-found');
      return null;
    }
    this.judge('right-missing', true, exchange);
    return this.rightOf(exchange, user, eventNumber);
  }

  rightOf(exchange: Exchange, user: string, eventNumber: string): WireRight {
    const right = this.parse('right-form', exchange, wireRight);
    const isAsked = right.user === user && right.eventNumber === eventNumber;
    this.judge('right-form', isAsked, exchange, `Benutzer ${right.user}, Veranstaltung ${right.eventNumber}`);
    if (!isAsked) throw new Unusable('die Antwort handelt von einer anderen Berechtigung (right-form)');
    return right;
  }

  parse<S extends z.ZodType>(id: ClauseId, exchange: Exchange, schema: S): z.output<S> {
    const parsed = schema.safeParse(exchange.json);
    const places = parsed.error?.issues.slice(0, 3).map(({ path }) => path.join('.') || 'das Ganze');
    this.judge(
      id,
      parsed.success,
      exchange,
      places ? `nicht nach dem Vertrag: ${places.join(', ')}` : 'HTTP 200',
    );
    if (!parsed.success) throw new Unusable(`die Antwort passt nicht zum Vertrag (${id})`);
    return parsed.data;
  }

  /** By the clock that `/health` showed: a gateway whose clock is wrong is told so once, there. */
  private judgeReadAt(exchange: Exchange, readAt: string): void {
    if (!this.clock) return;
    const { readAtMs, sentAtMs, answeredAtMs } = this.clock;
    const earliestMs = exchange.sentAtMs + (readAtMs - answeredAtMs) - CLOCK_TOLERANCE_MS;
    const latestMs = exchange.answeredAtMs + (readAtMs - sentAtMs) + CLOCK_TOLERANCE_MS;
    const readMs = Date.parse(readAt);
    this.judge('read-at', readMs >= earliestMs && readMs <= latestMs, exchange, `readAt ${readAt}`);
  }
}

function isBraked({ status }: Exchange): boolean {
  return status === 429 || status === 503;
}

function braked(exchange: Exchange): Unusable {
  return new Unusable(`das Gateway bremst: ${describeReply(exchange)}`);
}

export function rightPath(
  user: string,
  eventNumber: string,
  encode: (name: string) => string = encodeURIComponent,
): string {
  return `/extended-cancellation-rights/${encode(user)}/events/${eventNumber}`;
}

/** Every byte masked, also those that need not be: it is the same name. */
export function maskWhole(name: string): string {
  return Buffer.from(name).toString('hex').replace(/../g, '%$&');
}

function jsonFault({ headers, bytes, json }: Exchange): string | null {
  const type = headers.get('content-type') ?? '';
  if (!/^application\/([a-z0-9.-]+\+)?json *(;|$)/i.test(type))
    return `Content-Type: ${type === '' ? 'keiner' : type}`;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return 'der Inhalt ist nicht in UTF-8';
  }
  return json === undefined ? 'der Inhalt ist kein JSON' : null;
}

/** The first instant that is not exact, with its field; `null`: all are. */
function findBadInstant(json: unknown): string | null {
  if (typeof json !== 'object' || json === null) return null;
  for (const [name, value] of Object.entries(json)) {
    if (INSTANT_FIELDS.includes(name) && typeof value === 'string' && !INSTANT.test(value))
      return `${name}: ${value}`;
    const inside = findBadInstant(value);
    if (inside !== null) return inside;
  }
  return null;
}
