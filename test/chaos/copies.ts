import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { STEP_LABELS } from '../../src/domain/wording';

/** SQLite may keep the newest part of a database in one of these files. */
const BESIDE = ['', '-wal', '-shm', '-journal'];

/** A copy of a stopped process's database. `putBack` restores it. */
export interface DatabaseCopy {
  putBack(): void;
}

export function copyDatabase(file: string, name: string): DatabaseCopy {
  const folder = join(dirname(file), name);
  mkdirSync(folder);
  const aside = (ending: string) => join(folder, `${basename(file)}${ending}`);
  for (const ending of BESIDE) if (existsSync(file + ending)) copyFileSync(file + ending, aside(ending));
  return {
    putBack() {
      removeDatabase(file);
      for (const ending of BESIDE) {
        if (existsSync(aside(ending))) copyFileSync(aside(ending), file + ending);
      }
    },
  };
}

/** What a stopped process kept is lost. */
export function removeDatabase(file: string): void {
  for (const ending of BESIDE) rmSync(file + ending, { force: true });
}

/**
 * A copy of the build with a different text of the workflow bundle: to a worker it is another build, but its histories
 * are the same.
 */
export function copyBuild(root: string, copy: string): string {
  const dist = join(copy, 'dist');
  cpSync(join(root, 'dist'), dist, { recursive: true });
  for (const beside of ['package.json', 'houses.sample.json'])
    copyFileSync(join(root, beside), join(copy, beside));
  const bundle = join(dist, 'workflow-bundle.js');
  const code = readFileSync(bundle, 'utf8');
  const label = STEP_LABELS['set-storno'];
  const other = code.replaceAll(label, `${label} (anders)`);
  if (other === code) throw new Error('the bundle does not have the text that was to be changed');
  writeFileSync(bundle, other);
  return dist;
}

/** A copy of the build whose workflow begins with a timer, so that no history of the build replays on it, nor the other way. */
export function copyOtherBuild(root: string, copy: string): string {
  const dist = copyBuild(root, copy);
  const bundle = join(dist, 'workflow-bundle.js');
  const begin = /async function carryOut\(run\) \{/;
  const code = readFileSync(bundle, 'utf8');
  const timer = 'await new Promise((resolve) => setTimeout(resolve, 1));';
  const other = code.replace(begin, (text) => `${text} ${timer}`);
  if (other === code) throw new Error('the bundle does not have the function that was to be changed');
  writeFileSync(bundle, other);
  return dist;
}
