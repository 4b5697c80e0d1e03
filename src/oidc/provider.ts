import { createRemoteJWKSet } from 'jose';
import * as client from 'openid-client';
import type {
  Identified,
  IdentityProvider,
  IssuerTokens,
  LogoutOrder,
  PendingLogIn,
} from '../cases/identity-provider';
import type { OidcSettings } from '../settings/oidc';
import { toIdentity } from './claims';
import { asOurs } from './failures';
import { readLogoutToken } from './logout-token';

/** A page waits for that long at most. */
const TIMEOUT_SECONDS = 5;
/** What an issuer says about itself changes with its keys and addresses. */
const DISCOVER_AGAIN_MS = 3_600_000;

/** The path to which the issuer sends the browser back. */
const CALLBACK = '/anmelden/antwort';
/** The path to which the browser comes after it was logged out at the issuer. */
const AFTER_LOG_OUT = '/anmelden';

interface Discovered {
  config: client.Configuration;
  /** The issuer's keys, fetched when they are first needed. */
  keys: ReturnType<typeof createRemoteJWKSet> | null;
  atMs: number;
}

/** The organisation's log-in by OpenID Connect: authorization code, PKCE, `state` and `nonce`. */
export class OpenIdProvider implements IdentityProvider {
  private discovered: Promise<Discovered> | null = null;

  constructor(
    private readonly settings: Omit<OidcSettings, 'peopleFile'>,
    private readonly publicUrl: string,
    private readonly nowMs: () => number = Date.now,
  ) {}

  get issuer(): string {
    return this.settings.issuer;
  }

  begin(): Promise<{ url: string; pending: PendingLogIn }> {
    return asOurs(async () => {
      const { config } = await this.discover();
      const pending = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: this.publicUrl + CALLBACK,
        scope: this.settings.scope,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    });
  }

  complete(query: string, { state, nonce, verifier }: PendingLogIn): Promise<Identified> {
    return asOurs(async () => {
      const { config } = await this.discover();
      const answer = await client.authorizationCodeGrant(
        config,
        new URL(`${this.publicUrl}${CALLBACK}?${query}`),
        {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        },
      );
      return {
        identity: toIdentity(answer.claims() ?? {}, this.settings.rolesClaim),
        tokens: { refreshToken: answer.refresh_token ?? null, idToken: answer.id_token ?? null },
      };
    });
  }

  refresh(subject: string, before: IssuerTokens & { refreshToken: string }): Promise<Identified> {
    return asOurs(async () => {
      const { config } = await this.discover();
      const answer = await client.refreshTokenGrant(config, before.refreshToken);
      // An issuer need not repeat the id token: then it is asked at its other place.
      const claims = answer.claims() ?? (await client.fetchUserInfo(config, answer.access_token, subject));
      return {
        identity: toIdentity(claims, this.settings.rolesClaim, subject),
        // It need not give a new one: the one before then goes on counting.
        tokens: {
          refreshToken: answer.refresh_token ?? before.refreshToken,
          idToken: answer.id_token ?? before.idToken,
        },
      };
    }, 'proves nothing');
  }

  async logOutUrl(idToken: string | null): Promise<string | null> {
    const { config } = await this.discover().catch(() => ({ config: null }));
    if (!config?.serverMetadata().end_session_endpoint) return null;
    const { href } = client.buildEndSessionUrl(config, {
      post_logout_redirect_uri: this.publicUrl + AFTER_LOG_OUT,
      ...(idToken !== null && { id_token_hint: idToken }),
    });
    return href;
  }

  readLogoutToken(token: string): Promise<LogoutOrder> {
    return asOurs(async () => {
      const { config, keys } = await this.discover();
      const { issuer, id_token_signing_alg_values_supported: algorithms } = config.serverMetadata();
      return readLogoutToken(token, {
        keys,
        issuer,
        algorithms,
        clientId: this.settings.clientId,
        nowMs: this.nowMs(),
      });
    });
  }

  /** Asked once for all who wait. A failure is not kept: the next one asks again. */
  private discover(): Promise<Discovered> {
    const asked = this.discovered ?? this.ask();
    this.discovered = asked;
    return asked.then(
      (found) => {
        // What is known counts until there is something newer.
        if (this.discovered === asked && this.nowMs() - found.atMs > DISCOVER_AGAIN_MS) this.renew(found);
        return found;
      },
      (error: unknown) => {
        if (this.discovered === asked) this.discovered = null;
        throw error;
      },
    );
  }

  private renew({ config, keys }: Discovered): void {
    const kept = Promise.resolve({ config, keys, atMs: this.nowMs() });
    this.discovered = kept;
    void this.ask().then(
      (found) => {
        if (this.discovered === kept) this.discovered = Promise.resolve(found);
      },
      // It is away: what it said before goes on counting, until the next look.
      () => undefined,
    );
  }

  private async ask(): Promise<Discovered> {
    const { issuer, clientId, clientSecret } = this.settings;
    const config = await client.discovery(new URL(issuer), clientId, {}, asItTakes(clientSecret), {
      timeout: TIMEOUT_SECONDS,
      // The settings allow http on this machine only.
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
      ],
    });
    const { jwks_uri: address } = config.serverMetadata();
    const keys = address
      ? createRemoteJWKSet(new URL(address), { timeoutDuration: TIMEOUT_SECONDS * 1_000 })
      : null;
    return { config, keys, atMs: this.nowMs() };
  }
}

/** In the body, as most issuers take it; in a header where an issuer takes nothing else. Whoever does not say, takes a header. */
function asItTakes(clientSecret: string): client.ClientAuth {
  const [inBody, inHeader] = [client.ClientSecretPost(clientSecret), client.ClientSecretBasic(clientSecret)];
  return (issuer, ...rest) => {
    const methods = issuer.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (methods.includes('client_secret_post') ? inBody : inHeader)(issuer, ...rest);
  };
}
