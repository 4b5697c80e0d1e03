import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openJournal } from '../../src/journal/open';
import {
  ActivityStage,
  COMES_AFTER,
  expectJournalToMatchJet,
  PROCEDURE,
  type CaseActivity,
  type StagedCase,
} from '../support/activity-stage';
import { lockSqlite } from '../support/sqlite-lock';

const ACTIVITIES = Object.keys(COMES_AFTER) as CaseActivity[];

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

it.each(ACTIVITIES)('%s does nothing on a journal that was restored from an older copy', async (name) => {
  const aCase = await stage.prepare();
  const last = COMES_AFTER[name] ?? 'checkEvent';
  const secondLast = PROCEDURE[PROCEDURE.indexOf(last) - 1];
  if (secondLast) await aCase.runThrough(secondLast);
  const copy = join(stage.journalPath, '..', `before-${name}.sqlite`);
  copyFileSync(stage.journalPath, copy);
  await aCase.runThrough(last);
  await aCase.readyFor(name);

  const older = await openJournal(pathToFileURL(copy).href);
  const look = async () => ({
    effects: await aCase.writes(),
    mails: [...stage.mail.conversations],
    claim: await older.readClaim(aCase.ref.caseId),
    lines: await older.entries(aCase.ref.caseId),
  });
  const before = await look();
  expect(await aCase.failureOf(name, { worker: stage.worker({ journal: older }) })).toBe('journal-behind');
  expect(await look()).toEqual(before);
  await older.close();
});

it('nothing is done while the journal is locked; a new process goes on when it is free', async () => {
  const writing: CaseActivity[] = [
    'markTitles',
    'restoreTitles',
    'setStatusStorno',
    'grantExtendedRight',
    'sendPartnerNotice',
  ];
  const cases = await stage.prepareAll(writing.map(() => ({})));
  const staged = writing.map((name, index) => ({ name, aCase: cases[index] as StagedCase }));
  for (const { name, aCase } of staged) await aCase.runUpTo(name);
  const look = () =>
    Promise.all(
      staged.map(async ({ aCase }) => ({ effects: await aCase.writes(), lines: await aCase.entries() })),
    );
  const before = await look();
  const mails = stage.mail.conversations.length;

  const lock = lockSqlite(stage.journalPath);
  const failures = await Promise.all(staged.map(({ name, aCase }) => aCase.failureOf(name)));
  lock.release();
  expect(failures).toEqual(writing.map(() => 'journal-unavailable'));
  expect(await look()).toEqual(before);
  expect(stage.mail.conversations).toHaveLength(mails);

  const journal = await stage.openJournal();
  for (const { name, aCase } of staged) {
    await aCase.perform(name, stage.worker({ journal }));
    await expectJournalToMatchJet(aCase);
  }
  await journal.close();
});

const A_MOMENT_MS = 100;
/** Once the lock is free, a writer must not wait for anything left over from before. */
const AT_ONCE_MS = 2_000;

it('a journal that was locked for a moment is written on at once when it is free', async () => {
  const aCase = await stage.prepare();
  await aCase.runUpTo('markTitles');
  const journal = await stage.openJournal();
  const lock = lockSqlite(stage.journalPath);
  const marking = aCase.attempt('markTitles', { worker: stage.worker({ journal }) });
  await pause(A_MOMENT_MS);
  lock.release();
  const releasedAt = performance.now();
  await marking;
  expect(performance.now() - releasedAt).toBeLessThan(AT_ONCE_MS);
  await journal.close();
});

it('a read that had to wait for another process to commit does not hold up later writes', async () => {
  const aCase = await stage.prepare();
  await aCase.runUpTo('markTitles');
  const reader = await stage.openJournal();
  const lock = lockSqlite(stage.journalPath, 'exclusive');
  const reading = reader.entries(aCase.ref.caseId);
  await pause(A_MOMENT_MS);
  lock.release();
  await reading;
  const freeAt = performance.now();
  for (let nth = 1; nth <= 3; nth += 1) {
    await aCase.attempt('markTitles');
    await reader.entries(aCase.ref.caseId);
  }
  expect(performance.now() - freeAt).toBeLessThan(AT_ONCE_MS);
  await reader.close();
});
