import type { ShownAttention as Question } from '../../cases/view';
import { conflictText } from '../../domain/conflicts';
import { visible, visibleToCompare } from '../../domain/visible';
import { MASK_LABELS, type Action } from '../../domain/vocabulary';
import { areaText, Lines } from '../components';
import { ActionForm, Confirm, Retry, type CaseForms } from './action-form';

/** The open question of a case: what happened, what is safe, and the one thing to do next. Empty if there is none. */
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

type Conflict = Question['conflicts'][number];

function Conflicts({ conflicts }: Pick<Question, 'conflicts'>) {
  if (conflicts.length === 0) return null;
  const cell = (field: Conflict['field'], text: string | null) => (
    <td>{text === null ? '–' : <Lines text={conflictText(field, text)} />}</td>
  );
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
              {cell(field, before)}
              {cell(field, ours)}
              {cell(field, now)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A task in Jet: the way to the mask, and what to enter there. */
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
          {visible(value) !== value && (
            <span class="hint">
              Darin steht, was man nicht sieht: <Lines text={visibleToCompare(value)} />
            </span>
          )}
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
