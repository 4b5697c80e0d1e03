import { proxySinks, workflowInfo, type TimerInput, type WorkflowInterceptors } from '@temporalio/workflow';
import { CANCEL_PERFORMANCE, TRACE_HEADER, type WaitSinks } from './messages';

type Headers = Started['headers'];
type Started = Parameters<NonNullable<NonNullable<WorkflowInterceptors['inbound']>[number]['execute']>>[0];

/**
 * What goes along with each run without being a part of its procedure: the trace of its order, and how late a wait was noticed
 * as over. It adds no command, so a history replays with it and without it.
 */
export const interceptors = (): WorkflowInterceptors => {
  let trace: Headers = {};
  const traced = <I extends { readonly headers: Headers }>(input: I): I => ({
    ...input,
    headers: { ...input.headers, ...trace },
  });
  return {
    inbound: [
      {
        execute(input, next) {
          const { [TRACE_HEADER]: given } = input.headers;
          if (given) trace = { [TRACE_HEADER]: given };
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(traced(input)),
        startChildWorkflowExecution: (input, next) => next(traced(input)),
        continueAsNew: (input, next) => next(traced(input)),
        startTimer(input, next) {
          const timer = next(input);
          // Only the waits for Ö-Ticket say what they are for.
          if (input.options?.summary && workflowInfo().workflowType === CANCEL_PERFORMANCE)
            sayWhenOver(input, timer);
          return timer;
        },
      },
    ],
  };
};

function sayWhenOver({ durationMs }: TimerInput, timer: Promise<void>): void {
  const { waits } = proxySinks<WaitSinks>();
  const endsAtMs = Date.now() + durationMs;
  // A wait that was skipped or left for a look has no end of its own.
  timer.then(
    () => waits.over(Date.now() - endsAtMs),
    () => {},
  );
}
