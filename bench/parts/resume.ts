import { setTimeout as sleep } from 'node:timers/promises';
import { countStornoWrites, makeCases, type Cases } from '../cases';
import { startCancellation } from '../contenders';
import { medianFigure, type PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { endProcess, startStack, type Stack } from '../stack';
import { summarise } from '../statistics';

const SYNC_INTERVAL_MS = 5_000;
/** The pause of `absage up` before it starts a dead worker again. */
const RESTART_PAUSE_MS = 350;
/** The interval of the heartbeats. The age of the last one matters, so the kills are spread over this interval. */
const HEARTBEAT_RHYTHM_MS = 2_400;
const POLL_MS = 20;
const DEADLINE_MS = 60_000;

interface Resumed {
  /** From the end of the wait, or from the kill if that came later, to the next call to Jet. */
  waitMs: number;
  /** From the kill until the interrupted save is made. */
  activityMs: number;
}

/** Kills the worker (kill -9) while one case is in its first wait and another in the middle of a save. */
export async function measureResume({ dist, jetConcurrency, repeats }: Options): Promise<PartResult> {
  const cases = makeCases(2 * repeats + 1, SYNC_INTERVAL_MS);
  const stack = await startStack({
    dist,
    jetConcurrency,
    syncIntervalMs: SYNC_INTERVAL_MS,
    programme: cases.programme,
  });
  let worker = await stack.startWorker();
  await untilLogged(stack, numberOf(await startCancellation(stack, cases)), 'save-announcement', 'ok');

  const resumed: Resumed[] = [];
  while (resumed.length < repeats) {
    const { waiting, saving } = await bringToKill(stack, cases);
    await sleep((HEARTBEAT_RHYTHM_MS * resumed.length) / repeats);
    const killedAtMs = Date.now();
    await endProcess(worker, 'SIGKILL');
    await sleep(RESTART_PAUSE_MS);
    worker = stack.launchWorker().child;

    const dueAtMs = Math.max(killedAtMs, waiting.savedAtMs + SYNC_INTERVAL_MS);
    const [savedAtMs, goneOnAtMs] = await Promise.all([
      untilLogged(stack, saving, 'save-announcement', 'ok'),
      untilLogged(stack, waiting.eventNumber, 'set-storno', 'ok'),
    ]);
    resumed.push({ waitMs: goneOnAtMs - dueAtMs, activityMs: savedAtMs - killedAtMs });
    progress(`resume: wait ${goneOnAtMs - dueAtMs} ms, activity ${savedAtMs - killedAtMs} ms`);
  }
  const stornoWrites = countStornoWrites(await stack.readLog(), SYNC_INTERVAL_MS);
  await stack.stop();

  const secondsOf = (field: keyof Resumed) => summarise(resumed.map((round) => round[field] / 1_000));
  const target = { atMost: 5 };
  return {
    figures: [
      medianFigure('worker killed: a wait goes on late by', 's', secondsOf('waitMs'), target),
      medianFigure('worker killed: an activity is done after', 's', secondsOf('activityMs'), target),
    ],
    details: { resumed },
    stornoWrites,
  };
}

async function bringToKill(stack: Stack, cases: Cases) {
  const eventNumber = numberOf(await startCancellation(stack, cases));
  const savedAtMs = await untilLogged(stack, eventNumber, 'save-announcement', 'ok');
  await stack.armFaults([{ operation: 'save-announcement', kind: 'hang', count: 1 }]);
  const saving = numberOf(await startCancellation(stack, cases));
  await untilLogged(stack, saving, 'save-announcement', 'hang');
  return { waiting: { eventNumber, savedAtMs }, saving };
}

/** Resolves to the simulator's time of a log entry as soon as the entry exists. */
async function untilLogged(stack: Stack, eventNumber: string, operation: string, outcome: string) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const entries = await stack.readLog(eventNumber);
    const entry = entries.find((entry) => entry.operation === operation && entry.outcome === outcome);
    if (entry) return Date.parse(entry.at);
    if (Date.now() > deadline) throw new Error(`event ${eventNumber}: no ${operation}, ${outcome}`);
    await sleep(POLL_MS);
  }
}

function numberOf(workflowId: string): string {
  return workflowId.split('/').at(-1) ?? '';
}
