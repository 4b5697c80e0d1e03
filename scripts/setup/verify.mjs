import { join } from 'node:path';
import { lastLines, run, say } from './support.mjs';

const bin = (packageName, file) => [join('node_modules', packageName, file)];

const CHECKS = [
  ['format', [...bin('prettier', 'bin/prettier.cjs'), '--check', '.']],
  ['lint', [...bin('eslint', 'bin/eslint.js'), '.', '--max-warnings', '0']],
  [
    'circles',
    [...bin('dependency-cruiser', 'bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', 'src'],
  ],
  ['types', [...bin('typescript', 'bin/tsc'), '-p', 'tsconfig.json']],
  ['unused code', [...bin('knip', 'bin/knip.js')]],
  ['workflow bundle', ['--import', 'tsx', 'scripts/bundle-workflows.ts', '--check']],
  ['API document', ['--import', 'tsx', 'scripts/write-openapi.ts', '--check']],
  ['gateway contract', ['--import', 'tsx', 'scripts/write-gateway-contract.ts', '--check']],
  ['failure table', ['--import', 'tsx', 'scripts/write-failures.ts', '--check']],
  ['figures', ['--import', 'tsx', 'scripts/write-performance.ts', '--check']],
];

const AT_ONCE = 2;

/** The gate: runs and names every check, even after one has failed. */
export async function verify() {
  const waiting = [...CHECKS];
  let failures = 0;
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      // Counted after the wait: `+=` would read the count before it, and two checks at once would lose a failure.
      const isGood = await passes(...check);
      if (!isGood) failures += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failures === 0 ? 0 : 1;
}

async function passes(name, args) {
  const startedAt = Date.now();
  const { code, output } = await run(process.execPath, args);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  say(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  if (code !== 0) say(lastLines(output, 200));
  return code === 0;
}
