import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, CannotTry, ROOT, type DeployCheck } from './check';

export const RELEASE = join(ROOT, 'release');

/** The name of the release for this machine, without its ending. Throws where it was not written. */
export function findRelease(): string {
  const archives = list(RELEASE).filter((name) => name.endsWith(`-linux-${process.arch}.tar.gz`));
  const [archive] = archives;
  if (archive === undefined) throw new CannotTry('release is empty: npm run release writes it');
  if (archives.length > 1) throw new Error(`release holds several versions: ${archives.join(', ')}`);
  return archive.replace(/\.tar\.gz$/, '');
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What follows has a network of its own, in which there is nothing but this machine's loopback. */
export function withoutNetwork(program: string, args: readonly string[]): [string, string[]] {
  const script = 'ip link set lo up && exec "$@"';
  // Whoever is not root becomes it in a namespace of their own, to be allowed to.
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', [...asRoot, '--net', '--', 'sh', '-c', script, 'sh', program, ...args]];
}

export const archiveCheck: DeployCheck = {
  name: 'archive',
  needs: {
    unshare: 'Debian: util-linux',
    ip: 'Debian: iproute2',
    sha256sum: 'Debian: coreutils',
    tar: 'Debian: tar',
  },
  async run() {
    const name = findRelease();
    const folder = mkdtempSync(join(tmpdir(), 'absage-release-'));
    try {
      await call('sha256sum', ['--check', '--strict', `${name}.sha256`], { cwd: RELEASE });
      await call('tar', ['--extract', '--gzip', `--directory=${folder}`, `--file=${name}.tar.gz`], {
        cwd: RELEASE,
      });
      const script = join(ROOT, 'scripts', 'check-deploy', 'cases.ts');
      const [program, args] = withoutNetwork(process.execPath, [
        '--import',
        'tsx',
        script,
        join(folder, name),
        join(folder, 'work'),
      ]);
      return (await call(program, args, { cwd: ROOT })).trim();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
