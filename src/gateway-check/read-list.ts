import { z } from 'zod';
import { addDays, viennaDate } from '../domain/clock';
import { wireEvent, type WireEvent } from '../jet/contract';
import { Unusable, type Examination } from './examination';
import { get, type Exchange } from './exchange';

const page = z.looseObject({ events: z.array(z.unknown()).max(100), nextCursor: z.string().nullish() });

/** So many events are followed from page to page. */
const FOLLOWED = 6;
const MOST_PAGES = 8;
const MOST_LOOKS = 3;
/** SQL's own wildcards. */
const WILDCARDS = ['%', '_'];

interface Page {
  exchange: Exchange;
  /** Of the house that was asked, in the order of the reply. */
  events: WireEvent[];
  nextCursor: string | null;
}

type Query = Partial<Record<'from' | 'to' | 'text' | 'limit' | 'cursor', string>>;

/** Looks at the searching. Resolves to the events that are to come. */
export class ListReader {
  constructor(
    private readonly examination: Examination,
    private readonly house: string,
    private readonly today: string,
  ) {}

  async readComing(): Promise<WireEvent[]> {
    const first = await this.find({ from: this.today, limit: '100' });
    const { exchange, events } = first;
    const starts = events.map(({ startsAt }) => Date.parse(startsAt));
    const isOrdered = starts.every((start, index) => start >= (starts[index - 1] ?? -Infinity));
    this.examination.judge('find-order', isOrdered, exchange, `${events.length} Veranstaltungen`);
    for (const event of events) this.judgeLimits(exchange, event);
    return events;
  }

  private judgeLimits(exchange: Exchange, { eventNumber, limits, ...event }: WireEvent): void {
    const fields = ['title', 'customerTitle', 'externalMemo'] as const;
    const tooLong = fields.find((field) => (event[field]?.length ?? 0) > limits[field]);
    const seen = tooLong
      ? `${eventNumber}: ${tooLong} hat ${event[tooLong]?.length}, das Limit ist ${limits[tooLong]}`
      : 'jeder Text hat Platz';
    this.examination.judge('limits-fit', tooLong === undefined, exchange, seen);
  }

  async examineLimit(): Promise<void> {
    const { exchange, events } = await this.find({ from: this.today, limit: '1' });
    this.examination.judge('find-limit', events.length <= 1, exchange, `${events.length} Veranstaltungen`);
  }

  async examinePages(coming: readonly WireEvent[]): Promise<void> {
    if (coming.length < 2) throw new Unusable('dazu braucht das Haus zwei kommende Veranstaltungen');
    const wanted = Math.min(FOLLOWED, coming.length);
    const limit = String(Math.min(2, coming.length - 1));
    const found: WireEvent[] = [];
    let last: Page | null = null;
    let cursor: string | null = null;
    for (let pages = 0; pages < MOST_PAGES; pages += 1) {
      last = await this.find({ from: this.today, limit, ...(cursor !== null && { cursor }) });
      found.push(...last.events);
      cursor = last.nextCursor;
      if (cursor === null || found.length >= wanted) break;
    }
    if (last) this.judgePages(last.exchange, coming, found, wanted);
  }

  /** Compared as sets: in which order they come is another clause. */
  private judgePages(
    exchange: Exchange,
    coming: readonly WireEvent[],
    found: readonly WireEvent[],
    wanted: number,
  ): void {
    const numbers = new Set(found.map(({ eventNumber }) => eventNumber));
    const lastMs = Math.max(...found.map(({ startsAt }) => Date.parse(startsAt)));
    const missing = coming.filter(
      ({ eventNumber, startsAt }) => Date.parse(startsAt) < lastMs && !numbers.has(eventNumber),
    );
    const holds = numbers.size === found.length && found.length >= wanted && missing.length === 0;
    const seen = `${found.length} auf den Seiten, davon ${numbers.size} verschiedene, erwartet mindestens ${wanted}`;
    this.examination.judge('find-pages', holds, exchange, seen);
  }

  async examineDays({ eventNumber, startsAt }: WireEvent): Promise<void> {
    const day = viennaDate(startsAt);
    const { exchange, events } = await this.find({ from: day, to: day });
    const isThere = events.some((event) => event.eventNumber === eventNumber);
    const other = events.find((event) => viennaDate(event.startsAt) !== day);
    const seen = other
      ? `${other.eventNumber} am ${viennaDate(other.startsAt)}`
      : `${eventNumber} ist ${isThere ? 'da' : 'nicht da'}`;
    this.examination.judge('find-days', isThere && !other, exchange, seen);
    const later = await this.find({ from: addDays(day, 1), to: addDays(day, 1) });
    const early = later.events.find((event) => viennaDate(event.startsAt) === day);
    this.examination.judge(
      'find-days',
      !early,
      later.exchange,
      early ? `${early.eventNumber} am ${day}` : seen,
    );
  }

