import { chmodSync, readdirSync, statfsSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError, type Config, type Environment } from './environment';

const MAY_WRITE = 0o022;
const MAY_READ = 0o044;
const MAY_ENTER = 0o011;

/**
 * File systems without modes of their own, by the number that `statfs` names them with: FAT, exFAT, NTFS, FUSE, 9p (WSL),
 * SMB. They show whatever they were mounted with, and nobody can change it file by file.
 */
const WITHOUT_MODES: readonly number[] = [
  0x4d44, 0x2011bab0, 0x5346544e, 0x7366746e, 0x65735546, 0x01021997, 0x517b, 0xff534d42, 0xfe534d42,
];

/** What Absage makes in its data folder, with what stands behind these names while it is being written. */
const OWN_ENTRIES =
  /^(console\.key|seal\.keys|signing\.key|up\.json|(journal|simulator|temporal)\.sqlite|temporal\.toml|sample-people\.json|logs|mails|\.doctor)([-.]|$)/;

/** A file that holds a secret or decides who may act, and the setting that names it. */
interface SecretFile {
  setting: string | null;
  path: string;
}

/**
 * One German sentence for each file of secrets that another user of this machine may change: who adds an entry to the
 * tokens acts in every house.
 */
export function findChangeableSecrets(config: Config, environment: Environment): string[] {
  return secretFiles(config, environment).flatMap(({ setting, path }) =>
    changeableBy(path, config.dataDir, setting ? `${setting} nennt ${path}, und diese Datei` : path),
  );
}

/** Throws a `ConfigError` where another user of this machine may change the file, which may have happened since the start. */
export function requirePrivate(path: string, dataDir: string): void {
  const faults = changeableBy(path, dataDir, path);
  if (faults.length > 0) throw new ConfigError(faults);
}

function changeableBy(path: string, dataDir: string, named: string): string[] {
  if (isOpenTo(path, MAY_WRITE))
    return [`${named} dürfen auch andere Benutzer ändern: bitte chmod go-w ${path}`];
  return isOfSomebodyElse(path, dataDir) ? [`${named} gehört einem anderen Benutzer: ${toOwn(path)}`] : [];
}

/**
 * Whoever owns a file may change it, whatever its mode. `root` may change everything anyhow, and whoever owns the data folder
 * is whom the service runs as: an administrator calls the doctor for it.
 */
function isOfSomebodyElse(path: string, dataDir: string): boolean {
  const owner = statOf(path)?.uid;
  const trusted = [process.getuid?.(), 0, statOf(dataDir)?.uid];
  return owner !== undefined && !trusted.includes(owner) && hasModes(path);
}

function toOwn(path: string): string {
  return `bitte dem Benutzer geben, unter dem Absage läuft (chown BENUTZER ${path})`;
}

/** Files and folders that other users of this machine can read, each with what to do, for the doctor. */
export function findReadableFiles(config: Config, environment: Environment): string[] {
  const { dataDir, databaseUrl } = config;
  const journal = databaseUrl.startsWith('file:') ? fileURLToPath(databaseUrl) : null;
  const files = secretFiles(config, environment)
    .filter(({ setting }) => setting !== PEOPLE)
    .map(({ path }) => path);
  // A journal that lies in a closed folder is closed.
  if (journal && isOpenTo(dirname(journal), MAY_ENTER)) files.push(journal);
  const folders = [dataDir].filter((path) => isOpenTo(path, MAY_READ | MAY_WRITE | MAY_ENTER));
  return [
    ...folders.map((path) => `${path}: bitte chmod 700 ${path}`),
    ...files
      .filter((path) => isOfSomebodyElse(path, dataDir))
      .map((path) => `${path} gehört einem anderen Benutzer: ${toOwn(path)}`),
    ...files
      .filter((path) => isOpenTo(path, MAY_READ | MAY_WRITE))
      .map((path) => `${path}: bitte chmod 600 ${path}`),
  ];
}

/**
 * Takes from other users what an earlier version left open to them in the data folder. The folder itself is closed only
 * where it holds nothing but what is ours: somebody may have named one that others work in. Never fails, because the
 * doctor names what stays open.
 */
export function closeDataFolder(dataDir: string): void {
  if (!hasModes(dataDir)) return;
  const entries = entriesOf(dataDir);
  if (!entries) return;
  for (const entry of entries.filter(isOwnEntry)) close(join(dataDir, entry));
  if (entries.every(isOwnEntry)) close(dataDir);
}

function entriesOf(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}

const isOwnEntry = (name: string) => OWN_ENTRIES.test(name);

function close(path: string): void {
  const mode = statOf(path)?.mode ?? 0;
  if ((mode & 0o077) === 0) return;
  try {
    chmodSync(path, mode & 0o700);
  } catch {
    // It belongs to somebody else, or it has just been replaced.
  }
}

/** Names a file without a secret: it may be read, but whoever changes it decides who may act. */
const PEOPLE = 'ABSAGE_PEOPLE';

const OWN_KEYS = ['console.key', 'seal.keys', 'signing.key'];

function secretFiles({ dataDir }: Config, environment: Environment): SecretFile[] {
  const named = Object.entries(environment)
    .filter(
      ([name, path]) =>
        path && (/^ABSAGE_.*_FILE$/.test(name) || [PEOPLE, 'TEMPORAL_TLS_CLIENT_KEY_PATH'].includes(name)),
    )
    .map(([setting, path = '']) => ({ setting, path }));
  return [...named, ...OWN_KEYS.map((name) => ({ setting: null, path: join(dataDir, name) }))];
}

/** Whether other users have one of the rights. A file that is not there is open to nobody. */
function isOpenTo(path: string, rights: number): boolean {
  const mode = statOf(path)?.mode ?? 0;
  return (mode & rights) !== 0 && hasModes(path);
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function hasModes(path: string): boolean {
  if (process.platform === 'win32') return false;
  try {
    return !WITHOUT_MODES.includes(statfsSync(path).type);
  } catch {
    return true;
  }
}
