import { clockOn, toInstant } from '../domain/clock';
import type { Logger } from '../observability';
import { ConfigError } from './environment';
import { requirePrivate } from './private-files';
import { loadTokens, type ApiToken } from './tokens';

/** A change counts within a minute. */
const REREAD_MS = 15_000;

/**
 * The tokens of the file as they are now: it is read again and again, so that a token counts, and no longer counts,
 * without a start. A file with faults changes nothing: the tokens of before go on counting, and `fault` says so.
 *
 * @example const tokens = new TokensFile('tokens.json', houses, logger); logInByToken(tokens, hashToken);
 */
export class TokensFile implements Iterable<ApiToken> {
  private tokens: readonly ApiToken[];
  private broken: { faults: string; at: number } | null = null;
  private readonly timer: NodeJS.Timeout;

  /** Throws a `ConfigError` for a file with faults: there is no start with it. */
  constructor(
    private readonly path: string,
    private readonly houses: ReadonlyMap<string, unknown>,
    private readonly logger: Logger,
    /**
     * `guardedFor`: the data folder of a production, where a content counts only while nobody else may change the file, as at
     * its start.
     */
    private readonly options: { rereadMs?: number; guardedFor?: string } = {},
  ) {
    this.tokens = loadTokens(path, houses);
    this.timer = setInterval(() => this.reread(), options.rereadMs ?? REREAD_MS).unref();
  }

  [Symbol.iterator](): Iterator<ApiToken> {
    return this.tokens[Symbol.iterator]();
  }

  /** What is wrong with the file now, for people, without what stands in it; `null`: nothing. */
  get fault(): string | null {
    if (!this.broken) return null;
    const since = clockOn(toInstant(this.broken.at), toInstant(Date.now()));
    return `Die Datei der Tokens hat seit ${since} einen Fehler: bis er behoben ist, gelten die Tokens von davor.`;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private reread(): void {
    try {
      const { guardedFor } = this.options;
      if (guardedFor !== undefined) requirePrivate(this.path, guardedFor);
      this.tokens = loadTokens(this.path, this.houses);
      if (this.broken) this.logger.info('the tokens file is whole again');
      this.broken = null;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const faults = error.faults.join('\n');
      if (this.broken?.faults !== faults)
        this.logger.error({ faults: error.faults }, 'the tokens file has faults, the tokens of before count');
      this.broken = { faults, at: this.broken?.at ?? Date.now() };
    }
  }
}
