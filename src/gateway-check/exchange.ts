import { setTimeout as pause } from 'node:timers/promises';
import { parseRetryAfterMs } from '../jet/retry-after';

/** The longest reply that Absage reads, in bytes. */
export const LONGEST_REPLY_BYTES = 1024 * 1024;

/** How the gateway is reached. `timeoutMs` is the total time of one call, `ratePerSecond` the most calls in a second. */
export interface Street {
  url: string;
  token: string;
  timeoutMs: number;
  ratePerSecond: number;
}

export interface Request {
  method: 'GET' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Instead of the token of the settings; `null`: none at all. */
  token?: string | null;
}

/** A call with its complete reply. `json` is `undefined` where the body is none. */
export interface Exchange {
  request: Request;
  status: number;
  headers: Headers;
  bytes: Buffer;
  json: unknown;
  /** On the clock of this machine, in milliseconds. */
  sentAtMs: number;
  answeredAtMs: number;
}

/** Why there is no complete reply. */
export type Silence = { kind: 'no-answer'; reason: string } | { kind: 'too-long' };

export const get = (path: string): Request => ({ method: 'GET', path });

/** Makes calls, never faster than the rate; every call has a connection of its own, so that an answer can only be its own. */
export class Caller {
  private nextAtMs = 0;

  constructor(private readonly street: Street) {}

  async call(request: Request): Promise<Exchange | Silence> {
    await this.untilMyTurn();
    return this.send(request);
  }

  /** Makes calls at the same moment, after a pause as long as for as many that follow one another. */
  async callTogether(requests: readonly Request[]): Promise<(Exchange | Silence)[]> {
    for (const _each of requests) await this.untilMyTurn();
    return Promise.all(requests.map((request) => this.send(request)));
  }

  private async send(request: Request): Promise<Exchange | Silence> {
    const { url, timeoutMs } = this.street;
    const signal = AbortSignal.timeout(timeoutMs);
    const sentAtMs = Date.now();
    try {
      const response = await fetch(`${url}${request.path}`, {
        method: request.method,
        redirect: 'manual',
        signal,
        headers: this.headersOf(request),
        body: request.body === undefined ? undefined : JSON.stringify(request.body),
      });
      const bytes = await readCapped(response);
      if (bytes === null) return { kind: 'too-long' };
      const { status, headers } = response;
      return { request, status, headers, bytes, json: toJson(bytes), sentAtMs, answeredAtMs: Date.now() };
    } catch (error) {
      const reason = signal.aborted ? `keine vollständige Antwort in ${timeoutMs} ms` : codeOf(error);
      return { kind: 'no-answer', reason };
    }
  }

  private headersOf({ headers, body, token = this.street.token }: Request): Record<string, string> {
    return {
      accept: 'application/json, application/problem+json',
      connection: 'close',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    };
  }

  private async untilMyTurn(): Promise<void> {
    const waitMs = this.nextAtMs - Date.now();
    this.nextAtMs = Math.max(Date.now(), this.nextAtMs) + 1_000 / this.street.ratePerSecond;
    if (waitMs > 0) await pause(waitMs);
  }
}

/** How long a gateway wants to be left alone, in milliseconds; `null`: it does not say. */
export function retryAfterMs({ headers, answeredAtMs }: Exchange): number | null {
  return parseRetryAfterMs(headers.get('retry-after'), answeredAtMs) ?? null;
}

/** The call as people read it. Never the token. */
export function describeRequest({ method, path, headers = {}, body, token }: Request): string {
  const parts = [
    `${method} ${path}`,
    ...(token === undefined ? [] : [token === null ? 'ohne Token' : 'mit einem falschen Token']),
    ...Object.entries(headers)
      .filter(([name]) => name === 'if-match')
      .map(([, value]) => `If-Match: ${value}`),
    ...(body === undefined ? [] : [shorten(JSON.stringify(body))]),
  ];
  return parts.join(' · ');
}

export function describeReply({ status, json }: Exchange): string {
  const code = codeIn(json);
  return `HTTP ${status}${code === null ? '' : ` ${code}`}`;
}

/** The `code` of a problem, or `null`. */
export function codeIn(json: unknown): string | null {
  const code = (json as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : null;
}

const LONGEST_SHOWN = 160;

export function shorten(text: string): string {
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}

function toJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

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

/** The code of the innermost error. Never a message, which may quote a header. */
function codeOf(error: unknown): string {
  const { cause, code, name } = error as { cause?: unknown; code?: unknown; name?: unknown };
  if (typeof cause === 'object' && cause !== null) return codeOf(cause);
  return typeof code === 'string' ? code : `Verbindung gescheitert (${String(name)})`;
}
