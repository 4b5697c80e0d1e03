import type { ListedCancellation } from '../../cases/lists';
import { Csrf, Notice } from '../components';
import { ALL_NORMAL, MISHAPS, NEW_PROGRAMME, type Mishap } from './mishaps';

/** A running cancellation that can be disturbed. */
export type TrainingCase = Pick<ListedCancellation, 'house' | 'eventNumber' | 'title'>;

interface TrainingForms {
  csrfToken: string;
  /** `null`: mails go to another server, so mishaps with mails are not offered. */
  mailUiUrl: string | null;
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
  ...forms
}: TrainingForms & {
  cases: readonly TrainingCase[];
  done?: string;
  fault: string | null;
  /** The page of the cancellation where the button was pressed. */
  origin: string | null;
}) {
  const { mailUiUrl, csrfToken } = forms;
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
      <section class="sheet training" aria-labelledby="zurueck-titel">
        <h2 id="zurueck-titel">{ALL_NORMAL.title}</h2>
        <p>{ALL_NORMAL.text}</p>
        <form method="post" action={`/uebung/${ALL_NORMAL.id}`}>
          <Csrf token={csrfToken} />
          <button type="submit">{ALL_NORMAL.title}</button>
        </form>
        {mailUiUrl && (
          <p>
            <a href={mailUiUrl} rel="noreferrer">
              E-Mails ansehen
            </a>
          </p>
        )}
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
  const { csrfToken } = forms;
  return (
    <section class="training">
      <details id="uebung" class="sheet" open={doneText(done) !== undefined}>
        <summary>Übung: etwas geht schief</summary>
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
      </details>
    </section>
  );
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

function CaseChoice({ id, cases }: { id: string; cases: readonly TrainingCase[] }) {
  return (
    <>
      <label for={id}>Absage</label>
      <select id={id} name="fall">
        {cases.map(({ house, eventNumber, title }) => (
          <option value={`${house}/${eventNumber}`}>
            {[title, `${house} ${eventNumber}`].filter(Boolean).join(' · ')}
          </option>
        ))}
      </select>
    </>
  );
}
