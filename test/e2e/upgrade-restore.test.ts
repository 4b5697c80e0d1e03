import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEvidence } from './oracle';
import { expectEndedOnce } from './upgrade/oracle';
import { ANNA, BERTA, CARL, Production, type Played } from './upgrade/production';
import { unpack, type Cast } from './upgrade/recording';

/*
 * A production of the version before there were seals (upgrade/README.md), whose administrator puts an older backup of the
 * journal into its place with the upgrade, and then the right one.
 */

const TIMEOUT_MS = 120_000;

const folder = mkdtempSync(join(tmpdir(), 'absage-restore-'));
const right = join(folder, 'right.sqlite');
let cast: Cast;
let production: Production;
/** The older journal lacks the last lines of the one, and all of the other. */
const BEHIND = ['secondWait', 'firstWait'] as const;

beforeAll(async () => {
  cast = unpack('before-seals', folder);
  production = await Production.open(folder, cast.tokens);
  renameSync(production.journalFile, right);
  copyFileSync(join(folder, 'older.sqlite'), production.journalFile);
  production.upgrade();
}, TIMEOUT_MS);

afterAll(async () => {
  await production?.close();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

const fact = (title: string, check: () => Promise<void>) =>
  it(
    title,
    withEvidence(() => production, check),
    TIMEOUT_MS,
  );

function each<T>(work: (played: Played) => Promise<T>): Promise<T[]> {
  return Promise.all(BEHIND.map((recorded) => work(cast.cases[recorded])));
}

fact('stops each case of which lines are missing, and does nothing', async () => {
  const before = await each((played) => production.writes(played));
  await production.start();
  await each((played) => production.until(played, ({ attention }) => attention?.code === 'journal-behind'));
  await each((played) => production.untilMailed(played, 'Absage braucht Sie: '));
  expect(await each((played) => production.writes(played))).toEqual(before);
  expect((await each((played) => production.mails(played))).map(({ length }) => length)).toEqual([1, 1]);
});

fact('goes on with the right journal, everything done once and each line with its name', async () => {
  await production.stop();
  copyFileSync(right, production.journalFile);
  await production.start();
  await each((played) => production.act(CARL, played, 'retry'));
  const { firstWait } = cast.cases;
  await production.untilAt(firstWait, 'wait-for-storno-transfer');
  await production.skipWait(BERTA, firstWait);
  await each((played) => production.untilMailed(played, 'Absage abgeschlossen: '));
  const retried = `retry: ${CARL}`;
  await expectEndedOnce(production, cast, 'secondWait', { orderedBy: BERTA, asked: [retried] });
  await expectEndedOnce(production, cast, 'firstWait', {
    orderedBy: ANNA,
    asked: [retried, `skip-wait: ${BERTA}`],
  });
});
