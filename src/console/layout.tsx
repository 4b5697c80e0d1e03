import type { Child } from 'hono/jsx';
import { clockTime } from '../domain/clock';
import type { Instant } from '../domain/types';
import { Csrf, Notice, rendered } from './components';
import { UNNAMED } from './session';
import { unbroken } from './unbroken';
import { SessionEnd, type Ending } from './session-end';

/** What the frame of every page shows. */
export interface Frame {
  title: string;
  isRehearsal: boolean;
  isSimulator: boolean;
  /** The name of the person who is logged in; `null`: no log-in yet. */
  actor: string | null;
  /** The secret that every form carries. Another site cannot know it. */
  csrfToken: string;
  /** There is no log-in with a token: the person only gives a name, and can change it. */
  mayRename: boolean;
  /** In some house the person may order, so the page for it is linked. */
  mayOrder: boolean;
  here?: '/' | '/absagen/neu' | '/serien' | '/aufgaben' | '/freigaben' | '/uebung';
  /** How many cases wait for this person's approval; absent: nobody asks for it. */
  approvals?: number;
  /** There is a simulator to practise with, so the training is linked. */
  mayTrain: boolean;
  /** Whether the pages of whoever looks after the installation are linked. */
  mayAdminister?: boolean;
  /** Whether the page with the switch of the writes is linked. */
  maySwitch?: boolean;
  /** That nothing is written now: who, when and why; absent: it is. */
  writesOff?: string;
  /** Since when the issuer has not confirmed the person's roles, because it does not answer; absent: it does. */
  rolesFrom?: Instant;
  /** When the log-in ends; absent: there is none. */
  ending?: Ending;
  /** Address of the page, where it is kept up to date. Without JavaScript the page reloads instead. */
  live?: string;
  /** Address that a page without JavaScript loads again by itself. */
  again?: string;
  /** Where there is no JavaScript, its state renews itself in a frame. */
  hasStand?: boolean;
  /** Address of the same page without reloading; absent: the page does not reload, because a person types in it. */
  still?: string;
}

/** The frame of a page that knows nobody, and has no form. */
export const NOBODYS = {
  actor: null,
  csrfToken: '',
  mayRename: false,
  mayTrain: false,
  mayOrder: false,
} as const;

/** How often a page reloads where there is no JavaScript. */
const REFRESH_SECONDS = 10;

const REHEARSAL = 'PROBEBETRIEB – nichts wird übertragen';
const REHEARSAL_WITH_JET =
  'PROBEBETRIEB mit echtem Jet – was gespeichert wird, gilt; nur die E-Mails gehen an die Probeadresse';

/** Renders a whole page. The template escapes every text; no page needs JavaScript. */
export function renderPage(frame: Frame, body: Child): string {
  const { title, isRehearsal, isSimulator, live, hasStand, still, again, ending, csrfToken, actor } = frame;
  const { rolesFrom, mayAdminister, maySwitch, writesOff } = frame;
  const page = (
    <html lang="de-AT">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${isRehearsal ? '[PROBE] ' : ''}${title} – Absage`}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/console.css" />
        <script src="/assets/console.js" defer></script>
        {hasStand && (
          <noscript>
            <link rel="stylesheet" href="/assets/no-script.css" />
          </noscript>
        )}
        {still && (
          <noscript>
            <meta http-equiv="refresh" content={`${REFRESH_SECONDS}; url=${again}`} />
          </noscript>
        )}
      </head>
      <body data-live={live}>
        <a class="skip" href="#inhalt">
          Zum Inhalt
        </a>
        {isRehearsal && <p class="rehearsal">{isSimulator ? REHEARSAL : REHEARSAL_WITH_JET}</p>}
        <Header {...frame} />
        {ending && <SessionEnd {...{ ending, csrfToken }} />}
        <div class="notice warning" id="schreiben" role="status" hidden={!writesOff}>
          {writesOff}
        </div>
        {rolesFrom && <RolesOld rolesFrom={rolesFrom} />}
        <main id="inhalt">
          {live && !hasStand && (
            <noscript>
              <Refreshing live={live} still={still} />
            </noscript>
          )}
          {rendered(unbroken(String(body)))}
        </main>
        {actor !== null && (
          <footer class="links">
            <a href="/handbuch">Handbuch: was tun, wen anrufen?</a>
            <a href="/ich">Was darf ich?</a>
            {mayAdminister && <a href="/personen">Personen</a>}
            {maySwitch && <a href="/schreiben">Schreiben</a>}
          </footer>
        )}
        <p class="offline" id="offline" role="status" hidden>
          Diese Seite wird gerade nicht aktualisiert. Laufende Absagen gehen weiter. Die Verbindung wird
          wieder gesucht …
        </p>
      </body>
    </html>
  );
  return `<!doctype html>${String(page)}`;
}

function RolesOld({ rolesFrom }: { rolesFrom: Instant }) {
  return (
    <Notice kind="warning">
      {`Die Anmeldestelle Ihres Hauses antwortet nicht: bis sie es wieder tut, gelten Ihre Rollen vom Stand ${clockTime(rolesFrom)}.`}
    </Notice>
  );
}

function Refreshing({ live, still }: Required<Pick<Frame, 'live'>> & Pick<Frame, 'still'>) {
  return still ? (
    <p class="hint">
      {`Diese Seite lädt sich alle ${REFRESH_SECONDS} Sekunden neu. `}
      <a href={still}>Nicht mehr neu laden</a>
    </p>
  ) : (
    <p class="hint">
      Diese Seite lädt sich nicht von selbst neu. <a href={live}>Stand neu ansehen</a>
    </p>
  );
}

function Header({ actor, here, mayRename, mayTrain, mayOrder, approvals, csrfToken }: Frame) {
  const link = (href: Frame['here'], text: string) => (
    <a href={href} aria-current={here === href ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <header class="bar">
      <a class="brand" href="/">
        Absage
      </a>
      {actor !== null && (
        <nav aria-label="Bereiche">
          {link('/', 'Übersicht')}
          {mayOrder && link('/absagen/neu', 'Neue Absage')}
          {link('/serien', 'Serien')}
          {link('/aufgaben', 'Aufgaben')}
          {approvals !== undefined && link('/freigaben', `Freigaben (${approvals})`)}
          {mayTrain && link('/uebung', 'Übung')}
        </nav>
      )}
      {actor !== null && (
        <form class="who" method="post" action="/abmelden">
          <Csrf token={csrfToken} />
          <span>
            <span class="quiet label">Es handelt:</span> {actor}
          </span>
          <button class="plain" type="submit">
            {!mayRename ? 'Abmelden' : actor === UNNAMED ? 'Namen angeben' : 'Ändern'}
          </button>
        </form>
      )}
    </header>
  );
}