  async examineText({ eventNumber, title }: WireEvent): Promise<void> {
    const word = [...title.matchAll(/\p{L}+/gu)].map(String).toSorted((a, b) => b.length - a.length)[0];
    if (word === undefined) throw new Unusable(`der Titel von ${eventNumber} hat keine Buchstaben`);
    const turned = turnCase(word);
    const { exchange, events } = await this.find({ from: this.today, text: turned, limit: '100' });
    const isThere = events.some((event) => event.eventNumber === eventNumber);
    const seen = `${eventNumber} ist ${isThere ? 'da' : 'nicht da'}`;
    this.examination.judge('find-text', isThere, exchange, seen);
    this.judgeFound(exchange, events, turned);
    for (const text of WILDCARDS) {
      const wild = await this.find({ from: this.today, text, limit: '100' });
      this.judgeFound(wild.exchange, wild.events, text);
    }
  }

  private judgeFound(exchange: Exchange, events: readonly WireEvent[], text: string): void {
    const other = events.find((event) => !hasText(event, text));
    const seen = other ? `${other.eventNumber} „${other.title}“` : 'nur, was den Text hat';
    this.examination.judge('find-text', !other, exchange, seen);
  }

  /** A colleague may save between the two reads, so it is looked again. */
  async examineSame(listed: WireEvent): Promise<void> {
    for (let looks = 1; ; looks += 1) {
      const day = viennaDate(listed.startsAt);
      const { exchange, events } = await this.find({ from: day, to: day, limit: '100' });
      const found = events.find(({ eventNumber }) => eventNumber === listed.eventNumber) ?? listed;
      const event = await this.examination.readEvent(listed.eventNumber);
      const difference = firstDifference(found, event);
      const isSame = difference === null;
      if (!isSame && looks < MOST_LOOKS && found.version !== event.version) continue;
      this.examination.judge('find-as-read', isSame, exchange, difference ?? 'derselbe Stand');
      return;
    }
  }

  private async find(query: Query): Promise<Page> {
    const parameters = new URLSearchParams({ house: this.house, ...query });
    const exchange = await this.examination.ask(get(`/events?${parameters}`));
    if (exchange.status !== 200) this.examination.judge('find-form', false, exchange);
    const { events, nextCursor } = this.examination.parse('find-form', exchange, page);
    return { exchange, events: this.ofHouse(exchange, events), nextCursor: nextCursor ?? null };
  }

  private ofHouse(exchange: Exchange, entries: readonly unknown[]): WireEvent[] {
    const events: WireEvent[] = [];
    for (const entry of entries) {
      const parsed = wireEvent.safeParse(entry);
      const path = parsed.error?.issues[0]?.path.join('.') ?? '';
      this.examination.judge(
        'event-form',
        parsed.success,
        exchange,
        path ? `nicht nach dem Vertrag: ${path}` : 'HTTP 200',
      );
      if (!parsed.success) continue;
      const { house, eventNumber, status } = parsed.data;
      const isOurs = house === this.house;
      this.examination.judge('find-house', isOurs, exchange, `${eventNumber} ist von ${house}`);
      this.examination.judgeStatusWord(exchange, status);
      if (isOurs) events.push(parsed.data);
    }
    return events;
  }
}

/** Each letter in the other case, where that leads back: ß and its like stay. */
function turnCase(word: string): string {
  return [...word]
    .map((letter) => {
      const turned = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
      return turned.length === letter.length ? turned : letter;
    })
    .join('');
}

function hasText({ title, customerTitle, production, venue }: WireEvent, text: string): boolean {
  const wanted = text.toLocaleLowerCase('de');
  return [title, customerTitle, production, venue].some((field) =>
    field?.toLocaleLowerCase('de').includes(wanted),
  );
}

/** What two views of the same save show differently; `null`: nothing. Its time and version are looked at elsewhere. */
function firstDifference(found: WireEvent, event: WireEvent): string | null {
  const { readAt: _a, savedAt: foundAt, version: foundVersion, ...listed } = found;
  const { readAt: _b, savedAt: readSavedAt, version, ...shown } = event;
  const field = Object.keys(shown).find(
    (name) =>
      JSON.stringify(listed[name as keyof typeof listed]) !==
      JSON.stringify(shown[name as keyof typeof shown]),
  );
  if (field) return `${field} ist in der Liste anders`;
  const isOlder = foundVersion !== version && foundAt !== readSavedAt;
  return isOlder ? `die Liste zeigt die Speicherung von ${foundAt}` : null;
}
