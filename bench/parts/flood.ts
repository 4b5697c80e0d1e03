import { setTimeout as sleep } from 'node:timers/promises';
import { makeCases } from '../cases';
import { startCancellation, startCancellations } from '../contenders';
import type { Figure, PartResult } from '../figures';
import type { Options } from '../options';
import { progress } from '../progress';
import { startStack, type Stack } from '../stack';

/** As in production, where each call of Jet counts. */
const JET = { jetRate: 1, jetConcurrency: 1 };

/** Nobody has to wait for a case to go on after its titles. */
const SYNC_INTERVAL_MS = 60 * 60_000;

const NOISY = 'FSP';
const QUIET = 'LTN';
const POLL_MS = 50;
const DEADLINE_MS = 5 * 60_000;

/**
 * Measures how long one house's case waits for its marker while another house has ordered numbers that nobody knows, and
 * searches as often, all at once and past the limits of the API: with the houses in turn, and without.
 */
export async function measureFlood({ dist, flood }: Options): Promise<PartResult> {
  const alone = await untilMarked(dist, 0, true);
  const inTurn = await untilMarked(dist, flood, true);
  const asTheyCame = await untilMarked(dist, flood, false);
  const figure = (name: string, value: number, target?: Figure['target']): Figure => ({
    name: `order until marked, ${name}`,
    unit: 's',
    value,
    target,
  });
  return {
    figures: [
      figure('alone', alone),
      figure(`beside ${flood} orders and ${flood} searches`, inTurn, { atMost: 10 }),
      figure('the same without fairness', asTheyCame),
    ],
    details: { ...JET, flood, alone, inTurn, asTheyCame },
  };
}

async function untilMarked(dist: string, flood: number, isFair: boolean): Promise<number> {
  const quiet = makeCases(1, SYNC_INTERVAL_MS, { house: QUIET });
  const madeUp = makeCases(flood, SYNC_INTERVAL_MS, { house: NOISY, firstNumber: 900_001 });
  const stack = await startStack({
    ...{ dist, ...JET, syncIntervalMs: SYNC_INTERVAL_MS, programme: quiet.programme },
    dynamicConfig: [`matching.enableFairness=${isFair}`],
  });
  await stack.startWorker();
  const searches = Array.from({ length: flood }, () =>
    // Many of them are given up before their turn has come.
    stack.cancellations.read('findEvents', NOISY, { house: NOISY }).catch(() => undefined),
  );
  await startCancellations(stack, madeUp, flood);
  const orderedAt = performance.now();
  await startCancellation(stack, quiet);
  await untilSaved(stack);
  const seconds = (performance.now() - orderedAt) / 1_000;
  progress(
    `flood: ${flood} of another house, ${isFair ? 'in turn' : 'as they came'}, ${seconds.toFixed(1)} s`,
  );
  await Promise.all(searches);
  await stack.stop();
  return seconds;
}

async function untilSaved(stack: Stack): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const log = await stack.readLog();
    if (log.some(({ operation, outcome }) => operation === 'save-announcement' && outcome === 'ok')) return;
    if (Date.now() > deadline) throw new Error('the case was not marked');
    await sleep(POLL_MS);
  }
}
