import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

/** An orphan has this long to end by itself before it is killed. */
const ORPHAN_GRACE_MS = 11_000;
const POLL_MS = 50;

/**
 * Makes this process the owner of a data folder, and ends the children that a dead owner left running. A child is
 * identified by its process number and its start time, so that another program which got the number since is left
 * alone.
 *
 * Throws an `UpError` when the earlier owner is alive.
 */
export async function ownDataFolder(dataDir: string, graceMs = ORPHAN_GRACE_MS): Promise<OwnedFolder> {
  const file = join(dataDir, 'up.json');
  const self = identify(process.pid);
  if (!self) throw new UpError('Dieser Prozess kann seine eigene Startzeit nicht lesen (ps fehlt)');
  mkdirSync(dataDir, { recursive: true });

  const ownership: Ownership = { owner: self, children: [] };
  const endedOrphans: string[] = [];
  while (!createWhole(file, JSON.stringify(ownership))) {
    const text = readText(file);
    const earlier = parse(text);
    if (earlier && isAlive(earlier.owner)) throw new UpError(refusal(dataDir, earlier.owner.pid));
    endedOrphans.push(...(await endOrphans(earlier?.children ?? [], graceMs)));
    removeIfStill(file, text, dataDir);
  }

  const save = () => replaceWhole(file, JSON.stringify(ownership));
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
    release: () => rmSync(file, { force: true }),
  };
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

/** Creates a file with its whole content at once, or returns `false` when the file exists. */
function createWhole(file: string, text: string): boolean {
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, text);
  try {
    linkSync(fresh, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(fresh);
  }
}

function replaceWhole(file: string, text: string): void {
  const fresh = `${file}.${randomUUID()}`;
  writeFileSync(fresh, text);
  renameSync(fresh, file);
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
  if (!isStill) linkSync(aside, file);
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
