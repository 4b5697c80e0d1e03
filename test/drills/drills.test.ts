import { isBad, play, tableOf } from './drill';
import { DRILLS } from './drills';

/* All drills with real programs, one after the other: minutes, so it is one of `npm run test:long`. `npm run drill` prints the tables. */

const TIMEOUT_MS = 10 * 60_000;

describe.each(Object.entries(DRILLS))('%s', (_name, { title, lack, rows }) => {
  const missing = lack?.() ?? null;
  if (missing !== null) process.stderr.write(`\nSKIPPED: ${title}: ${missing} is missing here\n\n`);

  (missing === null ? it : it.skip).each(Object.values(rows).map((strike) => [strike.what, strike] as const))(
    '%s: nothing lost, nothing done twice, nothing too early',
    async (_what, strike) => {
      const row = await play(strike);
      expect(isBad(row) ? tableOf(title, [row]) : 'all well').toBe('all well');
    },
    TIMEOUT_MS,
  );
});
