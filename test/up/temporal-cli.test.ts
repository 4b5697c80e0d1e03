import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTemporal } from '../../src/up/temporal-cli';

const PLATFORM = `${process.platform}-${process.arch}`;
const CLI = 'the program that was released';

let root: string;
let cli: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'absage-cli-'));
  for (const folder of ['.cache/temporal', 'scripts/setup'])
    mkdirSync(join(root, folder), { recursive: true });
  cli = join(root, '.cache', 'temporal', 'cli');
  writeFileSync(cli, CLI);
  writeFileSync(join(root, '.cache', 'tools.json'), JSON.stringify({ temporal: cli }));
  const executables = { [PLATFORM]: createHash('sha256').update(CLI).digest('hex') };
  const released = join(root, 'scripts', 'setup', 'released-tools.json');
  writeFileSync(released, JSON.stringify({ temporal: { executables } }));
});
afterEach(() => rmSync(root, { recursive: true }));

const refusal = (): Promise<string> =>
  findTemporal({}, root).then(
    () => 'taken',
    ({ message }: Error) => message,
  );
const HELP =
  /: bitte node .*setup\.mjs temporal ausführen, das holt sie; eine eigene nennt TEMPORAL_CLI_PATH$/;

it('is the program that the set-up has put there, as it was released', async () => {
  expect(await findTemporal({}, root)).toBe(cli);
});

// Whoever could write into the cache had a program of their own run at the next start.
it('is not started once it is another program', async () => {
  writeFileSync(cli, '#!/bin/sh\necho hello');
  expect(await refusal()).toMatch(/ist nicht die freigegebene Temporal CLI und wird nicht gestartet/);
  expect(await refusal()).toMatch(HELP);
});

it('is not started where the notes name another program', async () => {
  const other = join(root, 'other');
  writeFileSync(other, 'another one');
  writeFileSync(join(root, '.cache', 'tools.json'), JSON.stringify({ temporal: other }));
  expect(await refusal()).toMatch(/other ist nicht die freigegebene/);
});

it('where it is missing, the command that fetches it is named', async () => {
  rmSync(cli);
  expect(await refusal()).toMatch(/^Die Temporal CLI ist nicht mehr da/);
  rmSync(join(root, '.cache'), { recursive: true });
  expect(await refusal()).toMatch(/^Die Temporal CLI ist noch nicht eingerichtet/);
  expect(await refusal()).toMatch(HELP);
});

it('that a setting names is the word of the administrator', async () => {
  expect(await findTemporal({ TEMPORAL_CLI_PATH: '/usr/bin/mine' }, root)).toBe('/usr/bin/mine');
});
