import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { buildProtocol, protocolHouse, signProtocol } from '../protocol/build';
import type { Signer } from '../domain/signature';
import { PROTOCOL_SCHEMA, type ProtocolDocument, type ProtocolProof } from '../protocol/document';
import { renderProtocolHtml, type ProtocolLinks } from '../protocol/html';
import { protocolJson } from '../protocol/json';
import { PdfBusy } from '../protocol/pdf-thread';
import { readProof } from '../protocol/proof';
import { instant } from './answer-parts';
import { answers } from './answers';
import { journal } from './case-answers';
import type { AppDependencies } from './dependencies';
import { requireHouse, type Caller } from '../cases/caller';
import { readProtocolLines } from '../cases/case-journal';
import { Problem } from '../cases/problems';
import type { CaseSources } from '../cases/sources';
import type { WantedCase } from '../cases/which-case';
import { CASE_DOORS, wantedCase } from './case-doors';

export type ProtocolDeps = CaseSources & Pick<AppDependencies, 'drawPdf'>;

/** The first one is the answer when the client accepts anything. */
const TYPES = ['application/json', 'text/html', 'application/pdf'] as const;

export type ProtocolType = (typeof TYPES)[number];

const CSP = 'content-security-policy';

/** By then the thread has drawn most of what waits now, in seconds. */
const BUSY_SECONDS = 3;

export const acceptHeader = z.object({
  accept: z
    .string()
    .optional()
    .meta({ description: '`text/html`, `application/pdf` or `application/json`, which is the default' }),
});

/** The members that programs need. All other members are what the pages show. */
const protocol = z
  .object({
    schema: z.literal(PROTOCOL_SCHEMA),
    rehearsal: z.boolean(),
    house: z.object({ key: z.string(), name: z.string() }),
    eventNumber: z.string(),
    caseId: z.string(),
    asOf: z.string().meta({ format: 'date-time', description: 'of the last line' }),
    outcome: z.object({
      state: z.enum(['completed', 'aborted', 'closed-by-hand', 'refused', 'open']),
      headline: z.string(),
      summary: z.string(),
    }),
    contact: z
      .union([
        z.object({ key: z.string() }),
        z.object({ erasedAt: instant }),
        z.object({ lost: z.literal(true) }),
      ])
      .optional()
      .meta({
        description:
          'what opens the contact in the lines (AES-256-GCM), or when that was erased; `lost` where neither is known; absent where none is sealed',
      }),
    journal: journal.shape.entries,
    proof: z
      .object({
        caseRow: z
          .looseObject({ number: z.int(), previousHash: z.string(), hash: z.string(), signature: z.string() })
          .nullable()
          .meta({
            description:
              'the row of the chain over the cases: `caseId` and `firstHash` of this case, or `earlier` for the cases from before the chain',
          }),
        signingKeys: z
          .array(z.looseObject({ after: z.looseObject({ fingerprint: z.string(), key: z.string() }) }))
          .meta({
            description: 'the lines of the installation that name its keys, each signed with the one before',
          }),
      })
      .optional(),
    sha256: z.string().meta({
      description: 'of the canonical JSON (RFC 8785) of all the other members but `signature`',
    }),
    signature: z.string().optional().meta({ description: 'Ed25519, of `sha256`, by the installation' }),
  })
  .meta({ id: 'Protocol' });

/** A Protokoll as an answer: the document as JSON, and the two forms that show it. */
export const inThreeForms = (document: z.ZodType) => ({
  description: 'the PDF is PDF/A-3 and PDF/UA, with the JSON inside it',
  content: {
    'application/json': { schema: document },
    'text/html': { schema: z.string() },
    'application/pdf': { schema: z.string().meta({ format: 'binary' }) },
  },
});

/** The form that a request wants. A PDF counts against the caller's limit. Throws the API's own problems. */
export async function wantedForm(request: FastifyRequest, reply: FastifyReply): Promise<ProtocolType> {
  const type = requireType(request.headers.accept);
  void reply.header('vary', 'Accept');
  if (type === 'application/pdf') await request.spend('pdfs');
  return type;
}

/** `GET …/protocol`: the evidence as a page, as a PDF or as JSON, all three from the same document. */
export function registerProtocolRoute(instance: FastifyInstance, deps: ProtocolDeps): void {
  for (const door of CASE_DOORS) registerProtocolAt(instance, deps, door);
}

