import { jwtVerify, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { IssuerAway, LogInRefused, type LogoutOrder } from '../cases/identity-provider';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** An older token is one that somebody has kept. The clocks of two machines may differ a little. */
const LONGEST_AGE_SECONDS = 300;
const CLOCK_TOLERANCE_SECONDS = 30;
/** What OpenID Connect Back-Channel Logout 1.0 asks for, beside what `jwtVerify` looks at. */
const payload = z
  .looseObject({
    jti: z.string().min(1).max(255),
    sub: z.string().min(1).max(255).optional(),
    sid: z.string().min(1).max(255).optional(),
    events: z.looseObject({ [EVENT]: z.looseObject({}) }),
    // A token with one is an id token.
    nonce: z.undefined().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** A key that both sides know would let us forge what we check. */
const isAsymmetric = (algorithm: string) => /^(RS|PS|ES)\d{3}$|^EdDSA$|^Ed25519$/.test(algorithm);

interface Expected {
  keys: JWTVerifyGetKey | null;
  issuer: string;
  algorithms?: readonly string[];
  clientId: string;
  nowMs: number;
}

/** Rejects for a token that the issuer has not made for this very purpose, for us, just now. */
export async function readLogoutToken(
  token: string,
  { keys, issuer, algorithms = ['RS256'], clientId, nowMs }: Expected,
): Promise<LogoutOrder> {
  if (!keys) throw new IssuerAway('no keys');
  const verified = await jwtVerify(token, keys, {
    issuer,
    audience: clientId,
    algorithms: algorithms.filter(isAsymmetric),
    maxTokenAge: LONGEST_AGE_SECONDS,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: new Date(nowMs),
  });
  const { typ = 'JWT' } = verified.protectedHeader;
  if (!/^(application\/)?(logout\+jwt|jwt)$/i.test(typ)) throw new LogInRefused('typ');
  const parsed = payload.safeParse(verified.payload);
  if (!parsed.success) throw new LogInRefused('claims');
  const { jti, sub = null, sid = null } = parsed.data;
  return { id: jti, subject: sub, sid };
}
