import type { FastifyInstance } from 'fastify';
import type { ConsoleDependencies } from './dependencies';
import { toDraft } from './forms';
import { LoginPage } from './login';
import { identifyBySession, startSession } from './session';
import { show } from './show';

/** Log-in and log-out. After the log-in a person arrives at the page that they first asked for. */
export function registerLogin(app: FastifyInstance, deps: ConsoleDependencies): void {
  const isByToken = deps.logIn.by === 'token';
  const identify = identifyBySession(deps);
  const frame = { title: 'Anmelden' };

  app.get('/anmelden', (request, reply) =>
    show(deps, request, reply, frame, (csrfToken) => (
      <LoginPage csrfToken={csrfToken} isByToken={isByToken} isWrong={false} />
    )),
  );

  app.post('/anmelden', (request, reply) => {
    const wanted = request.session.get('wanted') ?? '/';
    const { token = '', name = '' } = toDraft(request.body);
    startSession(request, isByToken ? { token: token.trim() } : { name: name.trim() || 'rehearsal' });
    if (identify(request)) return reply.redirect(wanted, 303);
    startSession(request, null);
    return show(deps, request, reply.status(401), frame, (csrfToken) => (
      <LoginPage csrfToken={csrfToken} isByToken={isByToken} isWrong />
    ));
  });

  app.post('/abmelden', (request, reply) => {
    request.session.delete();
    return reply.redirect('/anmelden', 303);
  });
}
