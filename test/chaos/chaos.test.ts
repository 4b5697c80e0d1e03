import { isBad, runScenario, type Report } from './driver';
import { SCENARIOS } from './scenarios';

/*
 * Each scenario once, with real processes killed, frozen and set back. `npm run chaos` plays them with many seeds. The
 * scenarios spend nearly all their time waiting, so they run at the same time.
 */

const AT_ONCE = 4;
const SEED = 1;
/** For a machine with other work. Without it, the scenarios need a minute and a half. */
const TIMEOUT_MS = 15 * 60_000;

const reports = new Map<string, Report>();

beforeAll(async () => {
  const names = Object.keys(SCENARIOS);
  const work = async () => {
    for (let name = names.shift(); name; name = names.shift())
      reports.set(name, await runScenario(name, SEED));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}, TIMEOUT_MS);

it.each(Object.entries(SCENARIOS).map(([name, { title }]) => [title, name]))(
  '%s: no case lost, nothing done twice, nothing too early',
  (_title, name) => {
    const report = reports.get(name) as Report;
    expect(isBad(report) ? report : 'all well').toBe('all well');
  },
);
