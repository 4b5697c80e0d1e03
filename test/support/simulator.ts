import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SIMULATOR_TOKEN } from '../../src/settings/environment';
import { createHttpJet } from '../../src/jet/http-jet';
import type { JetPort } from '../../src/jet/port';
import { createLogger } from '../../src/observability';
import type { LogEntry } from '../../src/simulator/operation-log';
import { startSimulator, type Simulator } from '../../src/simulator/server';

export const SILENT = createLogger('test', { ABSAGE_LOG_LEVEL: 'silent' });

/** An interval that is longer than any test. */
export const NEVER_MS = 24 * 3_600_000;

/** A real simulator over real HTTP, on any free port; in a folder of its own unless one is given, which then stays. */
export class TestSimulator {
  private constructor(
    readonly dataDir: string,
    private simulator: Simulator,
    private readonly syncIntervalMs: number,
    private readonly isKept: boolean,
  ) {}

  static async start({ syncIntervalMs = NEVER_MS, dataDir: given = '' } = {}): Promise<TestSimulator> {
    const dataDir = given || mkdtempSync(join(tmpdir(), 'absage-simulator-'));
    return new TestSimulator(dataDir, await listen(dataDir, syncIntervalMs), syncIntervalMs, given !== '');
  }

  get url(): string {
    return this.simulator.url;
  }

  /** The adapter with the settings of a rehearsal, except for the given ones. */
  jet({ timeoutMs = 5_000, token = SIMULATOR_TOKEN } = {}): JetPort {
    return createHttpJet({ url: `${this.url}/jet/v1`, token, timeoutMs });
  }

  /** Sends a raw request, including those that no adapter would make. */
  gateway(method: string, path: string, { body, headers }: RawRequest = {}): Promise<Response> {
    return fetch(`${this.url}/jet/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${SIMULATOR_TOKEN}`, 'content-type': 'application/json', ...headers },
      body,
    });
  }

  /** Makes a call of `/simulator/v1` that answers 204. */
  async control(method: string, path: string, body?: unknown): Promise<void> {
    const response = await this.tryControl(method, path, body);
    if (response.status !== 204) throw new Error(`${method} ${path}: ${await response.text()}`);
  }

  tryControl(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.url}/simulator/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  }

  /** Of one event, or all of it. */
  async log(eventNumber?: string): Promise<LogEntry[]> {
    const response = await this.tryControl(
      'GET',
      eventNumber === undefined ? '/log' : `/log?eventNumber=${eventNumber}`,
    );
    return ((await response.json()) as { entries: LogEntry[] }).entries;
  }

  async restart(): Promise<void> {
    await this.simulator.stop();
    this.simulator = await listen(this.dataDir, this.syncIntervalMs);
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    if (!this.isKept) await rm(this.dataDir, { recursive: true, force: true });
  }
}

interface RawRequest {
  body?: string;
  headers?: Record<string, string>;
}

function listen(dataDir: string, syncIntervalMs: number): Promise<Simulator> {
  return startSimulator({ dataDir, syncIntervalMs, ports: { simulator: 0 } }, SILENT);
}
