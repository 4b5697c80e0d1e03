import type { Child } from 'hono/jsx';
import type { CancellationView } from '../../cases/view';
import { keysOf } from '../../domain/rows';
import { isLookByHand } from '../../domain/actions';
import { waitOf, type Action } from '../../domain/vocabulary';
import { actionLabel } from '../../domain/wording';
import { PracticeMask } from '../practice-masks';
import { ActionForm, Confirm, Retry, type CaseForms } from './action-form';
import { Decide } from './decide';
import { Task } from './task';

/**
 * The form of each action, in the order of the page; `null` where it is not offered here, because the open question
 * offers it already.
 */
const WAYS: Record<Action, (forms: CaseForms) => Child> = {
  decide: (forms) => (isEitherOr(forms.view) ? <OneAnswer {...forms} /> : <OtherStatus {...forms} />),
  'confirm-step': (forms) =>
    forms.view.attention && !forms.view.attention.task ? <ByHand {...forms} /> : null,
  abort: (forms) => (
    <ActionForm
      {...forms}
      action="abort"
      button="Abbrechen und Titel zurücksetzen"
      isDangerous={!isEitherOr(forms.view)}
    />
  ),
  retry: (forms) => (isRetryFirst(forms.view) ? null : <Retry {...forms} />),
  'waive-step': (forms) => (
    <ActionForm {...forms} action="waive-step" button="Ohne diesen Schritt weitergehen" isDangerous>
      <input type="hidden" name="step" value={forms.view.step} />
    </ActionForm>
  ),
  'close-by-hand': (forms) => (
    <ActionForm {...forms} action="close-by-hand" button="Von Hand schließen" isDangerous>
      <p class="hint">Es wird nichts zurückgesetzt. Absage kümmert sich danach nicht mehr um diesen Fall.</p>
      <WouldRemain remaining={forms.view.remaining} />
    </ActionForm>
  ),
  'skip-wait': (forms) => <SkipWait {...forms} />,
  resume: () => null,
};

/** Failures that trying again cannot mend before somebody has done something in Jet. */
const MENDED_IN_JET: readonly string[] = [
  'event-changed',
  'event-deleted',
  'marker-removed',
  'saved-again-and-again',
  'status-not-cancellable',
  'status-changed-after-storno',
];

/** Whether trying again is the first thing that the question offers. */
export function isRetryFirst({ attention, allowedActions }: CancellationView): boolean {
  if (!attention || attention.task || !allowedActions.includes('retry')) return false;
  return !allowedActions.includes('decide') && !MENDED_IN_JET.includes(attention.code);
}

/**
 * Whether the question has one answer, and aborting is the other way. Then neither may look like the usual one: both are
 * folds, one beneath the other.
 */
export function isEitherOr({ attention, allowedActions }: CancellationView): boolean {
  const may = (action: Action) => allowedActions.includes(action);
  return attention?.choices.length === 1 && may('decide') && may('abort');
}

/** The one answer that a question has. */
function OneAnswer(forms: CaseForms) {
  const { id = '', choices = [] } = forms.view.attention ?? {};
  return (
    <ActionForm {...forms} action="decide" button="So entscheiden">
      <input type="hidden" name="attentionId" value={id} />
      <input type="hidden" name="choice" value={choices[0]?.choice ?? ''} />
    </ActionForm>
  );
}

/** Beside a task: in Jet stands what must not stand there. Absage then stops, and does not ask for the task any more. */
function OtherStatus(forms: CaseForms) {
  const { attention } = forms.view;
  if (!attention?.task) return null;
  return (
    <>
      <p class="hint">
        Bitte in Jet nichts selbst reparieren. Absage hält dann an; was weiter geschieht, klärt das
        Ticketing-Team.
      </p>
      <Decide {...forms} attention={attention} legend="Was steht in Jet?" />
    </>
  );
}

function labelOf(action: Action, view: CancellationView): string {
  if (action === 'decide' && view.attention?.task) return 'In Jet steht ein anderer Status …';
  const answer = action === 'decide' ? view.attention?.choices[0]?.text : undefined;
  return answer ?? `${actionLabel(action, view.step)} …`;
}

/** The step, as a person does it in place of Absage, and what they then read back. */
function ByHand(forms: CaseForms) {
  const { byHand, step, eventNumber } = forms.view;
  return (
    <>
      {isLookByHand({ step: LOOK_STEP }, forms.view) && (
        <>
          <p>
            Die E-Mail geht nur hinaus, solange der Status Storno ist. Jet antwortet nicht: Bitte sehen Sie in
            der Maske selbst nach. Danach sendet Absage die E-Mail.
          </p>
          <Confirm {...forms} step={LOOK_STEP} button="Das steht jetzt da, die E-Mail senden" />
          <p>Oder haben Sie Ö-Ticket selbst verständigt?</p>
        </>
      )}
      {byHand && (
        <Task task={byHand} name="von-hand">
          <PracticeMask masks={forms.masks} step={step} eventNumber={eventNumber} />
        </Task>
      )}
      <Confirm {...forms} />
    </>
  );
}

/** The step whose read-back says that the status is still Storno. */
const LOOK_STEP = 'set-storno';

function WouldRemain({ remaining }: { remaining: readonly string[] }) {
  if (remaining.length === 0) return null;
  return (
    <>
      <p>Das bleibt dann von Hand zu tun:</p>
      <ul class="todo">
        {remaining.map((text) => (
          <li>{text}</li>
        ))}
      </ul>
    </>
  );
}

/** Whether the question's choices stand among the other ways, and not in the question itself. */
function isFoldedQuestion(view: CancellationView): boolean {
  return isEitherOr(view) || Boolean(view.attention?.task);
}

/** All other actions that are possible now, each folded so that it is not used by accident. */
export function WaysOut(forms: CaseForms) {
  const { view, draft } = forms;
  const open = keysOf(WAYS)
    .filter((action) => view.allowedActions.includes(action))
    .map((action) => ({ action, element: WAYS[action](forms) }))
    .filter(({ action, element }) => element !== null && (action !== 'decide' || isFoldedQuestion(view)));
  if (open.length === 0) return <div id="wege" />;
  return (
    <section id="wege" class="ways">
      <h2>{isEitherOr(view) ? 'Was soll gelten?' : 'Was Sie sonst tun können'}</h2>
      {open.map(({ action, element }) => (
        <details id={`weg-${action}`} open={draft.action === action}>
          <summary>{labelOf(action, view)}</summary>
          {element}
        </details>
      ))}
    </section>
  );
}

function SkipWait(forms: CaseForms) {
  const { view, draft } = forms;
  return (
    <ActionForm {...forms} action="skip-wait" button="Wartezeit jetzt beenden">
      <input type="hidden" name="step" value={waitOf(view.step) ?? view.step} />
      <input type="hidden" name="savedAt" value={view.waitSavedAt ?? ''} />
      {waitOf(view.step) === 'wait-for-title-transfer' && (
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
