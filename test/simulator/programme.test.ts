import { sampleProgramme } from '../../src/simulator/programme';

const MORNING = Date.parse('2026-11-24T09:00:00.000+01:00');
const NIGHT = Date.parse('2026-11-24T23:00:00.000+01:00');

const programme = sampleProgramme(MORNING);
const find = (eventNumber: string) => programme.find((event) => event.eventNumber === eventNumber);

it.each([
  ['in the morning', MORNING],
  ['late at night', NIGHT],
])('has at least sixty performances in six houses, each number once, seen %s', (_when, nowMs) => {
  const programme = sampleProgramme(nowMs);
  expect(programme.length).toBeGreaterThanOrEqual(60);
  expect(new Set(programme.map(({ house }) => house))).toEqual(
    new Set(['FSP', 'LTN', 'BUS', 'GRAF', 'KREMS', 'GUID']),
  );
  expect(new Set(programme.map(({ eventNumber }) => eventNumber)).size).toBe(programme.length);
});

it('shows every status, and one that nobody knows', () => {
  expect(new Set(programme.map(({ status }) => status))).toEqual(
    new Set(['Verkaufsfreigabe', 'Bereitstellung', 'Abschluss', 'Storno', 'Gesperrt']),
  );
});

it('keeps every text within its limit, and one title exactly at it', () => {
  for (const { title, customerTitle, externalMemo, limits } of programme) {
    expect(title.length).toBeLessThanOrEqual(limits.title);
    expect(customerTitle?.length ?? 0).toBeLessThanOrEqual(limits.customerTitle);
    expect(externalMemo?.length ?? 0).toBeLessThanOrEqual(limits.externalMemo);
  }
  expect(programme.some(({ title, limits }) => title.length === limits.title)).toBe(true);
});

it('plays Der Besuch der alten Dame in six weeks', () => {
  expect(find('104233')).toMatchObject({
    house: 'FSP',
    title: 'Der Besuch der alten Dame',
    status: 'Verkaufsfreigabe',
    startsAt: '2027-01-05T19:30:00.000+01:00',
  });
});

it.each([
  ['in the morning', MORNING],
  ['late at night', NIGHT],
])('has something on sale at FSP today or tomorrow evening, seen %s', (_when, nowMs) => {
  const soon = sampleProgramme(nowMs).filter(
    ({ house, status, startsAt }) =>
      house === 'FSP' &&
      status === 'Verkaufsfreigabe' &&
      Date.parse(startsAt) > nowMs &&
      Date.parse(startsAt) < nowMs + 48 * 3_600_000,
  );
  expect(soon.length).toBeGreaterThan(0);
});

it('plays the same title twice tomorrow, in the afternoon and in the evening', () => {
  const tomorrow = programme.filter(
    ({ house, startsAt }) => house === 'LTN' && startsAt.startsWith('2026-11-25'),
  );
  expect(tomorrow.map(({ title, startsAt }) => [title, startsAt.slice(11, 16)]).sort()).toEqual([
    ['Nathan der Weise', '15:00'],
    ['Nathan der Weise', '19:30'],
  ]);
});

it('has titles for customers, and titles without', () => {
  const onSale = programme.filter(({ status }) => status === 'Verkaufsfreigabe');
  expect(onSale.some(({ customerTitle }) => customerTitle === null)).toBe(true);
  expect(onSale.some(({ customerTitle }) => customerTitle !== null)).toBe(true);
});

it('gives every number that Jet can have', () => {
  for (const { eventNumber } of programme) expect(eventNumber).toMatch(/^[1-9][0-9]{0,9}$/);
});

it('has two shows on one day in one hall, one past, and one that Ö-Ticket does not sell', () => {
  const places = programme.map(({ startsAt, venue, house }) => `${house} ${startsAt.slice(0, 10)} ${venue}`);
  expect(new Set(places).size).toBeLessThan(places.length);
  expect(programme.some(({ startsAt }) => Date.parse(startsAt) < MORNING)).toBe(true);
  expect(programme.some(({ soldViaPartner }) => !soldViaPartner)).toBe(true);
});

it('keeps the wall clock over the change to summer time', () => {
  const event = sampleProgramme(Date.parse('2027-03-01T09:00:00.000+01:00')).find(
    ({ eventNumber }) => eventNumber === '104233',
  );
  expect(event?.startsAt).toBe('2027-04-12T19:30:00.000+02:00');
});

it('gives the same evening the same number, seen from another day', () => {
  const nextDay = sampleProgramme(MORNING + 24 * 3_600_000);
  const tomorrow = programme.find(
    ({ startsAt, house }) => house === 'FSP' && startsAt.startsWith('2026-11-25'),
  );
  expect(nextDay).toContainEqual(
    expect.objectContaining({ eventNumber: tomorrow?.eventNumber, startsAt: tomorrow?.startsAt }),
  );
});
