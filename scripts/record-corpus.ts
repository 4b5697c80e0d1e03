/**
 * Records what the replay corpus of the present version lacks: real runs under `absage up`, one for each way that a run
 * can go. It writes all recordings at the end, or none.
 *
 * Usage: npm run record-corpus
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import type { WireEvent } from '../src/jet/contract';
import { RECONCILER_SCHEDULE } from '../src/workflows/messages';
import { GUIDED_HOUSE, SEEN } from '../test/e2e/guided-house';
import { StagedCase } from '../test/e2e/staged-case';
import { STAGED_SERIES, StagedSeries } from '../test/replay/staged-series';
import { cancellationWorkflowId } from '../src/domain/input';
import { STAGED_RUNS, TITLE, type StagedRun } from '../test/replay/staged-runs';
import { drop, say, ScriptedSmtp } from '../test/support/scripted-smtp';
import { freePorts, UpProcess } from '../test/support/up-process';
import { fetchRecording, isRecorded, keepRecordings, RecordingFault, type Recording } from './recording';
import { eventually } from '../test/support/eventually';

const HOUSE = 'FSP';
/** The same sample house, but a second person has to approve its cases. */
const CAREFUL_HOUSE = 'LTN';
const FIRST_NUMBER = 610_001;
const FIRST_OF_SERIES = 640_001;
const AT_ONCE = 4;
/** `reconciled` is from before it told houses how their cases ended. */
const RECONCILED = 'reconciled-and-told';
const RESTING = /_(TIMER_STARTED|WORKFLOW_TASK_COMPLETED|EXECUTION_(COMPLETED|FAILED|CANCELED|TERMINATED))$/;
const DAY_MS = 24 * 3_600_000;
const STARTS_AT = new Date(Date.now() + 40 * DAY_MS).toISOString();

/** What runs with few turns go through. Those of before, which no new run can be any more, stand beside this folder. */
const recordingOf = (name: string) => `few-turns/${name}`;

const RUNS = Object.entries(STAGED_RUNS)
  .map(([name, run], index) => ({
    ...run,
    name,
    eventNumber: String(FIRST_NUMBER + index),
  }))
  .filter(({ name }) => !isRecorded(recordingOf(name)));
type NamedRun = (typeof RUNS)[number];

const SERIES = Object.entries(STAGED_SERIES)
  .map(([name, run], index) => ({ ...run, name, first: FIRST_OF_SERIES + index * 100 }))
  .filter(({ name }) => !isRecorded(recordingOf(name)));
type NamedSeries = (typeof SERIES)[number];

const recordings = new Map<string, Recording>();
let up: UpProcess;
let temporal: Client;

async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'absage-corpus-'));
  const smtp = await startMailServer();
  let connection: Connection | undefined;
  try {
    up = await startUp(dataDir, smtp.url());
    connection = await Connection.connect({ address: up.temporalAddress });
    temporal = new Client({ connection });
    const evenings = SERIES.flatMap((series) =>
      eveningsOf(series).map((evening) => ({ ...anEvent(), ...evening })),
    );
    await up.simulator('POST', '/reset', { programme: [...RUNS.map(toEvent), ...evenings] });
    await Promise.all(Array.from({ length: AT_ONCE }, takeTurns(RUNS.filter((run) => !run.isKilled))));
    for (const run of RUNS.filter(({ isKilled }) => isKilled)) await recordKilled(run);
    for (const series of SERIES) await recordSeries(series);
    if (!isRecorded(RECONCILED)) await recordReconciler();
  } catch (error) {
    if (up) console.error(up.evidence());
    throw error;
  } finally {
    await connection?.close();
    await up?.stop();
    await smtp.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
  keepRecordings(recordings);
}

async function startUp(dataDir: string, smtpUrl: string): Promise<UpProcess> {
  const settings = {
    ABSAGE_SMTP_URL: smtpUrl,
    ABSAGE_HOUSES: writeHouses(dataDir),
    ABSAGE_SYNC_INTERVAL: '4s',
    ABSAGE_POLL_INTERVAL: '500ms',
    ABSAGE_ATTENTION_AFTER: '15s',
    // A call that hangs does so until its worker is killed, so it must not time out before.
    ABSAGE_JET_TIMEOUT: '30s',
  };
  const started = UpProcess.start({ dataDir, ports: await freePorts(), settings });
  await started.ready().catch(async (error: unknown) => {
    await started.stop();
    throw error;
  });
  return started;
}

/** Takes every mail, but hangs up after the first text of each case whose mail is to be in doubt. */
async function startMailServer(): Promise<ScriptedSmtp> {
  const toLose = new Set(RUNS.filter(({ losesMail }) => losesMail).map(({ eventNumber }) => eventNumber));
  const smtp: ScriptedSmtp = await ScriptedSmtp.start({
    text: [
      (peer) => {
        const [, eventNumber = ''] = /<cancellation\.(\d+)\./.exec(smtp.texts.at(-1) ?? '') ?? [];
        (toLose.delete(eventNumber) ? drop : say('250 kept'))(peer);
      },
    ],
  });
  return smtp;
}

