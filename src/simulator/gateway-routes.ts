import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SIMULATOR_TOKEN } from '../settings/environment';
import type { ChannelSync } from './channel-sync';
import { toInstant } from './clock';
import type { SimulatorDatabase } from './database';
import { isAfterCommit, isOfContent, replyWithFault, sendProblem } from './fault-replies';
import type { FaultKind, Faults } from './faults';
import { Refusal, type Gateway, type GatewayCall, type Result } from './gateway';
import { appendToLog, type GatewayOperation } from './operation-log';
import { problem, type Problem } from './problems';

interface GatewayDependencies {
  database: SimulatorDatabase;
  gateway: Gateway;
  sync: ChannelSync;
  faults: Faults;
}

type Outcome = { result: Result } | { refusal: Problem } | null;

/** `/jet/v1`: exactly the contract. Every request is logged with what it wrote, or that it wrote nothing. */
export function registerGatewayRoutes(app: FastifyInstance, deps: GatewayDependencies): void {
  const { database, gateway, sync, faults } = deps;

  app.get('/health', (request, reply) => {
    if (!isAuthorised(request)) return sendProblem(reply, problem('unauthorized'));
    return reply.send({ ok: true, readAt: toInstant(Date.now()), simulator: true });
  });

  const serve =
    (operation: GatewayOperation, work: (call: GatewayCall) => Result) =>
    (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      const nowMs = Date.now();
      sync.runDue(nowMs);
      const { fault, outcome } = database.atomically(() => carryOut(operation, work, toCall(request, nowMs)));
      if (fault && (!isOfContent(fault) || !outcome)) return replyWithFault(fault, request, reply);
      if (outcome && 'result' in outcome) return reply.send(outcome.result.body);
      return sendProblem(reply, outcome?.refusal ?? problem('internal'));
    };

  /** One transaction: the write, the fault's count and the log line are committed together or not at all. */
  function carryOut(
    operation: GatewayOperation,
    work: (call: GatewayCall) => Result,
    call: GatewayCall & { isAuthorised: boolean },
  ): { fault: FaultKind | null; outcome: Outcome } {
    const eventNumber = operation === 'find-events' ? null : call.eventNumber;
    const fault = call.isAuthorised ? faults.choose(operation, eventNumber) : null;
    const outcome = attempt(work, call, fault);
    const result = outcome && 'result' in outcome ? outcome.result : null;
    const refusal = outcome && 'refusal' in outcome ? outcome.refusal : null;
    // The log names a refusal as it is, unless the fault hides the reply or caused the refusal.
    const isHidden = fault !== null && (!isOfContent(fault) || fault === 'stale-read');
    appendToLog(database, call.nowMs, {
      actor: 'gateway',
      operation,
      eventNumber,
      before: result?.before ?? null,
      after: result?.after ?? null,
      outcome: (isHidden ? fault : (refusal?.code ?? fault)) ?? 'ok',
    });
    return { fault, outcome };
  }

  app.get(
    '/events',
    serve('find-events', (call) => gateway.findEvents(call)),
  );
  app.get(
    '/events/:eventNumber',
    serve('read-event', (call) => gateway.readEvent(call)),
  );
  app.put(
    '/events/:eventNumber/announcement',
    serve('save-announcement', (call) => gateway.saveAnnouncement(call)),
  );
  app.put(
    '/events/:eventNumber/storno',
    serve('set-storno', (call) => gateway.setStorno(call)),
  );
  app.get(
    '/connect-online/events/:eventNumber',
    serve('read-channel', (call) => gateway.readChannel(call)),
  );
  const right = '/extended-cancellation-rights/:user/events/:eventNumber';
  app.get(
    right,
    serve('read-right', (call) => gateway.readRight(call)),
  );
  app.put(
    right,
    serve('grant-right', (call) => gateway.grantRight(call)),
  );
}

/** Carries the operation out, or returns `null` where a fault prevents it. */
function attempt(
  work: (call: GatewayCall) => Result,
  call: GatewayCall & { isAuthorised: boolean },
  fault: FaultKind | null,
): Outcome {
  if (!call.isAuthorised) return { refusal: problem('unauthorized') };
  if (fault && !isOfContent(fault) && !isAfterCommit(fault)) return null;
  try {
    return { result: work({ ...call, fault }) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error.problem };
    throw error;
  }
}

function toCall(request: FastifyRequest, nowMs: number): GatewayCall & { isAuthorised: boolean } {
  const { eventNumber = '', user = '' } = request.params as { eventNumber?: string; user?: string };
  return {
    eventNumber,
    user,
    query: request.query as GatewayCall['query'],
    ifMatch: request.headers['if-match'],
    body: typeof request.body === 'string' ? request.body : '',
    nowMs,
    fault: null,
    isAuthorised: isAuthorised(request),
  };
}

function isAuthorised({ headers }: FastifyRequest): boolean {
  return headers.authorization === `Bearer ${SIMULATOR_TOKEN}`;
}
