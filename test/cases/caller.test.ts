import { actOn, resumeCase } from '../../src/cases/actions';
import { allowedHouses, housesFor, requireHouse, type Caller } from '../../src/cases/caller';
import { readJournal, readProtocolLines } from '../../src/cases/case-journal';
import { findEvents, readEvent } from '../../src/cases/events';
import { listCancellations } from '../../src/cases/lists';
import { LiveCases } from '../../src/cases/live';
import { readView } from '../../src/cases/case-view';
import { placeOrder, planOrder, type OrderDesk } from '../../src/cases/orders';
import { addUp, type Grant } from '../../src/domain/roles';
import { loadHouses } from '../../src/settings/houses';
import { anOrder, aPolicy } from '../support/examples';

const houses = loadHouses(null);
const aLead = (actor: string, where: Grant['houses']): Caller => ({
  id: `token:${actor}`,
  actor,
  kind: 'program',
  grants: addUp([{ role: 'lead', houses: where }]),
});
const fsp = aLead('Kartenbüro', new Set(['FSP']));
const everywhere = aLead('Bereitschaft', 'all');
/** The caller may act for this house, but the settings do not contain it. */
const demolished = aLead('Kartenbüro', new Set(['ALT']));

describe('a caller', () => {
  it('sees the houses of the settings that they may act for', () => {
    expect(housesFor(houses, fsp, 'see').map(({ key }) => key)).toEqual(['FSP']);
    expect(housesFor(houses, everywhere, 'see')).toEqual([...houses.values()]);
    expect(housesFor(houses, demolished, 'see')).toEqual([]);
  });

  it('has lists without a house narrowed to their own', () => {
    expect(allowedHouses(fsp)).toEqual(['FSP']);
    expect(allowedHouses(everywhere)).toBeUndefined();
  });

  it('gets the house that they name', () => {
    expect(requireHouse(houses, fsp, 'FSP', 'see')).toBe(houses.get('FSP'));
    expect(requireHouse(houses, everywhere, 'LTN', 'see')).toBe(houses.get('LTN'));
  });

  it.each([
    ['of another caller', fsp, 'LTN'],
    ['that does not exist', everywhere, 'ALT'],
    ['that exists no longer', demolished, 'ALT'],
  ])('gets one and the same problem for a house %s', (_which, caller, key) => {
    expect(() => requireHouse(houses, caller, key, 'see')).toThrow(
      expect.objectContaining({ code: 'house-not-found', detail: undefined, extra: {} }),
    );
  });
});

describe('a house that the caller may not act for', () => {
  const untouched = (name: string) =>
    new Proxy({}, { get: (_target, member) => fail(`${name}.${String(member)} was asked`) });
  const desk = {
    client: untouched('client'),
    journal: untouched('journal'),
    houses,
    timing: aPolicy(),
    isRehearsal: true,
    temporalUiUrl: 'http://127.0.0.1:8233',
    namespace: 'default',
  } as unknown as OrderDesk;
  const order = anOrder({ house: 'LTN' });
  const { house, eventNumber } = order;
  const wanted = { house, eventNumber };
  const act = { ...wanted, request: { reason: 'Doch nicht' } };
  const { signal } = new AbortController();

  it.each<[string, () => unknown]>([
    ['planOrder', () => planOrder(desk, fsp, order)],
    ['placeOrder', () => placeOrder(desk, fsp, order)],
    ['actOn', () => actOn(desk, fsp, 'abort', act)],
    ['resumeCase', () => resumeCase(desk, fsp, act)],
    ['findEvents', () => findEvents(desk, fsp, { house })],
    ['readEvent', () => readEvent(desk, fsp, house, eventNumber)],
    ['listCancellations', () => listCancellations(desk, fsp, { house })],
    ['readView', () => readView(desk, fsp, wanted)],
    ['readJournal', () => readJournal(desk, fsp, wanted)],
    ['readProtocolLines', () => readProtocolLines(desk, fsp, wanted)],
    ['watchCase', () => new LiveCases(desk).watchCase(fsp, wanted, signal)],
    ['watchLists', () => new LiveCases(desk).watchLists(fsp, [{}, { house }], signal)],
  ])('ends %s before it reads anything', async (_name, ask) => {
    await expect((async () => ask())()).rejects.toMatchObject({ code: 'house-not-found' });
  });
});

function fail(message: string): never {
  throw new Error(message);
}
