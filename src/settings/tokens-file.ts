import type { Logger } from '../observability';
import { RereadFile, type RereadOptions } from './reread-file';
import { loadTokens, type ApiToken } from './tokens';

/**
 * The tokens of the file as they are now, so that a token counts, and no longer counts, without a start.
 *
 * @example const tokens = new TokensFile('tokens.json', houses, logger); logInByToken(tokens, hashToken);
 */
export class TokensFile extends RereadFile<readonly ApiToken[]> implements Iterable<ApiToken> {
  /** Throws a `ConfigError` for a file with faults: there is no start with it. */
  constructor(
    path: string,
    houses: ReadonlyMap<string, unknown>,
    logger: Logger,
    options: RereadOptions = {},
  ) {
    super(path, (file) => loadTokens(file, houses), { inLog: 'tokens', inGerman: 'Tokens' }, logger, options);
  }

  [Symbol.iterator](): Iterator<ApiToken> {
    return this.now[Symbol.iterator]();
  }
}
