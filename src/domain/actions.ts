import { type Attention } from './case';
import {
  ACTIONS,
  isConfirmable,
  isEnd,
  isWaivable,
  type Action,
  type ActionDetail,
  type CaseState,
  type StepName,
} from './vocabulary';
import { isInstant, toMs } from './clock';
import { failureRow } from './failures';
import { ACTION_TEXTS, anotherStepText } from './wording';
import type { Instant } from './types';

/** What decides whether an action is possible. */
export interface ActionSituation {
  state: CaseState;
  step: StepName;
  /** The save that the current wait counts from; `null` when nothing is waited for. */
  waitSavedAt: Instant | null;
  attention: Pick<Attention, 'id' | 'code' | 'choices'> | null;
  isStornoClaimed: boolean;
  isAbortAccepted: boolean;
  /** The plan that waits for a second person; absent or `null`: none does. */
  planHash?: string | null;
}

/** The actions that are possible now: what the view offers and the validators accept come from this one place. */
export function allowedActions(situation: ActionSituation): Action[] {
  return ACTIONS.filter((action) => actionFault(action, situation) === null);
}

/** Why an action is not possible now, in German, or `null`. */
export function actionFault(action: Action, situation: ActionSituation): string | null {
  const { state, step, attention, isStornoClaimed, isAbortAccepted } = situation;
  if (action === 'resume') return state === 'interrupted' ? null : ACTION_TEXTS.notInterrupted;
  if (state === 'interrupted') return ACTION_TEXTS.interrupted;
  if (isEnd(state)) return ACTION_TEXTS.ended;
  const mayHelp = attention !== null && failureRow(attention.code).actions.includes(action);

  switch (action) {
    case 'abort':
      if (isStornoClaimed) return ACTION_TEXTS.abortTooLate;
      if (isAbortAccepted) return ACTION_TEXTS.abortUnderWay;
      return attention && !mayHelp ? ACTION_TEXTS.abortNeedsJournal : null;
    case 'retry':
      // Absage cannot look by itself where a person is its eyes: they say what they see now.
      if (attention?.choices.some(({ choice }) => choice === 'shows-expected-status'))
        return ACTION_TEXTS.nothingToRetry;
      if (attention) return mayHelp ? null : ACTION_TEXTS.nothingToRetry;
      return state === 'waiting' || state === 'awaiting-approval' ? ACTION_TEXTS.nothingToRetry : null;
    case 'approve':
    case 'reject':
    case 'override':
      return state === 'awaiting-approval' ? null : ACTION_TEXTS.nothingToApprove;
    case 'skip-wait':
      // A wait that is put off again and again has no end of its own, and can be ended all the same.
      return (situation.waitSavedAt === null && !mayHelp) || isAbortAccepted ? ACTION_TEXTS.notWaiting : null;
    case 'confirm-step':
      if (!mayHelp || !isConfirmable(step)) return ACTION_TEXTS.nothingToConfirm;
      // While aborting only the restoring is left, and Jet itself is read for it wherever it can be.
      return isAbortAccepted && attention.code !== 'person-step' ? ACTION_TEXTS.nothingToConfirm : null;
    case 'waive-step':
      return mayHelp && isWaivable(step) ? null : ACTION_TEXTS.notWaivable;
    case 'decide':
      return mayHelp && attention.choices.length > 0 ? null : ACTION_TEXTS.nothingToDecide;
    case 'close-by-hand':
      return mayHelp && (isStornoClaimed || isAbortAccepted) ? null : ACTION_TEXTS.notClosable;
  }
}

/** What an action names beside actor and reason: anything, until it was looked at. */
export type ActionDetails = Partial<Record<'step' | ActionDetail, unknown>>;

/**
 * Why this very request is not possible now, or `null`. An action holds for exactly what it was meant for: this
 * step, this save, this attention. So one that comes late, or is replayed by a reset, finds nothing to do.
 */
export function requestFault(
  action: Action,
  details: ActionDetails,
  situation: ActionSituation,
): string | null {
  const fault = actionFault(action, situation);
  if (fault) return fault;
  const isOtherStep = details.step !== situation.step;
  switch (action) {
    case 'abort':
    case 'retry':
    case 'close-by-hand':
    case 'resume':
    case 'reject':
    case 'override':
      return null;
    case 'approve':
      return details.planHash === situation.planHash ? null : ACTION_TEXTS.anotherPlan;
    case 'skip-wait':
      if (!isWaitMeant(details, situation)) return ACTION_TEXTS.anotherWait;
      return details.step === 'wait-for-title-transfer' && details.titlesVisibleAtPartner !== true
        ? ACTION_TEXTS.titlesMustBeVisible
        : null;
    case 'confirm-step':
      return isOtherStep && !isLookByHand(details, situation) ? anotherStepText(situation.step) : null;
    case 'waive-step':
      return isOtherStep ? anotherStepText(situation.step) : null;
    case 'decide': {
      const { attention } = situation;
      const isOffered = attention?.choices.some(({ choice }) => choice === details.choice);
      return details.attentionId === attention?.id && isOffered ? null : ACTION_TEXTS.anotherAttention;
    }
  }
}

/**
 * Whether the request names the wait that is on, by its save. While a wait is put off again and again, only Jet knows the
 * newest save: there any save may be named, and the guard of the Storno compares it with the one that it reads.
 */
function isWaitMeant(
  { step, savedAt }: ActionDetails,
  { step: current, waitSavedAt, attention }: ActionSituation,
): boolean {
  if (attention?.code === 'saved-again-and-again')
    return step === 'wait-for-title-transfer' && typeof savedAt === 'string' && isInstant(savedAt);
  return step === current && isSameInstant(savedAt, waitSavedAt);
}

/** The failures of Jet in whose place an operator can look whether the event is still Storno. */
const JET_IS_AWAY: readonly string[] = ['jet-unavailable', 'jet-reply-invalid', 'jet-access-denied'];

/** Whether an operator looks in Absage's place, right before the mail, if the event is still Storno. */
export function isLookByHand(
  { step }: ActionDetails,
  { step: current, attention }: { step: StepName; attention: { code: string } | null },
): boolean {
  return step === 'set-storno' && current === 'notify-partner' && JET_IS_AWAY.includes(attention?.code ?? '');
}

function isSameInstant(given: unknown, wanted: Instant | null): boolean {
  return typeof given === 'string' && isInstant(given) && toMs(given) === toMs(wanted ?? '');
}
