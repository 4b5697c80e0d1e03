import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readSigningKeys } from '../cases/signing-keys';
import type { CaseSources } from '../cases/sources';
import type { PublicKey } from '../domain/signature';
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
            description: 'PEM, each with its fingerprint above it; the one that signs now comes first',
            content: { 'text/plain': { schema: z.string() } },
          },
        },
      },
    },
    async (_request, reply) => {
      const keys = await readSigningKeys(deps);
      // Bytes, because Fastify would encode a text as JSON.
      return reply.type('text/plain; charset=utf-8').send(Buffer.from(keys.map(keyText).join('\n'), 'utf8'));
    },
  );
}

function keyText({ fingerprint, key }: PublicKey, index: number): string {
  return [
    `# ${index === 0 ? 'unterschreibt jetzt' : 'hat früher unterschrieben'}, SHA-256:`,
    `# ${fingerprint}`,
    '-----BEGIN PUBLIC KEY-----',
    ...(key.match(/.{1,64}/g) ?? []),
    '-----END PUBLIC KEY-----',
    '',
  ].join('\n');
}
