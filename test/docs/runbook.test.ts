import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { actionBodies } from '../../src/api/schemas';
import { addClientCommands } from '../../src/cli/commands';
import { type Action } from '../../src/domain/vocabulary';
import { ACTIONS } from '../../src/domain/vocabulary';
import * as messages from '../../src/workflows/messages';

const FILE = join(__dirname, '..', '..', 'docs', 'runbook.md');
const LARGEST_PICTURE_BYTES = 200_000;

const text = readFileSync(FILE, 'utf8');
const RUN_ACTIONS = ACTIONS.filter((action) => action !== 'resume');

const UPDATES: Readonly<Record<string, Action>> = {
  [messages.abortUpdate.name]: 'abort',
  [messages.retryNowUpdate.name]: 'retry',
  [messages.approveUpdate.name]: 'approve',
  [messages.rejectUpdate.name]: 'reject',
  [messages.overrideUpdate.name]: 'override',
  [messages.skipWaitUpdate.name]: 'skip-wait',
  [messages.confirmStepUpdate.name]: 'confirm-step',
  [messages.waiveStepUpdate.name]: 'waive-step',
  [messages.decideUpdate.name]: 'decide',
  [messages.closeByHandUpdate.name]: 'close-by-hand',
};

/** The text under the heading that consists of this code alone. */
function section(name: string): string {
  const [, found] = text.split(`\n### \`${name}\`\n`);
  return found?.split(/\n##+ /)[0] ?? '';
}

it('has a section for every action, and leaves the questions to the handbook', () => {
  const headings = [...text.matchAll(/^### `([^`]+)`$/gm)].map(([, name]) => name);
  expect(headings.toSorted()).toEqual([...ACTIONS].toSorted());
});

interface Call {
  action: Action;
  body: Record<string, unknown>;
}

/** `act <action> '<JSON>'` */
const calls: Call[] = [...text.matchAll(/^act ([a-z-]+) '([^']+)'/gm)].map(([, action, json]) => ({
  action: action as Action,
  body: JSON.parse(json ?? '') as Call['body'],
}));

/** `Update <name>`, and the JSON in the lines below. */
const updates = [...text.matchAll(/^Update (\w+)\n([^`]+)/gm)].map(([, name = '', json]) => ({
  action: UPDATES[name],
  body: JSON.parse(json ?? '') as Call['body'],
}));

it.each(ACTIONS)('shows how %s is given by command and by the API', (action) => {
  expect(section(action)).toMatch(new RegExp(`^absage ${action} FSP 104233 `, 'm'));
  expect(calls.map((call) => call.action)).toContain(action);
});

it.each(RUN_ACTIONS)('shows how %s is given in the Web UI', (action) => {
  expect(updates.map((update) => update.action)).toContain(action);
});

it.each(calls)('asks the API for $action with what it takes', ({ action, body }) => {
  expect(actionBodies[action].safeParse(body)).toMatchObject({ success: true });
});

it.each(updates)('asks in the Web UI for $action with what it takes', ({ action, body }) => {
  const { actor, ...request } = body;
  expect(actor).toMatch(/./);
  expect(actionBodies[action as Action].safeParse(request)).toMatchObject({ success: true });
});

describe('the commands', () => {
  const program = new Command();
  addClientCommands(program, () => Promise.resolve());
  const cli = readFileSync(join(__dirname, '../../src/cli.ts'), 'utf8');
  const roles = [...cli.matchAll(/\.command\('(\w[\w-]*)/g)];
  const options = [...cli.matchAll(/\.(?:requiredO|o)ption\('(--[a-z-]+)/g)].map(([, option]) => option);
  const lines = [...text.replaceAll('\\\n', ' ').matchAll(/\babsage ([a-z][a-z-]*)([^\n`]*)/g)];

  it('are there', () => {
    const known = [...program.commands.map((command) => command.name()), ...roles.map(([, name]) => name)];
    expect(known).toEqual(expect.arrayContaining(lines.map(([, name]) => name)));
  });

  it('have the options that are shown', () => {
    for (const [line, name, rest = ''] of lines) {
      const command = program.commands.find((each) => each.name() === name);
      // Beneath `journal HOUSE NUMBER` stand commands for administrators, which are not the client's.
      const isBeneath = roles.some(([, beneath]) => beneath === rest.trim().split(' ')[0]);
      const known = command && !isBeneath ? command.options.map(({ long }) => long) : options;
      const shown = rest.replaceAll(/"[^"]*"/g, '').match(/--[a-z-]+/g) ?? [];
      for (const option of shown) expect([line, known]).toEqual([line, expect.arrayContaining([option])]);
    }
  });
});

describe('the links', () => {
  const targets = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to);
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-');
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => `#${slug(heading)}`);

  it('lead somewhere', () => {
    const isBroken = (to: string) =>
      to.startsWith('#')
        ? !anchors.includes(to)
        : !statSync(join(dirname(FILE), to.split('#')[0] ?? ''), { throwIfNoEntry: false });
    expect(targets.filter(isBroken)).toEqual([]);
  });

  it('show pictures that load quickly', () => {
    const pictures = targets.filter((to) => to.endsWith('.png'));
    expect(pictures.length).toBeGreaterThan(0);
    for (const picture of pictures)
      expect(statSync(join(dirname(FILE), picture)).size).toBeLessThanOrEqual(LARGEST_PICTURE_BYTES);
  });
});
