import { KnownFailure } from '../domain/failures';
import { currentTraceparent, inSpan } from '../tracing';

/** Longest reply, in bytes after decompression. */
const LONGEST_REPLY_BYTES = 1024 * 1024;

/** One call, as a method of the port describes it. Failures quote its `name`. */
export interface Call {
  name: string;
  method: 'GET' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A complete reply. Where its body is no JSON, `json` is `undefined` and `fault` says why. */
export interface Reply {
  status: number;
  headers: Headers;
  json: unknown;
  fault: string | null;
}

/** Statuses that decide the outcome alone: the body is not read. */
const isDecidedByStatus = (status: number) =>
  (status >= 300 && status < 400) || [401, 403, 408, 429].includes(status) || status >= 500;

/**
 * Makes one HTTP call under one total deadline, from the connection to the last byte of the body: undici's own
 * timeouts restart with every byte, so a slow drip would never end. Does not follow redirects. Every call has a
 * connection of its own: calls are seldom, and many a gateway or balancer drops a connection after its answer, so that
 * the next call on it would be lost.
 * Rejects with `jet-unavailable` when there is no complete reply; the gateway may or may not have carried out a write.
 * The caller judges a complete reply that is no JSON, together with its status.
 */
export async function callGateway(gateway: Gateway, call: Call): Promise<Reply> {
  return inSpan(`jet ${call.name}`, {}, () => exchange(gateway, call));
}

interface Gateway {
  url: string;
  token: string;
  timeoutMs: number;
}

async function exchange({ url, token, timeoutMs }: Gateway, call: Call): Promise<Reply> {
  const traceparent = currentTraceparent();
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(`${url}${call.path}`, {
      method: call.method,
      redirect: 'manual',
      signal,
      headers: {
        accept: 'application/json, application/problem+json',
        authorization: `Bearer ${token}`,
        connection: 'close',
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        // Whoever runs the gateway finds the call again.
        ...(traceparent !== null && { traceparent }),
        ...call.headers,
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
    });
    const { status, headers } = response;
    if (isDecidedByStatus(status)) {
      await response.body?.cancel();
      return { status, headers, json: undefined, fault: null };
    }
    return { status, headers, ...(await readJson(response)) };
  } catch (error) {
    const reason = signal.aborted ? `no complete reply within ${timeoutMs} ms` : networkReason(error);
    if (reason.startsWith('Z_')) {
      throw new KnownFailure('jet-reply-invalid', `${call.name}: the body cannot be decompressed`);
    }
    // The error itself is not passed on as cause: its text may quote a header, and one header holds the token.
    throw new KnownFailure('jet-unavailable', `${call.name}: ${reason}`);
  }
}

async function readJson(response: Response): Promise<Pick<Reply, 'json' | 'fault'>> {
  const contentType = response.headers.get('content-type') ?? '';
  if (!/^application\/([a-z0-9.-]+\+)?json *(;|$)/i.test(contentType)) {
    await response.body?.cancel();
    return { json: undefined, fault: 'the content type is not JSON' };
  }
  const bytes = await readCapped(response);
  if (bytes === null)
    return { json: undefined, fault: `the body is longer than ${LONGEST_REPLY_BYTES} bytes` };
  if (bytes.length === 0) return { json: undefined, fault: 'the body is empty' };
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), fault: null };
  } catch {
    return { json: undefined, fault: 'the body is not JSON in UTF-8' };
  }
}

/** The body, or `null` where it exceeds the cap: the rest is then not read, and the connection is dropped. */
async function readCapped(response: Response): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > LONGEST_REPLY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The code of the innermost error, e.g. `ECONNREFUSED`. Never a message, which may quote the request. */
function networkReason(error: unknown): string {
  const { cause, code, name } = error as { cause?: unknown; code?: unknown; name?: unknown };
  if (typeof cause === 'object' && cause !== null) return networkReason(cause);
  return typeof code === 'string' ? code : `connection failed (${String(name)})`;
}
