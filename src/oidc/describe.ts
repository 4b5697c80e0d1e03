import * as client from 'openid-client';

const TIMEOUT_SECONDS = 5;

/** What an issuer says of itself. */
export interface IssuerFacts {
  hasPkce: boolean;
  hasLogOut: boolean;
  hasBackChannel: boolean;
  /** Whether a claim may come. Many issuers list only some of theirs: `true` where they list none. */
  mayNameRoles(claim: string): boolean;
}

/** Rejects where it does not answer, or calls itself something else. */
export async function describeIssuer(issuer: string): Promise<IssuerFacts> {
  const config = await client.discovery(new URL(issuer), 'doctor', {}, client.None(), {
    timeout: TIMEOUT_SECONDS,
    execute: issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
  });
  const facts = config.serverMetadata();
  const { claims_supported: claims } = facts;
  return {
    hasPkce: facts.code_challenge_methods_supported?.includes('S256') ?? false,
    hasLogOut: facts.end_session_endpoint !== undefined,
    hasBackChannel: facts.backchannel_logout_supported === true,
    mayNameRoles: (claim) => !Array.isArray(claims) || claims.includes(claim),
  };
}
