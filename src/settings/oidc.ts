import { z } from 'zod';
import { isLoopback } from '../domain/loopback';
import { baseUrl } from './values';

const visibleText = (what: string) => z.string().regex(/^[\x21-\x7e]+$/, `braucht ${what}`);

/** The log-in of people by OpenID Connect. */
export const OIDC_VARIABLES = {
  ABSAGE_OIDC_ISSUER: baseUrl
    .refine((text) => {
      const { protocol, hostname } = new URL(text);
      return protocol === 'https:' || isLoopback(hostname);
    }, 'muss mit https:// beginnen, denn die Anmeldestelle ist nicht auf diesem Rechner')
    .optional(),
  ABSAGE_OIDC_CLIENT_ID: visibleText('die Kennung, die Absage bei der Anmeldestelle hat').optional(),
  ABSAGE_OIDC_CLIENT_SECRET: visibleText('ein Geheimnis aus sichtbaren ASCII-Zeichen').optional(),
  ABSAGE_OIDC_ROLES_CLAIM: visibleText('den Namen eines Claims, z. B. roles').default('roles'),
  ABSAGE_OIDC_SCOPE: z
    .string()
    .regex(
      /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
      'braucht Scopes mit Leerzeichen dazwischen',
    )
    .refine((text) => text.split(' ').includes('openid'), 'muss openid enthalten')
    .default('openid profile'),
  ABSAGE_PEOPLE: z.string().optional(),
};

/** How people log in, and who of them may do what. */
export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** The claim whose values the people file gives roles to. */
  rolesClaim: string;
  scope: string;
  peopleFile: string;
}

/** All or none: without one of them nobody could log in, or nobody would have a role. */
const TOGETHER = [
  'ABSAGE_OIDC_ISSUER',
  'ABSAGE_OIDC_CLIENT_ID',
  'ABSAGE_OIDC_CLIENT_SECRET',
  'ABSAGE_PEOPLE',
] as const;

type OidcVariables = z.output<z.ZodObject<typeof OIDC_VARIABLES>>;

/** `null`: people do not log in this way, or not everything is given for it. */
export function oidcOf(given: OidcVariables): OidcSettings | null {
  const [issuer, clientId, clientSecret, peopleFile] = TOGETHER.map((name) => given[name]);
  if (!issuer || !clientId || !clientSecret || !peopleFile) return null;
  const { ABSAGE_OIDC_ROLES_CLAIM: rolesClaim, ABSAGE_OIDC_SCOPE: scope } = given;
  return { issuer, clientId, clientSecret, rolesClaim, scope, peopleFile };
}

/** What is missing beside what is given, one German sentence each. */
export function findOidcGaps(isGiven: (name: string) => boolean): string[] {
  const missing = TOGETHER.filter((name) => !isGiven(name));
  if (missing.length === TOGETHER.length) return [];
  return missing.map(
    (name) => `${name} fehlt: die Anmeldung mit dem Konto des Hauses braucht ${TOGETHER.join(', ')}`,
  );
}
