import { createHash } from 'node:crypto';
import formBody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { slowedDown } from '../api/auth';
import { logFault } from '../api/request-log';
import { toProblem } from '../api/faults';
import { logRefusal, logSecurity } from '../api/security-log';
import { LogInRefused, type IdentityProvider } from '../cases/identity-provider';
import { toInstant } from '../domain/clock';
import { personId } from '../domain/people';
import { ENDED_BY_ISSUER } from './account-path';
import type { ConsoleDependencies } from './dependencies';

/** Longest form, in bytes: it holds one token. */
const FORM_LIMIT = 16 * 1024;

/** Longer than a logout token can be brought: its age is checked, too. */
const TOKEN_KNOWN_MS = 10 * 60_000;

const form = z.object({ logout_token: z.string().min(1) });

/**
 * Where the issuer ends a log-in (OpenID Connect Back-Channel Logout 1.0), on every server and at once. What it sends proves
 * itself: no cookie and no secret of a page belongs to it. Each token is obeyed once.
 */
export async function registerLogoutDoor(
  app: FastifyInstance,
  deps: ConsoleDependencies & { provider: IdentityProvider },
): Promise<void> {
  const { provider, sessions, journal } = deps;
  await app.register(formBody, { bodyLimit: FORM_LIMIT });
  app.addHook('onRoute', (route) => {
    route.config = { ...route.config, isPage: true };
    route.schema = { ...route.schema, hide: true };
  });

  app.post(ENDED_BY_ISSUER, { bodyLimit: FORM_LIMIT }, async (request, reply) => {
    const { data } = form.safeParse(request.body);
    if (!data) throw new LogInRefused('form');
    const { id, subject, sid } = await provider.readLogoutToken(data.logout_token);
    const key = createHash('sha256').update(`${provider.issuer}\n${id}`).digest('hex');
    const { count } = await journal.spend(`logout-token/${key}`, toInstant(Date.now()), TOKEN_KNOWN_MS);
    if (count > 1) throw new LogInRefused('replayed');
    const ended = await sessions.endOfPerson({ issuer: provider.issuer, subject, sid });
    const about = subject === null ? provider.issuer : personId({ issuer: provider.issuer, subject });
    for (const who of ended.length > 0 ? ended : [about]) logSecurity(request, 'back-channel-logout', who);
    return reply.status(200).send();
  });

  app.setErrorHandler(async (error: Error, request, reply) => {
    if (error instanceof LogInRefused) {
      const slowed = await slowedDown(request, reply);
      logSecurity(request, 'failed-back-channel-logout', provider.issuer, error.reason);
      return reply
        .status(slowed ? slowed.status : 400)
        .send({ error: 'invalid_request', error_description: error.reason });
    }
    const problem = toProblem(error);
    if (problem.code === 'internal') logFault(request, error, 'back-channel logout failed');
    logRefusal(request, problem);
    return reply.status(problem.status).send({ error: 'server_error' });
  });
}
