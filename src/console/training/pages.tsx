import type { ListedCancellation } from '../../cases/lists';
import { Csrf, Notice } from '../components';
import { dayAndClock } from '../words';
import { ALL_NORMAL, MISHAPS, NEW_PROGRAMME, type Mishap } from './mishaps';
import type { SwitchedOn } from './switched';

/** A running cancellation that can be disturbed. */
export type TrainingCase = Pick<ListedCancellation, 'house' | 'eventNumber' | 'title'>;

interface TrainingForms {
  csrfToken: string;
  /** `null`: mails go to another server, so mishaps with mails are not offered. */
  mailUiUrl: string | null;
  /** What goes on already. */
  on: readonly SwitchedOn[];
}

/** What a button has done, by the word in the address; nothing for a word that belongs to no button. */
function doneText(done: string | undefined): string | undefined {
  if (done === ALL_NORMAL.id) return ALL_NORMAL.done;
  const mishap = [...MISHAPS, NEW_PROGRAMME].find(({ id }) => done === id || done === `${id}-zurueck`);
  return mishap && (done === mishap.id ? mishap.done : mishap.undone);
}

/** All mishaps, and the button that undoes them all. */
export function TrainingPage({
  cases,
  done,
  fault,
  origin,
  masks,
  ...forms
}: TrainingForms & {
  cases: readonly TrainingCase[];
  done?: string;
  fault: string | null;
  /** The page of the cancellation where the button was pressed. */
  origin: string | null;
  /** Address of the practice masks. */
  masks: string;
}) {
  const { mailUiUrl, csrfToken, on } = forms;
  return (
    <>
      <h1>Übung: etwas geht schief</h1>
      <p>
        Hier können Sie im Probebetrieb auslösen, was an einem Abend schiefgehen kann, und üben, wie es
        weitergeht. Es geschieht nur im Simulator: Jet und Ö-Ticket merken davon nichts.
      </p>
      {fault !== null && <Notice kind="error">{fault}</Notice>}
      {origin !== null && (
        <p>
          <a href={origin}>Zurück zur Absage</a>
        </p>
      )}
      <Done done={done} />
      <Switched on={on} />
      <section class="sheet training" aria-labelledby="zurueck-titel">
        <h2 id="zurueck-titel">{ALL_NORMAL.title}</h2>
        <p>{ALL_NORMAL.text}</p>
        <form method="post" action={`/uebung/${ALL_NORMAL.id}`}>
          <Csrf token={csrfToken} />
          <button type="submit">{ALL_NORMAL.title}</button>
        </form>
        <p class="links">
          {mailUiUrl && (
            <a href={mailUiUrl} rel="noreferrer">
              E-Mails ansehen
            </a>
          )}
          <a href={masks} target="_blank" rel="noreferrer">
            Übungsmasken von Jet
          </a>
          <LessonPlan />
        </p>
      </section>
      {offered(mailUiUrl).map((mishap) => (
        <MishapForm {...forms} mishap={mishap} cases={cases} />
      ))}
      <MishapForm {...forms} mishap={NEW_PROGRAMME} cases={cases} />
    </>
  );
}

/** The same buttons for one running cancellation, folded, on its own page. */
export function TrainingCard({ of, done, ...forms }: TrainingForms & { of: TrainingCase; done?: string }) {
  const { csrfToken, on } = forms;
  return (
    <section class="training">
      <details id="uebung" class="sheet" open={doneText(done) !== undefined}>
        <summary>{`Übung: etwas geht schief${on.length > 0 ? ` (${on.length} eingeschaltet)` : ''}`}</summary>
        <Switched on={on} />
        <form method="post" action={`/uebung/${ALL_NORMAL.id}`}>
          <Csrf token={csrfToken} />
          <CaseInput of={of} />
          <p>{ALL_NORMAL.text}</p>
          <button type="submit">{ALL_NORMAL.title}</button>
        </form>
        {offered(forms.mailUiUrl).map((mishap) => (
          <MishapForm {...forms} mishap={mishap} of={of} />
        ))}
        <MishapForm {...forms} mishap={NEW_PROGRAMME} of={of} />
        <p class="links">
          <LessonPlan />
        </p>
      </details>
    </section>
  );
}

