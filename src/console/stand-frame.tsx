import { casePage } from '../domain/addresses';
import { isEnd } from '../domain/vocabulary';
import type { CaseForms } from './case/action-form';
import { Standing, Trying } from './case/standing';
import { rendered } from './components';
import { BY_ITSELF } from './session';
import { unbroken } from './unbroken';

/** How often the frame loads itself again, in seconds. */
const REFRESH_SECONDS = 10;

/** The last part of the frame's address. */
export const STAND = 'stand';

/**
 * The state of a case alone, in a frame that loads itself again: for browsers without JavaScript. The page around it never
 * does, so nothing is lost that somebody types there.
 */
export function renderStandFrame({ view, may }: Pick<CaseForms, 'view' | 'may'>): string {
  const again = isEnd(view.state) ? null : `${casePage(view)}/${STAND}?${BY_ITSELF}=1`;
  return framed(
    again,
    <>
      <Standing {...{ view, may }} />
      <Trying view={view} />
      <p class="hint">
        {again && `Diese Anzeige erneuert sich alle ${REFRESH_SECONDS} Sekunden. `}
        <a href={casePage(view)} target="_top">
          Ganze Seite neu laden
        </a>
      </p>
    </>,
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
        <title>Stand der Absage</title>
        <link rel="stylesheet" href="/assets/console.css" />
        {again && <meta http-equiv="refresh" content={`${REFRESH_SECONDS}; url=${again}`} />}
      </head>
      <body class="frame">{rendered(unbroken(String(body)))}</body>
    </html>
  );
  return `<!doctype html>${String(page)}`;
}
