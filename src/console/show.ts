import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Child } from 'hono/jsx';
import type { ConsoleDependencies } from './dependencies';
import { renderPage, type Frame } from './layout';

type PageFrame = Pick<Frame, 'title' | 'here' | 'live'> & { isTypedOn?: boolean };

/** Sends a page in its frame. `body` receives the secret that its forms must carry. */
export function show(
  { isRehearsal, hasRealJet, logIn }: ConsoleDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: PageFrame,
  body: (csrfToken: string) => Child,
): FastifyReply {
  const csrfToken = reply.generateCsrf();
  const isKnown = request.caller.actor !== '';
  const actor = isKnown ? request.caller.actor : null;
  const mayTrain = request.training !== undefined;
  const still = stillPath(request, frame);
  const page = renderPage(
    { ...frame, still, isRehearsal, hasRealJet, csrfToken, actor, mayTrain, mayRename: logIn.by === 'name' },
    body(csrfToken),
  );
  return reply.type('text/html; charset=utf-8').send(page);
}

/**
 * Address of the page without reloading; absent: the page does not reload. A page that answers a form must not, since
 * reloading would send the form again; a page with a question must not, since reloading would lose what is typed.
 */
function stillPath({ method, url }: FastifyRequest, { live, isTypedOn }: PageFrame): string | undefined {
  const [path, search] = url.split('?');
  const query = new URLSearchParams(search);
  if (!live || isTypedOn || method !== 'GET' || query.has('ruhig')) return undefined;
  query.set('ruhig', '1');
  return `${path}?${query}`;
}
