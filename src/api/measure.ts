import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** What the API tells of itself while it works. */
export interface Measure {
  /** `route`: as it was registered, never what was asked for. */
  answered(route: string, status: number, seconds: number): void;
  logIn(outcome: LogInOutcome): void;
}

/** `slowed`: refused without a look, after too many failures of an address. */
export type LogInOutcome = 'ok' | 'refused' | 'slowed';
export const LOG_IN_OUTCOMES: readonly LogInOutcome[] = ['ok', 'refused', 'slowed'];

/** Has each answer measured once it was sent. A stream lasts as long as its reader wants, which says nothing. */
export function measureAnswers(app: FastifyInstance, measure: Measure | null): void {
  app.decorate('measure', measure);
  if (!measure) return;
  app.addHook('onResponse', (request, reply, done) => {
    if (!isStream(reply)) measure.answered(routeOf(request), reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
}

function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type') ?? '').startsWith('text/event-stream');
}

/** What was asked for can be anything; how a route was registered cannot. */
function routeOf({ method, routeOptions, is404 }: FastifyRequest): string {
  return is404 ? 'unknown' : `${method} ${routeOptions.url ?? 'unknown'}`;
}
