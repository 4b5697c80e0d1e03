import { z } from 'zod';
import { LogInRefused, type Identity } from '../cases/identity-provider';
import { actorFault, normaliseText } from '../domain/text';

/** More than any organisation has roles for this service. */
const MOST_VALUES = 200;

const text = z.string().min(1);

const claims = z.looseObject({
  sub: text.max(255),
  sid: text.max(255).optional().catch(undefined),
  name: z.unknown(),
  preferred_username: z.unknown(),
});

/** One value may come alone. Whatever is no list of texts names no role. */
const values = z
  .union([z.array(z.string()).max(MOST_VALUES), z.string().transform((one) => [one])])
  .transform((list) => [...new Set(list.map(normaliseText))])
  .catch([]);

/**
 * What the claims say of a person. A missing claim of roles means none. `subject`: whom they have to be about. Throws a
 * `LogInRefused`.
 */
export function toIdentity(given: object, rolesClaim: string, subject?: string): Identity {
  const parsed = claims.safeParse(given);
  if (!parsed.success) throw new LogInRefused('claims');
  const { sub, sid = null, name, preferred_username: userName } = parsed.data;
  if (subject !== undefined && sub !== subject) throw new LogInRefused('subject');
  return {
    subject: sub,
    sid,
    name: nameFrom(name) ?? nameFrom(userName) ?? sub,
    roles: values.parse(parsed.data[rolesClaim]),
  };
}

/** Only what may stand in the journal is a name. */
function nameFrom(claim: unknown): string | null {
  const name = typeof claim === 'string' ? normaliseText(claim) : '';
  return actorFault(name) === null ? name : null;
}
