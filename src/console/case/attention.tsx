import type { ShownAttention as Question } from '../../cases/view';
import { conflictText } from '../../domain/conflicts';
import { MASK_LABELS, type Action } from '../../domain/vocabulary';
import { Contacts, Lines } from '../components';
import { HandbookLink } from '../handbook-link';
import { PracticeMask } from '../practice-masks';
import { ActionForm, Confirm, type CaseForms } from './action-form';
import { Task } from './task';

/**
 * The open question of a case: what happened, what is safe, whom to call. All ways to answer it stand below it, each alike; only
 * a task, which has one answer, has its form here.
 */
export function Attention(forms: CaseForms) {
  const { attention, allowedActions, state, contacts, eventNumber } = forms.view;
  const may = (action: Action) => allowedActions.includes(action);
  if (!attention && state !== 'interrupted') return <div id="frage" />;
  return (
    <section id="frage" class="question" aria-label="Das braucht Sie">
      {attention && (
        <>
          <p class="what">{attention.text}</p>
          <Conflicts conflicts={attention.conflicts} />
          {attention.task && (
            <Task task={attention.task}>
              <PracticeMask masks={forms.masks} step={attention.step} eventNumber={eventNumber} />
            </Task>
          )}
          {attention.task && may('confirm-step') && <Confirm {...forms} />}
          <Contacts contacts={contacts} />
          <HandbookLink code={attention.code} />
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
      {!attention && <HandbookLink code={state} />}
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
