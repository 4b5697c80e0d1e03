import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBom } from './sbom';
import { copyPackage, findPackages } from './packages';

/** What lies beside the program: what it reads when it runs, and what an administrator reads where there is no network. */
const BESIDE = [
  'houses.sample.json',
  'SECURITY.md',
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'docs',
  'deploy',
  // `node scripts/setup.mjs temporal` fetches the Temporal CLI for `absage up`, and the list says what was released.
  'scripts/setup.mjs',
  'scripts/setup',
];

const LAUNCHER = `#!/bin/sh
# Absage, with the Node of this machine. May be called through a symbolic link.
exec node "$(dirname "$(readlink -f "$0")")/../dist/cli.js" "$@"
`;

export interface ReleaseFolder {
  root: string;
  folder: string;
  arch: string;
  madeAt: Date;
}

/**
 * The program as it is installed somewhere else: built, with the packages that it needs to run and no others. `folder` is made
 * anew. Returns the bill of materials, which lies in it as well.
 */
export function writeReleaseFolder({ root, folder, arch, madeAt }: ReleaseFolder): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const copy = (path: string) => cpSync(join(root, path), join(folder, path), { recursive: true });
  BESIDE.forEach(copy);
  cpSync(join(root, 'dist'), join(folder, 'dist'), {
    recursive: true,
    filter: (from) => !from.endsWith('.map') && !from.endsWith('.stamp'),
  });
  const packages = findPackages(root);
  for (const each of packages) copyPackage(root, each, folder, arch);
  writeFileSync(join(folder, 'package.json'), manifestOf(root));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'absage'), LAUNCHER);
  chmodSync(join(folder, 'bin', 'absage'), 0o755);
  const bom = writeBom(root, packages, madeAt);
  writeFileSync(join(folder, 'sbom.cdx.json'), bom);
  return bom;
}

/** Without what only developers need: nothing can be built there. */
function manifestOf(root: string): string {
  const {
    scripts: _scripts,
    devDependencies: _tools,
    ...manifest
  } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
