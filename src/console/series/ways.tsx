import type { Child } from 'hono/jsx';
import type { SeriesView } from '../../cases/series-view';
import { choiceText } from '../../domain/choices';
import { performances } from '../../domain/series-progress';
import { whoMay, type Right } from '../../domain/rights';
import { Csrf, Notice } from '../components';
import { HandbookLink } from '../handbook-link';
import { TICKED, type Draft } from '../forms';
import { isSeriesEnd, NOTICE_OUTCOMES } from './words';

/** What the forms on the page of a series need. */
export interface SeriesForms {
  view: SeriesView;
  /** Whether the person may do that in this house. */
  may: (house: string, what: Right) => boolean;
  csrfToken: string;
  /** What was sent and refused. */
  draft: Draft;
}

/** What people can do with the whole of a series, as its address names it. */
const WAYS: readonly {
  path: string;
  label: string;
  button: string;
  hint: string;
  isDangerous?: boolean;
}[] = [
  {
    path: 'continue',
    label: 'Fortsetzen',
    button: 'Fortsetzen',
    hint: 'Was noch nicht begonnen hat, kommt wieder an die Reihe.',
  },
  {
    path: 'resume',
    label: 'Wieder aufnehmen',
    button: 'Wieder aufnehmen',
    hint: 'Ein neuer Lauf sieht nach, was geschehen ist, und erledigt das Übrige. Bitte vorher den technischen Betrieb fragen, ob jemand die Serie mit Absicht beendet hat. Was noch nicht begonnen hat, ist dann von Ihnen beauftragt.',
  },
  {
    path: 'pause',
    label: 'Anhalten',
    button: 'Anhalten',
    hint: 'Was noch nicht begonnen hat, beginnt nicht. Was begonnen hat, geht weiter.',
  },
  {
    path: 'retry',
    label: 'Alles noch einmal versuchen, was nicht abgesagt wurde',
    button: 'Noch einmal versuchen',
    hint: 'Jede davon beginnt von vorn, als neue Absage.',
  },
  {
    path: 'abort',
    label: 'Die ganze Serie abbrechen',
    button: 'Serie abbrechen',
    hint: 'Was noch nicht begonnen hat, wird ausgelassen. Was noch nicht Storno ist, wird zurückgesetzt und weiter verkauft. Was schon Storno ist, geht zu Ende. Das lässt sich nicht zurücknehmen.',
    isDangerous: true,
  },
];

/** One fold for each way that is open now, so that none is taken by accident. */
export function SeriesWays(forms: SeriesForms) {
  const { view, draft } = forms;
  const open = WAYS.filter(({ path }) => view.allowedActions.includes(path));
  const isForOthers = open.length === 0 && !isSeriesEnd(view.state) && view.state !== 'aborting';
  if (open.length === 0 && !isForOthers) return <div id="wege" />;
  return (
    <section id="wege" class="ways">
      <h2>Was Sie mit der Serie tun können</h2>
      {open.map(({ path, label, button, hint, isDangerous = false }) => (
        <details id={`weg-${path}`} open={draft.action === path}>
          <summary>{label}</summary>
          <ReasonForm {...forms} path={path} button={button} isDangerous={isDangerous}>
            <p class="hint">{hint}</p>
            {path === 'retry' && <input type="hidden" name="alle" value="1" />}
          </ReasonForm>
        </details>
      ))}
      {isForOthers && <p class="quiet">{`${whoMay(...FOR_OTHERS)} Das gilt für alle Häuser der Serie.`}</p>}
    </section>
  );
}

const FOR_OTHERS: readonly Right[] = ['pause-series', 'abort-series'];

