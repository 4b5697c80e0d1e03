import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import formBody from '@fastify/formbody';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import type Provider from 'oidc-provider';
import type { Configuration, JWK } from 'oidc-provider';
import { exportJWK, generateKeyPair } from 'jose';
import type { Logger } from '../observability';
import { answerOnlyToOwnHosts } from '../own-hosts';
import { logInPage, logOutPage } from './page';
import type { SamplePerson } from './people';

export interface SampleSettings {
  /** Its own address. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Of Absage. */
  publicUrl: string;
  /** As they are now: asked anew each time. */
  people: () => readonly SamplePerson[];
  /** Whether a log-in can be renewed. */
  isRenewable?: boolean;
  /** Private; by default a new one. */
  signingKey?: JWK;
}

const HOUR = 3_600;
const TTL_SECONDS = {
  AccessToken: HOUR,
  IdToken: HOUR,
  Interaction: HOUR,
  Grant: 24 * HOUR,
  RefreshToken: 24 * HOUR,
  Session: 24 * HOUR,
};

/** For everything that the provider signs. */
export async function makeSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig' };
}

const LOG_IN = '/uebung-anmelden';
const FORM_LIMIT = 4 * 1024;

/**
 * A real OpenID Connect provider whose people need no password, for rehearsals and tests. It remembers nothing over a restart. It
 * does not listen.
 */
export async function buildSampleProvider(
  settings: SampleSettings,
  logger: Logger,
): Promise<{ app: FastifyInstance; provider: Provider }> {
  const { default: OidcProvider } = await import('oidc-provider');
  // One of its own: the key that the package brings along is public.
  const signingKey = settings.signingKey ?? (await makeSigningKey());
  const provider = new OidcProvider(settings.issuer, configurationOf(settings, signingKey));
  provider.on('backchannel.error', (_context, error) =>
    logger.warn({ err: error }, 'Absage was not told of a log-out'),
  );
  const app = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
  });
  answerOnlyToOwnHosts(app, []);
  await app.register((pages) => registerLogIn(pages, provider, settings));
  const answer = provider.callback() as (request: IncomingMessage, reply: ServerResponse) => Promise<void>;
  await app.register((others, _options, done) => {
    // The provider reads what is sent to it by itself.
    others.removeAllContentTypeParsers();
    others.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    others.all('/*', async (request, reply) => {
      reply.hijack();
      await answer(request.raw, reply.raw);
    });
    done();
  });
  return { app, provider };
}

async function registerLogIn(
  app: FastifyInstance,
  provider: Provider,
  { people }: SampleSettings,
): Promise<void> {
  await app.register(formBody, { bodyLimit: FORM_LIMIT });
  app.get(`${LOG_IN}/:uid`, async (request, reply) => {
    const { uid } = await provider.interactionDetails(request.raw, reply.raw);
    return reply.type('text/html; charset=utf-8').send(logInPage(`${LOG_IN}/${uid}`, people()));
  });
  app.post(`${LOG_IN}/:uid`, async (request, reply) => {
    const { subject = '' } = request.body as { subject?: string };
    const result = { login: { accountId: subject } };
    return reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303);
  });
  app.post(`${LOG_IN}/:uid/abbrechen`, async (request, reply) => {
    const result = { error: 'access_denied' };
    return reply.redirect(await provider.interactionResult(request.raw, reply.raw, result), 303);
  });
}

/** What the provider hands over to call somebody with. */
type Guarded = RequestInit & { dispatcher?: unknown };

function configurationOf(settings: SampleSettings, signingKey: JWK): Configuration {
  const { clientId, clientSecret, publicUrl, people, isRenewable = true } = settings;
  return {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        token_endpoint_auth_method: 'client_secret_post',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [`${publicUrl}/anmelden/antwort`],
        post_logout_redirect_uris: [`${publicUrl}/anmelden`],
        backchannel_logout_uri: `${publicUrl}/anmelden/abgemeldet`,
        backchannel_logout_session_required: true,
      },
    ],
    // Its own way to call us refuses every address of this machine.
    fetch: (url, { dispatcher: _guarded, ...options }: Guarded = {}) => fetch(url, options),
    jwks: { keys: [signingKey] },
    ttl: TTL_SECONDS,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username', 'roles'] },
    // The claims stand in the id token, as those of Entra ID and Keycloak do.
    conformIdTokenClaims: false,
    issueRefreshToken: () => Promise.resolve(isRenewable),
    rotateRefreshToken: true,
    interactions: { url: (_context, { uid }) => `${LOG_IN}/${uid}` },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(context, form) {
          context.type = 'html';
          context.body = logOutPage(form);
        },
      },
    },
    findAccount(_context, id) {
      const person = people().find(({ subject }) => subject === id);
      return person && { accountId: id, claims: () => Promise.resolve(claimsOf(person)) };
    },
    // Nobody is asked whether Absage may know their name.
    async loadExistingGrant(context) {
      const { provider, client, session, result } = context.oidc;
      const known = result?.consent?.grantId ?? session?.grantIdFor(clientId);
      const found = known === undefined ? undefined : await provider.Grant.find(known);
      if (found) return found;
      const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  };
}

function claimsOf({ subject, name, roles }: SamplePerson) {
  // As Keycloak does: without a role there is no such claim.
  return { sub: subject, name, preferred_username: subject, ...(roles.length > 0 && { roles }) };
}
