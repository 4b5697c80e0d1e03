/**
 * Histories for the replay corpus. Every later version has to be able to go on with them, so a recording is never
 * changed and never deleted. It holds no machine name and no path.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { version } from '../package.json';

const CORPUS = join(__dirname, '..', 'test', 'replay', 'histories');
const CHECKSUMS = join(CORPUS, 'SHA256SUMS');

export interface Recording {
  events: { eventType: string }[];
}

/** The reason why nothing is recorded: a sentence for the reader, without a stack trace. */
export class RecordingFault extends Error {}

/** The history of a run so far, without the name of its machine. */
export async function fetchRecording(client: Client, workflowId: string, runId?: string): Promise<Recording> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const recording = anonymise(JSON.parse(historyToJSON(await handle.fetchHistory())));
  const leak = findMachineName(recording);
  if (leak) throw new RecordingFault(`not written: the history names this machine (${leak})`);
  return recording;
}

/** Whether the present version's corpus holds this recording. */
export function isRecorded(name: string): boolean {
  return existsSync(join(CORPUS, pathOf(name)));
}

/** Refuses names that are taken, for callers that have to know it before they begin a run. */
export function requireNew(names: readonly string[]): void {
  const taken = names.filter(isRecorded).map(pathOf);
  if (taken.length > 0)
    throw new RecordingFault(`${taken.join(', ')}: there already, and a recording is never changed`);
}

/** Writes recordings of the present version, all or none, and their checksums. */
export function keepRecordings(recordings: ReadonlyMap<string, Recording>): void {
  requireNew([...recordings.keys()]);
  for (const name of recordings.keys()) mkdirSync(dirname(join(CORPUS, pathOf(name))), { recursive: true });
  const checksums = [...recordings].map(([name, recording]) => {
    const text = `${JSON.stringify(recording, null, 1)}\n`;
    writeFileSync(join(CORPUS, pathOf(name)), text, { flag: 'wx' });
    console.log(`${pathOf(name)}: ${recording.events.length} events`);
    return `${createHash('sha256').update(text).digest('hex')}  ${pathOf(name)}`;
  });
  addChecksums(checksums);
}

const pathOf = (name: string) => `${version}/${name}.json`;

/**
 * Replaces identities like `12345@machine`, which also occur in the names of sticky queues, by `1@absage`: equal
 * identities stay equal. Cuts the paths in stacks down to those within the project.
 */
function anonymise(history: unknown): Recording {
  const identities = new Map<string, string>();
  mapStrings(history, (text, key) => {
    if (key === 'identity' && /^\d+@/.test(text) && !identities.has(text))
      identities.set(text, `${identities.size + 1}@absage`);
    return text;
  });
  return mapStrings(history, (text, key) => {
    const renamed = [...identities].reduce((result, [from, to]) => result.replaceAll(from, to), text);
    return key === 'stackTrace' ? withoutFolders(renamed) : renamed;
  }) as Recording;
}

function withoutFolders(stack: string): string {
  return stack.replace(/(?<=[\s(])(?:file:\/\/)?\/[^\s()]*?\/(?=(?:dist|src|node_modules)\/)/g, '');
}

/** Searches payloads as well, which are JSON in base64. `null`: no machine name was found. */
function findMachineName(history: unknown): string | null {
  const names = [`@${hostname()}`, join(__dirname, '..'), homedir(), `${tmpdir()}/`];
  let found: string | null = null;
  mapStrings(history, (given, key) => {
    const text = key === 'data' ? Buffer.from(given, 'base64').toString('utf8') : given;
    if (names.some((name) => text.includes(name))) found = `${key}: ${text.slice(0, 200)}`;
    return given;
  });
  return found;
}

function mapStrings(json: unknown, map: (text: string, key: string) => string): unknown {
  return JSON.parse(JSON.stringify(json), (key, value: unknown) =>
    typeof value === 'string' ? map(value, key) : value,
  );
}

/** In the format of sha256sum, sorted by path. */
function addChecksums(checksums: readonly string[]): void {
  const known = existsSync(CHECKSUMS) ? readFileSync(CHECKSUMS, 'utf8').split('\n').filter(Boolean) : [];
  const byPath = (line: string) => line.slice(line.indexOf('  '));
  const lines = [...known, ...checksums].sort((left, right) => (byPath(left) < byPath(right) ? -1 : 1));
  writeFileSync(CHECKSUMS, `${lines.join('\n')}\n`);
}
