import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';

type Value = string | number | null;

/** The simulator's one file. Every method is synchronous, so two requests never interleave. */
export interface SimulatorDatabase {
  get<Row>(statement: string, ...values: Value[]): Row | undefined;
  all<Row>(statement: string, ...values: Value[]): Row[];
  run(statement: string, ...values: Value[]): void;
  /** Runs the work in one transaction; inside another `atomically` it joins that transaction. */
  atomically<T>(work: () => T): T;
  close(): void;
}

const SCHEMA = `
  create table if not exists event (
    event_number text primary key, house text not null, starts_at integer not null,
    document text not null, previous text
  );
  create index if not exists event_by_house on event (house, starts_at, event_number);
  create table if not exists deleted_event (event_number text primary key);
  create table if not exists cancellation_right (
    user text not null, event_number text not null, document text not null, previous text,
    primary key (user, event_number)
  );
  create table if not exists channel_row (event_number text primary key, document text not null, previous text);
  create table if not exists changed_event (event_number text primary key, changed_at integer not null);
  create table if not exists pending_transfer (
    seq integer primary key, event_number text not null, due_at integer not null, document text
  );
  create table if not exists service_mail (seq integer primary key, document text not null);
  create table if not exists operation_log (
    seq integer primary key, at text not null, actor text not null, operation text not null, event_number text,
    before text, after text, outcome text not null
  );
  create index if not exists operation_log_by_event on operation_log (event_number, seq);
  create table if not exists fault (seq integer primary key, document text not null, fired integer not null);
  create table if not exists fault_call (
    fault integer not null, event_number text not null, calls integer not null, primary key (fault, event_number)
  );
  create table if not exists setting (name text primary key, document text not null);
`;

export const TABLES = [
  'event',
  'deleted_event',
  'cancellation_right',
  'channel_row',
  'changed_event',
  'pending_transfer',
  'service_mail',
  'operation_log',
  'fault',
  'fault_call',
  'setting',
] as const;

/** Opens `simulator.sqlite` in the data folder, and creates it where it is missing. */
export function openDatabase(dataDir: string): SimulatorDatabase {
  mkdirSync(dataDir, { recursive: true });
  const database = new Database(join(dataDir, 'simulator.sqlite'));
  // No WAL: the embedded SQLite predates the fix of its WAL-reset bug. No fsync either: what a process has written
  // survives its kill -9, and a simulator need not survive a power cut.
  database.exec('pragma busy_timeout = 5000');
  database.exec('pragma journal_mode = delete');
  database.exec('pragma synchronous = off');
  database.exec(SCHEMA);

  const statements = new Map<string, Database.Statement<Value[]>>();
  const prepare = (statement: string) => {
    const known = statements.get(statement);
    if (known) return known;
    const prepared = database.prepare<Value[]>(statement);
    statements.set(statement, prepared);
    return prepared;
  };
  return {
    get: <Row>(statement: string, ...values: Value[]) => prepare(statement).get(...values) as Row | undefined,
    all: <Row>(statement: string, ...values: Value[]) => prepare(statement).all(...values) as Row[],
    run: (statement, ...values) => void prepare(statement).run(...values),
    atomically: <T>(work: () => T): T =>
      database.inTransaction ? work() : (database.transaction(work).immediate() as T),
    close() {
      statements.clear();
      database.close();
    },
  };
}

/** A setting of the simulator that outlives a restart. */
export function readSetting<T>(database: SimulatorDatabase, name: string): T | undefined {
  const row = database.get<{ document: string }>('select document from setting where name = ?', name);
  return row && (JSON.parse(row.document) as T);
}

export function writeSetting(database: SimulatorDatabase, name: string, value: unknown): void {
  database.run('insert or replace into setting values (?, ?)', name, JSON.stringify(value));
}
