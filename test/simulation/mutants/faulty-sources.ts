import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutant';
import { loadActivities, loadSources, PROJECT_SOURCES, type Loaded } from '../sources';

/** A folder inside the project, so that the sources find the project's libraries. */
const CACHE = join(PROJECT_SOURCES, '../.cache/mutants');

/** A copy of the sources with this fault, kept only while the work runs. */
export async function withFaultySources<T>(
  { name, edits }: Pick<Mutant, 'name' | 'edits'>,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'm-'));
  try {
    cpSync(PROJECT_SOURCES, join(folder, 'src'), { recursive: true });
    for (const { file, find, replace } of edits) {
      const path = join(folder, 'src', file);
      const source = readFileSync(path, 'utf8');
      if (source.split(find).length !== 2)
        throw new Error(`"${name}": ${file} has changed, correct the mutant`);
      writeFileSync(
        path,
        source.replace(find, () => replace),
      );
    }
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A fault outside the workflows' room reuses the bundle of the whole sources. */
export function withMutant<T>(
  mutant: Mutant,
  whole: Loaded,
  work: (loaded: Loaded) => Promise<T>,
): Promise<T> {
  const isInWorkflows = mutant.edits.some(({ file }) => file.startsWith('workflows/'));
  return withFaultySources(mutant, async (folder) => {
    const sources = join(folder, 'src');
    return work(
      isInWorkflows ? await loadSources(sources) : { ...whole, sources: await loadActivities(sources) },
    );
  });
}
