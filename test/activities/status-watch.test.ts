import { createWatch } from '../../src/activities';
import type { CaseRef } from '../../src/domain/types';
import { ActivityStage } from '../support/activity-stage';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
}, 60_000);
afterAll(() => stage.close());

const eventNumbers = (read: readonly CaseRef[]) => read.map(({ eventNumber }) => eventNumber);

// A busy Jet leaves the watch no turn. Whoever stood behind the first one would never be looked at.
it('goes on with a round that was broken off behind the case whose read failed', async () => {
  const cases = await stage.prepareAll([{}, {}, {}]);
  for (const each of cases) await each.runThrough('setStatusStorno');
  const read: CaseRef[] = [];
  let isBusy = true;
  const lookAround = createWatch({
    journal: stage.journal,
    readEvent: (ref) => {
      read.push(ref);
      return isBusy ? Promise.reject(new Error('no turn')) : stage.simulator.jet().readEvent(ref.eventNumber);
    },
    lookAgain: () => Promise.reject(new Error('each of them is Storno')),
  });

  for (let round = 0; round < 3; round += 1) await lookAround();
  const [first, second, third] = eventNumbers(read);
  expect(new Set([first, second, third])).toEqual(new Set(cases.map(({ ref }) => ref.eventNumber)));

  isBusy = false;
  await lookAround();
  expect(eventNumbers(read).slice(3)).toEqual([first, second, third]);
});
