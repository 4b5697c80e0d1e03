import type { FastifyReply } from 'fastify';
import type { ConsoleDependencies } from './dependencies';
import { NOBODYS, renderPage } from './layout';

/**
 * The log-in has ended here, and the browser goes on to end it at the issuer, too. By a header, not by a redirect: the policy of the
 * pages lets no form lead to another server.
 */
export function showLoggedOut(
  { isRehearsal, isSimulator }: ConsoleDependencies,
  reply: FastifyReply,
  elsewhere: string,
): FastifyReply {
  const frame = { title: 'Abgemeldet', isRehearsal, isSimulator: isSimulator(), ...NOBODYS };
  const page = renderPage(
    frame,
    <>
      <h1>Sie sind in Absage abgemeldet</h1>
      <p>Sie werden jetzt auch von Ihrem Konto abgemeldet.</p>
      <p class="links">
        <a href={elsewhere}>Weiter, wenn nichts geschieht</a>
      </p>
    </>,
  );
  return reply.header('refresh', `0; url=${elsewhere}`).type('text/html; charset=utf-8').send(page);
}
