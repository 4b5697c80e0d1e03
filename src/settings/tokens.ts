import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { addDays, isInstant, isLocalDate, viennaInstant } from '../domain/clock';
import { HOUSE_KEY } from '../domain/input';
import { ROLE_LABELS, ROLES, type Role } from '../domain/roles';
import { actorFault, normaliseText } from '../domain/text';
import type { Instant } from '../domain/types';
import { readJsonFile } from './json-file';

/** A token as the API knows it: never the token itself, only its SHA-256. */
export interface ApiToken {
  /** 64 hexadecimal digits. */
  sha256: string;
  /** Identifies who acts, whatever name is shown. Entries of before have none: the actor's. */
  name?: string;
  /** Who acts when it is used, as it is shown. */
  actor: string;
  /** What it may do in its houses; `admin`: in none, but what concerns the installation. */
  role: Role;
  houses: 'all' | ReadonlySet<string>;
  /** From then on it is worth nothing. */
  expires?: Instant;
}

/** An entry of the tokens file. */
export interface TokenEntry extends Omit<ApiToken, 'houses' | 'expires'> {
  houses: '*' | string[];
  /** As it stands there: a day, the last one on which it counts, or an instant. */
  expires?: string;
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

/** A day ends in Vienna. */
const expires = z.string().transform((text, context): Instant => {
  const end = isLocalDate(text) ? viennaInstant(`${addDays(text, 1)}T00:00`) : text;
  if (end !== null && isInstant(end)) return end;
  context.addIssue('braucht einen Tag (2027-06-30) oder einen Zeitpunkt mit Zone');
  return z.NEVER;
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

/** Where a role counts, as a settings file states it. */
export const housesOfRole = (known: ReadonlyMap<string, unknown>) =>
  z.union([z.literal('*'), houseKeys(known)], 'braucht eine Liste von Häusern oder "*"');

const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/i, 'braucht 64 Ziffern von 0 bis f: den SHA-256 des Tokens')
  .toLowerCase();

/** What the entries of before stood for: whoever had a token could do everything in their houses. */
const NO_ROLE = `fehlt: "role": "lead" lässt dem Token alles, was es bisher durfte; weniger ist "clerk" (${ROLE_LABELS.clerk}) oder "viewer" (${ROLE_LABELS.viewer})`;

const role = z.enum(ROLES, {
  error: ({ input }) => (input === undefined ? NO_ROLE : `kennt nur ${ROLES.join(', ')}`),
});

const tokensFile = (known: ReadonlyMap<string, unknown>) =>
  z
    .strictObject({
      tokens: z
        .array(
          z.strictObject({
            sha256,
            name: actor.optional(),
            actor,
            role,
            expires: expires.optional(),
            houses: housesOfRole(known),
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
  name?: string;
  role: string;
  expires?: string;
  house?: readonly string[];
  allHouses?: boolean;
}

/**
 * A token as wished, or what is wrong with the wish, in German. `houses`: those that exist; `null` while
 * they are not known, then the start of the API reports a wrong one.
 */
export function grantToken(
  wish: TokenWish,
  houses: ReadonlyMap<string, unknown> | null,
): ReturnType<typeof createToken> | { faults: string[] } {
  const { actor, house = [], allHouses = false } = wish;
  const faults = findWishFaults(wish);
  if (allHouses === house.length > 0) faults.push('Es braucht --house (auch mehrmals) oder --all-houses');
  const unknown = house.filter((key) => (houses ? !houses.has(key) : !HOUSE_KEY.test(key)));
  if (unknown.length > 0) faults.push(`--house kennt ${unknown.join(', ')} nicht`);
  if (faults.length > 0) return { faults };
  const { name, role, expires: until } = wish;
  return createToken(actor, allHouses ? '*' : [...new Set(house)], {
    ...(name !== undefined && { name: normaliseText(name) }),
    role: role as Role,
    ...(until !== undefined && { expires: until }),
  });
}

function findWishFaults(wish: TokenWish): string[] {
  const schema = z.object({
    actor,
    name: actor.optional(),
    role: z.enum(ROLES),
    expires: expires.optional(),
  });
  const issues = schema.safeParse(wish).error?.issues ?? [];
  return issues.map(({ path, message }) =>
    path[0] === 'role' ? `--role kennt nur ${ROLES.join(', ')}` : `--${path.join('.')} ${message}`,
  );
}

/** A fresh token, and its entry for the tokens file. The token itself is kept nowhere. */
export function createToken(
  actor: string,
  houses: TokenEntry['houses'],
  { name = normaliseText(actor), role = 'lead', expires }: Partial<TokenEntry> = {},
): { token: string; entry: TokenEntry } {
  const token = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
  const sha256 = hashToken(token).toString('hex');
  const until = expires === undefined ? {} : { expires };
  return { token, entry: { sha256, name, actor: normaliseText(actor), role, houses, ...until } };
}

/** SHA-256 of the token's bytes as UTF-8. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
