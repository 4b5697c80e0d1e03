import { parseRetryAfterMs } from '../../src/jet/retry-after';

const NOW = Date.parse('2026-11-24T07:00:00.000Z');

it.each([
  ['seconds', '7', 7_000],
  ['zero', '0', 1_000],
  ['a negative number', '-5', 1_000],
  ['an absurd number', '99999999', 300_000],
  ['a date', 'Tue, 24 Nov 2026 07:00:30 GMT', 30_000],
  ['a date in the past', 'Tue, 24 Nov 2026 06:00:00 GMT', 1_000],
  ['a date far away', 'Tue, 24 Nov 2099 07:00:00 GMT', 300_000],
  ['a word', 'soon', undefined],
  ['nothing', null, undefined],
])('Retry-After with %s', (_what, header, expected) => {
  expect(parseRetryAfterMs(header, NOW)).toBe(expected);
});