/** What is switched on, by whom and since when: the next person who practises must not wonder. */
function Switched({ on }: { on: readonly SwitchedOn[] }) {
  if (on.length === 0) return <p class="quiet">Es ist nichts eingeschaltet.</p>;
  return (
    <Notice kind="warning">
      <p>Eingeschaltet:</p>
      <ul>
        {on.map(({ mishap: { title }, of, by, at }) => (
          <li>
            <strong>{title}</strong>
            {of && ` (${[of.title, `${of.house} ${of.eventNumber}`].filter(Boolean).join(', ')})`}
            {by && at ? `, von ${by}, ${dayAndClock(at)}` : ', von wem ist nicht bekannt'}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Asked before everything begins anew: what will be lost. */
export function ProgrammeQuestion({
  cases,
  on,
  csrfToken,
  fall,
}: Pick<TrainingForms, 'csrfToken' | 'on'> & {
  cases: readonly TrainingCase[];
  /** The cancellation on whose page the button was pressed. */
  fall: string | null;
}) {
  return (
    <>
      <h1>Wirklich ein neues Programm?</h1>
      <p>
        Das gilt für alle, die hier üben. Der Simulator vergisst alles, was in seinem Jet geändert wurde: jede
        Vorstellung ist wieder so wie am ersten Tag und kann noch einmal abgesagt werden. Absage selbst
        vergisst nichts, die Protokolle bleiben.
      </p>
      <Switched on={on} />
      {cases.length === 0 ? (
        <Notice kind="good">Es läuft keine Absage, die dabei ihre Veranstaltung verliert.</Notice>
      ) : (
        <Notice kind="warning">
          <p>Diese Absagen laufen noch, verlieren ihre Veranstaltung und werden sich melden:</p>
          <ul>
            {cases.map((each) => (
              <li>{nameOf(each)}</li>
            ))}
          </ul>
        </Notice>
      )}
      <form class="action" method="post" action={`/uebung/${NEW_PROGRAMME.id}`}>
        <Csrf token={csrfToken} />
        <input type="hidden" name="sicher" value="ja" />
        {fall !== null && (
          <>
            <input type="hidden" name="fall" value={fall} />
            <input type="hidden" name="von" value="absage" />
          </>
        )}
        <div class="buttons">
          <button type="submit" class="danger">
            Ja, neues Programm
          </button>
          <a class="button second" href={fall === null ? '/uebung' : `/absagen/${fall}`}>
            Nein, zurück
          </a>
        </div>
      </form>
    </>
  );
}

function LessonPlan() {
  return <a href="/uebung/plan.pdf">Übungsplan zum Ausdrucken (PDF)</a>;
}

function offered(mailUiUrl: string | null): Mishap[] {
  return MISHAPS.filter(({ isOfMail }) => !isOfMail || mailUiUrl !== null);
}

/** Stands at the top of a page after a button was pressed: what it did, and a link to the buttons. */
export function Done({ done, href }: { done?: string; href?: string }) {
  const text = doneText(done);
  if (!text) return null;
  return (
    <Notice kind="good">
      {text} {href && <a href={href}>Zur Übung</a>}
    </Notice>
  );
}

interface MishapFormSettings extends TrainingForms {
  mishap: Mishap;
  /** The cancellation whose page this is; absent: the trainee chooses one of `cases`. */
  of?: TrainingCase;
  cases?: readonly TrainingCase[];
}

function MishapForm({ mishap, of, cases = [], csrfToken }: MishapFormSettings) {
  const { id, title, text, undoTitle, isOfEvent, isDangerous } = mishap;
  const isChosen = isOfEvent && !of;
  const Heading = of ? 'h3' : 'h2';
  return (
    <form class={of ? 'mishap' : 'mishap sheet'} method="post" action={`/uebung/${id}`}>
      <Csrf token={csrfToken} />
      <Heading>{title}</Heading>
      <p>{text}</p>
      {of && <CaseInput of={of} />}
      {isChosen && cases.length > 0 && <CaseChoice id={`fall-${id}`} cases={cases} />}
      {isChosen && cases.length === 0 ? (
        <p class="quiet">Dafür braucht es eine laufende Absage.</p>
      ) : (
        <div class="buttons">
          <button type="submit" name="richtung" value="hin" class={isDangerous ? 'danger' : 'second'}>
            {title}
          </button>
          {undoTitle && (
            <button type="submit" name="richtung" value="zurueck" class="second">
              {undoTitle}
            </button>
          )}
        </div>
      )}
    </form>
  );
}

/** Names the cancellation, and its page as the place to return to. */
function CaseInput({ of: { house, eventNumber } }: { of: TrainingCase }) {
  return (
    <>
      <input type="hidden" name="fall" value={`${house}/${eventNumber}`} />
      <input type="hidden" name="von" value="absage" />
    </>
  );
}

function nameOf({ house, eventNumber, title }: TrainingCase): string {
  return [title, `${house} ${eventNumber}`].filter(Boolean).join(' · ');
}

function CaseChoice({ id, cases }: { id: string; cases: readonly TrainingCase[] }) {
  return (
    <>
      <label for={id}>Absage</label>
      <select id={id} name="fall">
        {cases.map(({ house, eventNumber, title }) => (
          <option value={`${house}/${eventNumber}`}>{nameOf({ house, eventNumber, title })}</option>
        ))}
      </select>
    </>
  );
}
