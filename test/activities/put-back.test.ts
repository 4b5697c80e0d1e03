import { ActivityStage, type StagedCase } from '../support/activity-stage';
import { aHouse } from '../support/examples';

/*
 * Practised once, an event could never be practised again: its completed case held it for good. A new case may take the
 * place of that one, but only where a Storno can be taken back at all.
 */

let stage: ActivityStage;
let done: StagedCase;
const { title } = { title: 'Der Besuch der alten Dame' };

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());
beforeEach(async () => {
  done = await (await stage.prepare({ event: { title } })).runThrough();
});

const putBack = () => done.edit({ status: 'Verkaufsfreigabe', title, externalMemo: null });

/** A gateway that does not say of itself that it is the simulator. */
const realGateway = () => {
  const jet = stage.simulator.jet();
  return { ...jet, health: async () => ({ ...(await jet.health()), isSimulator: false }) };
};
/** Long enough for a real gateway. */
const LONG = { syncIntervalMs: 15 * 60_000 };
const withLongWait = (aCase: StagedCase): StagedCase => {
  Object.assign(aCase.input.policy, LONG);
  return aCase;
};

test('an event that was put on sale again is practised once more, from its check to its end', async () => {
  await putBack();
  const again = await done.rival().runThrough();
  expect((await again.entries())[0]?.after).toMatchObject({ replaces: done.ref.caseId });
  expect(await again.event()).toMatchObject({ status: 'CANCELLED', title: `${title} – ENTFÄLLT` });
  expect(await stage.journal.holdingCase(done.ref.house, done.eventNumber)).toBe(again.ref.caseId);
});

test('and again after that', async () => {
  for (const _time of ['second', 'third']) {
    await putBack();
    await done.rival().runThrough();
  }
});

test('nothing replaces a case while Jet shows Storno', async () => {
  expect(await done.rival().attempt('checkEvent')).toMatchObject({
    kind: 'refused',
    refusal: { code: 'already-completed' },
  });
});

test.each<[string, () => Parameters<ActivityStage['worker']>[0]]>([
  ['in production', () => ({ isRehearsal: false })],
  ['where the gateway is no simulator', () => ({ jet: realGateway() })],
  ['in both', () => ({ isRehearsal: false, jet: realGateway() })],
])('nothing replaces a case %s, whatever Jet shows', async (_where, changes) => {
  await putBack();
  const worker = stage.worker(changes());
  expect(await withLongWait(done.rival()).attempt('checkEvent', { worker })).toMatchObject({
    kind: 'refused',
    refusal: { code: 'already-completed' },
  });
});

test.each(['Bereitstellung', 'Abschluss', 'Gesperrt'])(
  'nothing replaces a case in status %s',
  async (status) => {
    await putBack();
    await done.edit({ status });
    expect(await done.rival().attempt('checkEvent')).toMatchObject({ kind: 'refused' });
    expect(await stage.journal.holdingCase(done.ref.house, done.eventNumber)).toBe(done.ref.caseId);
  },
);

describe('in a house without a gateway, whose clerk practises in the masks of the simulator', () => {
  /** The clerk says that the mask shows Verkaufsfreigabe; the simulator is asked all the same. */
  async function checkAgain(isRehearsal = true) {
    const houses = new Map([['FSP', aHouse({ backend: 'guided' })]]);
    const again = withLongWait(done.rival());
    const { customerTitle, externalMemo, startsAt, venue, location, organiser } = await done.event();
    const mask = { title, customerTitle, externalMemo, startsAt, venue, location, organiser };
    Object.assign(again.input.order, { seen: { ...mask, status: 'Verkaufsfreigabe' } });
    return again.attempt('checkEvent', { worker: stage.worker({ houses, isRehearsal }) });
  }
  const refused = { kind: 'refused', refusal: { code: 'already-completed' } };

  test('an event that was put on sale again there is practised once more', async () => {
    await putBack();
    expect(await checkAgain()).toMatchObject({ kind: 'opened' });
  });

  test('nothing replaces a case while the simulator shows Storno, or has no such event', async () => {
    expect(await checkAgain()).toMatchObject(refused);
    await putBack();
    await done.edit({ house: 'LTN' });
    expect(await checkAgain()).toMatchObject(refused);
  });

  test('nothing replaces a case in production', async () => {
    await putBack();
    expect(await checkAgain(false)).toMatchObject(refused);
  });
});

test('nothing replaces a case that has not ended', async () => {
  const open = await (await stage.prepare()).runThrough('markTitles');
  expect(await open.rival().attempt('checkEvent')).toMatchObject({
    kind: 'refused',
    refusal: { code: 'already-cancelling' },
  });
});

test('of two that would replace it at once only one begins', async () => {
  await putBack();
  const results = await Promise.all([done.rival(), done.rival()].map((rival) => rival.attempt('checkEvent')));
  expect(results.map(({ kind }) => kind).sort()).toEqual(['opened', 'refused']);
});
