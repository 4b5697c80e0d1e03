import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../cases/problems';
import { formIn, isFromHere, type KeptForm, type KeptForms } from './kept-forms';

declare module '@fastify/secure-session' {
  interface SessionData {
    /** Names this browser, so that it gets back the forms that it sent: see `KeptForms`. */
    browser: string;
  }
}

/** The parameter of an address that names a kept form. */
export const KEPT = 'formular';

/** What a person reads above their own words. */
export const NOT_CARRIED_OUT =
  'Ihre Anmeldung galt nicht mehr, als Sie das gesendet haben. Ihre Angaben stehen noch im Formular: bitte prüfen und noch einmal senden.';

export const ALLOW_COOKIES =
  'Bitte erlauben Sie Cookies für diese Adresse, laden Sie die Seite neu und versuchen Sie es noch einmal.';

/** Keeps a form that is not carried out; `null`: it is none to be kept, or another site sent it. */
export async function keepForm(kept: KeptForms, request: FastifyRequest): Promise<KeptForm | null> {
  const form = isFromHere(request) ? formIn(request) : null;
  if (!form) return null;
  const browser = request.session.get('browser') ?? randomUUID();
  request.session.set('browser', browser);
  return kept.keep(browser, form);
}

/** The kept form that an address names, if this browser sent it. Without a cookie no browser can be known again. */
export async function keptForm(
  kept: KeptForms,
  { session, query, headers }: FastifyRequest,
): Promise<KeptForm | null> {
  const id = (query as Record<string, unknown>)[KEPT];
  if (id !== undefined && !headers.cookie) throw new Problem('no-cookies', ALLOW_COOKIES);
  return kept.find(session.get('browser'), id);
}

/** A person without a valid log-in sent a form: they log in, and find it again on its page. */
export async function toLogIn(
  kept: KeptForms,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const form = await keepForm(kept, request);
  if (form) request.session.set('wanted', form.page);
  return reply.redirect(form ? `/anmelden?${KEPT}=${form.id}` : '/anmelden?abgelaufen=ja', 303);
}

/** Where a person goes on with a kept form. */
export function pathToForm({ page, id }: KeptForm): string {
  return `${page}?${KEPT}=${id}`;
}
