/**
 * Builds and starts what is in `deploy`, each with the tool that it is made for, and takes a case through the archive of
 * `npm run release` without network. Says at the end what it could not try, and why. `--all`: that counts as a fault.
 *
 * Usage: npm run check:deploy -- [--only chart] [--all]
 */
import { parseArgs } from 'node:util';
import { archiveCheck } from './check-deploy/archive';
import { chartCheck } from './check-deploy/chart';
import { CannotTry, isOnPath, type DeployCheck } from './check-deploy/check';
import { composeCheck } from './check-deploy/compose';
import { containerfileCheck, imageCheck } from './check-deploy/image';
import { findTemporal } from '../src/up/temporal-cli';
import { systemdCheck } from './check-deploy/systemd';

const CHECKS = [archiveCheck, systemdCheck, containerfileCheck, imageCheck, composeCheck, chartCheck];
const MARKS = { good: '✓', bad: '✗', skipped: '–' } as const;

async function main(): Promise<void> {
  // What is shipped has no tools of its own; here the set-up has found them.
  process.env.TEMPORAL_CLI_PATH = await findTemporal(process.env);
  const { values } = parseArgs({ options: { only: { type: 'string' }, all: { type: 'boolean' } } });
  const chosen = CHECKS.filter(({ name }) => values.only === undefined || name === values.only);
  if (chosen.length === 0) throw new Error(`--only is one of ${CHECKS.map(({ name }) => name).join(', ')}`);
  const outcomes: { name: string; state: keyof typeof MARKS }[] = [];
  // One after the other: each starts programs that need the machine.
  for (const check of chosen) {
    const startedAt = Date.now();
    const { state, text } = await carryOut(check);
    outcomes.push({ name: check.name, state });
    console.log(
      `${MARKS[state]} ${check.name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s): ${text}`,
    );
  }
  const named = (wanted: keyof typeof MARKS) =>
    outcomes.filter(({ state }) => state === wanted).map(({ name }) => name);
  if (named('skipped').length > 0) console.log(`\nNOT TRIED: ${named('skipped').join(', ')}`);
  if (named('bad').length > 0) console.log(`\nBROKEN: ${named('bad').join(', ')}`);
  const isGood = named('bad').length === 0 && (!values.all || named('skipped').length === 0);
  process.exitCode = isGood ? 0 : 1;
}

async function carryOut({ needs, run }: DeployCheck): Promise<{ state: keyof typeof MARKS; text: string }> {
  const missing = Object.entries(needs).filter(([program]) => !isOnPath(program));
  if (missing.length > 0) {
    const named = missing.map(([program, source]) => `${program} is missing (${source})`);
    return { state: 'skipped', text: named.join(', ') };
  }
  try {
    return { state: 'good', text: await run() };
  } catch (error) {
    return { state: error instanceof CannotTry ? 'skipped' : 'bad', text: (error as Error).message };
  }
}

void main();
