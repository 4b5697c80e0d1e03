import type { UpdateDefinition } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  currentUpdateInfo,
  setHandler,
} from '@temporalio/workflow';
import type { NoticeResult } from '../activities/partner-notice';
import type { RightResult } from '../activities/right';
import { isLookByHand, requestFault, type ActionDetails } from '../domain/actions';
import {
  ACTION_ROWS,
  isConfirmable,
  RUN_ACTIONS,
  type Action,
  type ApprovalAction,
  type RunAction,
  type StepName,
  type WaivableStep,
} from '../domain/vocabulary';
import type { CancellationStatus } from '../domain/case';
import type { Actor } from '../domain/actor';
import { arePersons, DECIDED_BY } from '../domain/approval';
import { toInstant } from '../domain/clock';
import type { Instant } from '../domain/types';
import { failureRow } from '../domain/failures';
import { effectKeys } from '../domain/journal';
import { readBackFault } from '../domain/read-back';
import { roleMay, whoMay } from '../domain/rights';
import { isSeal, NOT_POSSIBLE, NOT_PROVEN, type AskedUpdate } from '../domain/seal';
import { actorFault, normaliseText, textFault } from '../domain/text';
import type { DecidedAction } from '../activities/operator-decisions';
import { ACTION_TEXTS, SUMMARIES } from '../domain/wording';
import { promptActivities } from './activities';
import { notPossible, type CancellationRun } from './cancellation-run';
import { failureCodeOf } from './failure';
import { CONFIRMED, isNotOurs, ours } from './results';
import {
  cancellationQuery,
  lookAgainSignal,
  UPDATES,
  WORKFLOW_CANCEL_ACTOR,
  type ActionRequest,
  type RequestOf,
} from './messages';

/**
 * Everything that people can ask of a run: the query, the updates, and Temporal's own workflow cancel. The validator
 * of an update applies the same rules by which the view offers the action; the journal records name and reason.
 */
export function handleOperatorActions(run: CancellationRun): void {
  const { progress } = run;
  setHandler(cancellationQuery, () => progress.status(), { description: 'Stand der Absage' });
  for (const action of RUN_ACTIONS) handle(run, action);
  setHandler(lookAgainSignal, () => run.wantLook(), { description: 'Den Status in Jet noch einmal lesen' });
  // A workflow cancel carries neither name nor reason.
  CancellationScope.current().cancelRequested.catch(() => abortByWorkflowCancel(run));
}

/** The request as it came: the activity that writes it down judges who asked. */
type Asked = { asked?: AskedUpdate };

/** What each action does, once it is accepted. */
const HANDLERS: {
  [A in RunAction]: (run: CancellationRun, request: RequestOf<A> & Asked) => Promise<unknown>;
} = {
  abort: (run, request) => run.abortBy(request),

  async retry(run, request) {
    run.intervene({ kind: 'retry' });
    await record(run, { action: 'retry' }, request, effectKeys.retry(currentUpdateInfo()?.id));
  },

  approve: (run, request) => decideApproval(run, 'approve', request),
  reject: (run, request) => decideApproval(run, 'reject', request),
  override: (run, request) => decideApproval(run, 'override', request),

  async 'skip-wait'(run, request) {
    const { step, savedAt, titlesVisibleAtPartner } = request;
    const details = { savedAt: toInstant(Date.parse(savedAt)), titlesVisibleAtPartner };
    const effectKey = effectKeys.skipWait(step, details.savedAt);
    // The wait that was named: while it is put off again and again, the run is at the step after it.
    await record(run, { action: 'skip-wait', details }, request, effectKey, step);
    run.endWait(step);
    if (run.progress.attention?.code === 'saved-again-and-again') run.intervene({ kind: 'retry' });
  },

  async 'confirm-step'(run, { asked, actor, ...request }) {
    const attentionId = run.progress.attention?.id ?? '';
    const isLook = isLookByHand(request, run.progress);
    const isAborting = run.progress.isAbortAccepted;
    const result = await promptActivities(run.policy, SUMMARIES.recordAction).confirmStep({
      ...request,
      // After the request: what it may hold beside its own members says nothing about the case.
      ...run.stepInput({ actor, actorId: null }),
      asked,
      attentionId,
      isAborting,
      isLook,
    });
    ours(isLook || isAborting ? 'written' : CONFIRMED[request.step], result);
    run.see(result.head);
    if (isLook) run.noteLook(Date.now());
    run.intervene(isLook ? { kind: 'retry' } : { kind: 'result', result, as: 'by-hand' }, attentionId);
  },

  async 'waive-step'(run, request) {
    const attentionId = run.progress.attention?.id;
    const { head } = await record(run, { action: 'waive-step' }, request, effectKeys.waiveStep(request.step));
    run.intervene({ kind: 'result', result: { ...WAIVED[request.step], head }, as: 'waived' }, attentionId);
  },

  async decide(run, request) {
    const { attentionId, choice } = request;
    const details = { attentionId, code: run.progress.attention?.code };
    await record(run, { action: 'decide', choice, details }, request, effectKeys.decide(attentionId));
    run.answer(attentionId);
  },

  async 'close-by-hand'(run, request) {
    const attentionId = run.progress.attention?.id;
    const recorded = await record(run, { action: 'close-by-hand' }, request, effectKeys.closeByHand);
    // An older result names nobody, or only by name.
    const { actor = request.actor, actorId = null }: Partial<Actor> = recorded;
    run.intervene({ kind: 'close', by: { actor, actorId } }, attentionId);
  },
};

