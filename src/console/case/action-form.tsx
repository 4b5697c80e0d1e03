import type { Child } from 'hono/jsx';
import type { CancellationView } from '../../cases/view';
import { casePage } from '../../domain/addresses';
import type { Right } from '../../domain/rights';
import {
  fieldRow,
  readBackFields,
  type Action,
  type FieldKind,
  type StepName,
} from '../../domain/vocabulary';
import { areaText, Csrf, Field } from '../components';
import type { Draft } from '../forms';
import { FIELD_LABELS } from '../words';

/** What the forms on the page of a case need. */
export interface CaseForms {
  view: CancellationView;
  /** Whether the person may do that in the house of the case, whenever it is possible. */
  may: (what: Right) => boolean;
  csrfToken: string;
  draft: Draft;
  /** Address of the practice masks; `null`: there are none. */
  masks?: string | null;
}

interface ActionFormSettings extends CaseForms {
  action: Action;
  button: string;
  /** The reason that stands in the form to begin with. */
  reason?: string;
  isDangerous?: boolean;
  /** The form offers reasons itself. */
  isReasonOptional?: boolean;
  /** Of the field for the reason. */
  label?: string;
  /** Beside another form of the same action. */
  name?: string;
  children?: Child;
}

/**
 * Forms that belong to a question or a step are named after it. A live update therefore replaces such a form instead of
 * carrying over what was typed for another question.
 */
function formId({ action, name = action, view: { attention, approval, step } }: ActionFormSettings): string {
  const isAnywhere = action === 'abort' || action === 'retry' || action === 'close-by-hand';
  return `formular-${name}${isAnywhere ? '' : `-${attention?.id ?? approval?.planHash ?? step}`}`;
}

/**
 * The form of one action. Every action asks for a reason, which the journal keeps beside the name, and names the case
 * that the page shows: a page that was left open never reaches a later case of the event.
 */
export function ActionForm(settings: ActionFormSettings) {
  const {
    view,
    csrfToken,
    draft,
    action,
    name = action,
    button,
    reason = '',
    isDangerous,
    isReasonOptional = false,
    label = 'Begründung für das Logbuch',
    children,
  } = settings;
  const id = `grund-${name}`;
  return (
    <form id={formId(settings)} class="action" method="post" action={`${casePage(view)}/${action}`}>
      <Csrf token={csrfToken} />
      <input type="hidden" name="caseId" value={view.caseId} />
      {children}
      <label for={id}>{label}</label>
      <input
        id={id}
        name="reason"
        required={!isReasonOptional}
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

export function Retry(forms: CaseForms) {
  return (
    <ActionForm
      {...forms}
      action="retry"
      button="Jetzt noch einmal versuchen"
      reason="Noch einmal versuchen."
    />
  );
}

/** The input for each kind of field. */
const INPUTS: Record<FieldKind, { type: string; isOptional: boolean }> = {
  text: { type: 'text', isOptional: false },
  'optional-text': { type: 'text', isOptional: true },
  'optional-lines': { type: 'textarea', isOptional: true },
  status: { type: 'text', isOptional: false },
  day: { type: 'date', isOptional: false },
  instant: { type: 'datetime-local', isOptional: false },
  'optional-instant': { type: 'datetime-local', isOptional: true },
};

/** The fields of the mask that confirm a step. */
function inputsOf(step: StepName) {
  return readBackFields(step).map((field) => ({
    name: `readBack.${field}`,
    ...INPUTS[fieldRow(field).kind],
  }));
}

/** Only the mail is not read back from a mask. */
function questionOf(step: StepName): string {
  return step === 'notify-partner' ? 'Wann haben Sie die E-Mail gesendet?' : 'Was steht jetzt in der Maske?';
}

/**
 * Asks what the mask shows now. No field is filled in beforehand, so that the clerk has to read the mask. `step`: another
 * one than the current step, whose mask says whether that may go on.
 */
export function Confirm({
  view,
  draft,
  step = view.step,
  button = step === 'notify-partner' ? 'Erledigt, die E-Mail ist gesendet' : 'Erledigt, das steht jetzt da',
  ...forms
}: CaseForms & { step?: StepName; button?: string }) {
  const isCurrent = step === view.step;
  const task = view.attention?.task ?? view.byHand;
  return (
    <ActionForm
      {...forms}
      view={view}
      draft={draft}
      action="confirm-step"
      {...(!isCurrent && { name: step })}
      button={button}
      reason={isCurrent ? 'Von Hand erledigt.' : 'In Jet selbst nachgesehen.'}
    >
      <input type="hidden" name="step" value={step} />
      <fieldset>
        <legend>{questionOf(step)}</legend>
        <p class="hint">
          {(isCurrent ? task?.confirm : null) ?? 'Bitte die Maske neu öffnen und eintragen, was darin steht.'}
        </p>
        {inputsOf(step).map(({ name, type, isOptional }) =>
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
