import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Environment } from '../settings/environment';
import { UpError } from './up-error';

const ROOT = join(__dirname, '..', '..');
const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * The Temporal CLI to start: the one that a setting names, which is the administrator's word, or else the one that the set-up has
 * found or fetched. That one is compared with what was released at each start, before it is run: whoever can write into the
 * folder of the tools would otherwise have a program of their own run by Absage. `root`: the folder of Absage.
 */
export async function findTemporal(environment: Environment, root = ROOT): Promise<string> {
  if (environment.TEMPORAL_CLI_PATH) return environment.TEMPORAL_CLI_PATH;
  const path = readNoted(root);
  const command = `node ${join(root, 'scripts', 'setup.mjs')} temporal`;
  const help = `bitte ${command} ausführen, das holt sie; eine eigene nennt TEMPORAL_CLI_PATH`;
  if (!path) throw new UpError(`Die Temporal CLI ist noch nicht eingerichtet: ${help}`);
  const expected = readReleased(root);
  const found = await hashOf(path);
  if (found === null) throw new UpError(`Die Temporal CLI ist nicht mehr da (${path}): ${help}`);
  if (expected !== undefined && found !== expected)
    throw new UpError(`${path} ist nicht die freigegebene Temporal CLI und wird nicht gestartet: ${help}`);
  return path;
}

/** Where `scripts/setup.mjs` has found or put it; `null`: that was never run here. */
function readNoted(root: string): string | null {
  try {
    const noted = readFileSync(join(root, '.cache', 'tools.json'), 'utf8');
    return (JSON.parse(noted) as { temporal?: string | null }).temporal ?? null;
  } catch {
    return null;
  }
}

/** From the list that the set-up compares by. `undefined`: there is none for this platform. */
function readReleased(root: string): string | undefined {
  const list = readFileSync(join(root, 'scripts', 'setup', 'released-tools.json'), 'utf8');
  const { temporal } = JSON.parse(list) as { temporal: { executables: Record<string, string> } };
  return temporal.executables[PLATFORM];
}

/** `null`: it cannot be read. */
async function hashOf(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
