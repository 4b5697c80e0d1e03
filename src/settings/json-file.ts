import { parse, type ParseError } from 'jsonc-parser';
import { z } from 'zod';
import { ConfigError } from './environment';
import { NotUtf8, readTextFile } from './text-file';

/**
 * A file of settings in JSON. Throws a `ConfigError` that lists every fault with its place, never what stands
 * there: it may be a secret that was put into the wrong file.
 */
export function readJsonFile<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const parsed = schema.safeParse(readJson(path), { error: germanText });
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.map((issue) =>
      [`${path}:`, issue.path.join('.'), issue.message].filter(Boolean).join(' '),
    ),
  );
}

function readJson(path: string): unknown {
  const refuse = (reason: string) =>
    new ConfigError([`${path} kann nicht als JSON gelesen werden (${reason})`]);
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    if (error instanceof NotUtf8) throw new ConfigError([`${path} ${error.message}`]);
    throw refuse((error as NodeJS.ErrnoException).code ?? 'unlesbar');
  }
  try {
    return JSON.parse(text);
  } catch {
    // Its own message quotes the text.
    throw refuse(`Zeile ${findFaultyLine(text)}`);
  }
}

function findFaultyLine(text: string): number {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  return text.slice(0, errors[0]?.offset ?? 0).split('\n').length;
}

const inGerman = z.locales.de().localeError;

/** For what a schema does not word itself. */
function germanText(issue: z.core.$ZodRawIssue) {
  return issue.code === 'invalid_type' && issue.input === undefined ? 'fehlt' : inGerman(issue);
}
