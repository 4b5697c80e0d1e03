import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createWhole, replaceWhole } from '../settings/whole-file';
import { identify, isAlive, type ProcessIdentity } from './process-identity';
import { UpError } from './up-error';

interface Child extends ProcessIdentity {
  name: string;
}

/** The content of `up.json`: the process that owns the data folder, and the children that it started. */
interface Ownership {
  owner: ProcessIdentity;
  children: Child[];
}

/** The data folder, owned by this process. */
export interface OwnedFolder {
  /** The names of an earlier owner's orphans that were still running and were ended. */
  endedOrphans: string[];
  /** Notes a child, so that the next owner can end it if this process dies without ending it. */
  noteChild(name: string, pid: number): void;
  forgetChild(pid: number): void;
  release(): void;
}

/** What the owner of a data folder says of it. Writing down the children never keeps them from their work. */
export interface FolderReports {
  /** The children could not be written down. `code` is the system's, for example `ENOSPC`. It is tried again. */
  unwritable(code: string): void;
  writable(): void;
}

const SILENT: FolderReports = { unwritable: () => {}, writable: () => {} };

/** An orphan has this long to end by itself before it is killed. */
const ORPHAN_GRACE_MS = 11_000;
const POLL_MS = 50;
/** Without hard links a file is empty for a moment while another process creates it. */
const BEING_WRITTEN_MS = 1_000;
const WRITE_AGAIN_MS = 1_000;

/**
 * Makes this process the owner of a data folder, and ends the children that a dead owner left running. A child is
 * identified by its process number and its start time, so that another program which got the number since is left
 * alone.
 *
 * Throws an `UpError` when the earlier owner is alive, or the folder cannot be written to.
 */
export async function ownDataFolder(
  dataDir: string,
  graceMs = ORPHAN_GRACE_MS,
  reports = SILENT,
): Promise<OwnedFolder> {
  const file = join(dataDir, 'up.json');
  const self = identify(process.pid);
  if (!self) throw new UpError('Dieser Prozess kann seine eigene Startzeit nicht lesen (ps fehlt)');
  const ownership: Ownership = { owner: self, children: [] };
  const endedOrphans = await takeOver(dataDir, file, ownership, graceMs);

  let again: NodeJS.Timeout | undefined;
  const save = () => {
    try {
      replaceWhole(file, JSON.stringify(ownership));
      if (again) reports.writable();
      clearInterval(again);
      again = undefined;
    } catch (error) {
      if (again) return;
      reports.unwritable(codeOf(error));
      again = setInterval(save, WRITE_AGAIN_MS).unref();
    }
  };
  return {
    endedOrphans,
    noteChild(name, pid) {
      const identity = identify(pid);
      if (!identity) return;
      ownership.children.push({ name, ...identity });
      save();
    },
    forgetChild(pid) {
      ownership.children = ownership.children.filter((child) => child.pid !== pid);
      save();
    },
    release() {
      clearInterval(again);
      try {
        rmSync(file, { force: true });
      } catch {
        // The next owner finds a file whose owner is dead.
      }
    },
  };
}

/** Writes this process down as the owner. Resolves to the names of the orphans that were ended. */
async function takeOver(
  dataDir: string,
  file: string,
  ownership: Ownership,
  graceMs: number,
): Promise<string[]> {
  const endedOrphans: string[] = [];
  const create = () =>
    orUnwritable(dataDir, () => {
      mkdirSync(dataDir, { recursive: true });
      return createWhole(file, JSON.stringify(ownership));
    });
  while (!create()) {
    const text = await readSettled(file);
    const earlier = parse(text);
    if (earlier && isAlive(earlier.owner)) throw new UpError(refusal(dataDir, earlier.owner.pid));
    endedOrphans.push(...(await endOrphans(earlier?.children ?? [], graceMs)));
    orUnwritable(dataDir, () => removeIfStill(file, text, dataDir));
  }
  return endedOrphans;
}

/** The text of the file, once another process that is just creating it must have written it. */
async function readSettled(file: string): Promise<string | null> {
  const deadline = Date.now() + BEING_WRITTEN_MS;
  while (readText(file) === '' && Date.now() < deadline) await sleep(POLL_MS);
  return readText(file);
}

function orUnwritable<T>(dataDir: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof UpError) throw error;
    throw new UpError(
      `In den Datenordner ${dataDir} kann nicht geschrieben werden (${codeOf(error)}): bitte Rechte und freien Platz prüfen, oder mit ABSAGE_DATA einen anderen Ordner nennen`,
    );
  }
}

function codeOf(error: unknown): string {
  const { code, name } = error as NodeJS.ErrnoException;
  return code ?? name;
}

function refusal(dataDir: string, pid?: number): string {
  const owner = pid === undefined ? 'ein anderes absage up' : `absage up (Prozess ${pid})`;
  return `Mit dem Datenordner ${dataDir} arbeitet schon ${owner}: bitte jenes beenden oder mit ABSAGE_DATA einen anderen Ordner nennen`;
}

async function endOrphans(children: readonly Child[], graceMs: number): Promise<string[]> {
  const orphans = children.filter(isAlive);
  for (const { pid } of orphans) kill(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (orphans.some(isAlive) && Date.now() < deadline) await sleep(POLL_MS);
  for (const { pid } of orphans.filter(isAlive)) kill(pid, 'SIGKILL');
  while (orphans.some(isAlive)) await sleep(POLL_MS);
  return orphans.map(({ name }) => name);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Two processes that start at once may both find a dead owner: only one of them may remove its file. */
function removeIfStill(file: string, text: string | null, dataDir: string): void {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const isStill = readText(aside) === text;
  if (!isStill) createWhole(file, readText(aside) ?? '');
  rmSync(aside);
  if (!isStill) throw new UpError(refusal(dataDir));
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** `null`: the file names no owner, because a power cut left it empty or torn. */
function parse(text: string | null): Ownership | null {
  try {
    const { owner, children } = JSON.parse(text ?? '') as Partial<Ownership>;
    return owner && Array.isArray(children) ? { owner, children } : null;
  } catch {
    return null;
  }
}
