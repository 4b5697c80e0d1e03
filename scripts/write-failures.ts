import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ACTIONS } from '../src/domain/vocabulary';
import { CHAPTERS, HANDBOOK, OTHER_STATES, RULES, wayLabel } from '../src/console/handbook/handbook';
import { choiceText } from '../src/domain/choices';
import { FAILURES, failureRow, type FailureCode } from '../src/domain/failures';
import { withNextStep } from '../src/domain/refusals';
import {
  ACTION_LABELS,
  REFUSAL_TEXTS,
  statusNotCancellableText,
  statusUnknownText,
} from '../src/domain/wording';

/**
 * Writes `docs/failures.md` from the failure table, and `docs/handbuch.md` from the handbook of the console; with `--check`
 * it fails when one of them is not up to date.
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
      '[The handbook](handbuch.md) says what to do about each code, in German.',
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
    ...choices.map((choice) => `${code(choice)}: ${choiceText(choice)}`),
  ];
  return [
    `### ${code(failure)}`,
    `_${kind}_ · [in the handbook](handbuch.md#${failure})`,
    `> ${text}`,
    ...Object.entries(texts).map(([situation, other]) => `${code(situation)}:\n\n> ${other}`),
    help.map((line) => `- ${line}`).join('\n'),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(line).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}

/** The handbook of the console as a page: for whoever reads it where the console is not reachable. */
function describeHandbook(): string {
  return [
    '# Handbuch für das Diensttelefon',
    'Erzeugt aus [`src/console/handbook`](../src/console/handbook) mit `npm run failures`. Dasselbe zeigt die Konsole unter\n' +
      '`/handbuch`, mit Telefonnummern. Die Befehle zu jedem Weg: [The actions](runbook.md#the-actions).',
    '## Zuerst',
    RULES.map((rule, index) => `${index + 1}. ${rule}`).join('\n'),
    ...CHAPTERS.flatMap(({ title, codes }) => [`## ${title}`, ...codes.map(describeSection)]),
    '## Sonst',
    ...OTHER_STATES.map(({ id, title, text }) => `### ${code(id)}\n\n**${title}.** ${text}`),
  ].join('\n\n');
}

function describeSection(failure: FailureCode): string {
  const { title, happened, safe, look, ways, call } = HANDBOOK[failure];
  const { text, texts = {} } = failureRow(failure);
  return [
    `### ${code(failure)}`,
    `**${title}.**`,
    ...[text, ...Object.values(texts)].map((sentence) => `> ${sentence}`),
    `**Was ist geschehen:** ${happened}`,
    `**Was ist sicher:** ${safe}`,
    `**Zuerst nachsehen:** ${look}`,
    Object.entries<string>(ways)
      .map(([way, when]) => `- ${code(way)} · _${wayLabel(way)}_ ${when}`)
      .join('\n'),
    `**Wen anrufen:** ${call}`,
  ].join('\n\n');
}

async function main(): Promise<void> {
  await write('failures.md', describe);
  await write('handbuch.md', describeHandbook);
}

async function write(name: string, make: () => string): Promise<void> {
  const file = join(DOCS, name);
  const present = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const written = await format(make(), { ...(await resolveConfig(file)), parser: 'markdown' });
  if (!process.argv.includes('--check')) return writeFileSync(file, written);
  if (present === written) return;
  process.stderr.write(`docs/${name} is not up to date: npm run failures\n`);
  process.exitCode = 1;
}

void main();
