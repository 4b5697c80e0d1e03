import type {
  Announcement,
  ChannelEventInfo,
  ExtendedCancellationRight,
  JetEvent,
  LocalDate,
} from '../domain/types';

/** What a write says about the read that it was decided on. */
export interface WritePrecondition {
  /** The version read; nothing is written when it is no longer current (`jet-version-conflict`). */
  version: string;
  /** Same effect, same key. */
  idempotencyKey: string;
}

export interface EventQuery {
  house: string;
  from?: LocalDate;
  to?: LocalDate;
  text?: string;
  cursor?: string;
  limit?: number;
}

/**
 * The only street to Jet. Every method makes exactly one call with a total deadline and rejects with a
 * `KnownFailure`; a write that rejects with a retryable failure may or may not have been done.
 *
 * There is no way to write a status other than Storno, and there must never be one.
 */
export interface JetPort {
  /** Reachable, and whether nothing real is behind it. */
  health(): Promise<{ readAt: string; isSimulator: boolean }>;
  /** Events of a house by start, ascending. */
  findEvents(query: EventQuery): Promise<{ events: JetEvent[]; nextCursor: string | null }>;
  /** `null`: Jet says that there is no such event. */
  readEvent(eventNumber: string): Promise<JetEvent | null>;
  /** Saves both titles and the memo in one save (procedure, step 1). Resolves to what Jet acknowledged. */
  saveAnnouncement(
    eventNumber: string,
    texts: Announcement,
    precondition: WritePrecondition,
  ): Promise<JetEvent>;
  /** Sets the status to Storno and saves (procedure, step 1). Resolves to what Jet acknowledged. */
  setStatusStorno(eventNumber: string, precondition: WritePrecondition): Promise<JetEvent>;
  /** Connect Online Veranstaltungsinformationen (procedure, step 2). `null`: no row for this event. */
  readChannelInfo(eventNumber: string): Promise<ChannelEventInfo | null>;
  /** `null`: the user exists and has no such right. An unknown user is `right-not-granted`. */
  readRight(user: string, eventNumber: string): Promise<ExtendedCancellationRight | null>;
  /** Grants the right or widens its period, never narrows it (procedure, step 3). */
  grantRight(
    user: string,
    eventNumber: string,
    period: { validFrom: LocalDate; validUntil: LocalDate },
    idempotencyKey: string,
  ): Promise<ExtendedCancellationRight>;
}
