import {
  addDays,
  addMonths,
  dayAndTime,
  exactTime,
  germanDate,
  isInstant,
  isLocalDate,
  viennaInstant,
} from '../../src/domain/clock';

describe('what a clock in Vienna shows', () => {
  it.each([
    ['in winter', '2026-12-12T19:30', '2026-12-12T19:30:00+01:00'],
    ['in summer', '2026-07-12T19:30', '2026-07-12T19:30:00+02:00'],
    ['at midnight in winter', '2027-01-01T00:00', '2027-01-01T00:00:00+01:00'],
    ['at midnight in summer', '2026-07-01T00:00', '2026-07-01T00:00:00+02:00'],
    ['before an hour is skipped', '2026-03-29T01:59', '2026-03-29T01:59:00+01:00'],
    ['after an hour was skipped', '2026-03-29T03:00', '2026-03-29T03:00:00+02:00'],
    ['before an hour comes twice', '2026-10-25T01:59', '2026-10-25T01:59:00+02:00'],
    ['after an hour came twice', '2026-10-25T03:00', '2026-10-25T03:00:00+01:00'],
  ])('is one instant %s', (_when, wallClock, instant) => {
    expect(viennaInstant(wallClock)).toBe(instant);
  });

  it.each(['2026-03-29T02:00', '2026-03-29T02:59'])('is never %s, an hour that is skipped', (wallClock) => {
    expect(viennaInstant(wallClock)).toBeNull();
  });

  it.each(['2026-10-25T02:00', '2026-10-25T02:59'])('is %s twice, and so nothing certain', (wallClock) => {
    expect(viennaInstant(wallClock)).toBeNull();
  });

  it.each([
    '',
    '19:30',
    '2026-12-12',
    '2026-12-12 19:30',
    '2026-12-12T19:30:00',
    '2026-12-12T19:30Z',
    '2026-12-12T24:00',
    '2026-02-30T19:30',
    'morgen',
  ])('is never %p', (text) => {
    expect(viennaInstant(text)).toBeNull();
  });
});

describe('a moment as people read it', () => {
  it('has the day before the time', () => {
    expect(dayAndTime('2027-01-05T17:41:00.000Z')).toBe('Di., 5. Jänner 2027, 18.41 Uhr');
  });

  it('has its seconds where it proves something', () => {
    expect(exactTime('2026-11-24T17:17:05.000Z')).toBe('24.11.2026, 18.17.05');
    expect(exactTime('2026-06-30T22:00:00.000Z')).toBe('01.07.2026, 00.00.00');
    expect(exactTime('2026-07-01T16:17:05.999Z')).toBe('01.07.2026, 18.17.05');
    expect(exactTime('2026-12-31T23:30:00.000Z')).toBe('01.01.2027, 00.30.00');
  });

  it('of a day alone has the day first', () => {
    expect(germanDate('2027-06-12')).toBe('12.06.2027');
  });
});

it.each([
  ['2026-12-12', 0, '2026-12-12'],
  ['2026-12-31', 1, '2027-01-01'],
  ['2027-01-01', -1, '2026-12-31'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2026-03-28', 2, '2026-03-30'],
  ['2026-10-24', 2, '2026-10-26'],
])('counts days by the calendar: %s and %i more is %s', (date, days, expected) => {
  expect(addDays(date, days)).toBe(expected);
});

it.each([
  ['9999-06-15', 1, '9999-07-15'],
  ['9999-11-30', 1, '9999-12-30'],
  ['9999-12-01', 1, '9999-12-31'],
])('counts months to the last year that people write: %s and %i more is %s', (date, months, expected) => {
  expect(addMonths(date, months)).toBe(expected);
});

it.each([
  '',
  '2027',
  '2027-01',
  '2027-1-1',
  '2027-01-00',
  '2027-13-01',
  '+010000-01-01',
  '-000001-01-01',
  '12.06.2027',
  ' 2027-01-01',
  '2027-01-01\n',
  '2027-01-01T00:00:00Z',
])('takes %p for no day', (text) => {
  expect(isLocalDate(text)).toBe(false);
});

describe('the text of an instant', () => {
  it.each([
    '1970-01-01T00:00:00Z',
    '9999-12-30T23:59:59.999Z',
    '2026-12-12T19:30:00.123456789+01:00',
    '2026-12-12T19:30-14:00',
  ])('can be %s', (text) => expect(isInstant(text)).toBe(true));

  it.each([
    ['before all that is kept', '1969-12-31T23:59:59.999Z'],
    ['before all that is kept, by its offset', '1970-01-01T00:30:00+01:00'],
    ['after all that is kept', '9999-12-31T00:00:00Z'],
    ['after all that is kept, by its offset', '9999-12-30T23:30:00-01:00'],
    ['with a year of six digits', '+002026-12-12T19:30:00Z'],
    ['with something before it', ' 2026-12-12T19:30:00Z'],
    ['with something after it', '2026-12-12T19:30:00Z (Wien)'],
    ['with an hour 24', '2026-12-12T24:00:00Z'],
    ['with a minute 60', '2026-12-12T19:60:00Z'],
    ['with a second 60', '2026-12-12T19:30:60Z'],
    ['with an offset that no place has', '2026-12-12T19:30:00+15:00'],
    ['with too fine a fraction', '2026-12-12T19:30:00.1234567890Z'],
    ['with a blank in it', '2026-12-12 19:30:00Z'],
  ])('is none %s', (_what, text) => {
    expect(isInstant(text)).toBe(false);
  });
});
