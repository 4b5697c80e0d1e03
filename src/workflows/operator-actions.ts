import type { UpdateDefinition } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  currentUpdateInfo,
  setHandler,
} from '@temporalio/workflow';
import { requestFault, type ActionDetails } from '../domain/actions';
import { isConfirmable } from '../domain/vocabulary';
import { type Action } from '../domain/vocabulary';
import type { CancellationStatus } from '../domain/case';
import { toInstant } from '../domain/clock';
import { failureRow } from '../domain/failures';
import { effectKeys } from '../domain/journal';
import { readBackFault } from '../domain/read-back';
import { normaliseText, textFault } from '../domain/text';
import { ACTION_LABELS, ACTION_TEXTS, SUMMARIES } from '../domain/wording';
import type { DecidedAction } from '../activities/operator-decisions';
import { promptActivities } from './activities';
import { notPossible, type CancellationRun } from './cancellation-run';
import { failureCodeOf } from './failure';
import {
  abortUpdate,
  cancellationQuery,
  closeByHandUpdate,
  confirmStepUpdate,
  decideUpdate,
  isApiUpdate,
  retryNowUpdate,
  skipWaitUpdate,
  statedActor,
  waiveStepUpdate,
  WORKFLOW_CANCEL_ACTOR,
  type ActionRequest,
} from './messages';

/**
 * Everything that people can ask of a run: the query, the updates, and Temporal's own workflow cancel. The validator
 * of an update applies the same rules by which the view offers the action; the journal records name and reason.
 */
export function handleOperatorActions(run: CancellationRun): void {
  const { progress } = run;
  setHandler(cancellationQuery, () => progress.status(), { description: 'Stand der Absage' });

  on(run, 'abort', abortUpdate, (request) => run.abortBy(request));

  on(run, 'retry', retryNowUpdate, async (request) => {
    run.intervene({ kind: 'retry' });
    await record(run, { action: 'retry' }, request, effectKeys.retry(currentUpdateInfo()?.id));
  });

  on(run, 'skip-wait', skipWaitUpdate, async (request) => {
    const { step, savedAt, titlesVisibleAtPartner } = request;
    const details = { savedAt: toInstant(Date.parse(savedAt)), titlesVisibleAtPartner };
    await record(run, { action: 'skip-wait', details }, request, effectKeys.skipWait(step, details.savedAt));
    run.endWait(step);
  });

  on(run, 'confirm-step', confirmStepUpdate, async ({ actor, ...request }) => {
    const attentionId = progress.attention?.id ?? '';
    const isAborting = progress.isAbortAccepted;
    const result = await promptActivities(run.policy, SUMMARIES.recordAction).confirmStep({
      ...request,
      // After the request: what it may hold beside its own members says nothing about the case.
      ...run.stepInput(actor),
      attentionId,
      isAborting,
    });
    run.intervene({ kind: 'result', result, as: 'by-hand' }, attentionId);
  });

  on(run, 'waive-step', waiveStepUpdate, async (request) => {
    const attentionId = progress.attention?.id;
    const { head } = await record(run, { action: 'waive-step' }, request, effectKeys.waiveStep(request.step));
    const nothing = { validUntil: null, hasWritten: false, isWaived: true, acceptedAt: null };
    run.intervene({ kind: 'result', result: { ...nothing, head }, as: 'waived' }, attentionId);
  });

  on(run, 'decide', decideUpdate, async (request) => {
    const { attentionId, choice } = request;
    const details = { attentionId, code: progress.attention?.code };
    await record(run, { action: 'decide', choice, details }, request, effectKeys.decide(attentionId));
    run.answer(attentionId);
  });

  on(run, 'close-by-hand', closeByHandUpdate, async (request) => {
    const attentionId = progress.attention?.id;
    await record(run, { action: 'close-by-hand' }, request, effectKeys.closeByHand);
    run.intervene({ kind: 'close', request }, attentionId);
  });

  // A workflow cancel carries neither name nor reason.
  CancellationScope.current().cancelRequested.catch(() => abortByWorkflowCancel(run));
}

