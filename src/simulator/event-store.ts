import { randomUUID } from 'node:crypto';
import type { WireEvent } from '../jet/contract';
import { addDays, toInstant, viennaMs } from './clock';
import type { SimulatorDatabase } from './database';

/** An event as the simulator keeps it: everything that a reply shows, except the time of the read. */
export type StoredEvent = Omit<WireEvent, 'readAt'>;

/** What a sample or a given programme says about an event; the simulator adds the rest. */
export type NewEvent = Omit<StoredEvent, 'version' | 'savedAt'> & { savedAt?: string };

/** The fields that a save may change. */
export type EventChanges = Partial<Omit<StoredEvent, 'eventNumber'>>;

/** `from` and `to` are days in Vienna, both inclusive; `after` is where the previous page ended. */
export interface EventSearch {
  house: string;
  from?: string;
  to?: string;
  text?: string;
  after?: { startsAtMs: number; eventNumber: string };
  limit: number;
}

interface EventRow {
  event_number: string;
  starts_at: number;
  document: string;
  previous: string | null;
}

/** The Veranstaltungen of the masks. Every save makes a new version and is due for the next transfer to Ö-Ticket. */
export class EventStore {
  constructor(private readonly database: SimulatorDatabase) {}

  /** `isStale` returns the state before the last save. */
  read(eventNumber: string, isStale = false): StoredEvent | null {
    const row = this.database.get<EventRow>('select * from event where event_number = ?', eventNumber);
    return row ? parse(row, isStale) : null;
  }

  /** Ordered by start; returns one more event than the limit where there is a next page. */
  find(search: EventSearch, isStale = false): StoredEvent[] {
    const from = search.from === undefined ? -Infinity : viennaMs(search.from, '00:00');
    const before = search.to === undefined ? Infinity : viennaMs(addDays(search.to, 1), '00:00');
    const after = search.after ?? { startsAtMs: -Infinity, eventNumber: '' };
    const rows = this.database.all<EventRow>(
      `select * from event where house = ? and starts_at >= ? and starts_at < ?
       and (starts_at > ? or (starts_at = ? and event_number > ?)) order by starts_at, event_number`,
      search.house,
      Math.max(from, -MAX_MS),
      Math.min(before, MAX_MS),
      Math.max(after.startsAtMs, -MAX_MS),
      Math.max(after.startsAtMs, -MAX_MS),
      after.eventNumber,
    );
    const wanted = search.text?.toLocaleLowerCase('de');
    const found: StoredEvent[] = [];
    for (const row of rows) {
      if (found.length > search.limit) break;
      const event = parse(row, isStale);
      if (wanted === undefined || searchableText(event).includes(wanted)) found.push(event);
    }
    return found;
  }

  /** Some event other than this one, for replies about the wrong event. */
  other(eventNumber: string): StoredEvent | null {
    const row = this.database.get<EventRow>(
      'select * from event where event_number <> ? order by starts_at desc limit 1',
      eventNumber,
    );
    return row ? parse(row, false) : null;
  }

  has(eventNumber: string): boolean {
    return this.read(eventNumber) !== null;
  }

  /** Whether a tester deleted it: the sample programme then does not bring it back. */
  wasDeleted(eventNumber: string): boolean {
    return this.database.get('select 1 from deleted_event where event_number = ?', eventNumber) !== undefined;
  }

  /** A new event, saved now or at its `savedAt`. It is not marked as changed: see `ChannelSync.adopt`. */
  insert(event: NewEvent, nowMs: number): StoredEvent {
    const stored = { ...event, savedAt: event.savedAt ?? toInstant(nowMs), version: randomUUID() };
    this.write(stored, null);
    return stored;
  }

  /** Saves the event under a new version, even when nothing changes. */
  save(event: StoredEvent, changes: EventChanges, nowMs: number): StoredEvent {
    const saved = { ...event, version: randomUUID(), savedAt: toInstant(nowMs), ...changes };
    this.write(saved, event);
    this.noteChange(event.eventNumber, nowMs);
    return saved;
  }

  delete(eventNumber: string, nowMs: number): void {
    this.database.run('delete from event where event_number = ?', eventNumber);
    this.database.run('delete from cancellation_right where event_number = ?', eventNumber);
    this.database.run('insert or replace into deleted_event values (?)', eventNumber);
    this.noteChange(eventNumber, nowMs);
  }

  private write(event: StoredEvent, previous: StoredEvent | null): void {
    this.database.run(
      'insert or replace into event values (?, ?, ?, ?, ?)',
      event.eventNumber,
      event.house,
      Date.parse(event.startsAt),
      JSON.stringify(event),
      previous && JSON.stringify(previous),
    );
  }

  private noteChange(eventNumber: string, nowMs: number): void {
    this.database.run('insert or replace into changed_event values (?, ?)', eventNumber, nowMs);
  }
}

/** The latest instant that JavaScript's `Date` can hold. */
const MAX_MS = 8_640_000_000_000_000;

function parse({ document, previous }: EventRow, isStale: boolean): StoredEvent {
  return JSON.parse(isStale ? (previous ?? document) : document) as StoredEvent;
}

function searchableText({ title, customerTitle, production, venue }: StoredEvent): string {
  return [title, customerTitle ?? '', production ?? '', venue].join('\n').toLocaleLowerCase('de');
}
