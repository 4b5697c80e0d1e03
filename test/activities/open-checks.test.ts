import { ApplicationFailure } from '@temporalio/common';
import type { JournalStore } from '../../src/journal/port';
import { aHouse } from '../support/examples';
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
]);

/** A worker that lets one check of a house in at a time. `jet`: how its Jet differs from the simulator. */
function worker({ isSimulator = false, journal = stage.journal, jet = {} } = {}) {
  return stage.worker({
    journal,
    houses: HOUSES,
    jet: Object.assign(Object.create(stage.simulator.jet()), jet),
    isSimulator: () => isSimulator,
    checks: { most: 1, open: journal },
  });
}

const OUT_OF_ORDER = { readEvent: () => Promise.reject(new Error('Jet does not answer')) };

/** The check has begun, and is tried again later: so it is open. */
async function begin(aCase: StagedCase): Promise<void> {
  const failed = aCase.attempt('checkEvent', { worker: worker({ jet: OUT_OF_ORDER }) });
  await expect(failed).rejects.toThrow('Jet does not answer');
}

async function waitOf(aCase: StagedCase, by = worker()): Promise<number> {
  const failure: unknown = await aCase.attempt('checkEvent', { worker: by }).catch((error: unknown) => error);
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
});
