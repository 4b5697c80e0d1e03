import type { ClientInterceptors } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { currentTraceparent, fromTraceparent, inSpan, traceIdOf, within } from '../tracing';
import { TRACE_HEADER } from '../workflows/messages';

/*
 * The trace of an order goes with its run as a header, beside the sealed input: the run hands it to its activities
 * (`workflows/interceptors.ts`). Headers are not encrypted, and this one names nothing but the trace.
 */

/** Starts belong in the trace of the request that has asked for them. */
export const TRACED_CLIENT: ClientInterceptors = {
  workflow: [
    {
      startWithDetails: (input, next) =>
        inTrace(`start ${input.workflowType}`, () =>
          next({ ...input, headers: { ...input.headers, ...traceHeader() } }),
        ),
    },
  ],
  activity: [
    {
      start: (input, next) => next!({ ...input, headers: { ...input.headers, ...traceHeader() } }),
    },
  ],
};

/** Activities belong in the trace of their run. One whose run names none begins none. */
export const traceActivities: ActivityInterceptorsFactory = ({ info }) => {
  let traceId: string | null = null;
  return {
    inbound: {
      execute(input, next) {
        const traceparent = readTrace(input.headers);
        if (traceparent === null) return next(input);
        traceId = traceIdOf(fromTraceparent(traceparent));
        const attributes = {
          'temporal.workflow_id': info.workflowExecution?.workflowId,
          'temporal.attempt': info.attempt,
        };
        return within(traceparent, () =>
          inSpan(`activity ${info.activityType}`, attributes, () => next(input)),
        );
      },
    },
    outbound: {
      // How it ended is logged when its span is over.
      getLogAttributes: (attributes, next) => next({ ...attributes, ...(traceId !== null && { traceId }) }),
    },
  };
};

function inTrace<T>(name: string, work: () => Promise<T>): Promise<T> {
  return currentTraceparent() === null ? work() : inSpan(name, {}, work);
}

function traceHeader(): Headers {
  const traceparent = currentTraceparent();
  return traceparent === null ? {} : { [TRACE_HEADER]: defaultPayloadConverter.toPayload(traceparent) };
}

/** Whoever starts a run by hand can give it any header. */
function readTrace({ [TRACE_HEADER]: payload }: Headers): string | null {
  try {
    const value: unknown = payload && defaultPayloadConverter.fromPayload(payload);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}
