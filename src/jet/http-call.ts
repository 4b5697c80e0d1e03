import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
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
  headers: IncomingHttpHeaders;
  json: unknown;
  fault: string | null;
}

/** Statuses that decide the outcome alone: the body is not read. */
const isDecidedByStatus = (status: number) =>
  (status >= 300 && status < 400) || [401, 403, 408, 429].includes(status) || status >= 500;

/**
 * Makes one HTTP call under one total deadline, from the connection to the last byte of the body: time-outs of idleness
 * restart with every byte, so a slow drip would never end. Does not follow redirects. With Node's older client, because
 * `fetch` takes twice the time of the processor for the same call.
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

async function exchange(gateway: Gateway, call: Call): Promise<Reply> {
  const deadline = new Deadline(gateway.timeoutMs);
  try {
    const response = await send(gateway, call, deadline);
    const { statusCode: status = 0, headers } = response;
    if (isDecidedByStatus(status)) {
      response.destroy();
      return { status, headers, json: undefined, fault: null };
    }
    const body = await readJson(response);
    // What follows on a body that was understood belongs to nobody: the next call must not find it on its connection.
    if (!response.complete) response.destroy();
    return { status, headers, ...body };
  } catch (error) {
    const reason = deadline.isOver
      ? `no complete reply within ${gateway.timeoutMs} ms`
      : networkReason(error);
    if (reason.startsWith('Z_') || reason.startsWith('ERR__ERROR_FORMAT_')) {
      throw new KnownFailure('jet-reply-invalid', `${call.name}: the body cannot be decompressed`);
    }
    // The error itself is not passed on as cause: its text may quote a header, and one header holds the token.
    throw new KnownFailure('jet-unavailable', `${call.name}: ${reason}`);
  } finally {
    deadline.clear();
  }
}

/** Ends the call, whatever it is about, when its time is over. */
class Deadline {
  isOver = false;
  end: () => void = () => {};
  private readonly timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.timer = setTimeout(() => {
      this.isOver = true;
      this.end();
    }, ms);
  }

  clear(): void {
    clearTimeout(this.timer);
  }
}

/**
 * Resolves when the head of the reply is there. A write has a connection of its own. A read goes on one that an earlier read
 * has left open, for the handshake of TLS takes longer than the read; where the gateway or a balancer has dropped that one
 * meanwhile, the read is sent once more, on a new one.
 */
async function send(gateway: Gateway, call: Call, deadline: Deadline): Promise<IncomingMessage> {
  if (call.method !== 'GET') return sendOnce(gateway, call, deadline, { isNew: true });
  try {
    return await sendOnce(gateway, call, deadline, { isNew: false });
  } catch (error) {
    if (!(error instanceof DroppedConnection) || deadline.isOver) throw error;
    return sendOnce(gateway, call, deadline, { isNew: true });
  }
}

/** The connection had been used before, and was closed before anything was answered. */
class DroppedConnection extends Error {}

const DROPPED: readonly unknown[] = ['ECONNRESET', 'EPIPE'];

function sendOnce(
  { url, token }: Gateway,
  call: Call,
  deadline: Deadline,
  connection: { isNew: boolean },
): Promise<IncomingMessage> {
  const place = new URL(`${url}${call.path}`);
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  const traceparent = currentTraceparent();
  const headers = {
    accept: 'application/json, application/problem+json',
    'accept-encoding': 'gzip',
    authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'content-type': 'application/json' }),
    // Whoever runs the gateway finds the call again.
    ...(traceparent !== null && { traceparent }),
    ...call.headers,
  };
  const client = place.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    // Node's own agent keeps a connection for five seconds, or for as long as the gateway says if that is shorter. It knows the
    // proxy of the environment, too, which `agent: false` would pass by.
    const { options } = client.globalAgent as https.Agent;
    const agent = connection.isNew ? new client.Agent({ ...options, keepAlive: false }) : client.globalAgent;
    const sent = client.request(place, { method: call.method, headers, agent }, resolve);
    deadline.end = () => sent.destroy();
    // It stays: what happens to the connection after the head of the reply is told by the reply.
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const isDropped = sent.reusedSocket && DROPPED.includes(error.code);
      reject(isDropped ? new DroppedConnection(error.message, { cause: error }) : error);
    });
    sent.end(body);
  });
}

async function readJson(response: IncomingMessage): Promise<Pick<Reply, 'json' | 'fault'>> {
  const contentType = response.headers['content-type'] ?? '';
  if (!/^application\/([a-z0-9.-]+\+)?json *(;|$)/i.test(contentType)) {
    response.destroy();
    return { json: undefined, fault: 'the content type is not JSON' };
  }
  const bytes = await readCapped(unpacked(response));
  if (bytes === null)
    return { json: undefined, fault: `the body is longer than ${LONGEST_REPLY_BYTES} bytes` };
  if (bytes.length === 0) return { json: undefined, fault: 'the body is empty' };
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), fault: null };
  } catch {
    return { json: undefined, fault: 'the body is not JSON in UTF-8' };
  }
}

const WHOLE = { finishFlush: constants.Z_FINISH };
const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(WHOLE),
  'x-gzip': () => createGunzip(WHOLE),
  deflate: () => createInflate(WHOLE),
  br: () => createBrotliDecompress(),
};

/** The body as it was before it was packed; a packing that nobody asked for leaves what is no JSON. */
function unpacked(response: IncomingMessage): Readable {
  const packings = (response.headers['content-encoding'] ?? '').toLowerCase().split(',');
  return packings.reverse().reduce<Readable>((body, packing) => {
    const unpacker = UNPACKERS[packing.trim()]?.();
    // Whatever happens to one end ends the other one, too; the reader learns of it.
    return unpacker ? pipeline(body, unpacker, () => {}) : body;
  }, response);
}

/** The body, or `null` where it exceeds the cap: the rest is then not read, and the connection is dropped. */
async function readCapped(body: Readable): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
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
