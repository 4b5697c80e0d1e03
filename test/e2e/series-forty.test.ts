import { playSeries } from './series/play';

/*
 * One decision, forty performances, three houses: with the real programs, of which the worker dies five times and the server
 * once, the mail server is away for a while and then takes a mail of which nobody knows whether it has arrived.
 */

it('cancels forty performances once each, through all that strikes them', async () => {
  const { faults, evidence } = await playSeries({
    count: 40,
    syncIntervalMs: 8_000,
    attentionAfterMs: 20_000,
    patienceMs: 300_000,
    isLong: true,
  });
  expect({ faults, evidence }).toEqual({ faults: [], evidence: null });
}, 900_000);