/** What to do with the rows whose boxes are ticked. */
export function Chosen({ view: { links, allowedActions }, csrfToken, draft }: SeriesForms) {
  const buttons = [
    { path: 'skip', text: 'Gewählte auslassen' },
    { path: 'retry', text: 'Gewählte noch einmal versuchen' },
  ].filter(({ path }) => allowedActions.includes(path));
  if (buttons.length === 0) return <div id="gewaehlt" />;
  return (
    <div id="gewaehlt">
      <h3>Mit den gewählten Vorstellungen</h3>
      <p class="hint">
        {allowedActions.includes('skip') && 'Auslassen geht, was noch nicht begonnen hat. '}
        {allowedActions.includes('retry') && 'Noch einmal versuchen geht, was nicht abgesagt wurde.'}
      </p>
      <form id="formular-gewaehlte" class="action" method="post" action={`${links.page}/${buttons[0]?.path}`}>
        <Csrf token={csrfToken} />
        <button type="button" class="plain js-only" data-tick-all={TICKED}>
          Alle anhaken, die gewählt werden können
        </button>
        <ReasonField name="gewaehlte" value={draft.gewaehlte ? draft.reason : undefined} />
        <input type="hidden" name="gewaehlte" value="1" />
        <div class="buttons">
          {buttons.map(({ path, text }) => (
            <button type="submit" class="second" formaction={`${links.page}/${path}`}>
              {text}
            </button>
          ))}
        </div>
      </form>
    </div>
  );
}

/** Each mail of which somebody has to say what holds. */
export function Doubts(forms: SeriesForms) {
  const { view, may, draft } = forms;
  const open = view.notices.filter(({ outcome }) => outcome === 'in-doubt' || outcome === 'refused');
  if (open.length === 0) return <div id="frage" />;
  return (
    <section id="frage" class="question">
      <h2>Was ist mit der E-Mail an Ö-Ticket?</h2>
      {view.attention && <p>{view.attention.text}</p>}
      <HandbookLink code="series-notice" />
      {open.map(({ house, number, eventNumbers, messageId, outcome }) => {
        const key = `${house}-${number}`;
        const isAllowed = view.allowedActions.includes('decide') && may(house, 'decide-series-notice');
        return (
          <div id={`zweifel-${key}`}>
            <h3>{`${house}, ${performances(eventNumbers.length)}: ${NOTICE_OUTCOMES[outcome].text}`}</h3>
            <p class="quiet">{`VA-Nr. ${eventNumbers.join(', ')} · Message-ID ${messageId}`}</p>
            {isAllowed ? (
              <ReasonForm {...forms} path="decide" name={key} button="So entscheiden">
                <input type="hidden" name="house" value={house} />
                <input type="hidden" name="number" value={String(number)} />
                <fieldset>
                  <legend>Was soll gelten?</legend>
                  {(['treat-as-sent', 'send-again'] as const).map((choice) => (
                    <label class="choice">
                      <input
                        id={`wahl-${key}-${choice}`}
                        type="radio"
                        name="choice"
                        value={choice}
                        required
                        checked={draft.choice === choice}
                      />
                      <span>{choiceText(choice)}</span>
                    </label>
                  ))}
                </fieldset>
              </ReasonForm>
            ) : (
              <Notice kind="info">{whoMay('decide-series-notice')}</Notice>
            )}
          </div>
        );
      })}
    </section>
  );
}

interface ReasonFormSettings extends SeriesForms {
  path: string;
  button: string;
  /** Beside another form of the same action. */
  name?: string;
  isDangerous?: boolean;
  children?: Child;
}

/** Every action asks for a reason, which the journal keeps beside the name. */
function ReasonForm({
  view,
  csrfToken,
  draft,
  path,
  name = path,
  button,
  isDangerous = false,
  children,
}: ReasonFormSettings) {
  return (
    <form id={`formular-${name}`} class="action" method="post" action={`${view.links.page}/${path}`}>
      <Csrf token={csrfToken} />
      {children}
      <ReasonField name={name} value={draft.action === path && !draft.gewaehlte ? draft.reason : undefined} />
      <button type="submit" class={isDangerous ? 'danger' : ''}>
        {button}
      </button>
    </form>
  );
}

function ReasonField({ name, value }: { name: string; value?: string }) {
  return (
    <>
      <label for={`grund-${name}`}>Begründung für das Logbuch</label>
      <input
        id={`grund-${name}`}
        name="reason"
        required
        maxlength={2000}
        autocomplete="off"
        value={value ?? ''}
      />
    </>
  );
}
