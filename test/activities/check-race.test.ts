import type { Journal } from '../../src/journal/port';
import { ActivityStage, type StagedCase } from '../support/activity-stage';

/*
 * A frozen attempt of the check wakes up after a newer attempt has answered. Both attempts used to write their line:
 * the result was a refused case that stayed open for ever and kept its event from being ordered again.
 */

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});

afterAll(() => stage.close());

/** A worker that stops right before it writes its first line, until another attempt has written its own. */
function sleepsBefore(
  method: 'openCase' | 'append',
  meanwhile: () => Promise<unknown>,
  houses?: Map<string, never>,
) {
  const { journal } = stage;
  const late = async (...given: unknown[]) => {
    await meanwhile();
    return (journal[method] as (...all: unknown[]) => Promise<unknown>)(...given);
  };
  const sleepy = new Proxy(journal, {
    get: (target, name: keyof Journal) => (name === method ? late : target[name].bind(target)),
  });
  return stage.worker({ journal: sleepy, ...(houses && { houses }) });
}

async function firstLines(aCase: StagedCase): Promise<string[]> {
  return (await aCase.entries()).map(({ kind }) => kind);
}

test('a check that wakes up after a refusal does not open the case', async () => {
  const aCase = await stage.prepare();
  const refusing = stage.worker({ houses: new Map() });
  const worker = sleepsBefore('openCase', () => aCase.attempt('checkEvent', { worker: refusing }));
  expect(await aCase.attempt('checkEvent', { worker })).toMatchObject({
    kind: 'refused',
    refusal: { code: 'house-not-configured' },
  });
  expect(await firstLines(aCase)).toEqual(['refusal']);
});

test('a check that wakes up after the opening does not refuse the case', async () => {
  const aCase = await stage.prepare();
  const worker = sleepsBefore('append', () => aCase.attempt('checkEvent'), new Map<string, never>());
  expect(await aCase.attempt('checkEvent', { worker })).toMatchObject({ kind: 'opened', claim: null });
  expect(await firstLines(aCase)).toEqual(['opening']);
});
