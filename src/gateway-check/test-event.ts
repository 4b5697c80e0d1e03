import { setTimeout as pause } from 'node:timers/promises';
import { STORNO_WORD } from '../domain/status';
import type { WireEvent } from '../jet/contract';
import { Ended, Unusable, type Examination } from './examination';
import type { Exchange, Request } from './exchange';

/** The title of a test event: the word alone, or before a blank. */
const TEST_TITLE = /^TEST(?: |$)/;

/** How long what was written may take until a read shows it, before nothing more is tried. */
const LOOKS_AFTER_WRITE = 20;
const LOOK_EVERY_MS = 150;
const MOST_PUT_BACKS = 3;

const TEXT_FIELDS = ['title', 'customerTitle', 'externalMemo'] as const;
export type TextField = (typeof TEXT_FIELDS)[number];
export type Texts = Pick<WireEvent, TextField>;

/** What nobody may have changed on the event while it is written to. */
const IDENTITY = ['eventNumber', 'house', 'startsAt'] as const;
/** What a save of the texts leaves alone. */
const UNTOUCHED = [
  'house',
  'status',
  'startsAt',
  'venue',
  'location',
  'organiser',
  'production',
  'soldViaPartner',
] as const;

/** Why the event may not be written to, in German; `null`: it is proven to be a test event. */
export function findTestFault(event: WireEvent, house: string, nowMs: number): string | null {
  const { eventNumber, title, startsAt, readAt } = event;
  if (event.house !== house) return `${eventNumber} gehört nicht zu ${house}, sondern zu ${event.house}`;
  if (!TEST_TITLE.test(title))
    return `der Titel von ${eventNumber} ist nicht TEST und beginnt nicht mit „TEST “, sondern lautet „${title}“`;
  if (Date.parse(startsAt) <= Math.max(nowMs, Date.parse(readAt)))
    return `${eventNumber} beginnt nicht in der Zukunft, sondern am ${startsAt}`;
  return null;
}

/** One write, with the reads around it. */
export interface Write {
  before: WireEvent;
  exchange: Exchange;
  /** The very next read. */
  first: WireEvent;
  /** The state once the write shows, where it was carried out. */
  after: WireEvent;
}

/** Saves by the same version at the same moment, with the reads around them. */
export interface Race {
  exchanges: Exchange[];
  after: WireEvent;
}

/**
 * The event that is written to, and nothing else is. Before each write it is read anew: somebody who has saved meanwhile,
 * or anything that makes it another event, ends the writing.
 */
export class TestEvent {
  private last: WireEvent;
  /** Versions that saves of ours have had, in their order, after the one that was there before. */
  readonly versions: string[];
  /** What was sent: an answer may have been lost, and the texts stand there all the same. */
  private readonly sent: Texts[] = [];
  /** From here on the status is Storno by our own doing. */
  mayBeStorno = false;
  private keys = 0;

  constructor(
    private readonly examination: Examination,
    readonly original: WireEvent,
  ) {
    this.last = original;
    this.versions = [original.version];
  }

  get eventNumber(): string {
    return this.original.eventNumber;
  }

  get path(): string {
    return `/events/${this.eventNumber}`;
  }

  /** The state as it was seen last. */
  get seen(): WireEvent {
    return this.last;
  }

  /** Writes what `request` makes of the current state, and reads until it shows. */
  async write(request: (before: WireEvent) => Request): Promise<Write> {
    const before = await this.readOwn();
    const exchange = await this.examination.ask(request(before));
    return { before, exchange, ...(await this.readAfter(before, [exchange])) };
  }

  /** Saves each of these texts by the same version at the same moment, as somebody may press save in the mask while Absage does. */
  async saveTogether(all: readonly Partial<Texts>[]): Promise<Race> {
    const before = await this.readOwn();
    const exchanges = await this.examination.askTogether(
      all.map((texts) => this.requestToSave(before, texts, currentVersion(before))),
    );
    return { exchanges, after: (await this.readAfter(before, exchanges)).after };
  }

  private async readAfter(
    before: WireEvent,
    exchanges: readonly Exchange[],
  ): Promise<Pick<Write, 'first' | 'after'>> {
    const first = await this.examination.readEvent(this.eventNumber);
    const isAccepted = exchanges.some(({ status }) => status === 200);
    const after = isAccepted ? await this.untilShown(before, first) : first;
    if (!exchanges.some((exchange) => isOurSave(before, exchange, after))) throw this.foreignSave();
    this.last = after;
    if (after.version !== before.version) this.versions.push(after.version);
    return { first, after };
  }

  /** Saves texts, of which those that are not given stay. */
  saveTexts(
    texts: Partial<Texts> & Record<string, unknown>,
    headers: (before: WireEvent) => Record<string, string> = currentVersion,
  ): Promise<Write> {
    return this.write((before) => this.requestToSave(before, texts, headers(before)));
  }

