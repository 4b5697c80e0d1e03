import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CACHE, lastLines, ROOT, run, say, SetupError } from './support.mjs';

const DIST = join(ROOT, 'dist');
const FRESH = join(CACHE, 'dist.new');
const OLD = join(CACHE, 'dist.old');
const STAMP = join(DIST, '.stamp');
const INPUTS = [
  'src',
  'scripts/bundle-workflows.ts',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Compiles the sources and bundles the workflows into `dist`, unless that is what `dist` already holds. */
export async function build() {
  const hash = hashInputs();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  say('Absage wird gebaut …');
  // Built beside the old folder and then renamed: a build that fails or is killed leaves the old one intact.
  for (const left of [FRESH, OLD]) rmSync(left, { recursive: true, force: true });
  try {
    const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
    const bundler = join('scripts', 'bundle-workflows.ts');
    await Promise.all([
      step('tsc', [tsc, '-p', 'tsconfig.build.json', '--outDir', FRESH, '--incremental', 'false']),
      step('Workflow-Bundle', ['--import', 'tsx', bundler, FRESH]),
    ]);
    cpSync(join(ROOT, 'src', 'console', 'assets'), join(FRESH, 'console', 'assets'), { recursive: true });
    writeFileSync(join(FRESH, '.stamp'), hash);
    if (existsSync(DIST)) renameSync(DIST, OLD);
    renameSync(FRESH, DIST);
  } finally {
    for (const left of [FRESH, OLD]) rmSync(left, { recursive: true, force: true });
  }
}

async function step(name, args) {
  const { code, output } = await run(process.execPath, args);
  if (code === 0) return;
  throw new SetupError(
    `Absage kann nicht gebaut werden, bitte den Fehler im Quelltext beheben. ${name} sagt:\n${lastLines(output, 40)}`,
  );
}

function hashInputs() {
  const hash = createHash('sha256');
  for (const file of INPUTS.flatMap(listFiles))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)));
  return hash.digest('hex');
}

function listFiles(path) {
  if (!statSync(join(ROOT, path)).isDirectory()) return [path];
  return readdirSync(join(ROOT, path))
    .sort()
    .flatMap((name) => listFiles(`${path}/${name}`));
}
