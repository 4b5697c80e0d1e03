import type { Logger } from '../observability';
import { toInstant } from './clock';
import { readSetting, writeSetting, type SimulatorDatabase } from './database';
import type { EventStore, StoredEvent } from './event-store';
import { appendToLog, changedFields } from './operation-log';

/** How the link to Ö-Ticket behaves. `intervalMs: null` stands for the sync interval of the settings. */
export interface SyncSettings {
  intervalMs: number | null;
  delayMs: number;
  isPaused: boolean;
  /** Shown in every row in place of the status that was transferred. */
  reportStatus: string | null;
}

/** An event as it was last transferred to Ö-Ticket. */
export interface ChannelRow {
  status: string;
  title: string;
  externalMemo: string | null;
  transferredAt: string;
}

export interface ServiceMail {
  eventNumber: string;
  at: string;
  title: string;
  externalMemo: string | null;
}

const DEFAULTS: SyncSettings = { intervalMs: null, delayMs: 0, isPaused: false, reportStatus: null };

/** Longest time that a timer can be set to, in milliseconds. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The link to Ö-Ticket, on a clock of its own. Ticks stand on a fixed grid that does not depend on saves, so a save
 * just after a tick waits for nearly a whole interval. A tick takes every event that changed since the previous tick.
 *
 * Callers run `runDue` before each read and each write. Otherwise a write could slip in between a tick's time and a
 * late timer; so a change always reaches Ö-Ticket within one interval (and the delay) after its save.
 */
export class ChannelSync {
  private timer: NodeJS.Timeout | undefined;
  private nextAtMs = 0;

  constructor(
    private readonly database: SimulatorDatabase,
    private readonly events: EventStore,
    private readonly defaultIntervalMs: number,
    private readonly logger: Logger,
  ) {
    if (readSetting(database, 'anchor') === undefined) writeSetting(database, 'anchor', Date.now());
  }

  get settings(): SyncSettings {
    return { ...DEFAULTS, ...readSetting<SyncSettings>(this.database, 'sync') };
  }

  /** Catches up with what fell due while the simulator was down, and goes on from there. */
  start(): void {
    this.nextAtMs = 0;
    this.runDue(Date.now());
    this.arm();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Changes the given settings and keeps the others. A new interval counts from the last tick of the old one. */
  configure(changes: Partial<SyncSettings>): void {
    const nowMs = Date.now();
    const old = this.settings;
    const settings = { ...old, ...changes };
    this.database.atomically(() => {
      writeSetting(this.database, 'anchor', this.lastTickMs(nowMs));
      writeSetting(this.database, 'sync', settings);
      // The ticks during a pause are lost: a change made in the pause waits for the next tick.
      if (old.isPaused && !settings.isPaused)
        this.database.run('update changed_event set changed_at = ?', nowMs);
    });
    this.start();
  }

  /** Begins a new grid now. The caller has emptied the rows. */
  restart(): void {
    writeSetting(this.database, 'anchor', Date.now());
    this.start();
  }

  /** Takes over an event as if it had been transferred long ago: no log, no Servicemail. */
  adopt(event: StoredEvent): void {
    const row = toRow(event);
    if (row) this.writeRow(event.eventNumber, { ...row, transferredAt: event.savedAt }, null);
  }

  /** `isStale`: as it was before the last transfer. */
  read(eventNumber: string, isStale = false): ChannelRow | null {
    const row = this.database.get<{ document: string; previous: string | null }>(
      'select document, previous from channel_row where event_number = ?',
      eventNumber,
    );
    const document = isStale ? (row?.previous ?? row?.document) : row?.document;
    return document ? (JSON.parse(document) as ChannelRow) : null;
  }

  serviceMails(): ServiceMail[] {
    return this.database
      .all<{ document: string }>('select document from service_mail order by seq')
      .map(({ document }) => JSON.parse(document) as ServiceMail);
  }

  /** Does what is due by now: ticks, and transfers whose delay is over. Cheap when nothing is due. */
  runDue(nowMs: number): void {
    if (nowMs < this.nextAtMs) return;
    if (!this.settings.isPaused) {
      this.database.atomically(() => {
        this.tick(nowMs);
        this.deliver(nowMs);
      });
    }
    this.nextAtMs = this.findNext(nowMs);
  }

  private arm(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => {
        try {
          this.runDue(Date.now());
        } catch (error) {
          this.logger.error({ err: error }, 'the transfer to Ö-Ticket failed');
        }
        if (this.timer) this.arm();
      },
      Math.min(LONGEST_TIMER_MS, Math.max(1, this.nextAtMs - Date.now())),
    );
  }

  private get intervalMs(): number {
    return this.settings.intervalMs ?? this.defaultIntervalMs;
  }

