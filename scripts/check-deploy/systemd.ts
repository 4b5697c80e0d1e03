import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { call, DEPLOY, type DeployCheck } from './check';

const UNITS = join(DEPLOY, 'systemd');
/** As `systemd-analyze security` counts, from 0 (closed) to 10. */
const MOST_EXPOSED = 2;

/** What each template is tried as. */
const INSTANCES = { 'absage-worker@.service': '0.1.0', 'absage-server@.service': '8080' } as const;

export const systemdCheck: DeployCheck = {
  name: 'systemd',
  needs: { 'systemd-analyze': 'Debian: systemd' },
  async run() {
    const root = mkdtempSync(join(tmpdir(), 'absage-units-'));
    try {
      const folder = install(root);
      const units = Object.entries(INSTANCES).map(([unit, instance]) => {
        const named = join(folder, unit.replace('@', `@${instance}`));
        symlinkSync(join(folder, unit), named);
        return named;
      });
      // What it does not know it only mentions, on standard error, and ends with 0.
      const merged = ['-c', 'exec "$@" 2>&1', 'sh', 'systemd-analyze', 'verify', '--man=no', ...units];
      const said = await call('sh', merged, { env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } });
      if (said.trim() !== '') throw new Error(said);
      const exposures = await Promise.all(units.map(exposureOf));
      return `verified, exposure ${exposures.join(' and ')} of 10`;
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  },
};

/** The units, with a program that is really there: one that is missing counts as a fault. */
function install(root: string): string {
  const folder = join(root, 'units');
  mkdirSync(folder);
  const program = join(root, 'opt');
  for (const name of readdirSync(UNITS).filter((each) => each.endsWith('.service')))
    cpSync(join(UNITS, name), join(folder, name));
  mkdirSync(program);
  writeFileSync(join(program, 'absage'), '#!/bin/sh\n', { mode: 0o755 });
  for (const name of readdirSync(folder)) {
    const file = join(folder, `${name}.d`);
    mkdirSync(file);
    writeFileSync(join(file, 'here.conf'), `[Service]\nExecStart=\nExecStart=${join(program, 'absage')}\n`);
  }
  return folder;
}

async function exposureOf(unit: string): Promise<string> {
  const said = await call('systemd-analyze', [
    'security',
    '--offline=true',
    '--no-pager',
    `--threshold=${MOST_EXPOSED * 10}`,
    unit,
  ]);
  return /exposure level for \S+: ([\d.]+)/.exec(said)?.[1] ?? 'unknown';
}
