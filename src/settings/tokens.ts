import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { HOUSE_KEY } from '../domain/input';
import { actorFault, normaliseText } from '../domain/text';
import { readJsonFile } from './json-file';

/** A token as the API knows it: never the token itself, only its SHA-256. */
export interface ApiToken {
  /** 64 hexadecimal digits. */
  sha256: string;
  /** Who acts when it is used. */
  actor: string;
  houses: 'all' | ReadonlySet<string>;
}

/** An entry of the tokens file. */
export interface TokenEntry {
  sha256: string;
  actor: string;
  houses: '*' | string[];
}

/** 256 bits cannot be guessed, so a plain SHA-256 keeps them as safe as a slow hash would. */
const TOKEN_BYTES = 32;
/** Lets people, and scanners for lost secrets, recognise a token. */
const TOKEN_PREFIX = 'absage_';

const actor = z
  .string()
  .transform(normaliseText)
  .superRefine((name, context) => {
    const fault = actorFault(name);
    if (fault) context.addIssue({ code: 'custom', message: fault });
  });

const houseKeys = (known: ReadonlyMap<string, unknown>) =>
  z
    .array(z.string())
    .min(1, 'braucht mindestens ein Haus')
    .refine((keys) => new Set(keys).size === keys.length, 'nennt ein Haus zweimal')
    .refine((keys) => keys.every((key) => known.has(key)), {
      error: ({ input }) =>
        `nennt unbekannte Häuser: ${(input as string[]).filter((key) => !known.has(key)).join(', ')}`,
    });

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'braucht 64 Ziffern von 0 bis f: den SHA-256 des Tokens')
  .toLowerCase();

const tokensFile = (known: ReadonlyMap<string, unknown>) =>
  z
    .strictObject({
      tokens: z
        .array(
          z.strictObject({
            sha256,
            actor,
            houses: z.union([z.literal('*'), houseKeys(known)], 'braucht eine Liste von Häusern oder "*"'),
          }),
        )
        .min(1, 'braucht mindestens ein Token'),
    })
    .refine(
      ({ tokens }) => new Set(tokens.map((entry) => entry.sha256)).size === tokens.length,
      'ein sha256 kommt zweimal vor',
    );

/** The tokens of the file. Throws a `ConfigError` that lists every fault, houses that do not exist among them. */
export function loadTokens(path: string, houses: ReadonlyMap<string, unknown>): readonly ApiToken[] {
  const { tokens } = readJsonFile(path, tokensFile(houses));
  return tokens.map((entry) => ({
    ...entry,
    houses: entry.houses === '*' ? 'all' : new Set(entry.houses),
  }));
}

/** What an operator wants a token for, as the command line states it. */
export interface TokenWish {
  actor: string;
  house?: readonly string[];
  allHouses?: boolean;
}

/**
 * A token as wished, or what is wrong with the wish, in German. `houses`: those that exist; `null` while
 * they are not known, then the start of the API reports a wrong one.
 */
export function grantToken(
  { actor, house = [], allHouses = false }: TokenWish,
  houses: ReadonlyMap<string, unknown> | null,
): ReturnType<typeof createToken> | { faults: string[] } {
  const faults: string[] = [];
  const fault = actorFault(normaliseText(actor));
  if (fault) faults.push(`--actor ${fault}`);
  if (allHouses === house.length > 0) faults.push('Es braucht --house (auch mehrmals) oder --all-houses');
  const unknown = house.filter((key) => (houses ? !houses.has(key) : !HOUSE_KEY.test(key)));
  if (unknown.length > 0) faults.push(`--house kennt ${unknown.join(', ')} nicht`);
  return faults.length > 0 ? { faults } : createToken(actor, allHouses ? '*' : [...new Set(house)]);
}

/** A fresh token, and its entry for the tokens file. The token itself is kept nowhere. */
export function createToken(
  actor: string,
  houses: TokenEntry['houses'],
): { token: string; entry: TokenEntry } {
  const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  return { token, entry: { sha256: hashToken(token).toString('hex'), actor: normaliseText(actor), houses } };
}

/** SHA-256 of the token's bytes as UTF-8. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
