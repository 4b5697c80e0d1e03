import { readFileSync } from 'node:fs';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type PoolConfig } from 'pg';
import { isLoopback } from '../../domain/loopback';
import type { Db, Tables } from '../sql/rows';

const CONNECT_PATIENCE_MS = 5_000;
/** A process that stands still within a transaction keeps the others from writing for no longer than this. */
const IDLE_PATIENCE_MS = 10_000;
const STATEMENT_PATIENCE_MS = 30_000;
const MOST_CONNECTIONS = 10;

/** Where a database is, for people: never with a password. */
export function placeOf(databaseUrl: string): string {
  const { host, pathname, username } = new URL(databaseUrl);
  return `PostgreSQL ${host}${pathname} (Rolle ${roleOf(username)})`;
}

/** The role that a process works as. */
export const roleOf = (username: string): string => decodeURIComponent(username);

/**
 * The database, over a pool of connections. Closing it closes them. Beyond loopback, and wherever `sslmode` or `sslrootcert`
 * (a file) is named, the server has to prove its name by a certificate, which that file or Node's own list vouches for.
 */
export function connect(databaseUrl: string): Db {
  const pool = new Pool(poolConfig(databaseUrl));
  // Without a listener, an idle connection that the database ends would end the process; so would one in use.
  pool.on('error', () => {});
  pool.on('connect', (client) => void client.on('error', () => {}));
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
}

export function poolConfig(databaseUrl: string): PoolConfig {
  const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl);
  const host = decodeURIComponent(hostname.replace(/^\[|\]$/g, ''));
  const rootCertificate = searchParams.get('sslrootcert');
  const isEncrypted = rootCertificate !== null || searchParams.has('sslmode') || !isLoopback(host);
  return {
    host,
    port: port === '' ? 5432 : Number(port),
    user: roleOf(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ssl: isEncrypted && {
      rejectUnauthorized: true,
      ...(rootCertificate !== null && { ca: readFileSync(rootCertificate, 'utf8') }),
    },
    application_name: 'absage',
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_PATIENCE_MS,
    statement_timeout: STATEMENT_PATIENCE_MS,
    idle_in_transaction_session_timeout: IDLE_PATIENCE_MS,
    keepAlive: true,
    // A process that has nothing else to do may end.
    allowExitOnIdle: true,
  };
}
