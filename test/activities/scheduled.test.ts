import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createErasureActivities, createWatchActivities } from '../../src/activities';
import { asScheduledActivity, ERASER, RECONCILER, WATCH } from '../../src/activities/scheduled';
import { ActivityStage, anEnvironment, aScheduledEnvironment } from '../support/activity-stage';
import { SILENT } from '../support/simulator';

/*
 * 120 of these, asked for by somebody who had reached Temporal, took every place of a worker for 23 hours: no abort got
 * through.
 */

const QUIET = { logger: new DefaultLogger('ERROR') };

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** Fails with whatever is looked for: an activity that does nothing looks for nothing. */
const NOTHING = new Proxy({}, { get: (_target, name) => () => Promise.reject(new Error(String(name))) });

function everything(): Record<string, { by: typeof WATCH | typeof ERASER | typeof RECONCILER; work: Work }> {
  const journal = NOTHING as typeof stage.journal;
  const { alertInterrupted, tellEnds } = stage.worker({ journal });
  const erasure = { journal, houses: new Map(), places: NOTHING as never, log: SILENT };
  const watch = { journal, readEvent: jest.fn(), lookAgain: jest.fn(), stopping: AbortSignal.abort() };
  return {
    alertInterrupted: { by: RECONCILER, work: alertInterrupted },
    tellEnds: { by: RECONCILER, work: tellEnds },
    eraseDueContacts: { by: ERASER, work: createErasureActivities(erasure).eraseDueContacts },
    watchStatus: { by: WATCH, work: createWatchActivities(watch).watchStatus },
  };
}

type Work = () => Promise<unknown>;

describe.each(['alertInterrupted', 'tellEnds', 'eraseDueContacts', 'watchStatus'])('%s', (name) => {
  const refused = { type: 'NotOfThisCase', nonRetryable: true };
  const { workflowType, schedule } = {
    alertInterrupted: RECONCILER,
    tellEnds: RECONCILER,
    eraseDueContacts: ERASER,
    watchStatus: WATCH,
  }[name]!;

  it('begins in a run of its schedule', async () => {
    const { by, work } = everything()[name]!;
    // It gets as far as the journal.
    await expect(aScheduledEnvironment(by).run(work)).rejects.toThrow(
      /openCases|openStornoCases|endedSince|keptContacts/,
    );
  });

  it.each([
    ['by itself', new MockActivityEnvironment({ workflowExecution: undefined, inWorkflow: false }, QUIET)],
    ['in the run of a case', anEnvironment({ house: 'FSP', eventNumber: '104233' })],
    [
      'in a run with another id',
      aScheduledEnvironment({ workflowType, schedule: { ...schedule, scheduleId: 'my' } }),
    ],
    ['in a run of another type', aScheduledEnvironment({ workflowType: 'cancelPerformance', schedule })],
  ])('does nothing %s', async (_where, environment) => {
    await expect(environment.run(everything()[name]!.work)).rejects.toMatchObject(refused);
  });
});

describe('what a schedule runs', () => {
  const attempt = (work: Work) => aScheduledEnvironment(WATCH).run(work);

  it('is at work once at a time: one too many ends at once, and can be tried again', async () => {
    let end = (): void => undefined;
    const work = asScheduledActivity(WATCH, () => new Promise<void>((resolve) => (end = resolve)));
    const first = attempt(work);
    const tooMany = Array.from({ length: 120 }, () => attempt(work));
    for (const { status, reason } of (await Promise.allSettled(tooMany)) as PromiseRejectedResult[])
      expect([status, reason]).toMatchObject(['rejected', { nonRetryable: false }]);
    end();
    await first;
    const next = attempt(work);
    end();
    await next;
  });

  it('gives its place back when it takes too long', async () => {
    const work = asScheduledActivity({ ...WATCH, mostMs: 10 }, () => new Promise<void>(() => undefined));
    for (let count = 0; count < 2; count += 1)
      await expect(attempt(work)).rejects.toMatchObject({ message: 'it has taken too long' });
  });
});
