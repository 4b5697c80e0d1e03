import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { slowedDown } from '../api/auth';
import { logSecurity } from '../api/security-log';
import {
  IssuerAway,
  LogInRefused,
  type Identified,
  type IdentityProvider,
  type PendingLogIn,
} from '../cases/identity-provider';
import { PROBLEMS } from '../cases/problems';
import { personId } from '../domain/people';
import { ACCOUNT, BACK_FROM_ISSUER } from './account-path';
import { hasNoRole } from '../cases/caller';
import type { ConsoleDependencies } from './dependencies';
import type { KeptForms } from './kept-forms';
import type { Trouble } from './login';
import { ownPath } from './requests';
import { startSession } from './session';
import { ShortLogIn } from './short-log-in';
import { show } from './show';
import { KEPT, pathToForm } from './turned-away';

/** A log-in on its way, and where its person goes on afterwards. */
interface Pending extends PendingLogIn {
  wanted: string;
  /** Names the form that they sent when they were not logged in any more; empty: there is none. */
  formId: string;
}

declare module '@fastify/secure-session' {
  interface SessionData {
    /** Log-ins that this browser has begun and not ended, the newest last. */
    pending: Pending[];
  }
}

/** A browser has several pages, and each of them may be sent to the log-in. A cookie has little room. */
const MOST_PENDING = 3;
const LONGEST_PATH = 400;

type ShowLogIn = (
  request: FastifyRequest,
  reply: FastifyReply,
  formId: string,
  trouble: Trouble,
) => Promise<FastifyReply>;

/**
 * The way to the organisation's log-in and back. What was wanted, and the form that was not carried out, survive it in the
 * browser's sealed cookie; the form itself lies on the server, and is shown again, not sent.
 */
export function registerAccount(
  app: FastifyInstance,
  deps: ConsoleDependencies & { provider: IdentityProvider },
  kept: KeptForms,
  showLogIn: ShowLogIn,
): void {
  const { provider } = deps;

  const away = (request: FastifyRequest, reply: FastifyReply, formId: string) => {
    logSecurity(request, 'issuer-unreachable', provider.issuer);
    return showLogIn(request, reply.status(PROBLEMS['jet-unavailable'].status), formId, 'issuer-away');
  };

  const refuse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { formId, trouble, reason }: { formId: string; trouble: Trouble; reason: string },
  ) => {
    const problem = await slowedDown(request, reply);
    if (problem) throw problem;
    logSecurity(request, 'failed-log-in', provider.issuer, reason);
    return showLogIn(request, reply.status(PROBLEMS.unauthorized.status), formId, trouble);
  };

  // The issuer leads the browser on by redirects, which a link may follow, and a form of ours may not.
  app.get(ACCOUNT, { exposeHeadRoute: false }, async (request, reply) => {
    const { [KEPT]: form } = request.query as Record<string, unknown>;
    const formId = typeof form === 'string' ? form.slice(0, 40) : '';
    const begun = await provider.begin().catch((error: unknown) => {
      if (error instanceof IssuerAway) return null;
      throw error;
    });
    if (!begun) return away(request, reply, formId);
    const { session } = request;
    const wanted = ownPath(session.get('wanted'));
    const others = (session.get('pending') ?? []).slice(1 - MOST_PENDING);
    const mine = { ...begun.pending, formId, wanted: wanted.length > LONGEST_PATH ? '/' : wanted };
    session.set('pending', [...others, mine]);
    return reply.redirect(begun.url, 303);
  });

  app.get(BACK_FROM_ISSUER, { exposeHeadRoute: false }, async (request, reply) => {
    const { state } = request.query as { state?: unknown };
    const { session } = request;
    const all = session.get('pending') ?? [];
    const mine = all.find((pending) => pending.state === state);
    if (!mine) {
      // Whoever goes back to this page after their log-in is where they wanted to be.
      if (request.caller.id !== '') return reply.redirect('/', 303);
      return refuse(request, reply, { formId: '', trouble: 'not-begun-here', reason: 'state' });
    }
    session.set(
      'pending',
      all.filter((pending) => pending !== mine),
    );
    const { formId } = mine;
    try {
      const identified = await provider.complete(request.url.split('?')[1] ?? '', mine);
      return await admit(request, reply, mine, identified);
    } catch (error) {
      if (error instanceof IssuerAway) return away(request, reply, formId);
      if (!(error instanceof LogInRefused)) throw error;
      return refuse(request, reply, { formId, trouble: 'refused', reason: error.reason });
    }
  });

  const admit = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { formId, wanted }: Pending,
    identified: Identified,
  ) => {
    const { session } = request;
    const form = await kept.find(session.get('browser'), formId);
    await startSession(deps, request, { identified });
    const { subject } = identified.identity;
    logSecurity(request, 'log-in', personId({ issuer: provider.issuer, subject }));
    request.login = await deps.sessions.find(session.get('id') ?? '');
    const isForNothing = request.login !== null && hasNoRole(request.login.caller);
    const next = isForNothing ? '/ich' : form ? pathToForm(form) : wanted;
    if (!request.login || request.login.account?.isRenewable) return reply.redirect(next, 303);
    const { endsAtMs, caller } = request.login;
    request.caller = caller;
    return show(deps, request, reply, { title: 'Angemeldet' }, () => <ShortLogIn {...{ endsAtMs, next }} />);
  };
}
