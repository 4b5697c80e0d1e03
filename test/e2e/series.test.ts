import { playSeries } from './series/play';

/* The short form of `series-forty.test.ts`: the same strikes on fewer performances. */

it('cancels each performance of a series once, through kills, edits, a silent channel and an absent mail server', async () => {
  const { faults, evidence } = await playSeries({
    count: 9,
    // A colleague takes the marker off within the first wait, while workers die and start beside the test.
    syncIntervalMs: 8_000,
    attentionAfterMs: 6_000,
    patienceMs: 120_000,
    isLong: false,
  });
  expect({ faults, evidence }).toEqual({ faults: [], evidence: null });
}, 240_000);
