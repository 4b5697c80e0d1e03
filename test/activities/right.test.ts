import { addMonths, viennaDate } from '../../src/domain/clock';
import { aHouse } from '../support/examples';
import { ActivityStage, type StagedCase } from '../support/activity-stage';

const USER = 'CONNECTONLINE';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

const readRight = (aCase: StagedCase) => stage.simulator.jet().readRight(USER, aCase.eventNumber);
const today = () => viennaDate(new Date().toISOString());

/** A case right before step 3, for an event that already has this right. */
async function beginWithRight(validFrom: string, validUntil: string): Promise<StagedCase> {
  const aCase = await stage.prepare();
  await stage.simulator.jet().grantRight(USER, aCase.eventNumber, { validFrom, validUntil }, 'before');
  return aCase.runUpTo('grantExtendedRight');
}

const grants = async (aCase: StagedCase) => (await aCase.calls('grant-right')).length;

it('is granted from today until six months after the event, for this user and event only', async () => {
  const [aCase, neighbour] = (await stage.prepareAll([{}, {}])) as [StagedCase, StagedCase];
  await aCase.runUpTo('grantExtendedRight');
  const { startsAt } = await aCase.event();
  const validUntil = addMonths(viennaDate(startsAt), 6);
  expect(await aCase.perform('grantExtendedRight')).toMatchObject({ validUntil, hasWritten: true });
  expect(await readRight(aCase)).toEqual({
    user: USER,
    eventNumber: aCase.eventNumber,
    validFrom: today(),
    validUntil,
  });
  expect(await readRight(neighbour)).toBeNull();
});

it('is granted for longer where the order asks for it', async () => {
  const aCase = await stage.prepare({ order: { rightValidUntil: '2031-12-31' } });
  await aCase.runThrough('grantExtendedRight');
  expect(await readRight(aCase)).toMatchObject({ validUntil: '2031-12-31' });
});

it('that is longer already is kept, noted and not written', async () => {
  const aCase = await beginWithRight('2020-01-01', '2040-01-01');
  const result = await aCase.perform('grantExtendedRight');
  expect(result).toMatchObject({ validUntil: '2040-01-01', hasWritten: false });
  expect(await grants(aCase)).toBe(1);
  expect((await aCase.entries()).at(-2)).toMatchObject({ operation: 'grant-right', outcome: 'found' });
});

it('that is shorter is widened, and not narrowed at its begin', async () => {
  const aCase = await beginWithRight('2020-01-01', today());
  await aCase.perform('grantExtendedRight');
  // Asked for as a whole: a gateway that stores what it is sent narrows nothing either.
  const asked = (await aCase.entries()).find(
    ({ kind, operation }) => kind === 'intent' && operation === 'grant-right',
  );
  expect(asked?.after).toMatchObject({ validFrom: '2020-01-01' });
  expect(await readRight(aCase)).toMatchObject({
    validFrom: '2020-01-01',
    validUntil: addMonths(viennaDate((await aCase.event()).startsAt), 6),
  });
});

it('that begins too late is widened, and not narrowed at its end', async () => {
  const aCase = await beginWithRight('2039-01-01', '2040-01-01');
  await aCase.perform('grantExtendedRight');
  expect(await readRight(aCase)).toMatchObject({ validFrom: today(), validUntil: '2040-01-01' });
});

it('without an end is the widest', async () => {
  const aCase = await (await stage.prepare()).runUpTo('grantExtendedRight');
  const jet = stage.simulator.jet();
  const unlimited = { user: USER, eventNumber: aCase.eventNumber, validFrom: null, validUntil: null };
  aCase.worker = stage.worker({ jet: { ...jet, readRight: () => Promise.resolve(unlimited) } });
  expect(await aCase.perform('grantExtendedRight')).toMatchObject({ validUntil: null, hasWritten: false });
  expect(await grants(aCase)).toBe(0);
});

it('for a user whom Jet does not know is refused by the check, before any write', async () => {
  const aCase = await stage.prepare();
  const houses = new Map([['FSP', aHouse({ connectOnlineUser: 'NOBODY' })]]);
  aCase.worker = stage.worker({ houses });
  expect(await aCase.perform('checkEvent')).toMatchObject({
    kind: 'refused',
    refusal: { code: 'user-not-found' },
  });
  expect(await aCase.writes()).toEqual([]);
});

it('for a user who was removed since the check asks a person', async () => {
  const aCase = await (await stage.prepare()).runUpTo('grantExtendedRight');
  const houses = new Map([['FSP', aHouse({ connectOnlineUser: 'NOBODY' })]]);
  expect(await aCase.stopOf('grantExtendedRight', stage.worker({ houses }))).toBe('right-not-granted');
  expect(await grants(aCase)).toBe(0);
});

it('that Jet does not show after the write is not taken for granted', async () => {
  const aCase = await (await stage.prepare()).runUpTo('grantExtendedRight');
  await aCase.arm('read-right', 'stale-read', { nth: 2 });
  expect(await aCase.failureOf('grantExtendedRight')).toBe('jet-stale-read');
  expect(await aCase.perform('grantExtendedRight')).toMatchObject({ hasWritten: false });
});
