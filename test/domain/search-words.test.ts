import { matchesWords } from '../../src/domain/search-words';
import { anEvent } from '../support/examples';

const NOW = '2027-01-05T12:00:00.000+01:00';
const EVENT = anEvent({ production: 'Die Dürrenmatt-Reihe' });
const finds = (text: string, changes: Parameters<typeof anEvent>[0] = {}) =>
  matchesWords(text, { ...EVENT, ...changes }, NOW);

it.each([
  'alten dame',
  'dame  besuch',
  'Großen Haus',
  'im Großen Haus',
  'grosses haus',
  'grosse',
  'Dürrenmatt',
  'Duerrenmatt',
  'dürrenmatts Besuch',
  'St. Pölten',
  'Poelten',
  '104233',
  '19.30',
  '19:30',
  'um 19.30 Uhr',
  'heute',
  'heute 19.30 Großes Haus',
  'heute abend',
  'heute Abend im Großen Haus',
  '5.1',
  'Dienstag',
  'am 5.1.',
  '05.01.2027',
  'Jänner',
  'januar',
  '',
])('finds the performance by „%s“', (text) => {
  expect(finds(text)).toBe(true);
});

it.each([
  'Kleines Haus',
  'besuch der jungen dame',
  '20.00',
  'morgen',
  'Mittwoch',
  '6.1.',
  'Februar',
  '104234',
  'heute nachmittag',
  '9.30',
  '05.1.',
])('does not find it by „%s“', (text) => {
  expect(finds(text)).toBe(false);
});

it('finds no other day whose number ends alike', () => {
  const last = { startsAt: '2027-12-31T19:30:00.000+01:00' };
  expect(finds('1.12.', last)).toBe(false);
  expect(finds('31.12.', last)).toBe(true);
  expect(finds('1.1', { startsAt: '2027-11-01T19:30:00.000+01:00' })).toBe(false);
});

it('goes by the day in Vienna', () => {
  expect(finds('morgen', { startsAt: '2027-01-06T00:30:00.000+01:00' })).toBe(true);
  expect(finds('heute', { startsAt: '2027-01-05T22:30:00.000Z' })).toBe(true);
  expect(finds('heute', { startsAt: '2027-01-05T23:30:00.000Z' })).toBe(false);
});

it('a beginning of four letters is needed, and a number has to be whole', () => {
  expect(finds('Grote Haus')).toBe(false);
  expect(finds('1042339')).toBe(false);
});
