import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { withFaultySources } from './faulty-sources';
import { MUTANTS } from './mutants';
import { ROOM_MUTANTS, type RoomMutant } from './rooms';
import type { Verdict } from './mutants-fixture';
import { PATIENCE_MS, runInOwnProcess } from '../own-process';

const ROOT = join(__dirname, '../../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');

const verdicts = new Map<string, Verdict>();
const table: string[] = [];

beforeAll(async () => {
  const { stdout, stderr } = await runInOwnProcess('test/simulation/mutants/mutants-fixture.ts');
  if (stderr !== '') throw new Error(stderr);
  for (const line of stdout.trim().split('\n')) {
    const verdict = JSON.parse(line) as Verdict;
    verdicts.set(verdict.name, verdict);
  }
}, PATIENCE_MS);

afterAll(() => {
  process.stdout.write(`${table.join('\n')}\n`);
});

test.each(MUTANTS)('is noticed: $name', ({ name }) => {
  const verdict = verdicts.get(name);
  table.push(`${name} | ${verdict?.rule} | seed ${verdict?.seed} | ${verdict?.message}`);
  expect(verdict?.rule).toEqual(expect.any(String));
});

test('the tests of the rooms that are replaced by models pass without a fault', async () => {
  const edits: RoomMutant['edits'] = [];
  // All of them at once: each start of Jest costs more than its tests.
  const arePassed = await withFaultySources({ name: 'none', edits }, (folder) =>
    Promise.resolve(
      passes(
        folder,
        ROOM_MUTANTS.map((mutant) => mutant.test),
      ),
    ),
  );
  expect(arePassed).toBe(true);
}, 120_000);

test.each(ROOM_MUTANTS)(
  'is noticed: $name',
  async (mutant) => {
    const { file, name } = mutant.test;
    const isUnnoticed = await withFaultySources(mutant, (folder) =>
      Promise.resolve(passes(folder, [mutant.test])),
    );
    table.push(`${mutant.name} | ${file} | ${name}`);
    expect(isUnnoticed).toBe(false);
  },
  60_000,
);

/** Runs these tests against the sources of this folder. */
function passes(folder: string, tests: readonly RoomMutant['test'][]): boolean {
  for (const part of ['support', 'mail', 'jet', 'trust'])
    cpSync(join(ROOT, 'test', part), join(folder, 'test', part), { recursive: true });
  for (const part of ['jest.config.js', 'scripts/jest-global-setup.js'])
    cpSync(join(ROOT, part), join(folder, part));
  const files = [...new Set(tests.map(({ file }) => join(folder, file)))];
  const names = tests.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  const args = [JEST, '--runInBand', '-t', names, ...files];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  const [, failed = '0', passed = '0'] =
    /Tests: +(?:(\d+) failed, )?(?:\d+ skipped, )?(?:(\d+) passed)?/.exec(stderr) ?? [];
  if (Number(failed) + Number(passed) < tests.length) throw new Error(`too few tests were run: ${stderr}`);
  return status === 0;
}
