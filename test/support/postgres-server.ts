import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLog } from '../../src/up/log-file';
import { initialisePostgres, launchPostgres, runProgram } from './postgres-process';
import { pickPort } from './ports';

const HOST = '127.0.0.1';
const OWNER = 'postgres';

export interface PostgresOptions {
  /** Log-ins need a password (SCRAM), which `url` then has for `postgres`. Without it everybody is let in. */
  hasPasswords?: boolean;
  /** More of PostgreSQL's own settings, by their names. */
  settings?: Record<string, string>;
}

/**
 * A real PostgreSQL on this machine, in a folder of its own and with all its care for the disk. Ends with the process that
 * started it, however that ends.
 *
 * @example
 * const postgres = await PostgresServer.start();
 * const url = await postgres.createDatabase();
 * await postgres.crash();
 * await postgres.start(); // the same folder, the same port
 * await postgres.stop();
 */
export class PostgresServer {
  private child: ChildProcess | null = null;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly password: string | undefined,
    private readonly settings: Record<string, string>,
  ) {}

  static async start({ hasPasswords = false, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'absage-postgres-'));
    const port = await pickPort();
    const password = hasPasswords ? randomBytes(12).toString('hex') : undefined;
    const server = new PostgresServer(folder, port, password, settings);
    try {
      initialisePostgres({ folder, port, password });
      await server.start();
      return server;
    } catch (error) {
      const log = server.log();
      await server.stop();
      throw new Error(`PostgreSQL did not start\n${log}`, { cause: error });
    }
  }

  /** The address of a database for a user. Only the owner's carries a password by itself. */
  url(database = OWNER, user = OWNER, password = user === OWNER ? this.password : undefined): string {
    const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
    return `postgres://${encodeURIComponent(user)}${secret}@${HOST}:${this.port}/${encodeURIComponent(database)}`;
  }

  /** For its figures; `null` while it is away. */
  get process(): Pick<ChildProcess, 'pid'> | null {
    return this.child;
  }

  /** Resolves to the address of the new, empty database. */
  async createDatabase(name = `test_${randomBytes(6).toString('hex')}`): Promise<string> {
    this.query(`create database "${name}"`);
    return this.url(name);
  }

  /** Runs SQL as the owner. Returns the rows as text: one a line, `|` between the columns. */
  query(sql: string, database = OWNER): string {
    return runProgram(this.folder, 'psql', [
      '-X',
      '-A',
      '-t',
      '-q',
      '-v',
      'ON_ERROR_STOP=1',
      '-c',
      sql,
      this.url(database),
    ]).trim();
  }

  /** Starts the server again on its folder and port, after `crash` or `halt`. */
  async start(): Promise<void> {
    if (this.child) throw new Error('this PostgreSQL runs already');
    const log = openLog(this.logFile);
    const { child, ready } = launchPostgres(this, log.stdio, this.settings);
    log.close();
    this.child = child;
    child.once('exit', () => (this.child = null));
    await ready;
  }

  /** Ends the server at once and without a checkpoint: open transactions are lost, and the next start recovers. */
  async crash(): Promise<void> {
    await this.end('SIGQUIT');
  }

  /** Ends the server in order and keeps its folder. Open connections are cut. */
  async halt(): Promise<void> {
    await this.end('SIGINT');
  }

  /** Ends the server and removes its folder. Harmless when it has ended already. */
  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the server has said so far. */
  log(): string {
    try {
      return readFileSync(this.logFile, 'utf8');
    } catch {
      return '';
    }
  }

  private get logFile(): string {
    return join(this.folder, 'postgres.log');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (!this.child) return;
    const ended = once(this.child, 'exit');
    this.child.kill(signal);
    await ended;
  }
}
