import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';
import { z } from 'zod';
import {
  announcementRequest,
  EVENT_NUMBER_PATTERN,
  PROBLEM_STATUS,
  rightRequest,
  wireChannelInfo,
  wireEvent,
  wireHealth,
  wireProblem,
  wireRight,
} from '../src/jet/contract';

/**
 * Writes `docs/jet-gateway.openapi.yaml`: the schemas are the ones by which Absage reads and writes. With `--check` it fails when the
 * page is not up to date.
 */
const FILE = join(__dirname, '../docs/jet-gateway.openapi.yaml');

const SCHEMAS = {
  Health: wireHealth,
  JetEvent: wireEvent,
  Announcement: announcementRequest,
  ConnectOnlineRow: wireChannelInfo,
  Right: wireRight,
  Period: rightRequest,
  Problem: wireProblem,
};

/** As JSON schema; what `format` says already, a pattern need not say again. */
function toSchema(schema: z.ZodType): object {
  const { $schema: _left, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    override({ jsonSchema }) {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  return rest;
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` });
const json = (schema: object, description: string) => ({
  description,
  content: { 'application/json': { schema } },
});

type Code = keyof typeof PROBLEM_STATUS;

/** By status: two codes of one status are one response. */
function problems(...codes: readonly Code[]): Record<string, object> {
  const everywhere: readonly Code[] = [
    'unauthorized',
    'forbidden',
    'too-many-requests',
    'internal',
    'maintenance',
  ];
  const responses: Record<string, object> = {};
  for (const status of new Set([...codes, ...everywhere].map((code) => PROBLEM_STATUS[code]))) {
    const named = [...codes, ...everywhere].filter((code) => PROBLEM_STATUS[code] === status);
    responses[status] = {
      description: `${named.join(', ')}: nothing was written`,
      content: { 'application/problem+json': { schema: ref('Problem') } },
    };
  }
  return responses;
}

const query = (name: string, schema: object, more: object = {}) => ({ name, in: 'query', schema, ...more });
const text = { type: 'string' };
const day = { type: 'string', format: 'date' };

const DOCUMENT = {
  openapi: '3.1.0',
  info: {
    title: 'Jet gateway',
    version: '1',
    description: [
      'The only street between Absage and JetTicket. JetTicket has no public interface, so whoever operates it puts a gateway with this contract in front of it. docs/gateway.md says what each rule is for, and `absage gateway check` tries each of them.',
      '',
      '- Replies are JSON in UTF-8, refusals application/problem+json with a `code`. No redirects. At most 1 MiB.',
      "- Instants are ISO 8601 with offset and milliseconds, on the gateway's clock.",
      '- Days are in Europe/Vienna, and inclusive.',
      '- A write names in If-Match the version that it was decided on. Nothing is written when that is not the current one.',
      '- A write is checked in this order: existence, version, status, values.',
      '- No status other than Storno can be written, and there must never be a way to write one.',
    ].join('\n'),
  },
  servers: [{ url: 'http://127.0.0.1:8095/jet/v1' }],
  security: [{ bearer: [] }],
  paths: {
    '/health': {
      get: {
        summary: "Reachable, and the gateway's clock",
        responses: { 200: json(ref('Health'), 'reachable'), ...problems() },
      },
    },
    '/events': {
      get: {
        summary: 'Find events of a house, by start, ascending',
        parameters: [
          query('house', text, { required: true }),
          query('from', day, { description: 'first day of the start' }),
          query('to', day, { description: 'last day of the start' }),
          query('text', text, {
            description:
              'part of title, customerTitle, production or venue, upper and lower case alike; no wildcards',
          }),
          query('limit', { type: 'integer', minimum: 1, maximum: 100, default: 50 }),
          query('cursor', text, { description: 'nextCursor of the page before' }),
        ],
        responses: {
          200: json(
            {
              type: 'object',
              required: ['events'],
              properties: {
                events: { type: 'array', maxItems: 100, items: ref('JetEvent') },
                nextCursor: {
                  type: ['string', 'null'],
                  description: 'null or missing: this is the last page',
                },
              },
            },
            'a page',
          ),
          ...problems('value-rejected'),
        },
      },
    },
    '/events/{eventNumber}': {
      parameters: [parameter('EventNumber')],
      get: {
        summary: 'Read an event as its mask shows it now',
        responses: { 200: json(ref('JetEvent'), 'the event'), ...problems('event-not-found') },
      },
    },
    '/events/{eventNumber}/announcement': {
      parameters: [parameter('EventNumber')],
      put: {
        summary: 'Save both titles and the Externer Memotext, in one save and letter for letter',
        parameters: [parameter('IfMatch'), parameter('IdempotencyKey')],
        requestBody: { required: true, content: { 'application/json': { schema: ref('Announcement') } } },
        responses: {
          200: json(ref('JetEvent'), 'the event as it now stands'),
          ...problems('event-not-found', 'version-conflict', 'value-rejected', 'version-required'),
        },
      },
    },
    '/events/{eventNumber}/storno': {
      parameters: [parameter('EventNumber')],
      put: {
        summary:
          'Set the status to Storno and save. No body. Already Storno, with the current version, is a 200 without a new save.',
        parameters: [parameter('IfMatch'), parameter('IdempotencyKey')],
        responses: {
          200: json(ref('JetEvent'), 'the event as it now stands'),
          ...problems('event-not-found', 'status-not-cancellable', 'version-conflict', 'version-required'),
        },
      },
    },
    '/connect-online/events/{eventNumber}': {
      parameters: [parameter('EventNumber')],
      get: {
        summary: 'Connect Online Veranstaltungsinformationen: what Ö-Ticket was last told',
        responses: { 200: json(ref('ConnectOnlineRow'), 'the row'), ...problems('not-in-connect-online') },
      },
    },
    '/extended-cancellation-rights/{user}/events/{eventNumber}': {
      parameters: [parameter('User'), parameter('EventNumber')],
      get: {
        summary: 'Erweiterte Stornoberechtigung of a user for an event',
        responses: {
          200: json(ref('Right'), 'the right'),
          ...problems('right-not-found', 'user-not-found', 'event-not-found'),
        },
      },
      put: {
        summary:
          'Grant it, or widen its period; never narrows: the earlier validFrom and the later validUntil stay',
        parameters: [parameter('IdempotencyKey')],
        requestBody: { required: true, content: { 'application/json': { schema: ref('Period') } } },
        responses: {
          200: json(ref('Right'), 'the right as it now stands'),
          ...problems('user-not-found', 'event-not-found', 'value-rejected'),
        },
      },
    },
  },
  components: {
    securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    parameters: {
      EventNumber: {
        name: 'eventNumber',
        in: 'path',
        required: true,
        schema: { type: 'string', pattern: EVENT_NUMBER_PATTERN.source },
      },
      User: {
        name: 'user',
        in: 'path',
        required: true,
        schema: text,
        description: 'percent-encoded: it may hold anything',
      },
      IfMatch: {
        name: 'If-Match',
        in: 'header',
        required: true,
        schema: text,
        description: 'the version that was read, in double quotes',
      },
      IdempotencyKey: {
        name: 'Idempotency-Key',
        in: 'header',
        schema: { type: 'string', maxLength: 255 },
        description:
          'the same for the same effect; a gateway may answer a repeat from its memory, and must not save again',
      },
    },
    schemas: Object.fromEntries(
      Object.entries(SCHEMAS).map(([name, schema]) => [name, toSchema(schema)]),
    ) as Record<string, object>,
  },
};

function describeCodes(): string {
  return Object.entries(PROBLEM_STATUS)
    .map(([code, status]) => `${code} (${status})`)
    .join(', ');
}

async function main(): Promise<void> {
  const { Problem } = DOCUMENT.components.schemas as { Problem: { properties: Record<string, object> } };
  Problem.properties.code = { type: 'string', description: describeCodes() };
  const head = '# Generated from src/jet/contract.ts: npm run gateway-contract\n';
  const options = { ...(await resolveConfig(FILE)), parser: 'yaml' };
  const written = await format(head + stringify(DOCUMENT, { aliasDuplicateObjects: false }), options);
  if (!process.argv.includes('--check')) return writeFileSync(FILE, written);
  if (existsSync(FILE) && readFileSync(FILE, 'utf8') === written) return;
  process.stderr.write('docs/jet-gateway.openapi.yaml is not up to date: npm run gateway-contract\n');
  process.exitCode = 1;
}

void main();
