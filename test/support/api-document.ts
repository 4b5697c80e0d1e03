import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The part of the API's document that a walk through it needs. */
export interface ApiDocument {
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, Schema> };
}

interface Described {
  parameters?: { in: string; name: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: object }>;
}

interface Schema {
  $ref?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** What an address names: an event by house and number, or a case by its id. Each as it stands in a URL. */
export interface Named {
  house: string;
  eventNumber: string;
  caseId: string;
}

/** One method of one path. */
export interface Operation {
  method: 'GET' | 'POST';
  path: string;
  isStream: boolean;
  /** Which parts of an address it names, in path, query or body. */
  names: readonly (keyof Named)[];
  /** A request for this address. `more`: what a body says beside it, where the address stands in the body. */
  request(named: Named, more: object): { url: string; body: object | undefined };
}

const FILE = join(__dirname, '../../docs/openapi.json');

export function readApiDocument(): ApiDocument {
  return JSON.parse(readFileSync(FILE, 'utf8')) as ApiDocument;
}

/** Everything that the document describes. A route that nobody has thought of is among them. */
export function operationsOf(document: ApiDocument): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => toOperation(document, path, method, described)),
  );
}

const ADDRESS: readonly (keyof Named)[] = ['house', 'eventNumber', 'caseId'];

/** What an address has beside the case, where any value would be a 404: an entry that each list has. */
const PLACES: Readonly<Record<string, string>> = { task: 'website' };

function toOperation(document: ApiDocument, path: string, method: string, described: Described): Operation {
  const { parameters = [], requestBody, responses } = described;
  const inQuery = ADDRESS.filter((name) =>
    parameters.some((parameter) => parameter.in === 'query' && parameter.name === name),
  );
  const schema = requestBody?.content['application/json']?.schema;
  const example = schema && (exampleOf(document, schema) as object);
  const inBody = ADDRESS.filter((name) => example && name in example);
  const fill = (named: Named) =>
    path.replace(/\{(\w+)\}/g, (_all, name: keyof Named) => named[name] ?? PLACES[name] ?? 'x');
  return {
    method: method.toUpperCase() as Operation['method'],
    path,
    isStream: 'text/event-stream' in (responses[200]?.content ?? {}),
    // A house within a series is no address: test/api/series.test.ts and series-approvals.test.ts ask for other houses there.
    names: path.includes('{seriesId}')
      ? []
      : ADDRESS.filter(
          (name) => path.includes(`{${name}}`) || inQuery.includes(name) || inBody.includes(name),
        ),
    request(named, more) {
      const query = inQuery.map((name) => `${name}=${named[name]}`).join('&');
      const places = inBody.map((name) => [name, decodeURIComponent(named[name])]);
      const said = places.length > 0 && { ...more, ...Object.fromEntries(places) };
      return { url: fill(named) + (query && `?${query}`), body: example && { ...example, ...said } };
    },
  };
}

/** The smallest value that fits a schema. */
function exampleOf(document: ApiDocument, schema: Schema): unknown {
  const { $ref, enum: values, anyOf, oneOf, type, format, properties = {}, required = [] } = schema;
  if ($ref) return exampleOf(document, document.components.schemas[$ref.split('/').at(-1) ?? ''] ?? {});
  if (values) return values[0];
  const [choice] = anyOf ?? oneOf ?? [];
  if (choice) return exampleOf(document, choice);
  if (type === 'object')
    return Object.fromEntries(required.map((name) => [name, exampleOf(document, properties[name] ?? {})]));
  if (type === 'array') return [];
  if (type === 'boolean') return true;
  if (type === 'integer' || type === 'number') return 1;
  if (format === 'date-time') return '2026-12-12T18:02:11.000+01:00';
  return format === 'date' ? '2026-12-12' : 'Matrix';
}
