import type { Child } from 'hono/jsx';
import type { CancellationView } from '../cases/view';
import {
  fieldRow,
  MASK_LABELS,
  readBackFields,
  type Action,
  type FieldKind,
  type StepName,
} from '../domain/vocabulary';
import type { Attention as Question } from '../domain/case';
import { keysOf } from '../domain/rows';
import { ACTION_LABELS } from '../domain/wording';
import { areaText, Csrf, Lines } from './layout';
import { Field, type Draft } from './order';
import { FIELD_LABELS } from './words';

/** What a form about a case needs. */
interface CaseForms {
  view: CancellationView;
  csrfToken: string;
  draft: Draft;
}

/** What happened, what is safe, and the one next thing. Empty while nobody is needed. */
export function Attention(forms: CaseForms) {
  const { attention, allowedActions, state } = forms.view;
  const may = (action: Action) => allowedActions.includes(action);
  if (!attention && state !== 'interrupted') return <div id="frage" />;
  return (
    <section id="frage" class="question" aria-label="Das braucht Sie">
      {attention && (
        <>
          <p class="what">{attention.text}</p>
          <Conflicts conflicts={attention.conflicts} />
          {attention.task && <Task task={attention.task} />}
          {may('decide') && <Decide {...forms} attention={attention} />}
          {attention.task && may('confirm-step') && <Confirm {...forms} />}
          {may('retry') && !may('decide') && !attention.task && <Retry {...forms} />}
          <p class="quiet">{`Nachschlagen unter: ${attention.code}`}</p>
        </>
      )}
      {may('resume') && (
        <ActionForm
          {...forms}
          action="resume"
          button="Absage fortsetzen"
          reason="Die Absage soll weitergehen."
        />
      )}
    </section>
  );
}

