import type { FastifyInstance } from 'fastify';
import { presentedToken } from '../api/auth';
import { registerPayloads } from '../api/payloads';
import type { ConsoleDependencies } from './dependencies';
import { identifyBySession, registerSession } from './session';

/**
 * Where Temporal's Web UI reads what is encrypted: with the log-in of the console, where the browser sends it along, or
 * with a token. A token that is not known is no reason to look for a cookie.
 */
export async function registerPayloadDoor(app: FastifyInstance, deps: ConsoleDependencies): Promise<void> {
  const { payloads, namespace, logger, logIn, temporalUiUrl } = deps;
  if (!payloads) return;
  await registerSession(app, deps);
  registerPayloads(app, {
    payloads,
    namespace,
    logger,
    webUiOrigin: new URL(temporalUiUrl).origin,
    async identify(request) {
      if (request.headers.authorization === undefined) return identifyBySession(deps, request);
      return logIn.identify({ token: presentedToken(request), name: null });
    },
  });
}
