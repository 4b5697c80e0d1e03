import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readSigningKeys } from '../cases/signing-keys';
import type { CaseSources } from '../cases/sources';
import { keyFileText } from '../domain/key-file';
import { answers } from './answers';

/** Everybody may read it: who checks a Protokoll has no log-in. */
export const SIGNING_KEY_PATH = '/.well-known/absage-signing-key';

/** The public keys of the journal, as `absage verify --key` takes them. */
export function registerSigningKey(app: FastifyInstance, deps: Pick<CaseSources, 'journal'>): void {
  app.get(
    SIGNING_KEY_PATH,
    {
      schema: {
        summary: 'The keys that sign the journal: what `absage verify --key` takes',
        response: {
          ...answers({}, 'not-found', 'journal-unavailable'),
          200: {
            description:
              'PEM, each below its fingerprint, and until when it has signed; the one that signs now comes first',
            content: { 'text/plain': { schema: z.string() } },
          },
        },
      },
    },
    async (_request, reply) => {
      const keys = await readSigningKeys(deps);
      // Bytes, because Fastify would encode a text as JSON.
      return reply.type('text/plain; charset=utf-8').send(Buffer.from(keyFileText(keys), 'utf8'));
    },
  );
}
