import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Mutant } from './mutants';
import { loadActivities, loadSources, PROJECT_SOURCES, type Loaded } from './sources';

/** Inside of the project, so that its libraries are found. */
const CACHE = join(PROJECT_SOURCES, '../.cache/mutants');

/** Runs with the sources as they would be with this fault. Only a fault of the workflows needs a bundle of its own. */
export async function withMutant<T>(
  { name, file, find, replace }: Mutant,
  whole: Loaded,
  work: (loaded: Loaded) => Promise<T>,
): Promise<T> {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'm-'));
  try {
    cpSync(PROJECT_SOURCES, folder, { recursive: true });
    const path = join(folder, file);
    const source = readFileSync(path, 'utf8');
    if (source.split(find).length !== 2)
      throw new Error(`"${name}": ${file} has changed, correct the mutant`);
    writeFileSync(path, source.replace(find, replace));
    const loaded = file.startsWith('workflows/')
      ? await loadSources(folder)
      : { ...whole, sources: await loadActivities(folder) };
    return await work(loaded);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
