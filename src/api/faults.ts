import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply } from 'fastify';
import { traceOf } from './trace';
import { knownProblem, Problem, toBody, type ProblemCode } from '../cases/problems';

const BY_FASTIFY_CODE: Record<string, ProblemCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid-value',
  FST_STATIC_FORBIDDEN_PATH: 'not-found',
};

/** The problem that answers an error. An unforeseen error becomes `internal`, and the answer shows nothing of it. */
export function toProblem(error: Error): Problem {
  return knownProblem(error) ?? fromFastify(error as FastifyError);
}

function fromFastify({ code, statusCode }: FastifyError): Problem {
  const known = BY_FASTIFY_CODE[code];
  if (known) return new Problem(known);
  return statusCode === 400 ? new Problem('malformed-request') : new Problem('internal');
}

const BY_PARSER_CODE: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** For bytes that are no HTTP request, or do not become one in time: only the raw socket can carry the answer. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = new Problem(BY_PARSER_CODE[error.code ?? ''] ?? 'malformed-request');
  const body = JSON.stringify(toBody(problem));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return withStatus(reply, problem)
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send({ ...toBody(problem), ...traceOf(reply.request) });
}

/** What the head of an answer says of a problem, to programs and on pages alike. */
export function withStatus(reply: FastifyReply, { status, circumstances }: Problem): FastifyReply {
  const { retryAfterSeconds } = circumstances;
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', retryAfterSeconds);
  return reply.status(status);
}