  private lastTickMs(nowMs: number): number {
    const anchor = readSetting<number>(this.database, 'anchor') ?? nowMs;
    return anchor + Math.max(0, Math.floor((nowMs - anchor) / this.intervalMs)) * this.intervalMs;
  }

  private findNext(nowMs: number): number {
    const nextTickMs = this.lastTickMs(nowMs) + this.intervalMs;
    if (this.settings.isPaused) return nextTickMs;
    const pending = this.database.get<{ due: number | null }>('select min(due_at) due from pending_transfer');
    return Math.min(nextTickMs, pending?.due ?? Infinity);
  }

  /** Everything that was saved before the last tick of the grid sets out for Ö-Ticket. */
  private tick(nowMs: number): void {
    const tickMs = this.lastTickMs(nowMs);
    const changed = this.database.all<{ event_number: string }>(
      'select event_number from changed_event where changed_at < ? order by changed_at, event_number',
      tickMs,
    );
    if (changed.length === 0) return;
    // Transfers arrive in the order in which they were sent, even after the delay was shortened.
    const latest = this.database.get<{ due: number | null }>('select max(due_at) due from pending_transfer');
    const dueMs = Math.max(tickMs + this.settings.delayMs, latest?.due ?? 0);
    for (const { event_number: eventNumber } of changed) {
      const event = this.events.read(eventNumber);
      const row = event && toRow(event);
      this.database.run(
        'insert into pending_transfer (event_number, due_at, document) values (?, ?, ?)',
        eventNumber,
        dueMs,
        row && JSON.stringify(row),
      );
    }
    this.database.run('delete from changed_event where changed_at < ?', tickMs);
  }

  private deliver(nowMs: number): void {
    const due = this.database.all<{ event_number: string; document: string | null }>(
      'select event_number, document from pending_transfer where due_at <= ? order by seq',
      nowMs,
    );
    for (const { event_number: eventNumber, document } of due) {
      const content = document === null ? null : (JSON.parse(document) as Omit<ChannelRow, 'transferredAt'>);
      this.transfer(eventNumber, content, nowMs);
    }
    if (due.length > 0) this.database.run('delete from pending_transfer where due_at <= ?', nowMs);
  }

  /** `content` is `null` for an event that Ö-Ticket no longer sells. */
  private transfer(
    eventNumber: string,
    content: Omit<ChannelRow, 'transferredAt'> | null,
    nowMs: number,
  ): void {
    const row = this.read(eventNumber);
    const before = row && { status: row.status, title: row.title, externalMemo: row.externalMemo };
    const entry = { actor: 'sync', operation: 'transfer', eventNumber, outcome: 'ok' } as const;
    if (!content) {
      if (!before) return;
      this.database.run('delete from channel_row where event_number = ?', eventNumber);
      appendToLog(this.database, nowMs, { ...entry, before, after: null });
      return;
    }
    this.writeRow(eventNumber, { ...content, transferredAt: toInstant(nowMs) }, row);
    if (!before) {
      appendToLog(this.database, nowMs, { ...entry, before: null, after: content });
      return;
    }
    const changes = changedFields(before, content);
    if (Object.keys(changes.after).length === 0) return;
    appendToLog(this.database, nowMs, { ...entry, ...changes });
    if (content.status === 'Storno' && before.status !== 'Storno')
      this.sendServiceMail(eventNumber, before, nowMs);
  }

  /** Ö-Ticket writes to its buyers at once, with the texts that it had when the Storno arrived. */
  private sendServiceMail(
    eventNumber: string,
    { title, externalMemo }: Pick<ChannelRow, 'title' | 'externalMemo'>,
    nowMs: number,
  ): void {
    const mail: ServiceMail = { eventNumber, at: toInstant(nowMs), title, externalMemo };
    this.database.run('insert into service_mail (document) values (?)', JSON.stringify(mail));
    appendToLog(this.database, nowMs, {
      actor: 'sync',
      operation: 'service-mail',
      eventNumber,
      before: null,
      after: { title, externalMemo },
      outcome: 'ok',
    });
  }

  private writeRow(eventNumber: string, row: ChannelRow, previous: ChannelRow | null): void {
    this.database.run(
      'insert or replace into channel_row values (?, ?, ?)',
      eventNumber,
      JSON.stringify(row),
      previous && JSON.stringify(previous),
    );
  }
}

/** Bereitstellung takes an event away from Ö-Ticket; so does the loss of its Verkaufsart. */
function toRow({ soldViaPartner, status, title, externalMemo }: StoredEvent) {
  if (!soldViaPartner || status === 'Bereitstellung') return null;
  return { status, title, externalMemo };
}
