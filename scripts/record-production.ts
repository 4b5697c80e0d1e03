/**
 * Records a production of another build for the tests of upgrades: its folder, with cases in all states that an upgrade
 * may meet. See test/e2e/upgrade/README.md.
 *
 * Usage: npm run record-production -- --build FOLDER --name NAME [--sealed]
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { msToTs } from '@temporalio/common/lib/time';
import Database from 'libsql';
import { createToken } from '../src/settings/tokens';
import {
  ANNA,
  BERTA,
  CARL,
  PEOPLE,
  Production,
  UNTOUCHED,
  type Played,
} from '../test/e2e/upgrade/production';
import { pack, RECORDED_CASES, writeCast, type Cast, type RecordedCase } from '../test/e2e/upgrade/recording';
import { cancellationWorkflowId } from '../src/domain/input';

const HOUSE = 'FSP';
const FIRST_NUMBER = 901_001;
/** A recording is opened years later, and its closed runs must be there. Of a century Temporal's server makes no timer. */
const RETENTION = '18250 days';
/** All parts of the server have read it then. */
const RETENTION_COUNTS_AFTER_MS = 12_000;
/** What the machine and the folder of the build may be called. */
const NEUTRAL = ['@absage', '/srv/absage'];

async function main(): Promise<void> {
  const { build, name, sealed } = parseArgs({
    options: { build: { type: 'string' }, name: { type: 'string' }, sealed: { type: 'boolean' } },
  }).values;
  if (!build || !name) throw new Error('--build and --name are needed');
  const cli = join(build, 'dist', 'cli.js');
  if (!existsSync(cli)) throw new Error(`${build} is not built`);

  const folder = mkdtempSync(join(tmpdir(), 'absage-recording-'));
  const tokens = writeFiles(build, folder);
  const production = await Production.open(folder, tokens);
  try {
    if (sealed) production.upgrade();
    await production.start(cli);
    const cast = await record(production, tokens);
    await production.stop();
    writeCast(folder, cast);
  } catch (error) {
    console.error(production.evidence());
    throw error;
  } finally {
    await production.close();
  }
  for (const path of ['data/logs', 'data/up.json'])
    rmSync(join(folder, path), { recursive: true, force: true });
  const temporalFile = join(folder, 'data', 'temporal.sqlite');
  foldDatabase(temporalFile);
  requireKeptForGood(temporalFile);
  requireAnonymous(folder, build);
  pack(folder, name);
  rmSync(folder, { recursive: true });
}

/** The administrator's files, in the form that the build knows. */
function writeFiles(build: string, folder: string): Record<string, string> {
  mkdirSync(join(folder, 'etc'));
  cpSync(join(build, 'houses.sample.json'), join(folder, 'etc', 'houses.json'));
  const made = PEOPLE.map((actor) => ({ actor, ...createToken(actor, [HOUSE]) }));
  const entries = made.map(({ entry: { sha256, actor, houses } }) => ({ sha256, actor, houses }));
  writeFileSync(join(folder, 'etc', 'tokens.json'), JSON.stringify({ tokens: entries }, null, 1));
  return Object.fromEntries(made.map(({ actor, token }) => [actor, token]));
}

async function record(production: Production, tokens: Record<string, string>): Promise<Cast> {
  await keepForGood(production);
  const numbers = RECORDED_CASES.map((_, index) => String(FIRST_NUMBER + index));
  await production.play(HOUSE, [...numbers, UNTOUCHED]);
  const numberOf = (recorded: RecordedCase) => numbers[RECORDED_CASES.indexOf(recorded)]!;
  const order = async (actor: string, recorded: RecordedCase) => {
    const played = await production.order(actor, HOUSE, numberOf(recorded));
    await production.untilAt(played, 'wait-for-title-transfer');
    return played;
  };
  const untilSecondWait = async (actor: string, played: Played) => {
    await production.skipWait(actor, played);
    await production.untilAt(played, 'wait-for-storno-transfer');
  };

  const completed = await order(ANNA, 'completed');
  await untilSecondWait(BERTA, completed);
  await production.skipWait(BERTA, completed);
  await production.untilAt(completed, 'completed');

  const secondWait = await order(BERTA, 'secondWait');
  const mailInDoubt = await order(CARL, 'mailInDoubt');
  copyJournal(production, 'older.sqlite');
  await untilSecondWait(CARL, secondWait);

  await production.loseMail(mailInDoubt);
  await untilSecondWait(ANNA, mailInDoubt);
  await production.skipWait(ANNA, mailInDoubt);

  const markerGone = await order(CARL, 'markerGone');
  await production.takeMarkerOff(markerGone);
  await production.skipWait(BERTA, markerGone);

  const terminated = await order(BERTA, 'terminated');
  await untilSecondWait(ANNA, terminated);
  await production.temporal.workflow
    .getHandle(cancellationWorkflowId(HOUSE, terminated.eventNumber))
    .terminate('Probe');

  const firstWait = await order(ANNA, 'firstWait');
  const toReset = await order(CARL, 'toReset');
  await production.untilAt(markerGone, 'needs-attention');
  await production.untilAt(mailInDoubt, 'needs-attention');

  const cases = { completed, firstWait, toReset, secondWait, markerGone, mailInDoubt, terminated };
  const lines = await Promise.all(
    Object.entries(cases).map(async ([recorded, played]) => [recorded, await production.lines(played)]),
  );
  const protocol = await production.protocol(completed);
  writeFileSync(join(production.folder, 'completed.json'), protocol);
  return { tokens, cases, lines: Object.fromEntries(lines) as Cast['lines'] };
}

async function keepForGood({ temporal }: Production): Promise<void> {
  await temporal.workflowService.updateNamespace({
    namespace: 'default',
    config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
  });
  await pause(RETENTION_COUNTS_AFTER_MS);
}

/** Each closed run has a timer of the server that removes it. */
function requireKeptForGood(file: string): void {
  const database = new Database(file);
  const ofRuns = database
    .prepare("select visibility_timestamp as at from timer_tasks where visibility_timestamp > '2070-01-01'")
    .all();
  database.close();
  const closed: readonly RecordedCase[] = ['completed', 'terminated'];
  if (ofRuns.length !== closed.length) throw new Error('not written: its closed runs would be removed');
}

/** A backup as the runbook makes it. */
function copyJournal({ folder, journalFile }: Production, name: string): void {
  const database = new Database(journalFile);
  database.exec(`vacuum into '${join(folder, name)}'`);
  database.close();
}

/** Puts everything into the one file. */
function foldDatabase(file: string): void {
  const database = new Database(file);
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
}

/** A recording is for everybody: it names neither the machine that made it nor its folders, but those of everybody. */
function requireAnonymous(folder: string, build: string): void {
  const ofMachine = [`@${hostname()}`, resolve(build)].filter((name) => !NEUTRAL.includes(name));
  const names = [...ofMachine, join(__dirname, '..'), homedir(), `${tmpdir()}/`];
  const files = ['data/temporal.sqlite', 'data/journal.sqlite', 'cast.json', 'completed.json'];
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    const found = names.find((name) => bytes.includes(name));
    if (found) throw new Error(`not written: ${file} holds ${found}; see the README`);
  }
}

void main();