function toEvent({ eventNumber, event, ...run }: NamedRun): Omit<WireEvent, 'version' | 'readAt'> {
  return { ...anEvent(), eventNumber, house: run.isApprovalNeeded ? CAREFUL_HOUSE : HOUSE, ...event };
}

function anEvent() {
  return {
    title: TITLE,
    customerTitle: null,
    externalMemo: 'Einlass ab 19.00 Uhr.',
    status: 'Verkaufsfreigabe',
    startsAt: STARTS_AT,
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen Festspielhaus GmbH',
    production: TITLE,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    savedAt: new Date(Date.now() - DAY_MS).toISOString(),
  };
}

const takeTurns = (runs: NamedRun[]) => async () => {
  for (let run = runs.shift(); run; run = runs.shift()) await stage(run).then(recordEnd);
};

/** Records runs one at a time with no other run under way, so that killing the worker affects no other run. */
async function recordKilled(run: NamedRun): Promise<void> {
  const hanging = await stage(run);
  up.killPart('worker');
  await recordEnd(hanging);
}

function eveningsOf({ first, count, house }: NamedSeries) {
  return Array.from({ length: count }, (_each, nth) => ({ house, eventNumber: String(first + nth) }));
}

/** Records the run of a series and, where that is asked for, the one of its first case. */
async function recordSeries(run: NamedSeries): Promise<void> {
  const { title, startsAt } = anEvent();
  const items = eveningsOf(run).map((evening) => ({ ...evening, expected: { title, startsAt } }));
  const series = await StagedSeries.order(up, items, run.isPlanned === true);
  await run.course?.(series);
  await series.until(({ state }) => ['completed', 'aborted', 'refused'].includes(state));
  await record(run.name, series);
  const [first] = series.items;
  if (run.withCase && first)
    await record(run.withCase, { workflowId: cancellationWorkflowId(first.house, first.eventNumber) });
}

/** Records the hourly search for interrupted cases; here it finds none. */
async function recordReconciler(): Promise<void> {
  const schedule = temporal.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
  await schedule.trigger();
  const [action] = await eventually(
    async () => (await schedule.describe()).info.recentActions,
    (actions) => actions.length > 0,
  );
  if (action?.action.type !== 'startWorkflow') throw new RecordingFault('the schedule starts no workflow');
  const { workflowId } = action.action.workflow;
  await temporal.workflow.getHandle(workflowId).result();
  await record(RECONCILED, { workflowId });
}

function houseOf({ isGuided, isApprovalNeeded }: NamedRun): string {
  if (isGuided) return GUIDED_HOUSE;
  return isApprovalNeeded ? CAREFUL_HOUSE : HOUSE;
}

/** The sample houses, one of which wants a second person. */
function writeHouses(folder: string): string {
  const sample = JSON.parse(readFileSync(join(__dirname, '..', 'houses.sample.json'), 'utf8')) as {
    houses: { key: string }[];
  };
  const houses = sample.houses.map((house) =>
    house.key === CAREFUL_HOUSE ? { ...house, approval: { needed: 'always', expires: '20s' } } : house,
  );
  const path = join(folder, 'houses.json');
  writeFileSync(path, JSON.stringify({ houses }));
  return path;
}

async function stage(run: NamedRun) {
  const house = houseOf(run);
  const staged = new StagedCase(
    () => up,
    () => temporal,
    house,
    run.eventNumber,
  );
  if (run.faults) await staged.arm(...run.faults);
  await (run.isGuided ? staged.startAsSeen(SEEN) : staged.start());
  await run.course?.(staged, async (name, runId) => record(name, staged, runId));
  return { run, staged };
}

async function recordEnd({ run, staged }: { run: StagedRun & { name: string }; staged: StagedCase }) {
  const end = await staged.untilClosed();
  if (end !== run.ends) throw new RecordingFault(`${run.name} has ended as ${end}, not as ${run.ends}`);
  await record(run.name, staged);
}

/** Records a run where it rests. An open run rests when it has nothing left to do but to wait. */
async function record(name: string, { workflowId }: Pick<StagedCase, 'workflowId'>, runId?: string) {
  const recording = await eventually(
    () => fetchRecording(temporal, workflowId, runId),
    ({ events }) => RESTING.test(events.at(-1)?.eventType ?? ''),
  );
  recordings.set(recordingOf(name), recording);
  console.log(`${name}, after ${Math.round(process.uptime())} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof RecordingFault ? error.message : error);
  process.exitCode = 1;
});
