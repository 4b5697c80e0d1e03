import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { tsToMs } from '@temporalio/common/lib/time';
import { seriesStateOf } from '../../src/domain/series-lines';
import { seriesWorkflowId } from '../../src/domain/series';
import { cancellationWorkflowId, JET_TASK_QUEUE } from '../../src/workflows/messages';
import { countStornosOverTime, countStornoWrites } from '../cases';
import { memoryMb } from '../process-usage';
import { progress } from '../progress';
import type { Stack } from '../stack';
import { summarise } from '../statistics';
import type { SeriesOptions } from './options';
import { makeItems, startSeriesStack, type Item } from './orders';

const LOOK_MS = 1_000;
const SURVEYS = 30;
/** So many cases are read in full for what one costs. */
const SAMPLE = 20;

/** One series from the order to its end, with nothing else to do. */
export async function measureWhole(options: SeriesOptions) {
  const { houses, items: count, syncIntervalMs, rate } = options;
  const share = Math.ceil(count / houses.length);
  const wanted = houses.map((house, nth) => ({ house, count: Math.min(share, count - nth * share) }));
  const made = makeItems(wanted, syncIntervalMs);
  const { stack, worker, orderSeries } = await startSeriesStack(options, made.programme);
  const items = inTurn(made.items);
  const memoryBefore = Math.round(memoryMb(worker).now);
  const orderedAtMs = Date.now();
  const seriesId = await orderSeries('Bench', items);
  const orderMs = Date.now() - orderedAtMs;
  await untilEnded(stack, seriesId);

  const log = await stack.readLog();
  const secondsUntil = (operation: string) => {
    const times = log.filter((entry) => entry.operation === operation).map(({ at }) => Date.parse(at));
    return Math.round((Math.max(...times) - orderedAtMs) / 1_000);
  };
  const parent = await readParent(stack, seriesId);
  const children = await readChildren(stack, items.slice(0, SAMPLE));
  const turns = children.turns * items.length + parent.turns;
  const result = {
    items: items.length,
    orderMs,
    lastStornoSeconds: secondsUntil('set-storno'),
    /** Check, save and Storno of each, and one wait. */
    lastStornoBoundSeconds: Math.round((3 * items.length) / rate + syncIntervalMs / 1_000),
    stornosByTenSeconds: countStornosOverTime(log, orderedAtMs),
    lastRightSeconds: secondsUntil('grant-right'),
    endSeconds: Math.round((parent.endedAtMs - orderedAtMs) / 1_000),
    /** The waits of one case overlap with the turns of the others. */
    endBoundSeconds: Math.round(turns / rate),
    turnsOfCase: children.turns,
    callsOfCase: log.filter(({ actor }) => actor === 'gateway').length / items.length,
    parent,
    children,
    workerMb: { before: memoryBefore, peak: Math.round(memoryMb(worker).peak) },
    mails: {
      toPartner: await stack.countMails((subject) => subject.startsWith('[PROBE] Absage: ')),
      toHouses: await stack.countMails((subject) => !subject.startsWith('[PROBE] Absage: ')),
    },
    surveyMs: await timeSurveys(stack, seriesId),
    writes: countStornoWrites(log, syncIntervalMs),
  };
  await stack.stop();
  return result;
}

/** The first of each, then the second of each, and so on: all the houses have performances on the same evening. */
function inTurn<T>(lists: readonly T[][]): T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.map((list) => list[index]))
    .flat()
    .filter((each) => each !== undefined);
}

async function untilEnded({ client }: Stack, seriesId: string): Promise<void> {
  const handle = client.workflow.getHandle(seriesWorkflowId(seriesId));
  for (let looks = 0; ; looks += 1) {
    const { status } = await handle.describe();
    if (status.name === 'COMPLETED') return;
    if (status.name !== 'RUNNING' && status.name !== 'CONTINUED_AS_NEW') throw new Error(status.name);
    if (looks % 60 === 59) progress(`series: ${looks + 1} s`);
    await sleep(LOOK_MS);
  }
}

interface Run {
  events: number;
  bytes: number;
  closedAtMs: number;
  turns: number;
  surveysMs: number[];
}

/** All the runs of the series, each of which went on as the next one. */
async function readParent({ client }: Stack, seriesId: string) {
  const workflowId = seriesWorkflowId(seriesId);
  const runs: Run[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    const handle = client.workflow.getHandle(workflowId, runId);
    const { historyLength, historySize, closeTime } = await handle.describe();
    runs.push({
      events: historyLength,
      bytes: historySize ?? 0,
      closedAtMs: closeTime?.getTime() ?? 0,
      ...(await readActivities(handle)),
    });
  }
  const sum = (read: (run: Run) => number) => runs.reduce((total, run) => total + read(run), 0);
  return {
    events: sum(({ events }) => events),
    bytes: sum(({ bytes }) => bytes),
    longestRunEvents: Math.max(...runs.map(({ events }) => events)),
    largestRunBytes: Math.max(...runs.map(({ bytes }) => bytes)),
    continuedAsNew: runs.length - 1,
    surveys: sum(({ surveysMs }) => surveysMs.length),
    surveyMs: summarise(runs.flatMap(({ surveysMs }) => surveysMs)),
    turns: sum(({ turns }) => turns),
    endedAtMs: Math.max(...runs.map(({ closedAtMs }) => closedAtMs)),
  };
}

async function readChildren({ client }: Stack, items: readonly Item[]) {
  const read = items.map(async ({ house, eventNumber }) => {
    const handle = client.workflow.getHandle(cancellationWorkflowId(house, eventNumber));
    const { historyLength, historySize } = await handle.describe();
    const { turns } = await readActivities(handle);
    return { events: historyLength, bytes: historySize ?? 0, turns };
  });
  const all = await Promise.all(read);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    events: summarise(all.map(({ events }) => events)),
    bytes: summarise(all.map(({ bytes }) => bytes)),
    /** Activities on Jet's queue. An attempt that found nothing yet takes another turn, and is not counted. */
    turns: mean(all.map(({ turns }) => turns)),
  };
}

type Handle = ReturnType<Stack['client']['workflow']['getHandle']>;

async function readActivities(handle: Handle): Promise<{ turns: number; surveysMs: number[] }> {
  const { events } = await handle.fetchHistory();
  const all = events ?? [];
  // A history that cannot be written down cannot be replayed either.
  historyToJSON({ events: all });
  let turns = 0;
  const surveysMs: number[] = [];
  for (const event of all) {
    const queue = event.activityTaskScheduledEventAttributes?.taskQueue?.name;
    if (queue === JET_TASK_QUEUE) turns += 1;
    const completed = event.activityTaskCompletedEventAttributes;
    if (!completed) continue;
    const scheduled = all[Number(completed.scheduledEventId) - 1]?.activityTaskScheduledEventAttributes;
    const started = all[Number(completed.startedEventId) - 1];
    if (scheduled?.activityType?.name === 'surveySeries')
      surveysMs.push(tsToMs(event.eventTime) - tsToMs(started?.eventTime));
  }
  return { turns, surveysMs };
}

/** What a survey reads from the journal once all cases have all of their lines. */
async function timeSurveys(stack: Stack, seriesId: string) {
  const journal = await stack.openJournal();
  const times: number[] = [];
  for (let nth = 0; nth < SURVEYS; nth += 1) {
    const beganAt = performance.now();
    const state = seriesStateOf(await journal.seriesLines(seriesId));
    await journal.caseMarks((state?.items ?? []).map(({ item }) => item.caseId));
    times.push(performance.now() - beganAt);
  }
  return summarise(times);
}