async function decideApproval(
  run: CancellationRun,
  action: ApprovalAction,
  request: ActionRequest & Asked,
): Promise<void> {
  const { number, planHash } = run.progress.askedApproval;
  const effectKey = effectKeys.approval(number);
  const recorded = await record(run, { action, details: { planHash } }, request, effectKey, 'check');
  const {
    actor: by = request.actor,
    actorId,
    at = toInstant(Date.now()),
  }: Partial<Actor & { at: Instant }> = recorded;
  const isOfPersons = arePersons(actorId, run.stepInput().actorId);
  run.progress.decideApproval(number, {
    kind: DECIDED_BY[action],
    by,
    at,
    reason: request.reason,
    arePersons: isOfPersons,
  });
}

/** What a step gives that is left out. */
const WAIVED = {
  'grant-right': { validUntil: null, hasWritten: false, isWaived: true } satisfies Omit<RightResult, 'head'>,
  'notify-partner': { acceptedAt: null } satisfies Omit<NoticeResult, 'head'>,
} as const satisfies Record<WaivableStep, object>;

/** An update whose validator and handler follow the same rules as the view. */
function handle<A extends RunAction>(run: CancellationRun, action: A): void {
  const { label, needs } = ACTION_ROWS[action];
  const update: UpdateDefinition<CancellationStatus, [RequestOf<A>]> = UPDATES[action];
  setHandler(
    update,
    async (request) => {
      const asked = { updateId: currentUpdateInfo()?.id ?? '', request };
      const act = () => HANDLERS[action](run, { ...request, asked });
      await CancellationScope.nonCancellable(act).catch(refuse);
      return run.progress.status();
    },
    {
      validator: (request) => {
        const fault = findFault(run, action, request);
        if (fault) throw notPossible(fault);
      },
      description: `${label}. ${needs}`,
    },
  );
}

/** If the journal rejects the action, the update is refused with that reason. */
export function refuse(error: unknown): never {
  if (!(error instanceof ActivityFailure) && !isNotOurs(error)) throw error;
  const { cause } = error;
  if (cause instanceof ApplicationFailure && cause.type === NOT_POSSIBLE) throw notPossible(cause.message);
  const isNotProven = cause instanceof ApplicationFailure && cause.type === NOT_PROVEN;
  throw notPossible(isNotProven ? ACTION_TEXTS.notProven : failureRow(failureCodeOf(error)).text);
}

function findFault(
  run: CancellationRun,
  action: Action,
  request: (Partial<ActionRequest> & ActionDetails) | undefined,
): string | null {
  const isText = (value: unknown) => typeof value === 'string' && textFault(normaliseText(value)) === null;
  const isName = (value: unknown) => typeof value === 'string' && actorFault(value) === null;
  if (!isName(request?.actor) || !isText(request?.reason)) return ACTION_TEXTS.actorAndReason;
  // As it is stated: whether that is true, the activity that writes it down finds out.
  if (isSeal(request?.seal) && !roleMay(request.seal.role, action)) return whoMay(action);
  const fault = requestFault(action, request ?? {}, run.progress.situation());
  return fault ?? (action === 'confirm-step' ? confirmationFault(run, request) : null);
}

/** Compares a person's read-back as strictly as a machine's, before the update is accepted. */
function confirmationFault({ progress, opened, input }: CancellationRun, request: unknown): string | null {
  const { step = '' } = request as { step?: string };
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
  { actor, reason, key, asked }: ActionRequest & Asked,
  effectKey: string,
  step: StepName = run.progress.step,
) {
  const activities = promptActivities(run.policy, SUMMARIES.recordAction);
  const result = await activities.recordAction({
    ...run.stepInput({ actor, actorId: null }),
    asked,
    reason,
    key,
    step,
    effectKey,
    ...decided,
  });
  const recorded = ours('recorded', result);
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
