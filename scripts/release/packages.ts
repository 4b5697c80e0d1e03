import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, sep } from 'node:path';

/** A package as it lies in the release. */
export interface ShippedPackage {
  /** From the root, e.g. `node_modules/a/node_modules/b`. */
  path: string;
  name: string;
  version: string;
}

interface Locked {
  version: string;
  name?: string;
  dev?: boolean;
}

/** Temporal's name for each platform that its native part is built for. */
const TRIPLES: Record<string, string> = {
  x64: 'x86_64-unknown-linux-gnu',
  arm64: 'aarch64-unknown-linux-gnu',
};

/** Native code for systems whose C library is another one: Temporal's has none for them. */
const FOREIGN_LIBC = /-musl$/;

/** What no program reads when it runs: types, and the way back to sources that are not there. */
const ONLY_FOR_DEVELOPERS = /\.(d\.[cm]?ts|map|tsbuildinfo)$/;

/** What a native package carries beside the code for this platform, by the package's name and the paths in it. */
const CARRIED: Record<string, (path: readonly string[], arch: string) => boolean> = {
  '@temporalio/core-bridge': ([first, second], arch) =>
    first === 'releases'
      ? second === undefined || second === TRIPLES[arch]
      : ['lib', 'common.js', 'index.js', 'package.json', 'README.md'].includes(first ?? ''),
  'sodium-native': ([first, second], arch) =>
    first === 'prebuilds' ? second === undefined || second === `linux-${arch}` : first !== 'extensions',
};

/** The packages that Absage needs to run, as they are installed here: those of the lockfile without the tools of developers. */
export function findPackages(root: string): ShippedPackage[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev && !FOREIGN_LIBC.test(path))
    .filter(([path]) => existsSync(join(root, path)))
    .map(([path, { name, version }]) => ({
      path,
      name: name ?? (path.split('node_modules/').at(-1) || basename(path)),
      version,
    }));
}

/** Copies a package without the packages in it, which are copied as their own. */
export function copyPackage(root: string, { path, name }: ShippedPackage, folder: string, arch: string): void {
  const source = join(root, path);
  const isCarried = CARRIED[name] ?? (() => true);
  for (const entry of readdirSync(source).filter((each) => each !== 'node_modules' && isCarried([each], arch)))
    cpSync(join(source, entry), join(folder, path, entry), {
      recursive: true,
      filter: (from) => {
        const within = from.slice(source.length + 1).split(sep);
        return isCarried(within, arch) && !ONLY_FOR_DEVELOPERS.test(from);
      },
    });
}