  private requestToSave(before: WireEvent, texts: object, headers: Record<string, string>): Request {
    const body = { ...textsOf(before), ...texts };
    this.sent.push(body);
    const key = { 'idempotency-key': this.nextKey() };
    return { method: 'PUT', path: `${this.path}/announcement`, headers: { ...headers, ...key }, body };
  }

  nextKey(): string {
    this.keys += 1;
    return `absage-gateway-check/${this.original.version}/${this.keys}`.slice(0, 255);
  }

  /** The state, if nobody but us has saved since, and it still is the same event. */
  private async readOwn(): Promise<WireEvent> {
    const event = await this.examination.readEvent(this.eventNumber);
    if (!this.isSameEvent(event) || event.version !== this.last.version) throw this.foreignSave();
    return event;
  }

  private foreignSave(): Ended {
    return new Ended(`${this.eventNumber} wurde gespeichert, ohne dass es diese Prüfung war`);
  }

  private async untilShown(before: WireEvent, first: WireEvent): Promise<WireEvent> {
    let event = first;
    for (let looks = 1; looks < LOOKS_AFTER_WRITE && isSameSave(before, event); looks += 1) {
      await pause(LOOK_EVERY_MS);
      event = await this.examination.readEvent(this.eventNumber);
    }
    return event;
  }

  /**
   * Writes the texts of before. Resolves to what could not be put back, in German; `null`: they stand there again. It writes over
   * what this examination has left, and over nothing else.
   */
  async putBack(): Promise<string | null> {
    let reason = 'nicht versucht';
    for (let tries = 0; tries < MOST_PUT_BACKS; tries += 1) {
      try {
        const event = await this.examination.readEvent(this.eventNumber);
        if (isSameTexts(event, this.original)) return null;
        if (!this.isOurs(event)) return this.left(event, 'jemand anderes hat inzwischen gespeichert');
        this.last = event;
        const { exchange, after } = await this.saveTexts(textsOf(this.original));
        if (isSameTexts(after, this.original)) return null;
        reason = `das Gateway hat HTTP ${exchange.status} geantwortet`;
      } catch (error) {
        if (!(error instanceof Unusable || error instanceof Ended)) throw error;
        reason = error.message;
      }
    }
    return this.left(this.last, reason);
  }

  private isOurs(event: WireEvent): boolean {
    return this.isSameEvent(event) && [this.last, ...this.sent].some((texts) => isSameTexts(event, texts));
  }

  private isSameEvent(event: WireEvent): boolean {
    const isOwnStorno = this.mayBeStorno && event.status === STORNO_WORD;
    const isSameStatus = event.status === this.original.status || isOwnStorno;
    return isSameStatus && IDENTITY.every((field) => event[field] === this.original[field]);
  }

  private left(event: WireEvent, reason: string): string {
    const fields = [...TEXT_FIELDS, ...UNTOUCHED].filter((field) => event[field] !== this.original[field]);
    const lines = fields.map(
      (field) => `${field}: zuletzt ${quoted(event[field])}, vorher ${quoted(this.original[field])}`,
    );
    return [`${this.eventNumber} ist nicht zurückgesetzt: ${reason}.`, ...lines].join('\n');
  }
}

export const currentVersion = ({ version }: WireEvent) => ({ 'if-match': `"${version}"` });

export function textsOf({ title, customerTitle, externalMemo }: Texts): Texts {
  return { title, customerTitle, externalMemo };
}

/** A colleague may save between our write and our read: what is neither the answered save nor the sent texts may be his. */
function isOurSave(before: WireEvent, { request, json }: Exchange, after: WireEvent): boolean {
  if (isSameSave(before, after)) return true;
  if ((json as Partial<WireEvent> | undefined)?.version === after.version) return true;
  return request.body !== undefined && isSameTexts({ ...textsOf(before), ...(request.body as Texts) }, after);
}

/** An unused field is `null` or empty. */
function isSameTexts(a: Texts, b: Texts): boolean {
  return TEXT_FIELDS.every((field) => (a[field] ?? '') === (b[field] ?? ''));
}

export function isSameSave(a: WireEvent, b: WireEvent): boolean {
  return a.version === b.version && isSameTexts(a, b) && a.status === b.status;
}

/** The field besides the texts that a save has changed; `null`: none. */
export function findTouched(before: WireEvent, after: WireEvent, mayChange?: 'status'): string | null {
  const touched = UNTOUCHED.find((field) => field !== mayChange && before[field] !== after[field]);
  return touched ?? null;
}

const quoted = (value: string | boolean | null) => (value === null ? 'leer' : JSON.stringify(value));
