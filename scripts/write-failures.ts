import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ACTIONS } from '../src/domain/vocabulary';
import { choicesFor } from '../src/domain/choices';
import { type Choice } from '../src/domain/vocabulary';
import { FAILURES, failureRow, type FailureCode } from '../src/domain/failures';
import { withNextStep } from '../src/domain/refusals';
import {
  ACTION_LABELS,
  REFUSAL_TEXTS,
  statusNotCancellableText,
  statusUnknownText,
} from '../src/domain/wording';

/**
 * Writes `docs/failures.md` from the failure table, and the sentences that people read into the sections of
 * `docs/runbook.md`; with `--check` it fails when one of them is not up to date.
 */
const DOCS = join(__dirname, '../docs');

const CODES = Object.keys(FAILURES) as FailureCode[];

const REFUSALS = {
  ...REFUSAL_TEXTS,
  'status-not-cancellable': statusNotCancellableText('…'),
  'status-unknown': statusUnknownText('…'),
} satisfies Record<string, string>;

function describe(): string {
  return [
    '# Failures',
    'Generated from the failure table in [`src/domain/failures.ts`](../src/domain/failures.ts) by `npm run failures`.\n' +
      '[The runbook](runbook.md) says what to do about each code.',
    '## What stops a step',
    '- _retryable_: Absage tries again by itself. After `ABSAGE_ATTENTION_AFTER` it asks a person, and it goes on by itself\n' +
      '  when the cause goes away.\n' +
      '- _terminal_: only a person can change the outcome, so Absage asks at once.',
    'An action is offered only while it is possible, a choice only where it fits. The quoted sentence is what people read.',
    ...CODES.map(describeFailure),
    '## What the actions are called',
    table(
      ['Action', 'What people read'],
      ACTIONS.map((action) => [code(action), ACTION_LABELS[action]]),
    ),
    '## Why a cancellation is refused',
    'The check finds these reasons before anything is written, and the run ends as _refused_. When the reason is gone, the\n' +
      'event can be ordered again.',
    table(
      ['Code', 'What people read', 'And what they are to do'],
      Object.entries(REFUSALS).map(([refusal, text]) => [
        code(refusal),
        text,
        withNextStep({ code: refusal, text }).next,
      ]),
    ),
  ].join('\n\n');
}

function describeFailure(failure: FailureCode): string {
  const { kind, text, texts = {}, actions, choices = [] } = failureRow(failure);
  const help = [
    `Actions: ${actions.map(code).join(', ')}`,
    ...choices.map((choice) => `${code(choice)}: ${choiceText(failure, choice)}`),
  ];
  return [
    `### ${code(failure)}`,
    `_${kind}_ · [in the runbook](runbook.md#${failure})`,
    `> ${text}`,
    ...Object.entries(texts).map(([situation, other]) => `${code(situation)}:\n\n> ${other}`),
    help.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}

/** The sentence of a choice. Each choice is offered in one of two situations, so both are asked. */
function choiceText(failure: FailureCode, wanted: Choice): string {
  const conflicts = [{ field: 'title', before: null, ours: null, now: null }] as const;
  const offered = [true, false].flatMap((isAborting) =>
    choicesFor(failure, { isAborting, isStornoAdopted: true, conflicts }),
  );
  const found = offered.find(({ choice }) => choice === wanted);
  if (!found) throw new Error(`${failure} never offers ${wanted}`);
  return found.text;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Puts the sentence that people read under each code's heading, so that the reader can search for it. */
function quoteIn(runbook: string): string {
  return CODES.reduce(
    (text, failure) =>
      text.replace(
        new RegExp(`(\n### ${code(failure)}\n\n)(> .*\n\n)?`),
        (_, heading: string) => `${heading}> ${failureRow(failure).text}\n\n`,
      ),
    runbook,
  );
}

async function main(): Promise<void> {
  await write('failures.md', describe);
  await write('runbook.md', quoteIn);
}

async function write(name: string, make: (present: string) => string): Promise<void> {
  const file = join(DOCS, name);
  const present = readFileSync(file, 'utf8');
  const written = await format(make(present), { ...(await resolveConfig(file)), parser: 'markdown' });
  if (!process.argv.includes('--check')) return writeFileSync(file, written);
  if (present === written) return;
  process.stderr.write(`docs/${name} is not up to date: npm run failures\n`);
  process.exitCode = 1;
}

void main();
