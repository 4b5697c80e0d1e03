import type { Role } from '../../src/domain/roles';
import { createToken, type ApiToken } from '../../src/settings/tokens';

/** A program that may call the API: its token, the token's entry as the API knows it, and the header that presents it. */
export interface IssuedCaller {
  token: string;
  known: ApiToken;
  headers: { authorization: string };
}

export function issueToken(actor: string, houses: '*' | string[], role: Role = 'lead'): IssuedCaller {
  const { token, entry } = createToken(actor, houses, { role });
  const known = { ...entry, houses: houses === '*' ? ('all' as const) : new Set(houses), expires: undefined };
  return { token, known, headers: { authorization: `Bearer ${token}` } };
}

/** Waits so long that a case stays where a test has brought it. */
export const PATIENT = {
  syncIntervalMs: 600_000,
  pollIntervalMs: 50,
  attentionAfterMs: 60_000,
  jetTimeoutMs: 5_000,
};
