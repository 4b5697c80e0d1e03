import type { Child } from 'hono/jsx';
import type { CancellationView } from '../../cases/view';
import { keysOf } from '../../domain/rows';
import { isLookByHand } from '../../domain/actions';
import { whoMay } from '../../domain/rights';
import { waitOf, type Action } from '../../domain/vocabulary';
import { actionLabel } from '../../domain/wording';
import { PracticeMask } from '../practice-masks';
import { REASON_CHOICE, type Draft } from '../forms';
import { ActionForm, Confirm, Retry, type CaseForms } from './action-form';
import { Decide } from './decide';
import { Task } from './task';

/** One way that is open now: a fold, so that no way is taken by accident. */
interface Way {
  id: string;
  label: string;
  element: Child;
  /** What was typed in it is on this page, because it was refused. */
  isOpen: boolean;
}

type WaysOf = (forms: CaseForms) => readonly Omit<Way, 'isOpen'>[];

/** The ways of each action, in the order of the page. */
const WAYS: Record<Action, WaysOf> = {
  decide: (forms) =>
    forms.view.attention?.task
      ? [{ id: 'decide', label: 'In Jet steht ein anderer Status', element: <OtherStatus {...forms} /> }]
      : (forms.view.attention?.choices ?? []).map(({ choice, text }) => ({
          id: `decide-${choice}`,
          label: text,
          element: <Answer {...forms} choice={choice} />,
        })),
  retry: (forms) => [one('retry', forms, <Retry {...forms} />)],
  // A task of the question has its form beside it.
  'confirm-step': (forms) =>
    forms.view.attention?.task ? [] : [one('confirm-step', forms, <ByHand {...forms} />)],
  approve: (forms) => [
    one(
      'approve',
      forms,
      <ActionForm {...forms} action="approve" button="Freigeben" reason="Freigegeben.">
        <input type="hidden" name="planHash" value={forms.view.approval?.planHash ?? ''} />
      </ActionForm>,
    ),
  ],
  reject: (forms) => [
    one('reject', forms, <ActionForm {...forms} action="reject" button="Nicht freigeben" />),
  ],
  // Whoever can approve has no need of it.
  override: (forms) =>
    forms.view.allowedActions.includes('approve')
      ? []
      : [
          one(
            'override',
            forms,
            <ActionForm {...forms} action="override" button="Ohne Freigabe beginnen">
              <p class="hint">
                Nur im Notfall. Alle, die freigeben dürfen, bekommen eine E-Mail mit Ihrem Namen und Ihrer
                Begründung, und beides steht im Protokoll.
              </p>
            </ActionForm>,
          ),
        ],
  'skip-wait': (forms) => [one('skip-wait', forms, <SkipWait {...forms} />)],
  'waive-step': (forms) => [
    one(
      'waive-step',
      forms,
      <ActionForm {...forms} action="waive-step" button="Ohne diesen Schritt weitergehen">
        <input type="hidden" name="step" value={forms.view.step} />
      </ActionForm>,
    ),
  ],
  abort: (forms) => {
    if (forms.view.state !== 'awaiting-approval') return [one('abort', forms, <Abort {...forms} />)];
    // Whoever can approve says no instead.
    if (forms.view.allowedActions.includes('approve')) return [];
    return [{ id: 'abort', label: 'Absage zurückziehen', element: <Abort {...forms} isBegun={false} /> }];
  },
  'close-by-hand': (forms) => [
    one(
      'close-by-hand',
      forms,
      <ActionForm {...forms} action="close-by-hand" button="Von Hand schließen">
        <p class="hint">
          Es wird nichts zurückgesetzt. Absage kümmert sich danach nicht mehr um diesen Fall.
        </p>
        <WouldRemain remaining={forms.view.remaining} />
      </ActionForm>,
    ),
  ],
  resume: () => [],
};

function one(action: Action, { view }: CaseForms, element: Child) {
  return { id: action, label: actionLabel(action, view.step), element };
}

