import { KnownFailure, type JetAnswer } from '../domain/failures';
import { PROBLEM_STATUS, wireProblem, type ProblemCode, type WireProblem } from './contract';
import type { Reply } from './http-call';
import { parseRetryAfterMs } from './retry-after';

/** The problem of our contract in a reply, or `null`: a 404 without one may be a proxy's and proves nothing. */
export function problemOf(reply: Reply): (WireProblem & { code: ProblemCode }) | null {
  const parsed = wireProblem.safeParse(reply.json);
  if (!parsed.success || !Object.hasOwn(PROBLEM_STATUS, parsed.data.code)) return null;
  const code = parsed.data.code as ProblemCode;
  return PROBLEM_STATUS[code] === reply.status ? { ...parsed.data, code } : null;
}

/** The failure that a reply other than 200 stands for. `name` is the name of the call. */
export function toFailure(name: string, reply: Reply): KnownFailure {
  const { status } = reply;
  const retryAfterMs = parseRetryAfterMs(reply.headers['retry-after'], Date.now());
  const problem = problemOf(reply);
  const fail = (
    code: ConstructorParameters<typeof KnownFailure>[0],
    what: string,
    options: { retryAfterMs?: number; field?: string; answer?: JetAnswer } = {},
  ) => new KnownFailure(code, `${name}: ${what}`, options);

  if (status === 401 || status === 403) return fail('jet-access-denied', `HTTP ${status}`);
  // 408 is how a proxy reports a time-out: like a 5xx, it is retried.
  if (status === 429 || status === 408 || status >= 500) {
    return fail('jet-unavailable', `HTTP ${status}`, { retryAfterMs, answer: answerOf(status) });
  }
  if (status === 404) return notFound(problem, fail);
  if (status === 409 && problem)
    return fail('status-not-cancellable', `status is ${excerpt(problem.current)}`);
  if (status === 412) return fail('jet-version-conflict', 'the version is no longer current');
  if (status === 422) {
    const field = problem?.field;
    return fail('jet-rejected-value', `the value of ${excerpt(field)} was rejected`, { field });
  }
  if (status >= 400) return fail('jet-rejected-request', `HTTP ${status} ${problem?.code ?? ''}`.trim());
  return fail('jet-reply-invalid', `unexpected HTTP ${status}`);
}

/** By the status alone: of such a reply no body is read. That nobody answered a proxy in time is no answer of Jet's. */
function answerOf(status: number): JetAnswer | undefined {
  if (status === 408 || status === 502 || status === 504) return undefined;
  if (status === 429) return 'too-many-requests';
  return status === 503 ? 'maintenance' : 'error';
}

function notFound(
  problem: { code: ProblemCode } | null,
  fail: (code: 'event-deleted' | 'right-not-granted' | 'jet-reply-invalid', what: string) => KnownFailure,
): KnownFailure {
  if (problem?.code === 'event-not-found') return fail('event-deleted', 'there is no such event');
  if (problem?.code === 'user-not-found') return fail('right-not-granted', 'there is no such user');
  return fail('jet-reply-invalid', 'HTTP 404 that does not answer the question');
}

/** The gateway's own words, shortened to fit a log line. */
function excerpt(text: string | undefined): string {
  return text === undefined ? 'unknown' : JSON.stringify(text.slice(0, 40));
}
