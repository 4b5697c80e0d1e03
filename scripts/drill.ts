/**
 * Drills: what an installation with open cases is struck with sooner or later. Prints one table a drill: what was lost or done
 * twice (nothing), how long it took, what a person had to do. Names what it cannot play here and why.
 *
 * Usage: npm run drill -- [NAME …] [--parallel 1]
 */
import { parseArgs } from 'node:util';
import { isBad, play, tableOf, type Row } from '../test/drills/drill';
import { DRILLS } from '../test/drills/drills';

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { parallel: { type: 'string', default: '1' } },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(DRILLS, name));
  const parallel = Number(values.parallel);
  if (unknown.length > 0 || !Number.isInteger(parallel) || parallel < 1) {
    console.error(`Usage: npm run drill -- [${Object.keys(DRILLS).join(' | ')}] [--parallel 1]`);
    process.exit(2);
  }
  const chosen = Object.entries(DRILLS).filter(
    ([name]) => positionals.length === 0 || positionals.includes(name),
  );
  let isGood = true;
  for (const [, { title, lack, rows }] of chosen) {
    const missing = lack?.() ?? null;
    if (missing !== null) {
      console.log(`## ${title}\n\nNicht gespielt: hier fehlt ${missing}.\n`);
      continue;
    }
    const strikes = Object.values(rows);
    const played = new Map<number, Row>();
    let next = 0;
    const work = async () => {
      for (let nth = next++; nth < strikes.length; nth = next++) played.set(nth, await play(strikes[nth]!));
    };
    await Promise.all(Array.from({ length: parallel }, work));
    const table = strikes.map((_, nth) => played.get(nth)!);
    isGood &&= !table.some(isBad);
    console.log(tableOf(title, table));
  }
  return isGood;
}

main().then(
  (isGood) => process.exit(isGood ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
