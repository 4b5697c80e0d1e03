import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FaultKind } from './faults';
import { problem, type Problem } from './problems';

/** In seconds. */
const RETRY_AFTER = '1';
const DRIP_INTERVAL_MS = 200;
const OVERSIZE_BYTES = 200 * 1024 * 1024;

/** Faults that change the operation or the content of its reply; all others replace the reply as a whole. */
const FAULTS_OF_CONTENT: readonly FaultKind[] = ['stale-read', 'truncate-value', 'wrong-event'];
/** Faults that carry the operation out and then withhold its reply. */
const FAULTS_AFTER_COMMIT: readonly FaultKind[] = ['commit-then-reset', 'commit-then-hang'];

export const isOfContent = (kind: FaultKind) => FAULTS_OF_CONTENT.includes(kind);
export const isAfterCommit = (kind: FaultKind) => FAULTS_AFTER_COMMIT.includes(kind);

/** Answers, or does not answer, as a broken gateway would. */
export function replyWithFault(kind: FaultKind, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  switch (kind) {
    case 'error-500':
      return sendProblem(reply, problem('internal'));
    case 'maintenance':
      return sendProblem(reply.header('retry-after', RETRY_AFTER), problem('maintenance'));
    case 'too-many-requests':
      return sendProblem(reply.header('retry-after', RETRY_AFTER), problem('too-many-requests'));
    case 'html-page':
      return reply
        .type('text/html; charset=utf-8')
        .send('<!doctype html><title>Anmeldung</title><form></form>');
    case 'empty':
      return reply.type('application/json').send('');
    case 'oversize':
      return reply.type('application/json').send(Readable.from(oversizeBody()));
    case 'redirect':
      // To the same address, method kept: a client that followed it would get a good reply and carry out a write.
      return reply.code(307).header('location', request.url).send();
    case 'drip':
      return drip(reply);
    case 'reset':
    case 'commit-then-reset':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return reply;
    case 'hang':
    case 'commit-then-hang':
      return reply.hijack();
    case 'stale-read':
    case 'truncate-value':
    case 'wrong-event':
      throw new Error(`${kind} is a fault of content`);
  }
}

export function sendProblem(reply: FastifyReply, refusal: Problem): FastifyReply {
  return reply.code(refusal.status).type('application/problem+json').send(JSON.stringify(refusal));
}

/** Sends blanks, one at a time, until the client hangs up: valid whitespace before a JSON value that never comes. */
function drip(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.writeHead(200, { 'content-type': 'application/json' });
  const dripping = setInterval(() => reply.raw.write(' '), DRIP_INTERVAL_MS);
  reply.raw.on('close', () => clearInterval(dripping));
  return reply;
}

function* oversizeBody(): Generator<Buffer> {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  yield Buffer.from('{"title":"');
  for (let sent = 0; sent < OVERSIZE_BYTES; sent += chunk.length) yield chunk;
  yield Buffer.from('"}');
}
