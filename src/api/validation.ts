import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { Problem, type FieldError } from '../cases/problems';

/** Most faults in one answer: a body of 16 KiB has room for thousands. */
const MAX_ERRORS = 20;

/** Checks a part of a request against its schema. A fault becomes a problem with German texts. */
export const compileValidator: FastifySchemaCompiler<z.ZodType> =
  ({ schema }) =>
  (data) => {
    try {
      return { value: parseAs(schema, data) };
    } catch (error) {
      return { error: error as Problem };
    }
  };

/** Parses a value with its schema. A fault becomes a problem with German texts. */
export function parseAs<T>(schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data, { error: germanText });
  if (parsed.success) return parsed.data;
  throw toProblem(parsed.error.issues);
}

/** A wrong shape (type, missing, unknown) is 400; a value of the right shape that is not allowed is 422. */
function toProblem(issues: readonly z.core.$ZodIssue[]): Problem {
  const isShape = issues.some(({ code }) => code === 'invalid_type' || code === 'unrecognized_keys');
  const errors = issues.flatMap(toErrors).slice(0, MAX_ERRORS);
  return new Problem(isShape ? 'malformed-request' : 'invalid-value', undefined, { errors });
}

function toErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), text: 'ist nicht bekannt' }));
  }
  return [{ path: issue.path.join('.'), text: issue.message }];
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'braucht genau einen Text',
  boolean: 'braucht true oder false',
  object: 'braucht ein JSON-Objekt',
};

/** Half sentences that follow the name of the field, for faults that a schema does not word itself. */
function germanText(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'fehlt';
    return TYPES[issue.expected] ?? 'hat einen falschen Typ';
  }
  if (issue.code === 'too_big') return `darf höchstens ${issue.maximum} Zeichen lang sein`;
  return 'ist nicht möglich';
}
