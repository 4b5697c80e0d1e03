import type { Child } from 'hono/jsx';
import { keysOf } from '../../domain/rows';
import type { Action } from '../../domain/vocabulary';
import { ACTION_LABELS } from '../../domain/wording';
import { ActionForm, Confirm, Retry, type CaseForms } from './action-form';

/**
 * The form of each action, in the order of the page; `null` where it is not offered here, because the open question
 * offers it already.
 */
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

/** All other actions that are possible now, each folded so that it is not used by accident. */
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
