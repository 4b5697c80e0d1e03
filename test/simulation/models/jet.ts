import type { Announcement, ExtendedCancellationRight, JetEvent, LocalDate } from '../../../src/domain/types';

/** One write or edit, in the order in which Jet made them. The rules are checked against these. */
export interface JetWrite {
  at: number;
  actor: 'gateway' | 'human';
  operation: 'save-announcement' | 'set-storno' | 'grant-right' | 'edit' | 'delete' | 'restore';
  before: JetEvent | null;
  after: JetEvent | null;
}

export interface RightChange {
  user: string;
  eventNumber: string;
  before: ExtendedCancellationRight | null;
  after: ExtendedCancellationRight;
}

/** The event as it was last transferred to Ö-Ticket. */
interface Transferred {
  status: string;
  title: string;
  at: number;
}

export interface Channel {
  tickMs: number;
  processingMs: number;
  showsTransferTime: boolean;
  pausedUntil: number;
  /** Until then, Ö-Ticket shows this word instead of the true one. */
  wrongWord: { word: string; until: number } | null;
  isDown: boolean;
}

/** A refusal of the model. The code is the failure code of the port. */
export class Refused extends Error {
  constructor(readonly code: 'event-deleted' | 'jet-version-conflict' | 'right-not-granted') {
    super(code);
  }
}

/** One event in a Jet in memory, the link to Ö-Ticket with its own tick, and one right. Every method takes no time. */
export class ModelJet {
  readonly writes: JetWrite[] = [];
  readonly rightChanges: RightChange[] = [];
  right: ExtendedCancellationRight | null = null;
  isUserKnown = true;
  /** The texts that Jet makes of a save. */
  store: (texts: Announcement) => Announcement = (texts) => texts;
  /** Times are shown cut to this unit, as masks do that show whole minutes; what really happened is not. */
  coarseMs = 1;
  /** Reads show the event as it was before the last save. */
  isStale = false;
  row: Transferred | null;
  /** Everything that was ever transferred to Ö-Ticket. */
  readonly rows: Transferred[] = [];
  private deleted: JetEvent | null = null;
  private previous: JetEvent | null = null;
  private version = 1;

  constructor(
    private readonly now: () => number,
    public event: JetEvent | null,
    readonly channel: Channel,
    private readonly connectOnlineUser: string,
  ) {
    this.row = event && { status: event.statusText, title: event.title, at: Date.parse(event.savedAt) };
    if (this.row) this.rows.push(this.row);
  }

  get eventNumber(): string {
    return (this.event ?? this.deleted)?.eventNumber ?? '';
  }

  readEvent(eventNumber: string): JetEvent | null {
    const shown = this.isStale && this.event ? (this.previous ?? this.event) : this.event;
    return shown && shown.eventNumber === eventNumber ? { ...shown, readAt: this.instant() } : null;
  }

  saveAnnouncement(eventNumber: string, texts: Announcement, version: string): JetEvent {
    return this.save('gateway', 'save-announcement', this.store(texts), eventNumber, version);
  }

  setStatusStorno(eventNumber: string, version: string): JetEvent {
    return this.save(
      'gateway',
      'set-storno',
      { status: 'CANCELLED', statusText: 'Storno' },
      eventNumber,
      version,
    );
  }

  readChannelInfo(eventNumber: string) {
    if (!this.row || eventNumber !== this.eventNumber) return null;
    const { wrongWord, showsTransferTime } = this.channel;
    const isWrong = wrongWord !== null && this.now() < wrongWord.until;
    return {
      eventNumber,
      status: isWrong ? wrongWord.word : this.row.status,
      title: this.row.title,
      transferredAt: showsTransferTime ? this.shown(this.row.at) : null,
      readAt: this.instant(),
    };
  }

  readRight(user: string, eventNumber: string): ExtendedCancellationRight | null {
    if (user !== this.connectOnlineUser || !this.isUserKnown) throw new Refused('right-not-granted');
    return this.right?.eventNumber === eventNumber ? this.right : null;
  }

  grantRight(user: string, eventNumber: string, period: { validFrom: LocalDate; validUntil: LocalDate }) {
    const before = this.readRight(user, eventNumber);
    const earlier = (a: string | null, b: string) => (a === null || a < b ? a : b);
    const later = (a: string | null, b: string) => (a === null || a > b ? a : b);
    const after = {
      user,
      eventNumber,
      validFrom: before ? earlier(before.validFrom, period.validFrom) : period.validFrom,
      validUntil: before ? later(before.validUntil, period.validUntil) : period.validUntil,
    };
    this.rightChanges.push({ user, eventNumber, before, after });
    this.right = after;
    return after;
  }

  /** An edit by a colleague at the mask. */
  edit(changes: Partial<JetEvent>): void {
    if (this.event) this.save('human', 'edit', changes, this.event.eventNumber, this.event.version);
  }

  delete(): void {
    if (!this.event) return;
    this.writes.push({
      at: this.now(),
      actor: 'human',
      operation: 'delete',
      before: this.event,
      after: null,
    });
    this.deleted = this.event;
    this.event = null;
  }

  /** Brings a deleted event back as it was. */
  restore(): void {
    if (this.event || !this.deleted) return;
    this.event = this.deleted;
    this.writes.push({
      at: this.now(),
      actor: 'human',
      operation: 'restore',
      before: null,
      after: this.event,
    });
  }

  /** The link's tick: Ö-Ticket will show what Jet holds now. */
  transfer(): Transferred | null {
    if (!this.event || this.now() < this.channel.pausedUntil) return null;
    return { status: this.event.statusText, title: this.event.title, at: this.now() };
  }

  /** Ö-Ticket now shows what was transferred. */
  show(transferred: Transferred): void {
    this.row = transferred;
    this.rows.push(transferred);
  }

  private save(
    actor: JetWrite['actor'],
    operation: JetWrite['operation'],
    changes: Partial<JetEvent>,
    eventNumber: string,
    version: string,
  ): JetEvent {
    const before = this.event;
    if (!before || before.eventNumber !== eventNumber) throw new Refused('event-deleted');
    if (before.version !== version) throw new Refused('jet-version-conflict');
    this.version += 1;
    const at = this.instant();
    this.previous = before;
    const savedAt = this.shown(this.now());
    this.event = { ...before, ...changes, version: `${this.version}`, savedAt, readAt: at };
    this.writes.push({ at: this.now(), actor, operation, before, after: this.event });
    return this.event;
  }

  private shown(ms: number): string {
    return new Date(ms - (ms % this.coarseMs)).toISOString();
  }

  private instant(): string {
    return new Date(this.now()).toISOString();
  }
}