/** One of the answers that a question has. None of them is chosen beforehand. */
function Answer({ choice, ...forms }: CaseForms & { choice: string }) {
  const { draft, view } = forms;
  const own = draft.choice === choice ? draft : {};
  return (
    <ActionForm {...forms} draft={own} action="decide" name={`decide-${choice}`} button="So entscheiden">
      <input type="hidden" name="attentionId" value={view.attention?.id ?? ''} />
      <input type="hidden" name="choice" value={choice} />
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

/**
 * All that is possible now, and who else may do what this person may not. Of a question all ways look alike. While a case goes on, aborting stands apart from what makes it
 * faster: the two are opposites.
 */
export function WaysOut(forms: CaseForms) {
  const { view, draft } = forms;
  const all = keysOf(WAYS)
    .filter((action) => view.allowedActions.includes(action))
    .flatMap((action) => WAYS[action](forms))
    .map((way): Way => ({ ...way, isOpen: isDraftOf(draft, way.id) }));
  const whoElse = reservedTexts(view).map((text) => <p class="quiet">{text}</p>);
  if (all.length === 0) return <div id="wege">{whoElse}</div>;
  const isQuestion = view.attention !== null;
  const isAbort = ({ id }: Way) => id === 'abort';
  const first = isQuestion ? all : all.filter((way) => !isAbort(way));
  const apart = isQuestion ? [] : all.filter(isAbort);
  return (
    <section id="wege" class={isQuestion ? 'ways question-ways' : 'ways'}>
      {first.length > 0 && <h2 id="wege-titel">{headingOf(view)}</h2>}
      {first.map(Fold)}
      {apart.length > 0 && (
        <h2 id="abbruch-titel" class="apart">
          Findet die Vorstellung doch statt?
        </h2>
      )}
      {apart.map(Fold)}
      {whoElse}
    </section>
  );
}

/** Who may do what this person may not: one sentence for all that needs another role. */
function reservedTexts({ reservedActions }: CancellationView): string[] {
  const byRole = reservedActions.filter(({ code }) => code === 'not-allowed').map(({ action }) => action);
  // Of an order of their own, the request for the approval says it, and who can.
  const others = reservedActions.filter(({ code }) => code === 'person-needed').map(({ text }) => text);
  return [...(byRole.length > 0 ? [whoMay(...byRole)] : []), ...new Set(others)];
}

function headingOf({ attention, state }: CancellationView): string {
  if (state === 'awaiting-approval') return 'Soll abgesagt werden?';
  if (!attention) return 'Schneller weitergehen';
  return attention.task ? 'Was Sie sonst tun können' : 'Was soll geschehen?';
}

function isDraftOf({ action, choice }: Draft, id: string): boolean {
  return id === action || (action === 'decide' && id === `decide-${choice}`);
}

function Fold({ id, label, element, isOpen }: Way) {
  return (
    <details id={`weg-${id}`} class={`way ${id}`} open={isOpen}>
      <summary>{label} …</summary>
      {element}
    </details>
  );
}

/** Why somebody aborts is mostly one of these. */
const ABORT_REASONS = ['Findet doch statt.', 'Falsche Vorstellung.', 'Falscher Text.'] as const;

/** A reason for an abort is one press: in that minute nobody wants to type. */
function Abort({ isBegun = true, ...forms }: CaseForms & { isBegun?: boolean }) {
  const { view, draft } = forms;
  return (
    <ActionForm
      {...forms}
      action="abort"
      button={isBegun ? 'Abbrechen und Titel zurücksetzen' : 'Zurückziehen'}
      label="Oder in eigenen Worten"
      isReasonOptional
      isDangerous={view.attention === null}
    >
      <p class="hint">
        {isBegun
          ? 'In Jet stehen danach wieder die ursprünglichen Texte, der Status bleibt, wie er ist. Bei Ö-Ticket kann der Zusatz noch einige Minuten zu sehen sein.'
          : 'In Jet wurde nichts geschrieben. Die Vorstellung bleibt, wie sie ist.'}
      </p>
      <fieldset>
        <legend>Warum?</legend>
        {ABORT_REASONS.map((text) => (
          <label class="choice">
            <input
              id={`grund-${ABORT_REASONS.indexOf(text)}`}
              type="radio"
              name={REASON_CHOICE}
              value={text}
              checked={draft[REASON_CHOICE] === text}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
    </ActionForm>
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
