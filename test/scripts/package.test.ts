import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as T;
}

const manifest = read<{
  allowScripts: Record<string, boolean>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}>('package.json');
const lock = read<{ packages: Record<string, { hasInstallScript?: boolean; resolved?: string }> }>(
  'package-lock.json',
);

it('lets no dependency run a script when it is installed', () => {
  const withScripts = Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.split('node_modules/').at(-1));
  expect(Object.keys(manifest.allowScripts)).toEqual(expect.arrayContaining(withScripts));
  expect(Object.values(manifest.allowScripts).every((isAllowed) => !isAllowed)).toBe(true);
});

it('pins every version but that of the types of Node', () => {
  const { '@types/node': _types, ...pinned } = { ...manifest.dependencies, ...manifest.devDependencies };
  for (const [name, version] of Object.entries(pinned))
    expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+$/)]);
});

it('names no registry in the lockfile', () => {
  expect(Object.values(lock.packages).filter(({ resolved }) => resolved)).toEqual([]);
});

it.each([
  ['18.20.0', false],
  ['20.18.9', false],
  ['20.19.0', true],
  ['24.0.0', true],
])('judges Node %s', (version, isNewEnough) => {
  const support = join(ROOT, 'scripts', 'setup', 'support.mjs');
  const script = `import { checkNode } from ${JSON.stringify(support)}; try { checkNode('${version}') } catch (error) { console.log(error.message) }`;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(said.trim()).toEqual(
    isNewEnough ? '' : expect.stringMatching(/^Absage braucht Node 20\.19\.0 oder neuer/),
  );
});
