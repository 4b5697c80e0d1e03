import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleDependencies } from './dependencies';
import { toDraft } from './forms';
import type { KeptForms } from './kept-forms';
import { LoginPage, type Trouble } from './login';
import { showLoggedOut } from './logged-out';
import { registerAccount } from './account-routes';
import { slowedDown } from '../api/auth';
import { logSecurity, markOf } from '../api/security-log';
import { PROBLEMS } from '../cases/problems';
import { ownPath } from './requests';
import { endSession, extendSession, startSession } from './session';
import { STAY } from './session-end';
import { show } from './show';
import { KEPT, pathToForm } from './turned-away';

/**
 * Log-in and log-out. After the log-in a person arrives at the page that they first asked for, or with the form that they
 * sent when their log-in had ended.
 */
export function registerLogin(app: FastifyInstance, deps: ConsoleDependencies, kept: KeptForms): void {
  const isByToken = deps.logIn.by === 'token';
  const hasAccounts = Boolean(deps.provider);
  const hasTokens = isByToken && (deps.hasTokens ?? !hasAccounts);
  const frame = { title: 'Anmelden' };

  const showPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    formId: string,
    trouble: Trouble | null,
  ) => {
    const { abgelaufen } = request.query as Record<string, unknown>;
    const lost = (await kept.find(request.session.get('browser'), formId))
      ? 'kept'
      : abgelaufen || formId
        ? 'gone'
        : null;
    const hasCookies = Boolean(request.headers.cookie) || lost === null;
    return show(deps, request, reply, frame, (csrfToken) => (
      <LoginPage {...{ csrfToken, isByToken, hasTokens, hasAccounts, trouble, lost, formId, hasCookies }} />
    ));
  };

  app.get('/anmelden', (request, reply) => {
    const { [KEPT]: formId } = request.query as Record<string, unknown>;
    return showPage(request, reply, typeof formId === 'string' ? formId : '', null);
  });

  if (deps.provider) registerAccount(app, { ...deps, provider: deps.provider }, kept, showPage);

  app.post('/anmelden', async (request, reply) => {
    const { session } = request;
    const wanted = session.get('wanted') ?? '/';
    const { token = '', name = '', [KEPT]: formId = '' } = toDraft(request.body);
    const credentials = isByToken ? { token: token.trim() } : { name: name.trim() };
    const caller = deps.logIn.identify({ token: null, name: null, ...credentials });
    if (!caller) {
      request.presented = markOf(deps.logIn.hashOf(token.trim()));
      const problem = await slowedDown(request, reply);
      if (problem) throw problem;
      logSecurity(request, 'failed-log-in');
      await startSession(deps, request, null);
      return showPage(request, reply.status(PROBLEMS.unauthorized.status), formId, 'wrong-token');
    }
    const form = await kept.find(session.get('browser'), formId);
    await startSession(deps, request, credentials);
    logSecurity(request, 'log-in', caller.id);
    return reply.redirect(form ? pathToForm(form) : wanted, 303);
  });

  app.post(STAY, async (request, reply) => {
    const endsInMs = await extendSession(deps, request);
    const { seite } = toDraft(request.body);
    const isScript = request.headers.accept === 'application/json';
    return isScript ? reply.send({ endsInMs }) : reply.redirect(ownPath(seite), 303);
  });

  app.post('/abmelden', async (request, reply) => {
    const account = await endSession(deps, request);
    logSecurity(request, 'log-out');
    request.session.delete();
    const elsewhere = account && (await deps.provider?.logOutUrl(account.idToken));
    return elsewhere ? showLoggedOut(deps, reply, elsewhere) : reply.redirect('/anmelden', 303);
  });
}
