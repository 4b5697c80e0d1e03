import { context, SpanKind, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fromTraceparent, traceIdOf } from '../tracing';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request, and where it belongs; `null`: it is not traced. */
    traced: { span: Span; where: Context } | null;
  }
}

/** Monitors ask all the time. */
const UNTRACED: readonly string[] = ['/healthz', '/readyz'];

/**
 * Each request is a span: of the trace that the caller names, or of a new one. What it asks for is named by its route, never by
 * its path, which holds houses and events. Without a tracer this costs a no-op span.
 */
export function traceRequests(app: FastifyInstance): void {
  app.decorateRequest('traced', null);
  app.addHook('onRequest', (request, _reply, done) => {
    const { method, routeOptions, headers } = request;
    const route = request.is404 ? 'unknown' : (routeOptions.url ?? 'unknown');
    if (UNTRACED.includes(route)) return done();
    const parent = fromTraceparent(headers.traceparent);
    const attributes = { 'http.request.method': method, 'http.route': route };
    const span = trace
      .getTracer('absage')
      .startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
    request.traced = { span, where: trace.setSpan(parent, span) };
    context.with(request.traced.where, done);
  });
  // Reading the body leaves the context behind.
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.traced) context.with(request.traced.where, done);
    else done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { span } = request.traced ?? {};
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
}

/** For an answer; absent: the request is not traced. */
export function traceOf({ traced }: FastifyRequest): { traceId?: string } {
  const traceId = traced && traced.span.isRecording() ? traceIdOf(traced.where) : null;
  return traceId === null ? {} : { traceId };
}
