/**
 * Writes `release/absage-<version>-linux-<arch>.tar.gz` for this kind of machine, with its checksums and its bill of materials. It
 * runs where there is Node and nothing else. The same commit makes the same archive, byte by byte, with the same Node and npm.
 *
 * Usage: npm run release
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../package.json';
import { writeReleaseFolder } from './release/folder';

const ROOT = join(__dirname, '..');
const RELEASE = join(ROOT, 'release');

function main(): void {
  const { platform, arch } = process;
  if (platform !== 'linux' || !['x64', 'arm64'].includes(arch))
    throw new Error(
      `the release holds native code for Linux on x64 or arm64, this is ${platform} on ${arch}`,
    );
  const name = `absage-${version}-linux-${arch}`;
  const madeAt = timeOfCommit();
  mkdirSync(RELEASE, { recursive: true });
  const folder = join(RELEASE, name);
  const bom = writeReleaseFolder({ root: ROOT, folder, arch, madeAt });
  const archive = `${name}.tar.gz`;
  pack(name, archive, madeAt);
  rmSync(folder, { recursive: true });
  writeFileSync(join(RELEASE, `${name}.sbom.cdx.json`), bom);
  const sums = [archive, `${name}.sbom.cdx.json`].map((file) => `${hashOf(file)}  ${file}\n`);
  writeFileSync(join(RELEASE, `${name}.sha256`), sums.join(''));
  const megabytes = (statSync(join(RELEASE, archive)).size / 1_000_000).toFixed(1);
  console.log(`release/${archive} (${megabytes} MB), with ${name}.sha256 and ${name}.sbom.cdx.json`);
}

function timeOfCommit(): Date {
  const seconds = execFileSync('git', ['log', '-1', '--format=%ct'], { cwd: ROOT, encoding: 'utf8' });
  return new Date(Number(seconds) * 1_000);
}

/** Owners, times and order say nothing of the machine that made it. */
function pack(name: string, archive: string, madeAt: Date): void {
  execFileSync(
    'tar',
    [
      ...['--create', `--file=${archive}`, '--use-compress-program=gzip -9 --no-name'],
      ...['--sort=name', `--mtime=@${madeAt.getTime() / 1_000}`, '--mode=u+rw,go=u,go-w'],
      ...['--owner=0', '--group=0', '--numeric-owner', name],
    ],
    { cwd: RELEASE },
  );
}

function hashOf(file: string): string {
  return createHash('sha256')
    .update(readFileSync(join(RELEASE, file)))
    .digest('hex');
}

main();
