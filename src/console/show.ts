import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Child } from 'hono/jsx';
import type { ConsoleDependencies } from './dependencies';
import { renderPage, type Frame } from './layout';

type PageFrame = Pick<Frame, 'title' | 'here' | 'live'> & { isTypedOn?: boolean };

export function show(
  { isRehearsal, hasRealJet, tokens }: ConsoleDependencies,
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
    { ...frame, still, isRehearsal, hasRealJet, csrfToken, actor, mayTrain, mayRename: !tokens },
    body(csrfToken),
  );
  return reply.type('text/html; charset=utf-8').send(page);
}

/** A page that answers a form cannot be loaded again, and on one that asks something somebody types. */
function stillPath({ method, url }: FastifyRequest, { live, isTypedOn }: PageFrame): string | undefined {
  const [path, search] = url.split('?');
  const query = new URLSearchParams(search);
  if (!live || isTypedOn || method !== 'GET' || query.has('ruhig')) return undefined;
  query.set('ruhig', '1');
  return `${path}?${query}`;
}
