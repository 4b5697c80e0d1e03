import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Child } from 'hono/jsx';
import { housesFor } from '../cases/caller';
import type { ConsoleDependencies } from './dependencies';
import { toInstant } from '../domain/clock';
import { parseUrl } from '../domain/url';
import { isOff, writesOffText, type WritesState } from '../domain/writes';
import { renderPage, type Frame } from './layout';
import { ownPath } from './requests';
import { BY_ITSELF } from './session';

declare module 'fastify' {
  interface FastifyRequest {
    /** How many cases wait for this person's approval; `null`: nobody asks for it, or the journal does not answer. */
    approvals: number | null;
    /** Whether anything is written now; `null`: the journal does not answer, or the page is nobody's. */
    writes: WritesState | null;
  }
}

type PageFrame = Pick<Frame, 'title' | 'here' | 'live' | 'hasStand'>;

/** Sends a page in its frame. `body` receives the secret that its forms must carry. */
export function show(
  { houses, isRehearsal, isSimulator, logIn }: ConsoleDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: PageFrame,
  body: (csrfToken: string) => Child,
): FastifyReply {
  const csrfToken = reply.generateCsrf();
  const isKnown = request.caller.actor !== '';
  const actor = isKnown ? request.caller.actor : null;
  const account = request.login?.account;
  const rolesFrom = request.caller.areRolesOld && account ? toInstant(account.confirmedAtMs) : undefined;
  const mayOrder = housesFor(houses, request.caller, 'order').length > 0;
  const mayTrain = request.training !== undefined && mayOrder;
  const { still, again } = reloading(request, frame);
  const ending = request.login
    ? { ...request.login, nowMs: Date.now(), here: personalPath(request) }
    : undefined;
  const page = renderPage(
    {
      ...frame,
      still,
      again,
      ending,
      isRehearsal,
      isSimulator: isSimulator(),
      csrfToken,
      actor,
      mayTrain,
      mayOrder,
      approvals: request.approvals ?? undefined,
      mayAdminister: request.caller.grants.isAdmin && logIn.by === 'token',
      maySwitch: request.caller.grants.isAdmin,
      writesOff:
        request.writes && isOff(request.writes)
          ? writesOffText(request.writes, toInstant(Date.now()))
          : undefined,
      rolesFrom,
      mayRename: logIn.by === 'name',
    },
    body(csrfToken),
  );
  return reply.type('text/html; charset=utf-8').send(page);
}

/**
 * Addresses of the page without reloading, and of its next loading; absent: the page does not reload. A page that answers
 * a form must not, since reloading would send the form again; a page with a frame for its state need not, and must not lose
 * what is typed.
 */
function reloading(
  { method, url }: FastifyRequest,
  { live, hasStand }: PageFrame,
): { still?: string; again?: string } {
  const query = queryOf(url);
  if (!live || hasStand || method !== 'GET' || query.has('ruhig')) return {};
  const path = url.split('?')[0] ?? '/';
  const withOne = (name: string) => `${path}?${new URLSearchParams([...query, [name, '1']])}`;
  return { still: withOne('ruhig'), again: withOne(BY_ITSELF) };
}

/** Of the page as a person asks for it. The answer to a form has none of its own. */
function personalPath({ method, url, headers }: FastifyRequest): string {
  if (method !== 'GET') return ownPath(parseUrl(headers.referer ?? '')?.pathname);
  const query = queryOf(url);
  return ownPath(`${url.split('?')[0]}${query.size > 0 ? `?${query}` : ''}`);
}

function queryOf(url: string): URLSearchParams {
  const query = new URLSearchParams(url.split('?')[1]);
  query.delete(BY_ITSELF);
  return query;
}
