import type { RightRequest, WireRight } from '../jet/contract';
import type { SimulatorDatabase } from './database';

/** The only Connect Online Kassierer that this Jet knows. */
export const CONNECT_ONLINE_USER = 'CONNECTONLINE';

/** Erweiterte Stornoberechtigungen. */
export class RightStore {
  constructor(private readonly database: SimulatorDatabase) {}

  /** `isStale` returns the right as it was before the last grant. */
  read(user: string, eventNumber: string, isStale = false): WireRight | null {
    const row = this.database.get<{ document: string; previous: string | null }>(
      'select document, previous from cancellation_right where user = ? and event_number = ?',
      user,
      eventNumber,
    );
    const document = isStale ? row?.previous : row?.document;
    return document ? (JSON.parse(document) as WireRight) : null;
  }

  /** The rights of all users for an event. */
  ofEvent(eventNumber: string): WireRight[] {
    return this.database
      .all<{
        document: string;
      }>('select document from cancellation_right where event_number = ? order by user', eventNumber)
      .map(({ document }) => JSON.parse(document) as WireRight);
  }

  /** Grants or widens the right: the earlier start and the later end stay, and an open end is the widest. */
  grant(
    user: string,
    eventNumber: string,
    period: RightRequest,
  ): { before: WireRight | null; after: WireRight } {
    const before = this.read(user, eventNumber);
    const after: WireRight = {
      user,
      eventNumber,
      validFrom: before ? earlier(before.validFrom, period.validFrom) : period.validFrom,
      validUntil: before ? later(before.validUntil, period.validUntil) : period.validUntil,
    };
    this.database.run(
      'insert or replace into cancellation_right values (?, ?, ?, ?)',
      user,
      eventNumber,
      JSON.stringify(after),
      before && JSON.stringify(before),
    );
    return { before, after };
  }
}

/** ISO dates compare as text; `null` is unlimited. */
function earlier(a: string | null, b: string): string | null {
  return a === null || a < b ? a : b;
}

function later(a: string | null, b: string): string | null {
  return a === null || a > b ? a : b;
}
