import { z } from 'zod';
import { PROBLEMS, type ProblemBody, type ProblemCode } from '../cases/problems';
import type { Readiness } from '../cases/readiness';
import { cancellation } from './case-answers';

/*
 * The schemas of the API's answers, for its document. While a request is served, they neither check an answer nor leave
 * anything out of it: the types hold the schemas to what is sent, and the tests compare every answer with them.
 */

export const health = z.object({ ok: z.boolean() });

export const readiness = z.object({
  ok: z.boolean(),
  workers: z.boolean().meta({ description: 'Temporal answers, and both queues are polled' }),
  journal: z.boolean().meta({ description: 'the journal can be read' }),
  missing: z
    .array(z.string())
    .meta({ description: 'what the Temporal server lacks and no cancellation can do without' }),
  warnings: z.array(z.string()).meta({
    description:
      'what a person should look at, although all works: a file with faults, a build with open cases and no worker, writes that are off',
  }),
}) satisfies z.ZodType<Readiness>;

export const versionInfo = z.object({
  name: z.string(),
  version: z.string(),
  node: z.string(),
  rehearsal: z.boolean(),
});

export const houseList = z.object({
  houses: z.array(z.object({ key: z.string(), name: z.string(), backend: z.enum(['gateway', 'guided']) })),
});

export const problem = z
  .object({
    type: z.literal('about:blank'),
    title: z.string().meta({ description: 'what happened, in German' }),
    status: z.int(),
    code: z.enum(Object.keys(PROBLEMS) as ProblemCode[]),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), text: z.string() })).optional(),
    cancellation: cancellation.nullable().optional(),
    traceId: z
      .string()
      .optional()
      .meta({ description: 'what the traces of the installation hold of the request, where it keeps some' }),
  })
  .meta({ id: 'Problem' }) satisfies z.ZodType<ProblemBody>;

/** Problems that any route may answer with. */
const ALWAYS: readonly ProblemCode[] = ['malformed-request', 'invalid-value', 'wrong-host', 'internal'];

/**
 * The answers of a route, for its schema. The problems are in it only for the document; they are thrown, not sent.
 *
 * @example schema: { response: answers({ 200: cancellation }, 'house-not-found', 'cancellation-not-found') }
 */
export function answers<S extends Record<number, z.ZodType>>(successes: S, ...problems: ProblemCode[]): S {
  const codesByStatus = new Map<number, ProblemCode[]>();
  for (const code of [...ALWAYS, ...problems]) {
    const { status } = PROBLEMS[code];
    codesByStatus.set(status, [...(codesByStatus.get(status) ?? []), code]);
  }
  const described = [...codesByStatus].map(([status, codes]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema: problem } },
    },
  ]);
  return { ...(Object.fromEntries(described) as object), ...successes };
}
