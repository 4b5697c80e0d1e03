import { createHash } from 'node:crypto';
import { exactTime } from '../domain/clock';
import type { CaughtMail } from './mail-store';

/** How often the page looks for new mail, in seconds. */
const REFRESH_SECONDS = 10;

/** More would make the page slow; `GET /messages` has them all. */
const LONGEST_LIST = 200;

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; }
  article { border: 1px solid #8888; border-radius: 0.5rem; padding: 0.25rem 1rem 1rem; margin: 1rem 0; }
  h2 { font-size: 1.1rem; overflow-wrap: anywhere; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0.5rem 0; }
  dd { margin: 0; overflow-wrap: anywhere; }
  dt { opacity: 0.75; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: plaintext; }
  /* By its address, not by a click: so it stays open when the page refreshes. */
  .source { display: none; }
  .source:target { display: block; }
`;

/** The policy allows our own style sheet only: the page runs and loads nothing that a mail holds. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
};

/** The page for people, the newest mail first. */
export function renderMailPage(mails: readonly CaughtMail[]): string {
  const shown = mails.slice(-LONGEST_LIST).reverse();
  return `<!doctype html>
<html lang="de-AT">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>Aufgefangene E-Mails</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Aufgefangene E-Mails</h1>
<p>${escapeHtml(introduce(mails.length))}</p>
${shown.map(renderMail).join('\n')}
</main>
</body>
</html>
`;
}

function introduce(count: number): string {
  if (count === 0) return 'Noch keine E-Mails. Was Absage im Probebetrieb verschickt, erscheint hier.';
  const howMany = count === 1 ? 'Eine E-Mail' : `${count} E-Mails`;
  const shown = count > LONGEST_LIST ? ` Hier stehen die neuesten ${LONGEST_LIST}.` : '';
  return `${howMany}, die neueste zuerst. Keine davon hat diesen Rechner verlassen.${shown}`;
}

function renderMail({ id, receivedAt, from, to, messageId, subject, text, source }: CaughtMail): string {
  const facts = [
    ['Empfangen', exactTime(receivedAt)],
    ['Von', from],
    ['An', to.join(', ')],
    ['Message-ID', messageId ?? 'keine'],
  ] as const;
  return `<article>
<h2><bdi>${escapeHtml(subject || 'Ohne Betreff')}</bdi></h2>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd><bdi>${escapeHtml(value)}</bdi></dd>`).join('')}</dl>
<pre>${escapeHtml(text)}</pre>
<a href="#${escapeHtml(id)}">Quelltext</a>
<pre class="source" id="${escapeHtml(id)}">${escapeHtml(source)}</pre>
</article>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
