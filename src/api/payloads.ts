import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Caller } from '../cases/caller';
import { decodePayloads, type Payload, type PayloadDesk } from '../cases/payloads';
import { Problem } from '../cases/problems';
import { slowedDown } from './auth';

/** Temporal sends up to 4 MB at once, a third more in base64. */
const BODY_LIMIT = 8 * 1024 * 1024;

const ONLY_THE_WEB_UI = 'Von Seiten unter dieser Adresse nimmt Absage das nicht an.';

/** How long a browser remembers that the Web UI may ask, in seconds. */
const PREFLIGHT_SECONDS = 600;

const base64 = z.string().transform((text) => Buffer.from(text, 'base64'));

/** A payload in the JSON form of protobuf. What this version does not know of it is handed back as it came. */
const wirePayload = z.looseObject({
  metadata: z.record(z.string(), base64).optional(),
  data: base64.optional(),
});

const payloads = z.looseObject({ payloads: z.array(wirePayload).max(10_000).default([]) });

/** Who may ask, and from where. */
export interface PayloadDoor extends PayloadDesk {
  /** The scheme, host and port of Temporal's Web UI. */
  webUiOrigin: string;
  /** `null`: nobody that is known. */
  identify(request: FastifyRequest): Promise<Caller | null>;
}

/**
 * Temporal's protocol for remote codecs: its Web UI and its command line read and write through it what they show and
 * send. Browsers may ask from the Web UI's own address and from no other one.
 */
export function registerPayloads(instance: FastifyInstance, door: PayloadDoor): void {
  const app = instance.withTypeProvider<ZodTypeProvider>();
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    void reply.header('vary', 'origin');
    if (origin !== undefined) {
      if (origin !== door.webUiOrigin) throw new Problem('not-allowed', ONLY_THE_WEB_UI);
      void reply.headers({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization, content-type, x-namespace',
        'access-control-max-age': PREFLIGHT_SECONDS,
      });
    }
    if (request.method === 'OPTIONS') return;
    const caller = await door.identify(request);
    if (!caller)
      throw (request.presented === null ? null : await slowedDown(request, reply)) ?? unauthorized(reply);
    request.caller = caller;
  });

  const options = { config: { isPage: true }, bodyLimit: BODY_LIMIT, schema: { hide: true, body: payloads } };
  app.post('/codec/decode', options, async ({ body, caller, headers }) => ({
    payloads: (await decodePayloads(door, caller, body.payloads, namespaceOf(headers))).map(toWire),
  }));
  // Without the run that it is for, which nobody names here: readable for those who look after the installation only.
  app.post('/codec/encode', options, async ({ body }) => ({
    payloads: (await door.payloads.encode(body.payloads)).map(toWire),
  }));
  for (const path of ['/codec/decode', '/codec/encode'])
    app.options(path, { config: { isPage: true }, schema: { hide: true } }, (_request, reply) =>
      reply.status(204).send(),
    );
}

function unauthorized(reply: { header(name: string, value: string): unknown }): Problem {
  reply.header('www-authenticate', 'Bearer realm="absage"');
  return new Problem('unauthorized', 'Bitte in Absage neu anmelden und die Seite noch einmal laden.');
}

const LONGEST_NAME = 255;

function namespaceOf({ 'x-namespace': stated }: FastifyRequest['headers']): string | null {
  return typeof stated === 'string' ? stated.slice(0, LONGEST_NAME) : null;
}

function toWire({ metadata, data, ...rest }: Payload) {
  const inBase64 = Object.entries(metadata ?? {}).map(([name, value]) => [name, encode(value)]);
  return {
    ...rest,
    metadata: Object.fromEntries(inBase64) as Record<string, string>,
    ...(data && { data: encode(data) }),
  };
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