/** An update whose validator and handler follow the same rules as the view. */
function on<R extends ActionRequest & ActionDetails>(
  run: CancellationRun,
  action: Action,
  update: UpdateDefinition<CancellationStatus, [R]>,
  act: (request: R) => Promise<unknown>,
): void {
  setHandler(
    update,
    async (request) => {
      const actor = statedActor(request.actor, isApiUpdate(currentUpdateInfo()?.id));
      await CancellationScope.nonCancellable(() => act({ ...request, actor })).catch(refuse);
      return run.progress.status();
    },
    {
      validator: (request) => {
        const fault = findFault(run, action, request);
        if (fault) throw notPossible(fault);
      },
      description: `${ACTION_LABELS[action]}. ${DESCRIPTIONS[action] ?? 'Braucht actor und reason.'}`,
    },
  );
}

/** If the journal rejects the action, the update is refused with that reason. */
function refuse(error: unknown): never {
  throw error instanceof ActivityFailure ? notPossible(failureRow(failureCodeOf(error)).text) : error;
}

/** What the form in Temporal's Web UI says about the JSON that it wants. */
const DESCRIPTIONS: Partial<Record<Action, string>> = {
  'skip-wait':
    'Braucht actor, reason, step und savedAt (waitSavedAt im Stand), bei der ersten Wartezeit auch titlesVisibleAtPartner: true.',
  'confirm-step': 'Braucht actor, reason, step und readBack: was in der Maske jetzt steht.',
  'waive-step': 'Braucht actor, reason und step (grant-right oder notify-partner).',
  decide: 'Braucht actor, reason, attentionId und choice, beide aus der offenen Frage.',
};

function findFault(
  run: CancellationRun,
  action: Action,
  request: (Partial<ActionRequest> & ActionDetails) | undefined,
): string | null {
  const isText = (value: unknown) => typeof value === 'string' && textFault(normaliseText(value)) === null;
  if (!isText(request?.actor) || !isText(request?.reason)) return ACTION_TEXTS.actorAndReason;
  const fault = requestFault(action, request ?? {}, run.progress.situation());
  return fault ?? (action === 'confirm-step' ? confirmationFault(run, request) : null);
}

/** Compares a person's read-back as strictly as a machine's, before the update is accepted. */
function confirmationFault({ progress, opened, input }: CancellationRun, request: unknown): string | null {
  const { step } = progress;
  if (!opened || !isConfirmable(step)) return ACTION_TEXTS.nothingToConfirm;
  return readBackFault(step, (request as { readBack?: unknown }).readBack, {
    event: opened.event,
    right: opened.right,
    reason: input.order.reason,
    marker: input.policy.marker,
    isAborting: progress.isAbortAccepted,
    beganAt: opened.openedAt,
    now: toInstant(Date.now()),
  });
}

async function record(
  run: CancellationRun,
  decided: DecidedAction,
  { actor, reason }: ActionRequest,
  effectKey: string,
) {
  const activities = promptActivities(run.policy, SUMMARIES.recordAction);
  const { step } = run.progress;
  const recorded = await activities.recordAction({
    ...run.stepInput(actor),
    reason,
    step,
    effectKey,
    ...decided,
  });
  run.see(recorded.head);
  return recorded;
}

async function abortByWorkflowCancel(run: CancellationRun): Promise<void> {
  if (run.isAbortDecided) return;
  const { progress } = run;
  try {
    const fault = requestFault('abort', {}, progress.situation());
    if (fault) throw notPossible(fault);
    await run.abortBy({ actor: WORKFLOW_CANCEL_ACTOR, reason: 'Request Cancellation' }).catch(refuse);
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    progress.show(progress.state, `Abbruch verlangt: ${error.message}`);
  }
}
