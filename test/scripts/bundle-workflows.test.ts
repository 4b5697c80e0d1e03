import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows, findBundleFaults } from '../../scripts/bundle-workflows';

const ROOT = join(__dirname, '..', '..');

/** Bundles a source inside the project, so that the bundler finds the project's packages. */
async function bundleOf(source: string) {
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.cache', 'workflows-'));
  try {
    writeFileSync(join(folder, 'index.ts'), source);
    writeFileSync(join(folder, 'interceptors.ts'), 'export const interceptors = () => ({});');
    return await bundleWorkflows(join(folder, 'index.ts'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('has nothing against the workflows as they are', async () => {
  const bundle = await bundleWorkflows(join(ROOT, 'src', 'workflows', 'index.ts'));
  expect(findBundleFaults(bundle)).toEqual([]);
  expect(bundle.files).toContain('src/workflows/cancel-performance.ts');
});

it('names a library that does not belong there', async () => {
  const bundle = await bundleOf(
    `import { z } from 'zod'; export async function sample() { return z.string().parse('x'); }`,
  );
  expect(findBundleFaults(bundle).join('\n')).toMatch(
    /node_modules\/zod\/.* does not belong into the workflows/,
  );
});

it('refuses what belongs to Node', async () => {
  const source = `import { readFileSync } from 'fs'; export async function sample() { return readFileSync('x'); }`;
  await expect(bundleOf(source)).rejects.toThrow(/disallowed modules:\s*- 'fs'/);
});

it('refuses a bundle over the cap', () => {
  expect(findBundleFaults({ code: 'ä'.repeat(10), files: [] }, 19)).toEqual([
    'the bundle has 20 bytes, more than its cap of 19',
  ]);
});
