import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflows } from '../../scripts/bundle-workflows';

const SOURCES = join(__dirname, '../../src');
/** The files that a bundle depends on beside its sources. */
const MAKERS = ['package-lock.json', 'scripts/bundle-workflows.ts'];
const CACHE = join(__dirname, '../../.cache/test');

/** The workflows as a worker loads them. Cached by their sources, because bundling takes seconds in each test file. */
export async function workflowCode(): Promise<{ code: string }> {
  const hash = createHash('sha256');
  for (const file of MAKERS) hash.update(readFileSync(join(SOURCES, '..', file)));
  for (const room of ['domain', 'workflows']) {
    for (const file of readdirSync(join(SOURCES, room)).sort()) {
      hash.update(file).update(readFileSync(join(SOURCES, room, file)));
    }
  }
  const path = join(CACHE, `workflows-${hash.digest('hex').slice(0, 16)}.js`);
  if (!existsSync(path)) {
    const { code } = await bundleWorkflows(join(SOURCES, 'workflows/index.ts'));
    mkdirSync(CACHE, { recursive: true });
    const draft = `${path}.${randomUUID()}`;
    writeFileSync(draft, code);
    renameSync(draft, path);
  }
  return { code: readFileSync(path, 'utf8') };
}
