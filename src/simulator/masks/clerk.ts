import type { SimulatorDatabase } from '../database';
import type { EventStore, StoredEvent } from '../event-store';
import { appendToLog, changedFields } from '../operation-log';
import type { RightStore } from '../right-store';
import type { SimulatorState } from '../state';
import { LABELS } from './words';

/** What a clerk has typed into the mask of an event. */
export interface TypedEvent {
  /** The version that the mask showed. */
  version: string;
  title: string;
  customerTitle: string | null;
  externalMemo: string | null;
  status: string;
}

/** What a clerk has typed into the mask of the rights. The days are inclusive. */
export interface TypedRight {
  user: string;
  validFrom: string;
  validUntil: string;
}

/** What the masks do in the simulator's own world: always a person's hand, with the actor `human` in the log. */
export class MaskClerk {
  private readonly database: SimulatorDatabase;
  private readonly events: EventStore;
  private readonly rights: RightStore;

  constructor(private readonly state: SimulatorState) {
    ({ database: this.database, events: this.events, rights: this.rights } = state);
  }

  /** Saves the mask. Returns why it was not saved, as a German sentence, or `null`. */
  saveEvent(eventNumber: string, { version, ...changes }: TypedEvent): string | null {
    const nowMs = Date.now();
    this.state.sync.runDue(nowMs);
    return this.database.atomically(() => {
      const event = this.events.read(eventNumber);
      if (!event) return 'Diese Veranstaltung gibt es nicht mehr.';
      if (event.version !== version)
        return 'Die Veranstaltung wurde inzwischen gespeichert. Die Maske zeigt jetzt den neuen Stand.';
      const fault = eventFault(event, changes);
      if (fault) return fault;
      this.events.save(event, changes, nowMs);
      const fields = changedFields(event, { ...event, ...changes });
      appendToLog(this.database, nowMs, { ...BY_HAND, operation: 'edit', eventNumber, ...fields });
      return null;
    });
  }

  /** Gives the right, or widens it. Returns why not, as a German sentence, or `null`. */
  grantRight(eventNumber: string, { user, ...period }: TypedRight): string | null {
    if (period.validUntil < period.validFrom) return 'Das Ende der Gültigkeit liegt vor ihrem Beginn.';
    return this.database.atomically(() => {
      if (!this.events.has(eventNumber)) return 'Diese Veranstaltung gibt es nicht mehr.';
      const { before, after } = this.rights.grant(user, eventNumber, period);
      const fields = changedFields(before ?? {}, after);
      appendToLog(this.database, Date.now(), {
        ...BY_HAND,
        operation: 'grant-right',
        eventNumber,
        ...fields,
      });
      return null;
    });
  }
}

const BY_HAND = { actor: 'human', outcome: 'ok' } as const;

/** What this Jet does not save. Everything else is the clerk's own doing, a wrong status included. */
function eventFault(event: StoredEvent, typed: Omit<TypedEvent, 'version'>): string | null {
  if (typed.title === '') return `${LABELS.title} ist leer. Es wurde nichts gespeichert.`;
  for (const field of ['title', 'customerTitle', 'externalMemo'] as const) {
    const length = typed[field]?.length ?? 0;
    const limit = event.limits[field];
    if (length > limit)
      return `${LABELS[field]}: höchstens ${limit} Zeichen, nicht ${length}. Es wurde nichts gespeichert.`;
  }
  const { status } = event;
  if (typed.status === status) return null;
  if (status === 'Storno') return 'Storno ist endgültig. Es wurde nichts gespeichert.';
  return typed.status === 'Storno' && status !== 'Verkaufsfreigabe'
    ? `Aus dem Status ${status} kann nicht storniert werden. Es wurde nichts gespeichert.`
    : null;
}
