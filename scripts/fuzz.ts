/**
 * Sends a running Absage thousands of requests that no client would send: schemathesis makes them up from the API's
 * document. No reply may be an error of ours or a reply that the document does not name. Afterwards Jet's own log must
 * show no write that was not validly ordered. The order of the requests and their contents come from one seed, and are
 * the same for the same document.
 *
 * Usage: npm run fuzz -- [--seed 1] [--examples 20]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePorts, UpProcess } from '../test/support/up-process';
import { eventually } from '../test/support/eventually';

/** Pinned, because another version makes other requests from the same seed. Needs Python 3.10 or newer. */
const SCHEMATHESIS = 'schemathesis==4.32.5';

/** Holds its program and the files that it leaves behind. */
const FOLDER = join(__dirname, '..', '.cache', 'fuzz');
const LONGEST_REQUEST_S = 20;

/** Streams are left out: a stream ends with its case or never, and would block all other requests. */
const STREAMS = 'stream$';
const ENDINGS = '(abort|close-by-hand)$';
const WAY_ON = 'skip-wait$';

/**
 * By chance hardly any request would concern the case, so each operation is asked about anything at all and about the
 * case alone. First the operations that leave the case waiting, then those that end it, and last those that would lead
 * it on to its Storno.
 */
const ROUNDS = [
  { config: 'fuzz.toml', paths: ['--exclude-path-regex', `${STREAMS}|${ENDINGS}|${WAY_ON}`] },
  {
    config: 'fuzz-case.toml',
    paths: [
      ...['--include-path-regex', 'eventNumber'],
      ...['--exclude-path-regex', `${STREAMS}|${ENDINGS}|${WAY_ON}`],
    ],
  },
  { config: 'fuzz-case.toml', paths: ['--include-path-regex', ENDINGS] },
  { config: 'fuzz-case.toml', paths: ['--include-path-regex', WAY_ON] },
  { config: 'fuzz.toml', paths: ['--include-path-regex', `${ENDINGS}|${WAY_ON}`] },
];

/** Switched off, because the API also refuses what no schema can express: a text of blanks, a right for ten years. */
const NOT_PROMISED = 'positive_data_acceptance';

/** The event of the document's examples, so that the requests concern a case. */
const EVENT = { house: 'FSP', eventNumber: '104233' };

/** The first wait never ends within a run: so any write beyond the marking was not ordered. */
const SETTINGS = { ABSAGE_SYNC_INTERVAL: '24h', ABSAGE_LOG_LEVEL: 'warn' };
const ORDERED_WRITES = ['save-announcement'];

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { seed: { type: 'string', default: '1' }, examples: { type: 'string', default: '20' } },
  });
  const executable = await installSchemathesis();
  const dataDir = mkdtempSync(join(tmpdir(), 'absage-fuzz-'));
  const up = UpProcess.start({ dataDir, ports: await freePorts(), settings: SETTINGS });
  const end = () => void up.killGroup().finally(() => process.exit(1));
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    await up.ready();
    await orderOne(up);
    const startedAt = Date.now();
    let found = 0;
    for (const round of ROUNDS) found += await ask(executable, up, { ...values, ...round });
    const strays = [...(await unorderedWrites(up)), ...(await unorderedMails(up))];
    for (const stray of strays) console.error(`nobody has ordered: ${stray}`);
    const seconds = Math.round((Date.now() - startedAt) / 1_000);
    console.log(`seed ${values.seed}: ${seconds} s, ${strays.length} effects that nobody has ordered`);
    if (found === 0 && strays.length === 0) return 0;
    console.error(up.evidence());
    return 1;
  } catch (error) {
    console.error(up.evidence());
    throw error;
  } finally {
    await up.stop();
    rmSync(dataDir, { recursive: true });
  }
}

/** Installs it under `.cache`, unless it is there already. The tests do not need it, nor Python. */
async function installSchemathesis(): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  const bin = (name: string) => join(FOLDER, 'venv', 'bin', name);
  const code =
    (existsSync(bin('pip')) ? 0 : await run('python3', ['-m', 'venv', 'venv'])) ||
    (await run(bin('pip'), ['install', '--quiet', '--disable-pip-version-check', SCHEMATHESIS]));
  if (code !== 0) throw new Error('schemathesis cannot be installed: it needs Python 3.10 with venv and pip');
  return bin('schemathesis');
}

async function orderOne(up: UpProcess): Promise<void> {
  const { house, eventNumber } = EVENT;
  const { title, startsAt } = await up.api<{ title: string; startsAt: string }>(
    'GET',
    `/events/${house}/${eventNumber}`,
  );
  const expected = { title, startsAt };
  await up.api('POST', '/cancellations', { ...EVENT, marker: 'ENTFÄLLT', reason: 'Sturm', expected });
  await eventually(
    () => up.api<{ state: string }>('GET', `/cancellations/${house}/${eventNumber}`),
    ({ state }) => state === 'waiting',
  );
}

interface Round {
  seed: string;
  examples: string;
  config: string;
  paths: readonly string[];
}

function ask(executable: string, { options: { ports } }: UpProcess, how: Round): Promise<number> {
  const api = `http://127.0.0.1:${ports.api}`;
  return run(executable, [
    ...['--config-file', join(__dirname, how.config)],
    'run',
    `${api}/v1/openapi.json`,
    ...how.paths,
    ...['--exclude-checks', NOT_PROMISED],
    ...['--max-examples', how.examples],
    ...['--seed', how.seed],
    // Otherwise the requests that failed in an earlier run would be sent first.
    ...['--generation-database', 'none'],
    ...['--request-timeout', String(LONGEST_REQUEST_S)],
    ...['--workers', '1'],
    '--continue-on-failure',
    '--no-color',
  ]);
}

/** Every write in Jet beyond the marking of the one event, from Jet's own log and not from ours. */
async function unorderedWrites(up: UpProcess): Promise<string[]> {
  type Log = { entries: { actor: string; operation: string; eventNumber: string; after: unknown }[] };
  const { entries } = await up.simulator<Log>('GET', '/log');
  const writes = entries.filter(({ actor, after }) => actor === 'gateway' && after !== null);
  if (writes.length === 0) throw new Error('the order itself has written nothing: this run proves nothing');
  return writes
    .filter(
      ({ operation, eventNumber }) =>
        eventNumber !== EVENT.eventNumber || !ORDERED_WRITES.includes(operation),
    )
    .map(({ operation, eventNumber }) => `${operation} ${eventNumber}`);
}

/** Every mail to Ö-Ticket, because the one case does not get that far. */
async function unorderedMails(up: UpProcess): Promise<string[]> {
  const { messages } = await up.mails<{ messages: { subject: string }[] }>();
  return messages.map(({ subject }) => subject).filter((subject) => subject.startsWith('[PROBE] Absage: '));
}

/** Runs a program on this terminal and resolves to its exit code. */
async function run(command: string, given: readonly string[]): Promise<number> {
  const child = spawn(command, given, { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

void main().then((code) => (process.exitCode = code));
