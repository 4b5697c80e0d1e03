import { toInstant } from './clock';
import type { SimulatorDatabase } from './database';

export const GATEWAY_OPERATIONS = [
  'find-events',
  'read-event',
  'save-announcement',
  'set-storno',
  'read-channel',
  'read-right',
  'grant-right',
] as const;

export type GatewayOperation = (typeof GATEWAY_OPERATIONS)[number];

/** The changed fields, by name. */
export type Fields = Record<string, unknown>;

export interface LogEntry {
  /** Instant, the simulator's clock. */
  at: string;
  actor: 'gateway' | 'human' | 'sync';
  operation: GatewayOperation | 'edit' | 'delete' | 'transfer' | 'service-mail';
  /** `null` where the operation is not about a single event. */
  eventNumber: string | null;
  /** The changed fields of a write; `null` for everything else. */
  before: Fields | null;
  after: Fields | null;
  /** `ok`, a problem code, or the kind of a fault. */
  outcome: string;
}

interface LogRow {
  at: string;
  actor: LogEntry['actor'];
  operation: LogEntry['operation'];
  event_number: string | null;
  before: string | null;
  after: string | null;
  outcome: string;
}

export function appendToLog(database: SimulatorDatabase, nowMs: number, entry: Omit<LogEntry, 'at'>): void {
  database.run(
    `insert into operation_log (at, actor, operation, event_number, before, after, outcome)
     values (?, ?, ?, ?, ?, ?, ?)`,
    toInstant(nowMs),
    entry.actor,
    entry.operation,
    entry.eventNumber,
    entry.before && JSON.stringify(entry.before),
    entry.after && JSON.stringify(entry.after),
    entry.outcome,
  );
}

/** The lines of one event, or all of them. Oldest first. */
export function readLog(database: SimulatorDatabase, eventNumber: string | undefined): LogEntry[] {
  const rows =
    eventNumber === undefined
      ? database.all<LogRow>('select * from operation_log order by seq')
      : database.all<LogRow>('select * from operation_log where event_number = ? order by seq', eventNumber);
  return rows.map((row) => ({
    at: row.at,
    actor: row.actor,
    operation: row.operation,
    eventNumber: row.event_number,
    before: row.before === null ? null : (JSON.parse(row.before) as Fields),
    after: row.after === null ? null : (JSON.parse(row.after) as Fields),
    outcome: row.outcome,
  }));
}

/** The fields that differ between two states, as the log's `before` and `after`. */
export function changedFields(before: object, after: object): { before: Fields; after: Fields } {
  const changes: { before: Fields; after: Fields } = { before: {}, after: {} };
  for (const [name, value] of Object.entries(after)) {
    const old: unknown = (before as Fields)[name];
    if (JSON.stringify(old) === JSON.stringify(value)) continue;
    changes.before[name] = old;
    changes.after[name] = value;
  }
  return changes;
}
