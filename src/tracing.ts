import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api';

/*
 * Where a piece of work belongs in the trace of its order. Without a tracer, which `start/tracing.ts` makes where one is
 * wanted, all of this does nothing. Nothing of it holds a title, a name or an address.
 */

/** As W3C Trace Context writes it. */
const TRACEPARENT = 'traceparent';

/** Does a piece of work as a span of the current trace. A failure is noted by its name alone. */
export async function inSpan<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T> {
  return trace.getTracer('absage').startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({
        code: SpanStatusCode.ERROR,
        message: error instanceof Error ? error.name : 'failure',
      });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** What the trace is called in which the work at hand belongs; `null`: it belongs in none. */
export function currentTraceId(): string | null {
  return traceIdOf(context.active());
}

export function traceIdOf(where: Context): string | null {
  return trace.getSpanContext(where)?.traceId ?? null;
}

/** What somebody else needs to go on with the current trace; `null`: there is none. */
export function currentTraceparent(): string | null {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier[TRACEPARENT] ?? null;
}

/** Does the work as a part of the trace that somebody else has begun. What is no such name begins nothing. */
export function within<T>(traceparent: string, work: () => T): T {
  return context.with(fromTraceparent(traceparent), work);
}

export function fromTraceparent(traceparent: unknown): Context {
  return propagation.extract(ROOT_CONTEXT, { [TRACEPARENT]: traceparent });
}
