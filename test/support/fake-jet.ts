import { KnownFailure } from '../../src/domain/failures';
import type { ChannelEventInfo, ExtendedCancellationRight, JetEvent } from '../../src/domain/types';
import type { JetPort, WritePrecondition } from '../../src/jet/port';
import { anEvent } from './examples';

interface LogLine {
  at: number;
  operation: string;
}

/**
 * A Jet in memory, on whatever clock a test runs on: for the time-skipping server, where a simulator in another
 * process would live in real time. Ö-Ticket shows what was saved `transferAfterMs` ago.
 */
export class FakeJet implements JetPort {
  readonly log: LogLine[] = [];
  right: ExtendedCancellationRight | null = null;
  transferAfterMs = 14 * 60_000;
  isSimulator = true;
  private stornoAt: number | null = null;

  constructor(
    private readonly now: () => Promise<number>,
    public event: JetEvent | null = anEvent(),
  ) {}

  async health() {
    return { readAt: new Date(await this.now()).toISOString(), isSimulator: this.isSimulator };
  }

  async findEvents() {
    return { events: this.event ? [this.event] : [], nextCursor: null };
  }

  async readEvent(): Promise<JetEvent | null> {
    await this.note('read-event');
    return this.event && { ...this.event, readAt: new Date(await this.now()).toISOString() };
  }

  async saveAnnouncement(
    _eventNumber: string,
    texts: Pick<JetEvent, 'title' | 'customerTitle' | 'externalMemo'>,
    precondition: WritePrecondition,
  ): Promise<JetEvent> {
    await this.note('save-announcement');
    return this.save(precondition, texts);
  }

  async setStatusStorno(_eventNumber: string, precondition: WritePrecondition): Promise<JetEvent> {
    await this.note('set-storno');
    const saved = await this.save(precondition, { status: 'CANCELLED', statusText: 'Storno' });
    this.stornoAt = Date.parse(saved.savedAt);
    return saved;
  }

  async readChannelInfo(eventNumber: string): Promise<ChannelEventInfo | null> {
    await this.note('read-channel');
    const now = await this.now();
    const isShown = this.stornoAt !== null && now >= this.stornoAt + this.transferAfterMs;
    const transferredAt = isShown
      ? new Date((this.stornoAt ?? 0) + this.transferAfterMs).toISOString()
      : null;
    const status = isShown ? 'Storno' : 'Verkaufsfreigabe';
    return { eventNumber, status, title: null, transferredAt, readAt: new Date(now).toISOString() };
  }

  async readRight() {
    await this.note('read-right');
    return this.right;
  }

  async grantRight(user: string, eventNumber: string, period: { validFrom: string; validUntil: string }) {
    await this.note('grant-right');
    this.right = { user, eventNumber, ...period };
    return this.right;
  }

  /** A colleague at the mask. */
  async edit(changes: Partial<JetEvent>): Promise<void> {
    await this.save({ version: this.event?.version ?? '', idempotencyKey: '' }, changes);
  }

  count(operation: string): number {
    return this.log.filter((line) => line.operation === operation).length;
  }

  at(operation: string): number {
    return this.log.find((line) => line.operation === operation)?.at ?? NaN;
  }

  private async note(operation: string): Promise<void> {
    this.log.push({ at: await this.now(), operation });
  }

  private async save({ version }: WritePrecondition, changes: Partial<JetEvent>): Promise<JetEvent> {
    const { event } = this;
    if (!event) throw new KnownFailure('event-deleted', 'no such event');
    if (event.version !== version) throw new KnownFailure('jet-version-conflict', 'another version');
    const at = new Date(await this.now()).toISOString();
    this.event = { ...event, ...changes, version: `${Number(event.version) + 1}`, savedAt: at, readAt: at };
    return this.event;
  }
}