function registerProtocolAt(
  instance: FastifyInstance,
  deps: ProtocolDeps,
  { path, params, meant }: (typeof CASE_DOORS)[number],
): void {
  instance.withTypeProvider<ZodTypeProvider>().get(
    `${path}/protocol`,
    {
      schema: {
        summary: `${meant}, its Protokoll: what happened, provably`,
        params,
        headers: acceptHeader,
        response: {
          ...answers(
            {},
            'house-not-found',
            'cancellation-not-found',
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
      return sendProtocol(deps, request.caller, reply, await wantedCase(deps, request), type);
    },
  );
}

/** The evidence in one of its three forms. `links`: the addresses of the others, for people. */
export async function sendProtocol(
  deps: ProtocolDeps,
  caller: Caller,
  reply: FastifyReply,
  wanted: WantedCase,
  type: ProtocolType,
  links?: ProtocolLinks,
): Promise<FastifyReply> {
  const document = await makeDocument(deps, caller, wanted);
  return sendDocument(deps, reply, document, {
    type,
    links,
    name: `Protokoll-${document.house.key}-${document.eventNumber}`,
  });
}

type AnyDocument = Parameters<AppDependencies['drawPdf']>[0];

/** `name`: of the file, without its ending. */
export async function sendDocument(
  deps: ProtocolDeps,
  reply: FastifyReply,
  document: AnyDocument,
  { type, links, name }: { type: ProtocolType; links?: ProtocolLinks; name: string },
): Promise<FastifyReply> {
  const bytes =
    type === 'application/pdf' ? await drawPdf(deps, reply, document) : render(document, type, links);
  void reply.type(type === 'application/pdf' ? type : `${type}; charset=utf-8`);
  // The pages of the console have one already.
  if (type === 'text/html' && !reply.hasHeader(CSP))
    void reply.header(CSP, "default-src 'none'; style-src 'self'");
  if (type === 'application/pdf') void reply.header('content-disposition', `inline; filename="${name}.pdf"`);
  return reply.send(bytes);
}

const KEY_REPLACED =
  'Der Schlüssel, mit dem dieser Teil von Absage unterschreibt, wurde ersetzt. Bitte den technischen Betrieb verständigen: Absage muss hier neu gestartet werden.';

/** Throws the API's own problems. */
async function makeDocument(
  deps: ProtocolDeps,
  caller: Caller,
  wanted: WantedCase,
): Promise<ProtocolDocument> {
  const { houses, isRehearsal, journal } = deps;
  const house = protocolHouse(requireHouse(houses, caller, wanted.house, 'see'));
  const { entries, contact } = await readProtocolLines(deps, caller, wanted);
  const { signer } = journal;
  const proof = signer ? await readProof(journal, entries) : undefined;
  if (signer && proof) requireNewestKey(signer, proof);
  const document = buildProtocol(entries, house, { isRehearsal, contact, proof });
  if (!document) throw new Problem('cancellation-not-found');
  return signer ? signProtocol(document, signer) : document;
}

/** Signed with a key that was replaced, it would look like a thief's. */
export function requireNewestKey({ publicKey }: Signer, { signingKeys }: ProtocolProof): void {
  const newest = signingKeys.at(-1)?.after.fingerprint;
  if (newest !== undefined && newest !== publicKey.fingerprint)
    throw new Problem('journal-unavailable', KEY_REPLACED);
}

/** Returns bytes, because Fastify would encode a text as JSON a second time. */
function render(
  document: AnyDocument,
  type: Exclude<ProtocolType, 'application/pdf'>,
  links?: ProtocolLinks,
): Buffer {
  const text = type === 'text/html' ? renderProtocolHtml(document, links) : protocolJson(document);
  return Buffer.from(text, 'utf8');
}

async function drawPdf(
  { drawPdf }: ProtocolDeps,
  reply: FastifyReply,
  document: AnyDocument,
): Promise<Buffer> {
  try {
    return await drawPdf(document);
  } catch (error) {
    if (!(error instanceof PdfBusy)) throw error;
    void reply.header('retry-after', BUSY_SECONDS);
    throw new Problem('pdf-busy');
  }
}

/** Throws where none of the three is wanted. */
function requireType(accept: string | undefined): ProtocolType {
  const type = chooseType(accept);
  if (!type) throw new Problem('not-acceptable', `Möglich sind ${TYPES.join(', ')}.`);
  return type;
}

interface Range {
  type: string;
  quality: number;
}

/**
 * The type that an `Accept` header prefers (RFC 9110): for each type its most specific range counts. Between two
 * equally preferred types, one that the header names exactly comes before one that only matches a `*`.
 */
function chooseType(accept = '*/*'): ProtocolType | null {
  const ranges = accept.split(',').map(parseRange);
  const rated = TYPES.map((type) => {
    const names = [type, `${type.split('/')[0]}/*`, '*/*'];
    const exactness = names.findIndex((name) => ranges.some((range) => range.type === name));
    const range = ranges.find((each) => each.type === names[exactness]);
    return { type, quality: range?.quality ?? 0, exactness };
  }).filter(({ quality }) => quality > 0);
  rated.sort((a, b) => b.quality - a.quality || a.exactness - b.exactness);
  return rated[0]?.type ?? null;
}

function parseRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const quality = weight === undefined ? 1 : Number(weight.replace(/^q\s*=\s*/, ''));
  return { type, quality: quality >= 0 && quality <= 1 ? quality : 0 };
}
