import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import replyFrom from '@fastify/reply-from';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { canConnect } from '../../src/up/ports';
import { UpError } from '../../src/up/up-error';
import { HOST } from './plan';

const LOOK_EVERY_MS = 250;
const CERTIFICATE_DAYS = 90;
const BODY_LIMIT_BYTES = 2_000_000;

export interface Proxy {
  /** The certificate that browsers and the `absage` command have to be told of. */
  certificateFile: string;
  close(): Promise<void>;
}

export interface ProxyOptions {
  port: number;
  servers: readonly number[];
  /** Gets the key and the certificate. */
  folder: string;
}

/**
 * What an administrator puts in front of two servers: HTTPS with HTTP/2, the servers in turn, and none that is down. For
 * practice on this machine; in production it is nginx, or whatever the house has.
 */
export async function startProxy({ port, servers, folder }: ProxyOptions): Promise<Proxy> {
  const { keyFile, certificateFile } = makeCertificate(folder);
  const app = Fastify({
    http2: true,
    https: { allowHTTP1: true, key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance; // reply-from is typed for HTTP/1
  // Streams of a case stay open for hours.
  await app.register(replyFrom, {
    undici: { bodyTimeout: 0, headersTimeout: 0 },
    disableRequestLogging: true,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const turns = new Turns(servers);
  app.all('/*', (request: FastifyRequest, reply: FastifyReply) => pass(request, reply, turns.next()));
  await app.listen({ host: HOST, port });
  return {
    certificateFile,
    async close() {
      turns.stop();
      await app.close();
    },
  };
}

/** Which server is asked next: each in turn, while something listens there. */
class Turns {
  private up: readonly number[];
  private count = 0;
  private readonly looking = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();

  constructor(private readonly servers: readonly number[]) {
    this.up = servers;
  }

  /** The servers in the order in which to try them. */
  next(): number[] {
    this.count += 1;
    const first = this.count % this.up.length;
    return [...this.up.slice(first), ...this.up.slice(0, first)];
  }

  stop(): void {
    clearInterval(this.looking);
  }

  private async look(): Promise<void> {
    const answers = await Promise.all(this.servers.map((port) => canConnect(HOST, port)));
    const up = this.servers.filter((_port, index) => answers[index]);
    this.up = up.length > 0 ? up : this.servers;
  }
}

/** Passes a request on. Another server is tried only where the first one cannot have begun, or the request changes nothing. */
function pass(
  request: FastifyRequest,
  reply: FastifyReply,
  [port, ...others]: readonly number[],
): FastifyReply {
  const { body, headers: given } = request;
  return reply.from(`http://${HOST}:${port}${request.url}`, {
    // Byte by byte: the library would write JSON anew.
    ...(Buffer.isBuffer(body) && { body, contentType: given['content-type'] ?? 'application/octet-stream' }),
    rewriteRequestHeaders: (_request, headers) => ({
      ...headers,
      host: request.host,
      'x-forwarded-for': request.ip,
      'x-forwarded-proto': 'https',
    }),
    onError: (failed, { error }) => {
      const next = others.length > 0 && mayTryAgain(request, error) ? others : [];
      if (next.length > 0) void pass(request, failed as FastifyReply, next);
      else
        void failed.code(502).type('text/plain; charset=utf-8').send('Absage ist gerade nicht erreichbar.\n');
    },
  });
}

function mayTryAgain({ method }: FastifyRequest, error: Error): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return cause?.code === 'ECONNREFUSED';
}

/** New at each start: nobody has to keep a key safe that was made for practice. */
function makeCertificate(folder: string): { keyFile: string; certificateFile: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'certificate.pem');
  try {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...[
          '-days',
          String(CERTIFICATE_DAYS),
          '-subj',
          '/CN=Absage',
          '-keyout',
          keyFile,
          '-out',
          certificateFile,
        ],
        ...['-addext', `subjectAltName=IP:${HOST},DNS:localhost`],
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
  } catch (error) {
    throw new UpError(
      `Das Zertifikat des Proxys kann nicht gemacht werden (${(error as Error).message}): bitte openssl installieren.`,
    );
  }
  return { keyFile, certificateFile };
}
