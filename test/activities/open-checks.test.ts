import { ApplicationFailure } from '@temporalio/common';
import type { JournalStore } from '../../src/journal/port';
import { aHouse } from '../support/examples';
import { CREDULOUS } from '../support/trust';
import { ActivityStage, type StagedCase } from '../support/activity-stage';

/** 10,000 orders of one house used to keep Jet's queue busy for hours: each of their checks was tried at once. */

let stage: ActivityStage;
/** As another worker on the same journal. */
let elsewhere: JournalStore;

beforeAll(async () => {
  stage = await ActivityStage.open();
  elsewhere = await stage.openJournal();
});
afterAll(async () => {
  await elsewhere.close();
  await stage.close();
});

const HOUSES = new Map([
  ['FSP', aHouse()],
  ['LTN', { ...aHouse(), key: 'LTN' }],
  ['BIG', { ...aHouse(), key: 'BIG' }],
]);

const LIMITED = {
  houses: HOUSES,
  isSimulator: () => false,
  get checks() {
    return { most: 1, jetPerSecond: 1_000_000, open: stage.journal };
  },
};

/** A worker that lets one check of a house in at a time. `jet`: how its Jet differs from the simulator. */
function worker({
  isSimulator = false,
  journal = stage.journal,
  jet = {},
  most = 1,
  jetPerSecond = 1_000_000,
} = {}) {
  return stage.worker({
    journal,
    houses: HOUSES,
    jet: Object.assign(Object.create(stage.simulator.jet()), jet),
    isSimulator: () => isSimulator,
    checks: { most, jetPerSecond, open: journal },
  });
}

const OUT_OF_ORDER = { readEvent: () => Promise.reject(new Error('Jet does not answer')) };

/** The check has begun, and is tried again later: so it is open. */
async function begin(aCase: StagedCase): Promise<void> {
  const failed = aCase.attempt('checkEvent', { worker: worker({ jet: OUT_OF_ORDER }) });
  await expect(failed).rejects.toThrow('Jet does not answer');
}

async function waitOf(
  aCase: StagedCase,
  by = worker(),
  name: 'checkEvent' | 'takePlace' = 'checkEvent',
): Promise<number> {
  const failure: unknown = await aCase.attempt(name, { worker: by }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApplicationFailure);
  const { type, nonRetryable, nextRetryDelay } = failure as ApplicationFailure;
  expect([type, nonRetryable]).toEqual(['check-waits', false]);
  return Number(nextRetryDelay);
}

const three = () => stage.prepareAll([{ policy: PATIENT }, { policy: PATIENT }, { policy: PATIENT }]);
const PATIENT = { attentionAfterMs: 60_000 };
const opens = (aCase: StagedCase, by = worker()) =>
  expect(aCase.attempt('checkEvent', { worker: by })).resolves.toMatchObject({ kind: 'opened' });

test('one check too many waits without a call to Jet, on every worker, longer the more are before it', async () => {
  const [first, second, third] = (await three()) as [StagedCase, StagedCase, StagedCase];
  await begin(first);
  const secondMs = await waitOf(second, worker({ journal: elsewhere }));
  const thirdMs = await waitOf(third);
  expect(secondMs).toBeGreaterThan(0);
  expect(thirdMs).toBeGreaterThan(secondMs);
  for (const waiting of [second, third]) {
    expect(await waiting.calls('read-event')).toEqual([]);
    expect(await waiting.entries()).toEqual([]);
  }
  await opens(first);
  await waitOf(third);
  await opens(second);
  await opens(third);
});

test('a check whose worker died goes on in the next one, which has its place', async () => {
  const [first, second] = (await three()) as [StagedCase, StagedCase];
  await begin(first);
  await waitOf(second);
  await opens(first, worker({ journal: elsewhere }));
  await opens(second);
});

test('an abort before the check is done gives its place back', async () => {
  const [first, second] = (await three()) as [StagedCase, StagedCase];
  await begin(first);
  await first.attempt('claimAbort', { worker: worker() });
  await opens(second);
});

test('another house is not held back', async () => {
  const [first, second] = (await stage.prepareAll([
    { policy: PATIENT },
    { policy: PATIENT, order: { house: 'LTN' }, event: { house: 'LTN' } },
  ])) as [StagedCase, StagedCase];
  await begin(first);
  await opens(second);
  await opens(first);
});

test('a simulator is never disturbed', async () => {
  const [first, second] = (await three()) as [StagedCase, StagedCase];
  await begin(first);
  await opens(second, worker({ isSimulator: true }));
  await opens(first);
});

test('a wait is shorter than the patience, so that nobody is asked before it is tried again', async () => {
  const impatient = { policy: { attentionAfterMs: 3_000 } };
  const [first, second] = (await stage.prepareAll([impatient, impatient])) as [StagedCase, StagedCase];
  await begin(first);
  expect(await waitOf(second)).toBeLessThan(3_000);
  await opens(first);
  await opens(second);
});

describe('the place before the check', () => {
  const takes = (aCase: StagedCase, by = worker()) =>
    expect(aCase.attempt('takePlace', { worker: by })).resolves.toEqual({ head: null });

  test('is what the check has then, and the next one waits for it', async () => {
    const [first, second] = (await three()) as [StagedCase, StagedCase];
    await takes(first);
    expect(await waitOf(second, worker(), 'takePlace')).toBeGreaterThan(0);
    await waitOf(second);
    expect(await first.entries()).toEqual([]);
    await opens(first);
    await takes(second, worker({ journal: elsewhere }));
    await opens(second);
  });

  test('is not needed by a case that is opened, nor at a simulator', async () => {
    const [first, second, third] = (await three()) as [StagedCase, StagedCase, StagedCase];
    await begin(third);
    await takes(second, worker({ isSimulator: true }));
    await opens(first, worker({ isSimulator: true }));
    await takes(first);
    await opens(third);
    await opens(second);
  });

  test('is not given to a run that does not come through Absage', async () => {
    const [stranger, ours] = (await three()) as [StagedCase, StagedCase];
    const trust = { ...CREDULOUS, proveStart: () => Promise.resolve(NOT_TRUSTED) };
    await takes(stranger, stage.worker({ ...LIMITED, trust }));
    await opens(ours);
  });

  // Each of them was over at once, so any number of them came one after the other.
  test('is given so seldom that the checks of one house take a quarter of what Jet takes', async () => {
    const slow = { most: 20, jetPerSecond: 0.8 };
    const cases = await stage.prepareAll(
      Array.from({ length: 6 }, () => ({
        policy: PATIENT,
        order: { house: 'BIG' },
        event: { house: 'BIG' },
      })),
    );
    const [first, second, third, fourth, fifth, sixth] = cases as [StagedCase, ...StagedCase[]];
    for (const one of [first, second, third, fourth]) {
      await takes(one!, worker(slow));
      await one!.attempt('claimAbort', { worker: worker(slow) });
    }
    // One place for each 5 seconds.
    expect(await waitOf(fifth!, worker(slow), 'takePlace')).toBe(5_000);
    expect(await waitOf(sixth!, worker(slow), 'takePlace')).toBe(10_000);
  });
});

const NOT_TRUSTED = { isProven: false, actorId: null, isTrusted: false };
