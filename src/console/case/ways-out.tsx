import type { Child } from 'hono/jsx';
import type { Action } from '../../domain/vocabulary';
import { ACTION_LABELS } from '../../domain/wording';
import { ActionForm, Confirm, Retry, type CaseForms } from './action-form';

/** All other actions that are possible now, each folded so that it is not used by accident. */
export function WaysOut(forms: CaseForms) {
  const { view, draft } = forms;
  const { allowedActions, attention, step } = view;
  const may = (action: Action) => allowedActions.includes(action);
  const isAsked = attention !== null;
  const ways: { action: Action; element: Child }[] = [
    {
      action: 'confirm-step',
      element: isAsked && !attention.task && <Confirm {...forms} />,
    },
    {
      action: 'retry',
      element: (!isAsked || may('decide')) && <Retry {...forms} />,
    },
    {
      action: 'abort',
      element: <ActionForm {...forms} action="abort" button="Abbrechen und Titel zurücksetzen" isDangerous />,
    },
    {
      action: 'waive-step',
      element: (
        <ActionForm {...forms} action="waive-step" button="Ohne diesen Schritt weitergehen" isDangerous>
          <input type="hidden" name="step" value={step} />
        </ActionForm>
      ),
    },
    {
      action: 'close-by-hand',
      element: (
        <ActionForm {...forms} action="close-by-hand" button="Von Hand schließen" isDangerous>
          <p class="hint">
            Es wird nichts zurückgesetzt. Absage kümmert sich danach nicht mehr um diesen Fall.
          </p>
        </ActionForm>
      ),
    },
    {
      action: 'skip-wait',
      element: (
        <ActionForm {...forms} action="skip-wait" button="Wartezeit jetzt beenden" isDangerous>
          <input type="hidden" name="step" value={step} />
          <input type="hidden" name="savedAt" value={view.waitSavedAt ?? ''} />
          {step === 'wait-for-title-transfer' && (
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
      ),
    },
  ];
  const open = ways.filter(({ action, element }) => may(action) && Boolean(element));
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
