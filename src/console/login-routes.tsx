import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleDependencies } from './dependencies';
import { toDraft } from './forms';
import type { KeptForms } from './kept-forms';
import { LoginPage } from './login';
import { startSession } from './session';
import { show } from './show';
import { KEPT, pathToForm } from './turned-away';

/**
 * Log-in and log-out. After the log-in a person arrives at the page that they first asked for, or with the form that they
 * sent when their log-in had ended.
 */
export function registerLogin(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  const isByToken = deps.logIn.by === 'token';
  const frame = { title: 'Anmelden' };

  const showPage = (request: FastifyRequest, reply: FastifyReply, formId: string, isWrong: boolean) => {
    const { abgelaufen } = request.query as Record<string, unknown>;
    const lost = kept.find(request.session.get('browser'), formId)
      ? 'kept'
      : abgelaufen || formId
        ? 'gone'
        : null;
    const hasCookies = Boolean(request.headers.cookie) || lost === null;
    return show(deps, request, reply, frame, (csrfToken) => (
      <LoginPage {...{ csrfToken, isByToken, isWrong, lost, formId, hasCookies }} />
    ));
  };

  app.get('/anmelden', (request, reply) => {
    const { [KEPT]: formId } = request.query as Record<string, unknown>;
    return showPage(request, reply, typeof formId === 'string' ? formId : '', false);
  });

  app.post('/anmelden', (request, reply) => {
    const { session } = request;
    const wanted = session.get('wanted') ?? '/';
    const { token = '', name = '', [KEPT]: formId = '' } = toDraft(request.body);
    const credentials = isByToken ? { token: token.trim() } : { name: name.trim() || 'rehearsal' };
    if (!deps.logIn.identify({ token: null, name: null, ...credentials })) {
      startSession(request, null);
      return showPage(request, reply.status(401), formId, true);
    }
    const form = kept.find(session.get('browser'), formId);
    startSession(request, credentials);
    return reply.redirect(form ? pathToForm(form) : wanted, 303);
  });

  app.post('/abmelden', (request, reply) => {
    request.session.delete();
    return reply.redirect('/anmelden', 303);
  });
}
