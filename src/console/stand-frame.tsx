import type { Child } from 'hono/jsx';
import { rendered } from './components';
import { BY_ITSELF } from './session';
import { unbroken } from './unbroken';

/** How often the frame loads itself again, in seconds. */
const REFRESH_SECONDS = 10;

/** The last part of the frame's address. */
export const STAND = 'stand';

/** The state of a case or of a series. */
interface Stand {
  /** Address of the page that it is the state of. */
  page: string;
  /** It will not change any more. */
  isLast: boolean;
  body: Child;
}

/**
 * The state alone, in a frame that loads itself again: for browsers without JavaScript. The page around it never does, so
 * nothing is lost that somebody types there.
 */
export function renderStandFrame({ page, isLast, body }: Stand): string {
  const again = isLast ? null : `${page}/${STAND}?${BY_ITSELF}=1`;
  return framed(
    again,
    <>
      {body}
      <p class="hint">
        {again && `Diese Anzeige erneuert sich alle ${REFRESH_SECONDS} Sekunden. `}
        <a href={page} target="_top">
          Ganze Seite neu laden
        </a>
      </p>
    </>,
  );
}

/** Where that frame stands, on the page of a case or of a series. */
export function StandFrame({ page, title }: { page: string; title: string }) {
  return (
    <noscript>
      <iframe class="stand-frame" src={`${page}/${STAND}?${BY_ITSELF}=1`} title={title}></iframe>
    </noscript>
  );
}

/** Takes up what somebody was typing into a form that a live page has lost. */
export function KeptWriting() {
  return (
    <section id="geschrieben" class="notice info" role="status" hidden>
      <p>Das Formular, in dem Sie geschrieben haben, gibt es nicht mehr. Ihr Text ist noch da:</p>
    </section>
  );
}

/** The same where the log-in has ended: the log-in page is shown in no frame. */
export function renderEndedFrame(page: string): string {
  return framed(
    null,
    <p class="notice warning">
      Ihre Anmeldung ist zu Ende.{' '}
      <a href={page} target="_top">
        Neu anmelden
      </a>
    </p>,
  );
}

function framed(again: string | null, body: unknown): string {
  const page = (
    <html lang="de-AT">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Stand</title>
        <link rel="stylesheet" href="/assets/console.css" />
        {again && <meta http-equiv="refresh" content={`${REFRESH_SECONDS}; url=${again}`} />}
      </head>
      <body class="frame">{rendered(unbroken(String(body)))}</body>
    </html>
  );
  return `<!doctype html>${String(page)}`;
}
