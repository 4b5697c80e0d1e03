import type { FastifyInstance } from 'fastify';

/** Probes ask a process that has not begun, too. */
const HEALTH: readonly string[] = ['/healthz', '/readyz'];

/**
 * Holds every request, but for probes, until the server knows that it may work here. If it may not, nobody has been answered by
 * it. To be called before any route is registered.
 */
export function answerOnceBegun(app: FastifyInstance, begun: Promise<unknown>): void {
  app.addHook('onRequest', async ({ raw: { url = '' } }) => {
    if (!HEALTH.includes(url.split('?')[0] ?? '')) await begun;
  });
}
