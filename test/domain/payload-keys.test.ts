import { keysStillNeeded, type KeyUse } from '../../src/domain/payload-keys';

const use = (id: string, firstUsedAt: string, lastUsedAt: string): KeyUse => ({
  id,
  firstUsedAt,
  lastUsedAt,
});
const USES = [
  use('k1', '2026-01-01T00:00:00.000Z', '2026-06-01T00:00:00.000Z'),
  use('k2', '2026-06-01T00:05:00.000Z', '2026-12-01T00:00:00.000Z'),
];

it('a run needs the keys that were used while it was open', () => {
  expect(keysStillNeeded(USES, '2026-05-31T12:00:00.000Z')).toEqual(['k1', 'k2']);
  expect(keysStillNeeded(USES, '2026-07-01T12:00:00.000Z')).toEqual(['k2']);
});

it('a note that came too late costs no key: an hour is allowed', () => {
  expect(keysStillNeeded(USES, '2026-06-01T01:00:00.000Z')).toEqual(['k1', 'k2']);
  expect(keysStillNeeded(USES, '2026-06-01T01:00:00.001Z')).toEqual(['k2']);
});

it('without an open run none is needed', () => {
  expect(keysStillNeeded(USES, null)).toEqual([]);
});
