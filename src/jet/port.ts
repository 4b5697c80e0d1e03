import type {
  Announcement,
  ChannelEventInfo,
  ExtendedCancellationRight,
  JetEvent,
  LocalDate,
} from '../domain/types';

/** What ties a write to the read on which it was decided. */
export interface WritePrecondition {
  /** The version of that read. When it is no longer current, nothing is written (`jet-version-conflict`). */
  version: string;
  /** The same key for the same effect. */
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
 * `KnownFailure`. When a write rejects with a retryable failure, Jet may or may not have carried it out.
 *
 * There is no way to write a status other than Storno, and there must never be one.
 */
export interface JetPort {
  /** Resolves when the gateway is reachable. `isSimulator`: no real Jet is behind it. */
  health(): Promise<{ readAt: string; isSimulator: boolean }>;
  /** The events of a house, ordered by start. */
  findEvents(query: EventQuery): Promise<{ events: JetEvent[]; nextCursor: string | null }>;
  /** `null`: Jet has no such event. */
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
