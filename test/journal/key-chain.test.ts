import { wasInUse, type KnownKey } from '../../src/journal/key-chain';

const key = (fingerprint: string, since: string): KnownKey => ({ fingerprint, key: '', since });
const OLD = key('old', '2026-11-01T00:00:00.000Z');
const NEW = key('new', '2026-12-01T00:00:00.000Z');

it.each([
  [OLD, '2026-11-20T00:00:00.000Z', true],
  // A clock may have been set back a little.
  [OLD, '2026-12-01T00:00:30.000Z', true],
  [OLD, '2026-12-01T00:02:00.000Z', false],
  [NEW, '2027-12-01T00:00:00.000Z', true],
  [NEW, '2026-11-30T23:59:30.000Z', true],
  // Nobody signs with a key before it is noted: a line that does was there before its chain of keys.
  [NEW, '2026-11-30T23:00:00.000Z', false],
  [key('unknown', ''), '2027-12-01T00:00:00.000Z', true],
])('of %j at %s says %s', (known, at, isInUse) => {
  expect(wasInUse(known, at, [OLD, NEW])).toBe(isInUse);
});
