import { createErasureActivities } from '../../src/activities';
import type { ContactPlaces, ErasureResult } from '../../src/activities/erase-contacts';
import { addMonths, viennaDate } from '../../src/domain/clock';
import type { CaseRef } from '../../src/domain/types';
import { ERASER } from '../../src/activities/scheduled';
import { aScheduledEnvironment, ActivityStage, type StagedCase } from '../support/activity-stage';
import { aHouse } from '../support/examples';

const CONTACT = { name: 'Hermine Kanarek', phone: '+43 660 7777777' };

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** What Temporal and the mail catcher were asked, and an answer that a test can change. */
function somePlaces(changes: Partial<ContactPlaces> = {}) {
  const asked: CaseRef[] = [];
  const places: ContactPlaces = {
    deleteRuns: (ref) => {
      asked.push(ref);
      return Promise.resolve(2);
    },
    deleteMails: () => Promise.resolve(1),
    ...changes,
  };
  return { asked, places };
}

/** Runs the schedule's activity some months from now. */
async function eraseIn(months: number, places: ContactPlaces, contactMonths = 36): Promise<ErasureResult> {
  const later = addMonths(viennaDate(new Date().toISOString()), months);
  const houses = new Map([['FSP', aHouse({ retention: { contactMonths } })]]);
  const { eraseDueContacts } = createErasureActivities({ journal: stage.journal, houses, places, log });
  jest.useFakeTimers({ now: new Date(`${later}T12:00:00.000Z`), doNotFake: [...TIMERS] });
  try {
    return await aScheduledEnvironment(ERASER).run(eraseDueContacts);
  } finally {
    jest.useRealTimers();
  }
}

const said: object[] = [];
const log = { info: (details: object) => void said.push(details) };

/** Everything but the date. */
const TIMERS = [
  ...(['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const),
  ...(['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const),
];

async function aCase(isOpen = false): Promise<StagedCase> {
  const one = await stage.prepare({ order: { contact: CONTACT } });
  return one.runThrough(isOpen ? 'markTitles' : 'closeCase');
}

const stateOf = ({ ref }: StagedCase) => stage.journal.contact(ref.caseId);
const whatIsSaid = async ({ ref }: StagedCase) =>
  (await stage.journal.installationLines()).find(
    (line) => line.operation === 'contact-erased' && line.after.caseId === ref.caseId,
  );

it('erases the contacts of ended cases when the months of their house are over, and says so', async () => {
  const [ended, open] = [await aCase(), await aCase(true)];
  const { asked, places } = somePlaces();
  expect((await eraseIn(12, places, 12)).erased).toEqual([]);
  expect(asked).toEqual([]);
  expect(await eraseIn(13, places, 12)).toEqual({ erased: [ended.ref.caseId], failed: [], left: 0 });
  expect(said.at(-1)).toEqual({ erased: [ended.ref.caseId], failed: [], left: 0 });
  expect(asked).toEqual([ended.ref]);
  expect(await stateOf(ended)).toHaveProperty('erasedAt');
  expect(await stateOf(open)).toHaveProperty('key');
  expect(await whatIsSaid(ended)).toMatchObject({
    actor: 'Absage',
    actorId: 'absage',
    after: { reason: 'Aufbewahrung abgelaufen: 12 Monate nach dem Ende', runs: 2, mails: 1 },
  });
  expect((await eraseIn(13, places, 12)).erased).toEqual([]);
});

it('erases what somebody wished as soon as the case has ended, in their name', async () => {
  const open = await aCase(true);
  const wish = { actor: 'Datenschutz', actorId: 'os:ds', reason: 'verlangt am 3. Mai' };
  await stage.journal.wishErasure(open.ref.caseId, wish);
  const { places } = somePlaces();
  expect((await eraseIn(0, places)).erased).toEqual([]);
  await open.runThrough();
  expect((await eraseIn(0, places)).erased).toEqual([open.ref.caseId]);
  expect(await whatIsSaid(open)).toMatchObject({
    actor: 'Datenschutz',
    actorId: 'os:ds',
    after: { reason: 'verlangt am 3. Mai' },
  });
});

it('keeps the key where something else could not be deleted, goes on with the others, and tries again', async () => {
  const [stuck, other] = [await aCase(), await aCase()];
  const { places } = somePlaces({
    deleteRuns: ({ caseId }) =>
      caseId === stuck.ref.caseId ? Promise.reject(new Error('is open')) : Promise.resolve(0),
  });
  const { erased, failed } = await eraseIn(37, places);
  expect(erased).toEqual([other.ref.caseId]);
  expect(failed).toEqual([stuck.ref.caseId]);
  expect(await stateOf(stuck)).toHaveProperty('key');
  expect((await eraseIn(37, somePlaces().places)).erased).toEqual([stuck.ref.caseId]);
});
