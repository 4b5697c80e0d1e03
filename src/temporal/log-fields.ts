import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { ApplicationFailure } from '@temporalio/common';
import { readCancellationWorkflowId } from '../domain/input';
import type { StepName } from '../domain/vocabulary';

/* What Temporal's library says of a piece of work, in the words of our log: `docs/logs.md`. */

/** The step that an activity does. What belongs to no step has none. */
const STEPS: Readonly<Record<string, StepName>> = {
  checkEvent: 'check',
  markTitles: 'mark-titles',
  setStatusStorno: 'set-storno',
  verifyChannel: 'verify-channel',
  grantExtendedRight: 'grant-right',
  sendPartnerNotice: 'notify-partner',
  closeCase: 'report',
};

/** `taskToken` lets whoever has it answer for the activity. */
const LEFT_OUT = ['taskToken', 'isLocal', 'namespace', 'workflowRunId', 'activityType'];

/** The members of a line, from those of Temporal's library. */
export function toLogFields(meta: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { workflowId, workflowRunId, activityType, error } = meta;
  const others = Object.entries(meta).filter(([name]) => !LEFT_OUT.includes(name));
  return {
    ...(typeof workflowId === 'string' && readCancellationWorkflowId(workflowId)),
    ...(workflowRunId !== undefined && { runId: workflowRunId }),
    ...(typeof activityType === 'string' && { activity: activityType, step: STEPS[activityType] }),
    ...(error instanceof ApplicationFailure && { code: error.type }),
    ...Object.fromEntries(others),
  };
}

/** Whatever is logged of an activity names the case that it is for. */
export const namesItsCase: ActivityInterceptorsFactory = () => {
  let caseId: string | undefined;
  return {
    inbound: {
      execute(input, next) {
        caseId = caseIdOf(input.args[0]);
        return next(input);
      },
    },
    outbound: {
      getLogAttributes: (attributes, next) =>
        next({ ...attributes, ...(caseId !== undefined && { caseId }) }),
    },
  };
};

/** As the steps name it, or the order itself, which a first check is given. Whoever asks by hand can pass anything. */
function caseIdOf(input: unknown): string | undefined {
  const { caseId, ref } = (input ?? {}) as { caseId?: unknown; ref?: { caseId?: unknown } };
  const named = ref?.caseId ?? caseId;
  return typeof named === 'string' ? named : undefined;
}
