import { createInterface, type Interface } from 'node:readline';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { describeView } from './format';
import { ApiProblem, createApi, NotReachable, type Api, type NamedCase } from './http';
import { writeJson, writeLine, writeProblem, writeQuestion } from './terminal';
import { EXIT } from './watch';

/** The options of every client command. */
export interface Common {
  url: string;
  actor?: string;
  json?: boolean;
}

/** Adds a command that is a client of the API and can do nothing that the API cannot. */
export function addCommand(program: Command, usage: string, text: string): Command {
  return program
    .command(usage)
    .description(text)
    .addOption(
      new Option('--url <url>', 'Adresse von Absage').env('ABSAGE_URL').default('http://127.0.0.1:8080'),
    )
    .addOption(
      new Option('--actor <name>', 'wer handelt; steht im Logbuch').env('ABSAGE_ACTOR').argParser(parseActor),
    )
    .option('--json', 'Antwort als JSON');
}

/** Adds a command about one event. */
export function addEventCommand(program: Command, name: string, text: string): Command {
  return addCommand(program, `${name} <haus> <nummer>`, text);
}

/** The option of every command about a case. */
export interface OfCase extends Common {
  case?: string;
}

/** Adds a command about a case: the newest one of an event, or the one that is named. */
export function addCaseCommand(program: Command, name: string, text: string): Command {
  return addEventCommand(program, name, text).option(
    '--case <fall>',
    'genau diese Absage, auch eine frühere: „Fall …“ auf ihrer Seite, in der Liste und im Protokoll',
  );
}

export function named([house, eventNumber]: [string, string], { case: caseId }: OfCase): NamedCase {
  return { house, eventNumber, caseId };
}

/** Refuses characters that a header cannot carry; the API judges the rest. */
function parseActor(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  if (!/[\u0000-\u001f\u007f]/.test(text)) return text;
  throw new InvalidArgumentError('Ein Name hat keine Steuerzeichen.');
}

export function print(options: Common, value: unknown, describe: () => string): void {
  if (options.json) writeJson(value);
  else writeLine(describe());
}

type Work<O extends Common> = (api: Api, house: [string, string], options: O) => Promise<number>;

/** Commander passes the arguments, then the options, then the command. */
export function run<O extends Common>(work: Work<O>): (...parameters: unknown[]) => Promise<void> {
  return async (...parameters) => {
    const options = parameters.at(-2) as O;
    const [house = '', number = ''] = parameters.slice(0, -2) as string[];
    process.stdout.once('error', stopWhenNobodyReads);
    try {
      process.exitCode = await work(
        createApi(options.url.replace(/\/+$/, ''), options.actor),
        [house, number],
        options,
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      process.exitCode = exitCodeOf(error);
      writeProblem(options.json ? JSON.stringify(toJson(error)) : error.message);
      if (error instanceof ApiProblem && error.cancellation && !options.json)
        writeProblem(describeView(error.cancellation));
    } finally {
      stopAsking();
    }
  };
}

function exitCodeOf(error: Error): number {
  if (error instanceof NotReachable) return EXIT.unreachable;
  if (!(error instanceof ApiProblem)) return EXIT.failed;
  if (error.status === 401) return EXIT.unreachable;
  return error.status === 400 || error.status === 422 ? EXIT.usage : EXIT.failed;
}

/** For programs: on standard error, where a person would read the sentence. */
function toJson(error: Error) {
  const { message } = error;
  if (!(error instanceof ApiProblem)) return { error: { message } };
  const { status, code, cancellation } = error;
  return { error: { message, status, code, ...(cancellation && { cancellation }) } };
}

/** Ends quietly when the reader of the output stops, as in `absage list | head -3`. */
function stopWhenNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

/** Resolves to `null` when the input has ended, so that no answer can come. */
export type Ask = (question: string) => Promise<string | null>;

/**
 * Asks on the terminal: questions go to standard error, results to standard output. One reader serves the whole
 * command, because a second one would lose input that was typed or piped in ahead. The terminal itself edits the line,
 * so that Ctrl-C ends the command as usual.
 */
export const ask: Ask = async (question) => {
  reader ??= createInterface({ input: process.stdin, terminal: false });
  lines ??= reader[Symbol.asyncIterator]();
  writeQuestion(question);
  const { done, value } = await lines.next();
  return done ? null : value;
};

/** An input that ends without an answer counts as no. */
export async function confirm(question: string): Promise<boolean> {
  const answer = await ask(question);
  return answer?.trim().toLowerCase() === 'ja';
}

let reader: Interface | undefined;
let lines: AsyncIterator<string, unknown> | undefined;

/** Lets the process end although its input is still open. */
function stopAsking(): void {
  reader?.close();
}
