import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const CACHE = join(ROOT, '.cache');

/** Whether the gate's check for circles passes a folder with these two files. */
function passes(first: string, second: string): boolean {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'circles-'));
  try {
    writeFileSync(join(folder, 'first.ts'), first);
    writeFileSync(join(folder, 'second.ts'), second);
    const tool = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const config = join(ROOT, '.dependency-cruiser.cjs');
    const { status, stdout } = spawnSync(process.execPath, [tool, '--config', config, folder], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(stdout).toContain('2 modules');
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('finds a circle of two files that need no more than types of each other', () => {
  const first = "import type { Second } from './second';\nexport interface First { second: Second }\n";
  expect(passes(first, 'export interface Second { name: string }\n')).toBe(true);
  const second = "import type { First } from './first';\nexport interface Second { first: First }\n";
  expect(passes(first, second)).toBe(false);
});
