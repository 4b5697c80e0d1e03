import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Caller } from '../cases/caller';
import { Problem } from '../cases/problems';
import { readSeriesPapers } from '../cases/series-protocol';
import { protocolHouse } from '../protocol/build';
import type { ProtocolLinks } from '../protocol/html';
import { readProof } from '../protocol/proof';
import { buildSeriesProtocol } from '../protocol/series-build';
import { SERIES_PROTOCOL_SCHEMA, type SeriesProtocolDocument } from '../protocol/series-document';
import { instant } from './answer-parts';
import { answers } from './answers';
import {
  acceptHeader,
  inThreeForms,
  requireNewestKey,
  sendDocument,
  wantedForm,
  type ProtocolDeps,
  type ProtocolType,
} from './protocol';
import { seriesParams } from './schemas';

/** The members that programs need. All other members are what the pages show. */
const protocol = z
  .object({
    schema: z.literal(SERIES_PROTOCOL_SCHEMA),
    rehearsal: z.boolean(),
    seriesId: z.string(),
    title: z.string(),
    excerpt: z
      .literal(true)
      .optional()
      .meta({ description: 'houses are left out that the caller may not see, and so is `journal`' }),
    asOf: instant,
    items: z.array(z.looseObject({ house: z.string(), eventNumber: z.string(), caseId: z.string() })),
    sha256: z.string().meta({
      description: 'of the canonical JSON (RFC 8785) of all the other members but `signature`',
    }),
    signature: z.string().optional().meta({ description: 'Ed25519, of `sha256`, by the installation' }),
  })
  .meta({ id: 'SeriesProtocol' });

/** `GET /v1/series/{id}/protocol`: as the Protokoll of a case, of a whole series. */
export function registerSeriesProtocol(instance: FastifyInstance, deps: ProtocolDeps): void {
  instance.withTypeProvider<ZodTypeProvider>().get(
    '/v1/series/:seriesId/protocol',
    {
      schema: {
        summary: 'A series, its Protokoll: what was decided, how each performance ended, what is open',
        params: seriesParams,
        headers: acceptHeader,
        response: {
          ...answers(
            {},
            'series-not-found',
            'not-acceptable',
            'too-many-requests',
            'journal-unavailable',
            'pdf-busy',
          ),
          200: inThreeForms(protocol),
        },
      },
    },
    async (request, reply) => {
      const type = await wantedForm(request, reply);
      return sendSeriesProtocol(deps, request.caller, reply, request.params.seriesId, type);
    },
  );
}

/** The evidence in one of its three forms. `links`: the addresses of the others, for people. */
export async function sendSeriesProtocol(
  deps: ProtocolDeps,
  caller: Caller,
  reply: FastifyReply,
  seriesId: string,
  type: ProtocolType,
  links?: ProtocolLinks,
): Promise<FastifyReply> {
  const document = await makeDocument(deps, caller, seriesId);
  return sendDocument(deps, reply, document, { type, links, name: `Protokoll-Serie-${seriesId}` });
}

async function makeDocument(
  deps: ProtocolDeps,
  caller: Caller,
  seriesId: string,
): Promise<SeriesProtocolDocument> {
  const { lines, marks, tasks, houses } = await readSeriesPapers(deps, caller, seriesId);
  const { journal, isRehearsal } = deps;
  const { signer } = journal;
  const proof = signer ? await readProof(journal, lines) : undefined;
  if (signer && proof) requireNewestKey(signer, proof);
  const shown = houses.map(protocolHouse);
  const document = buildSeriesProtocol(lines, { marks, tasks, houses: shown, isRehearsal, proof });
  if (!document) throw new Problem('series-not-found');
  return signer ? { ...document, signature: signer.sign('protocol', document.sha256) } : document;
}
