/**
 * Writes the history of a run into the replay corpus: from then on every version has to be able to go on with it.
 * A recording is never changed and never deleted. It carries no name of a machine and no path.
 *
 * Usage: npm run record-history -- NAME WORKFLOW_ID [RUN_ID]
 * Example: npm run record-history -- completed cancel-performance/FSP/104233
 *
 * Which Temporal is asked: `TEMPORAL_ADDRESS`, otherwise the one of `absage up`.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { version } from '../package.json';

const CORPUS = join(__dirname, '..', 'test', 'replay', 'histories');
const CHECKSUMS = join(CORPUS, 'SHA256SUMS');

/** Ends the script with a sentence, not with a stack trace. */
class RecordingFault extends Error {}

async function main([name = '', workflowId = '', runId]: string[]): Promise<void> {
  if (!/^[a-z0-9-]+$/.test(name) || workflowId === '') {
    throw new RecordingFault(
      'usage: npm run record-history -- NAME WORKFLOW_ID [RUN_ID] (NAME: a-z, 0-9, -)',
    );
  }
  const path = `${version}/${name}.json`;
  if (existsSync(join(CORPUS, path)))
    throw new RecordingFault(`${path} is there already: a recording is never changed`);

  const history = anonymise(JSON.parse(await fetchHistory(workflowId, runId)));
  const text = `${JSON.stringify(history, null, 1)}\n`;
  const leak = findMachineName(history);
  if (leak) throw new RecordingFault(`not written: the history names this machine (${leak})`);

  mkdirSync(join(CORPUS, version), { recursive: true });
  writeFileSync(join(CORPUS, path), text, { flag: 'wx' });
  addChecksum(path, createHash('sha256').update(text).digest('hex'));
  console.log(`${path}: ${(history as { events: unknown[] }).events.length} events`);
}

async function fetchHistory(workflowId: string, runId: string | undefined): Promise<string> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    const handle = new Client({ connection, namespace }).workflow.getHandle(workflowId, runId);
    return historyToJSON(await handle.fetchHistory());
  } finally {
    await connection.close();
  }
}

/**
 * Who did it is `12345@machine`, also within the names of sticky queues: it becomes `1@absage`, the same for the same.
 * Of the paths in stacks only what is ours stays.
 */
function anonymise(history: unknown): unknown {
  const identities = new Map<string, string>();
  mapStrings(history, (text, key) => {
    if (key === 'identity' && /^\d+@/.test(text) && !identities.has(text))
      identities.set(text, `${identities.size + 1}@absage`);
    return text;
  });
  return mapStrings(history, (text, key) => {
    const renamed = [...identities].reduce((result, [from, to]) => result.replaceAll(from, to), text);
    return key === 'stackTrace' ? withoutFolders(renamed) : renamed;
  });
}

function withoutFolders(stack: string): string {
  return stack.replace(/(?<=[\s(])(?:file:\/\/)?\/[^\s()]*?\/(?=(?:dist|src|node_modules)\/)/g, '');
}

/** Also inside of payloads, which are base64 of JSON. `null`: nothing found. */
function findMachineName(history: unknown): string | null {
  const names = [`@${hostname()}`, join(__dirname, '..'), homedir()];
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
function addChecksum(path: string, checksum: string): void {
  const lines = existsSync(CHECKSUMS) ? readFileSync(CHECKSUMS, 'utf8').split('\n').filter(Boolean) : [];
  const byPath = (line: string) => line.slice(line.indexOf('  '));
  lines.push(`${checksum}  ${path}`);
  lines.sort((left, right) => (byPath(left) < byPath(right) ? -1 : 1));
  writeFileSync(CHECKSUMS, `${lines.join('\n')}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof RecordingFault ? error.message : error);
  process.exitCode = 1;
});
