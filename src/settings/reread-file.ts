import { clockOn, toInstant } from '../domain/clock';
import type { Logger } from '../observability';
import { ConfigError } from './environment';
import { requirePrivate } from './private-files';

/** A change counts within a minute. */
const REREAD_MS = 15_000;

export interface RereadOptions {
  rereadMs?: number;
  /** The data folder of a production, where a content counts only while nobody else may change the file, as at its start. */
  guardedFor?: string;
}

/**
 * A file of settings as it is now: it is read again and again, so that a change counts without a start. A file with faults
 * changes nothing: what it held before goes on counting, and `fault` says so.
 */
export class RereadFile<T> {
  private content: T;
  private broken: { faults: string; at: number } | null = null;
  private readonly timer: NodeJS.Timeout;

  /**
   * Throws a `ConfigError` for a file with faults: there is no start with it. `named`: what the file holds, for the log and for
   * people.
   */
  constructor(
    private readonly path: string,
    private readonly load: (path: string) => T,
    private readonly named: { inLog: string; inGerman: string },
    private readonly logger: Logger,
    private readonly options: RereadOptions = {},
  ) {
    this.content = load(path);
    this.timer = setInterval(() => this.reread(), options.rereadMs ?? REREAD_MS).unref();
  }

  get now(): T {
    return this.content;
  }

  /** What is wrong with the file now, for people, without what stands in it; `null`: nothing. */
  get fault(): string | null {
    if (!this.broken) return null;
    const since = clockOn(toInstant(this.broken.at), toInstant(Date.now()));
    const what = this.named.inGerman;
    return `Die Datei der ${what} hat seit ${since} einen Fehler: bis er behoben ist, gelten die ${what} von davor.`;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private reread(): void {
    const { inLog } = this.named;
    try {
      const { guardedFor } = this.options;
      if (guardedFor !== undefined) requirePrivate(this.path, guardedFor);
      this.content = this.load(this.path);
      if (this.broken) this.logger.info(`the ${inLog} file is whole again`);
      this.broken = null;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const faults = error.faults.join('\n');
      if (this.broken?.faults !== faults)
        this.logger.error(
          { faults: error.faults },
          `the ${inLog} file has faults, the ${inLog} of before count`,
        );
      this.broken = { faults, at: this.broken?.at ?? Date.now() };
    }
  }
}
