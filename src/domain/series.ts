import type { Actor } from './actor';
import type { CancellationInput, CasePolicy } from './case';
import type { Seal } from './seal';
import type { CancellationMarker, Contact, Instant, LocalDate, SealedContact, SeenEvent } from './types';

/*
 * A series: many performances that are cancelled by one decision. Each of them is a case like any other, with its own run,
 * its own lines and its own end; the series says which they are, in which order they begin, and what was decided about all.
 */

/** The type of a series' workflow. */
export const CANCEL_SERIES = 'cancelSeries';

/** The one place that makes the id of a series' run. */
export function seriesWorkflowId(seriesId: string): string {
  return `cancel-series/${seriesId}`;
}

/** The most performances of one series. */
export const LONGEST_SERIES = 500;

/** What somebody asks for: these performances, one marker, one reason. */
export interface SeriesOrder {
  /** What people call it, such as "Erkrankung Hauptrolle". */
  title: string;
  marker: CancellationMarker;
  reason: string;
  contact?: Contact;
  rightValidUntil?: LocalDate;
  allowPastEvent?: boolean;
  /** Of the plan that was looked at: exactly that, or nothing begins. */
  planHash?: string;
  items: SeriesItemOrder[];
}

/** One performance of it. `expected` and `seen` as in a single order. */
export interface SeriesItemOrder {
  house: string;
  eventNumber: string;
  expected: { title: string; startsAt: Instant };
  seen?: SeenEvent;
}

/** One performance, with the case that it becomes. */
export interface SeriesItem extends SeriesItemOrder {
  caseId: string;
}

/** What the first line of a series holds. A contact is sealed there, with a key of the series. */
export interface WrittenSeries extends Omit<SeriesOrder, 'items' | 'contact'> {
  contact?: Contact | SealedContact;
  /** The soonest performance first. */
  items: SeriesItem[];
  /** By house, frozen when the series was ordered. */
  policies: Record<string, CasePolicy>;
  orderedAt: Instant;
  /** As in the input of a case. */
  isPlaceNeeded?: true;
  hasFewTurns?: true;
}

/** What a series' run is started with: the performances stand in the journal. */
export interface SeriesInput {
  seriesId: string;
  /** By case: who asks for it, as its own check wants it proven. */
  seals: Record<string, Seal>;
  /** For the run itself. */
  seal?: Seal;
  /** What an earlier run of this one has begun, by case. Absent in the first one. */
  begun?: string[];
}

/** What was ordered, with the contact that its key has opened. */
export type OpenedSeries = Omit<WrittenSeries, 'contact'> & { contact?: Contact };

/** `contact`: opened; absent where nobody needs it, or none was named. */
export function openedSeries({ contact: _kept, ...series }: WrittenSeries, contact?: Contact): OpenedSeries {
  return { ...series, ...(contact && { contact }) };
}

/** A performance of a series, and who has ordered it. */
export interface ItemOrder {
  item: SeriesItem;
  /** Whoever ordered the series, or has taken it up since. */
  by: Actor;
  orderedAt: Instant;
}

/**
 * The input of the case that a performance becomes: the same wherever it is made, as its seal vouches for exactly this.
 * `contact`: opened, where the series names one.
 */
export function itemInput(
  seriesId: string,
  series: OpenedSeries,
  { item: { caseId, ...performance }, by, orderedAt }: ItemOrder,
): CancellationInput {
  const { marker, reason, contact, rightValidUntil, allowPastEvent, policies, isPlaceNeeded, hasFewTurns } =
    series;
  const known = policies[performance.house];
  if (!known) throw new Error(`a series without a policy for ${performance.house}`);
  // The series asks for all of the house: its cases ask nobody again.
  const { approval: _asked, ...policy } = known;
  return {
    caseId,
    order: {
      ...performance,
      marker,
      reason,
      ...(contact && { contact }),
      ...(rightValidUntil !== undefined && { rightValidUntil }),
      ...(allowPastEvent !== undefined && { allowPastEvent }),
    },
    orderedBy: by.actor,
    policy,
    orderedAt,
    ...(isPlaceNeeded && { isPlaceNeeded }),
    ...(hasFewTurns && { hasFewTurns }),
    series: { id: seriesId },
  };
}

/** What the hash of a whole plan covers: the plan of each performance, whatever their order. */
export function seriesFingerprint(
  items: readonly { house: string; eventNumber: string; planHash: string }[],
): string[][] {
  return items
    .map(({ house, eventNumber, planHash }) => [house, eventNumber, planHash])
    .sort((one, other) => (one.join(' ') < other.join(' ') ? -1 : 1));
}
