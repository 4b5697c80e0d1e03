import type { FastifyInstance } from 'fastify';

/** What takes longer is cut off: whoever stops the process has no more patience than a role may take to end. */
const PATIENCE_MS = 6_000;
const LOOK_MS = 100;

/**
 * A server that stops takes nothing new, answers what it has begun, and says on each connection that nothing more is answered
 * there: a proxy sends the next request to another server. Streams, which have no end of their own, are ended by `LiveCases`.
 */
export function stopGracefully(app: FastifyInstance): void {
  const { server } = app;
  let isStopping = false;
  app.addHook('preClose', (done) => {
    isStopping = true;
    const begunAt = performance.now();
    // A connection is idle only when its answer, whose head had been sent before, is complete.
    const looking = setInterval(() => {
      if (performance.now() - begunAt < PATIENCE_MS) server.closeIdleConnections();
      else server.closeAllConnections();
    }, LOOK_MS);
    server.once('close', () => clearInterval(looking));
    looking.unref();
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (isStopping) void reply.header('connection', 'close');
    done();
  });
}
