import { KnownFailure, type FailureCode } from '../../src/domain/failures';
import type { ChannelEventInfo, ExtendedCancellationRight, JetEvent } from '../../src/domain/types';
import type { JetPort, WritePrecondition } from '../../src/jet/port';
import { anEvent } from './examples';

export type JetOperation =
  'read-event' | 'save-announcement' | 'set-storno' | 'read-channel' | 'read-right' | 'grant-right';

type Texts = Pick<JetEvent, 'title' | 'customerTitle' | 'externalMemo'>;
type Hook = () => Promise<unknown> | void;

interface LogLine {
  at: number;
  operation: JetOperation;
}

/**
 * A Jet in memory, on the clock of the test: for the time-skipping server, where a simulator in another process would
 * run in real time. Ö-Ticket shows what was saved `transferAfterMs` ago.
 */
export class FakeJet implements JetPort {
  readonly log: LogLine[] = [];
  right: ExtendedCancellationRight | null = null;
  transferAfterMs = 14 * 60_000;
  isSimulator = true;
  /** Hooks that run before a call has its effect: a test throws or waits in them. */
  readonly before: Partial<Record<JetOperation, Hook>> = {};
  /** Hooks that run after a call had its effect and before it is answered. */
  readonly after: Partial<Record<JetOperation, Hook>> = {};
  /** How Jet stores the texts that it is given. */
  store: (texts: Texts) => Texts = (texts) => texts;
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

  readEvent(): Promise<JetEvent | null> {
    return this.carryOut(
      'read-event',
      async () => this.event && { ...this.event, readAt: new Date(await this.now()).toISOString() },
    );
  }

  saveAnnouncement(_eventNumber: string, texts: Texts, precondition: WritePrecondition): Promise<JetEvent> {
    return this.carryOut('save-announcement', () => this.save(precondition, this.store(texts)));
  }

  setStatusStorno(_eventNumber: string, precondition: WritePrecondition): Promise<JetEvent> {
    return this.carryOut('set-storno', () =>
      this.save(precondition, { status: 'CANCELLED', statusText: 'Storno' }),
    );
  }

  readChannelInfo(eventNumber: string): Promise<ChannelEventInfo | null> {
    return this.carryOut('read-channel', async () => {
      const now = await this.now();
      const isShown = this.stornoAt !== null && now >= this.stornoAt + this.transferAfterMs;
      const transferredAt = isShown
        ? new Date((this.stornoAt ?? 0) + this.transferAfterMs).toISOString()
        : null;
      const status = isShown ? 'Storno' : 'Verkaufsfreigabe';
      return { eventNumber, status, title: null, transferredAt, readAt: new Date(now).toISOString() };
    });
  }

  readRight(): Promise<ExtendedCancellationRight | null> {
    return this.carryOut('read-right', () => Promise.resolve(this.right));
  }

  grantRight(user: string, eventNumber: string, period: { validFrom: string; validUntil: string }) {
    return this.carryOut('grant-right', () => {
      this.right = { user, eventNumber, ...period };
      return Promise.resolve(this.right);
    });
  }

  /** An edit by a colleague at the mask. */
  async edit(changes: Partial<JetEvent>): Promise<void> {
    const at = await this.instant();
    this.write(this.event?.version ?? '', changes, at);
  }

  /** Makes an operation fail before it has any effect, until the returned function is called. */
  fail(operation: JetOperation, failure: FailureCode | Error): () => void {
    this.before[operation] = () => {
      throw failure instanceof Error ? failure : new KnownFailure(failure, 'as the test says');
    };
    return () => this.heal(operation);
  }

  /** Holds the next call of an operation before or after its effect. `reached` resolves then, `release` frees it. */
  hold(moment: 'before' | 'after', operation: JetOperation): { reached: Promise<void>; release: () => void } {
    let reach = () => {};
    let release = () => {};
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const released = new Promise<void>((resolve) => (release = resolve));
    this[moment][operation] = () => {
      delete this[moment][operation];
      reach();
      return released;
    };
    return { reached, release };
  }

  heal(...operations: JetOperation[]): void {
    for (const operation of operations) {
      delete this.before[operation];
      delete this.after[operation];
    }
  }

  count(operation: JetOperation): number {
    return this.log.filter((line) => line.operation === operation).length;
  }

  at(operation: JetOperation): number {
    return this.log.find((line) => line.operation === operation)?.at ?? NaN;
  }

  private async carryOut<T>(operation: JetOperation, work: () => Promise<T>): Promise<T> {
    this.log.push({ at: await this.now(), operation });
    await this.before[operation]?.();
    const result = await work();
    await this.after[operation]?.();
    return result;
  }

  private async save({ version }: WritePrecondition, changes: Partial<JetEvent>): Promise<JetEvent> {
    const at = await this.instant();
    return this.write(version, changes, at);
  }

  private async instant(): Promise<string> {
    return new Date(await this.now()).toISOString();
  }

  /** Compares and writes at once: two saves that come together must not overwrite each other. */
  private write(version: string, changes: Partial<JetEvent>, at: string): JetEvent {
    const { event } = this;
    if (!event) throw new KnownFailure('event-deleted', 'no such event');
    if (event.version !== version) throw new KnownFailure('jet-version-conflict', 'another version');
    this.event = { ...event, ...changes, version: `${Number(event.version) + 1}`, savedAt: at, readAt: at };
    if (changes.status === 'CANCELLED') this.stornoAt = Date.parse(at);
    return this.event;
  }
}
