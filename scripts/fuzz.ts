/**
 * Asks a running Absage thousands of things that nobody would ask, as the document of its API lets them be made up:
 * schemathesis writes the requests, and no answer may be an error of ours or anything that the document does not name.
 * Afterwards Jet's own log is looked at: what nobody has validly ordered must not have been written. The order of the
 * requests and their contents come from one seed, and are the same for the same document.
 *
 * Usage: npm run fuzz -- [--seed 1] [--examples 20]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventually, freePorts, UpProcess } from '../test/support/up-process';

/** Another version makes up other requests from the same seed. Needs Python 3.10 or newer. */
const SCHEMATHESIS = 'schemathesis==4.32.5';

/** Its program, and whatever it leaves behind. */
const FOLDER = join(__dirname, '..', '.cache', 'fuzz');
const LONGEST_REQUEST_S = 20;

/** A stream ends when its case does, or never: nothing else would be asked meanwhile. */
const STREAMS = 'stream$';
const ENDINGS = '(abort|close-by-hand)$';
const WAY_ON = 'skip-wait$';

/**
 * By chance hardly any request would meet the case, so each thing is asked of anything at all and of the case alone. First
 * what leaves it waiting, then what ends it; what would lead it on to its Storno is asked last.
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

/** What no schema can say is refused as well: a text of blanks, a right for ten years. */
const NOT_PROMISED = 'positive_data_acceptance';

/** The event of the document's examples, so that what is made up meets a case. */
const EVENT = { house: 'FSP', eventNumber: '104233' };

/** Nobody lives to see the end of its first wait: whatever else is written was not ordered. */
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

/** Under `.cache`, and of no concern to the tests: they need no Python. Does nothing where it is there already. */
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
    // What an earlier run has found would be asked first.
    ...['--generation-database', 'none'],
    ...['--request-timeout', String(LONGEST_REQUEST_S)],
    ...['--workers', '1'],
    '--continue-on-failure',
    '--no-color',
  ]);
}

/** Everything written in Jet, past the marking of the one event. Jet's own word for it, not ours. */
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

/** Every mail to Ö-Ticket: the one case does not get that far. */
async function unorderedMails(up: UpProcess): Promise<string[]> {
  const { messages } = await up.mails<{ messages: { subject: string }[] }>();
  return messages.map(({ subject }) => subject).filter((subject) => subject.startsWith('[PROBE] Absage: '));
}

/** The exit code of a program that speaks on this terminal. */
async function run(command: string, given: readonly string[]): Promise<number> {
  const child = spawn(command, given, { cwd: FOLDER, stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}

void main().then((code) => (process.exitCode = code));
