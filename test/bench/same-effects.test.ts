import { EFFECTS } from '../../bench/floor/effects';
import { countPromises, MOST_PROMISES } from '../../bench/promises';
import { waitSinks } from '../../src/temporal/wait-sinks';
import { watchEffects } from '../support/effects';
import { MINUTE, TimeSkippingStage } from '../support/time-skipping-stage';

/*
 * What `npm run bench` compares a case with has to do what a case does, and what it counts exactly needs no quiet machine.
 */

describe('a case that goes well', () => {
  let stage: TimeSkippingStage;

  beforeAll(async () => {
    stage = await TimeSkippingStage.open();
  }, 120_000);
  afterAll(() => stage.close());
  beforeEach(() => stage.reset());
  afterEach(() => stage.settle());

  /** With an interval below the floor, as the bench orders it: the gateway is then asked what it is. */
  async function complete() {
    stage.jet.transferAfterMs = 0;
    const seen = watchEffects(stage);
    const handle = await stage.startNew({ policy: { syncIntervalMs: MINUTE } });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    return { seen, workflowId: handle.workflowId, history: await handle.fetchHistory() };
  }

  it('has exactly the effects of the procedure that it is measured against', async () => {
    const { seen } = await complete();
    expect(seen).toEqual(EFFECTS);
  });

  it(`makes at most ${MOST_PROMISES} promises in its workflow, the same number each time`, async () => {
    const { history, workflowId } = await complete();
    const count = (code: string) =>
      countPromises({ workflowBundle: { code }, sinks: waitSinks() }, history, workflowId);
    const { code } = stage.code;
    const promises = await count(code);
    expect(promises).toBeLessThanOrEqual(MOST_PROMISES);
    expect(await count(code)).toBe(promises);
    expect(await count(withHungryLayer(code))).toBeGreaterThan(MOST_PROMISES);
  });
});

/** Around each activity a function that waits for nothing. */
function withHungryLayer(code: string): string {
  const plain = /scheduleActivity: *\(input, next\) *=> *next\(traced\(input\)\)/;
  const hungry = code.replace(
    plain,
    'scheduleActivity: async (input, next) => { await null; return await next(traced(input)); }',
  );
  if (hungry === code) throw new Error('the interceptors no longer pass activities on like that');
  return hungry;
}
