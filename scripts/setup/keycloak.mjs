import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CACHE, hashFile, lastLines, run, say, SetupError } from './support.mjs';

/** For `npm run test:keycloak` alone. The archive is the same for every system; it needs Java 17. */
const KEYCLOAK = {
  title: 'Keycloak',
  variable: 'KEYCLOAK_ARCHIVE',
  version: '26.5.6',
  archive: 'fa3dd5df90b9ac006712c2f0991be4e8a6cb30ac538e0439ce2f45fc40f4c692',
};
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1';

const KEYCLOAK_CACHE = join(CACHE, 'keycloak');
const NAME = `keycloak-quarkus-dist-${KEYCLOAK.version}.tar.gz`;
const KEPT = join(KEYCLOAK_CACHE, NAME);

/** Keycloak's archive, as it was released: it is compared at each start. Whoever runs it unpacks it, because it writes beside itself. */
export async function findKeycloak() {
  const given = process.env[KEYCLOAK.variable];
  if (given && existsSync(given)) return resolve(given);
  if (given) throw new SetupError(`${KEYCLOAK.variable} zeigt auf ${resolve(given)}, dort ist nichts.`);
  if (existsSync(KEPT) && (await isReleased(KEPT))) return KEPT;
  await fetchKeycloak();
  return KEPT;
}

async function fetchKeycloak() {
  say(`${KEYCLOAK.title} ${KEYCLOAK.version} wird geholt (160 MB) …`);
  mkdirSync(KEYCLOAK_CACHE, { recursive: true });
  const folder = mkdtempSync(join(KEYCLOAK_CACHE, 'fetch-'));
  try {
    const artifact = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK.version}:tar.gz`;
    const settings = [`-Dartifact=${artifact}`, `-DoutputDirectory=${folder}`];
    const maven = await run('mvn', ['--batch-mode', '--quiet', `${PLUGIN}:copy`, ...settings]);
    const fault = await faultOf(maven, folder);
    if (fault !== null)
      throw new SetupError(
        `${KEYCLOAK.title} ${KEYCLOAK.version} kann nicht geholt werden (${fault}): bitte Maven einrichten, oder ${KEYCLOAK.variable} auf das Archiv ${NAME} setzen.`,
      );
    // Renamed when it is whole: what was broken off leaves nothing that looks like an archive.
    renameSync(join(folder, NAME), KEPT);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function faultOf({ code, output }, folder) {
  if (code === null) return 'mvn fehlt';
  if (code !== 0) return `mvn endete mit ${code}: ${lastLines(output, 2)}`;
  if (!readdirSync(folder).includes(NAME)) return 'mvn hat nichts gebracht';
  return (await isReleased(join(folder, NAME))) ? null : 'die Prüfsumme stimmt nicht';
}

async function isReleased(path) {
  return (await hashFile(path)) === KEYCLOAK.archive;
}