function Conflicts({ conflicts }: Pick<Question, 'conflicts'>) {
  if (conflicts.length === 0) return null;
  const cell = (text: string | null) => <td>{text === null ? '–' : <Lines text={text || '(leer)'} />}</td>;
  return (
    <div class="scroll" tabindex={0} role="region" aria-label="Was nicht zusammenpasst">
      <table>
        <thead>
          <tr>
            <th scope="col">Feld</th>
            <th scope="col">bisher</th>
            <th scope="col">von uns</th>
            <th scope="col">jetzt in Jet</th>
          </tr>
        </thead>
        <tbody>
          {conflicts.map(({ field, before, ours, now }) => (
            <tr>
              <th scope="row">{MASK_LABELS[field]}</th>
              {cell(before)}
              {cell(ours)}
              {cell(now)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Where to go in Jet, and what to enter there. */
function Task({ task }: { task: NonNullable<Question['task']> }) {
  return (
    <div class="task">
      <ol class="mask" aria-label="Weg zur Maske">
        {task.mask.map((part) => (
          <li>{part}</li>
        ))}
      </ol>
      <p>{task.instruction}</p>
      {task.fields.map(({ label, value }, index) => (
        <div class="copy">
          <label for={`feld-${index}`}>{label}</label>
          {value === '' ? (
            <input id={`feld-${index}`} value="" placeholder="(leer lassen)" readonly />
          ) : (
            <textarea id={`feld-${index}`} rows={Math.min(6, value.split('\n').length)} readonly>
              {areaText(value)}
            </textarea>
          )}
          {value !== '' && (
            <button
              type="button"
              class="second js-only"
              data-copy={`feld-${index}`}
              data-tells={`kopiert-${index}`}
            >
              <span class="hidden">{label} </span>
              Kopieren
            </button>
          )}
          <span id={`kopiert-${index}`} class="hint" role="status" />
        </div>
      ))}
    </div>
  );
}

function Decide({ attention, draft, ...forms }: CaseForms & { attention: Question }) {
  return (
    <ActionForm {...forms} draft={draft} action="decide" button="So entscheiden">
      <input type="hidden" name="attentionId" value={attention.id} />
      <fieldset>
        <legend>Was soll gelten?</legend>
        {attention.choices.map(({ choice, text }) => (
          <label class="choice">
            <input
              id={`wahl-${choice}`}
              type="radio"
              name="choice"
              value={choice}
              required
              checked={draft.choice === choice || attention.choices.length === 1}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
    </ActionForm>
  );
}

/** How each kind of field is typed. */
const INPUTS: Record<FieldKind, { type: string; isOptional: boolean }> = {
  text: { type: 'text', isOptional: false },
  'optional-text': { type: 'text', isOptional: true },
  'optional-lines': { type: 'textarea', isOptional: true },
  status: { type: 'text', isOptional: false },
  day: { type: 'date', isOptional: false },
  instant: { type: 'datetime-local', isOptional: false },
  'optional-instant': { type: 'datetime-local', isOptional: true },
};

function inputsOf(step: StepName) {
  return readBackFields(step).map((field) => ({
    name: `readBack.${field}`,
    ...INPUTS[fieldRow(field).kind],
  }));
}

/** What the mask shows afterwards. Nothing is filled in beforehand: it is to be read, not believed. */
function Confirm({ view, draft, ...forms }: CaseForms) {
  return (
    <ActionForm
      {...forms}
      view={view}
      draft={draft}
      action="confirm-step"
      button="Erledigt, das steht jetzt da"
      reason="Von Hand erledigt."
    >
      <input type="hidden" name="step" value={view.step} />
      <fieldset>
        <legend>Was steht jetzt in der Maske?</legend>
        <p class="hint">
          {view.attention?.task?.confirm ?? 'Bitte die Maske neu öffnen und eintragen, was darin steht.'}
        </p>
        {inputsOf(view.step).map(({ name, type, isOptional }) =>
          type === 'textarea' ? (
            <>
              <label for={name}>{FIELD_LABELS[name]}</label>
              <textarea id={name} name={name} rows={4}>
                {areaText(draft[name] ?? '')}
              </textarea>
            </>
          ) : (
            <Field name={name} draft={draft} type={type} required={!isOptional} autocomplete="off" />
          ),
        )}
      </fieldset>
    </ActionForm>
  );
}

/** What each action looks like where it is not the answer to the question; `null`: it only is. */
const WAYS: Record<Action, (forms: CaseForms) => Child> = {
  'confirm-step': (forms) =>
    forms.view.attention && !forms.view.attention.task ? <Confirm {...forms} /> : null,
  retry: (forms) =>
    !forms.view.attention || forms.view.allowedActions.includes('decide') ? <Retry {...forms} /> : null,
  abort: (forms) => (
    <ActionForm {...forms} action="abort" button="Abbrechen und Titel zurücksetzen" isDangerous />
  ),
  'waive-step': (forms) => (
    <ActionForm {...forms} action="waive-step" button="Ohne diesen Schritt weitergehen" isDangerous>
      <input type="hidden" name="step" value={forms.view.step} />
    </ActionForm>
  ),
  'close-by-hand': (forms) => (
    <ActionForm {...forms} action="close-by-hand" button="Von Hand schließen" isDangerous>
      <p class="hint">Es wird nichts zurückgesetzt. Absage kümmert sich danach nicht mehr um diesen Fall.</p>
    </ActionForm>
  ),
  'skip-wait': (forms) => <SkipWait {...forms} />,
  decide: () => null,
  resume: () => null,
};

/** Everything else that is possible now; each has to be opened first. */
export function WaysOut(forms: CaseForms) {
  const { view, draft } = forms;
  const open = keysOf(WAYS)
    .filter((action) => view.allowedActions.includes(action))
    .map((action) => ({ action, element: WAYS[action](forms) }))
    .filter(({ element }) => element !== null);
  if (open.length === 0) return <div id="wege" />;
  return (
    <section id="wege" class="ways">
      <h2>Was Sie sonst tun können</h2>
      {open.map(({ action, element }) => (
        <details id={`weg-${action}`} open={draft.action === action}>
          <summary>{`${ACTION_LABELS[action]} …`}</summary>
          {element}
        </details>
      ))}
    </section>
  );
}

function SkipWait(forms: CaseForms) {
  const { view, draft } = forms;
  return (
    <ActionForm {...forms} action="skip-wait" button="Wartezeit jetzt beenden" isDangerous>
      <input type="hidden" name="step" value={view.step} />
      <input type="hidden" name="savedAt" value={view.waitSavedAt ?? ''} />
      {view.step === 'wait-for-title-transfer' && (
        <label class="choice">
          <input
            id="titlesVisibleAtPartner"
            type="checkbox"
            name="titlesVisibleAtPartner"
            value="true"
            required
            checked={draft.titlesVisibleAtPartner === 'true'}
          />
          <span>Ich habe bei Ö-Ticket nachgesehen: der Zusatz steht dort schon im Titel.</span>
        </label>
      )}
    </ActionForm>
  );
}

function Retry(forms: CaseForms) {
  return (
    <ActionForm
      {...forms}
      action="retry"
      button="Jetzt noch einmal versuchen"
      reason="Noch einmal versuchen."
    />
  );
}

interface ActionFormSettings extends CaseForms {
  action: Action;
  button: string;
  /** What to write into the journal if nobody writes anything else. */
  reason?: string;
  isDangerous?: boolean;
  children?: Child;
}

/** What is typed in answer to one question never stands in the form of another. */
function formId({ action, view: { attention, step } }: ActionFormSettings): string {
  const isAnywhere = action === 'abort' || action === 'retry' || action === 'close-by-hand';
  return `formular-${action}${isAnywhere ? '' : `-${attention?.id ?? step}`}`;
}

/** Each action is written down with who and why. */
function ActionForm(settings: ActionFormSettings) {
  const { view, csrfToken, draft, action, button, reason = '', isDangerous, children } = settings;
  const id = `grund-${action}`;
  return (
    <form
      id={formId(settings)}
      class="action"
      method="post"
      action={`/absagen/${view.house}/${view.eventNumber}/${action}`}
    >
      <Csrf token={csrfToken} />
      {children}
      <label for={id}>Begründung für das Logbuch</label>
      <input
        id={id}
        name="reason"
        required
        maxlength={2000}
        autocomplete="off"
        value={(draft.action === action ? draft.reason : undefined) ?? reason}
      />
      <button type="submit" class={isDangerous ? 'danger' : ''}>
        {button}
      </button>
    </form>
  );
}
