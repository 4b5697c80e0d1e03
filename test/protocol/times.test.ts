import { duration } from '../../src/protocol/times';

it.each([
  [0, '0 Sek.'],
  [999, 'unter 1 Sek.'],
  [20_000, '20 Sek.'],
  [903_400, '15 Min. 3 Sek.'],
  [3_600_000, '1 Std.'],
])('%i ms are spoken of as %s', (ms, text) => expect(duration(ms)).toBe(text));
