import type { ShownAttention as Question } from '../../cases/view';
import { ActionForm, type CaseForms } from './action-form';

/** The choices of a question, none of them chosen. `legend`: what is asked. */
export function Decide({
  attention,
  draft,
  legend = 'Was soll gelten?',
  ...forms
}: CaseForms & { attention: Question; legend?: string }) {
  return (
    <ActionForm {...forms} draft={draft} action="decide" button="So entscheiden">
      <input type="hidden" name="attentionId" value={attention.id} />
      <fieldset>
        <legend>{legend}</legend>
        {attention.choices.map(({ choice, text }) => (
          <label class="choice">
            <input
              id={`wahl-${choice}`}
              type="radio"
              name="choice"
              value={choice}
              required
              checked={draft.choice === choice}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
    </ActionForm>
  );
}
