import { BY } from '../support/trust';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { lockSqlite } from '../support/sqlite-lock';
import { RECONCILER_SCHEDULE } from '../../src/workflows/messages';
import { copyBuild, copyDatabase } from './copies';
import { holdWrite } from './held-write';
import { insist, PATIENCE_MS, type End, type Stage } from './stage';
import { eventually } from '../support/eventually';

const ROOT = join(__dirname, '..', '..');

/** What happens to the parts while cases run. */
export interface Scenario {
  /** The scenario as a fact, in the words of a test title: "a worker killed …". */
  title: string;
  /** The possible ends of the target; `completed` without this. */
  targetEnds?: readonly End[];
  run(stage: Stage): Promise<void>;
}

/** A hanging call shows where the worker is: before or after its effect. */
function killedAt(operation: 'save-announcement' | 'set-storno', kind: 'hang' | 'commit-then-hang') {
  return async (stage: Stage) => {
    await stage.arm(operation, kind);
    await stage.start(stage.cases.target);
    stage.startOthers();
    await stage.untilJetAnswers(operation, kind);
    await stage.killWorker();
  };
}

/** Brings the target to a point in the middle, chosen by the seed, where the scenario strikes. */
async function bringSomewhere(stage: Stage): Promise<void> {
  const [operation, outcome] = stage.random.pick([
    ['save-announcement', 'commit-then-hang'],
    ['save-announcement', 'ok'],
    ['set-storno', 'commit-then-hang'],
    ['set-storno', 'ok'],
  ]);
  if (outcome !== 'ok') await stage.arm(operation, outcome);
  await stage.start(stage.cases.target);
  stage.startOthers();
  const write = await stage.untilJetAnswers(operation, outcome);
  await stage.pause(500);
  // A call without an answer is tried again at once; after an answered one the target is in a wait.
  stage.strike(outcome === 'ok' ? write : undefined);
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'kill-before-save': {
    title: 'a worker killed before its save',
    run: killedAt('save-announcement', 'hang'),
  },
  'kill-after-save': {
    title: "a worker killed after its save's effect, before its report",
    run: killedAt('save-announcement', 'commit-then-hang'),
  },
  'kill-in-wait': {
    title: 'a worker killed in the first wait',
    async run(stage) {
      await stage.start(stage.cases.target);
      stage.startOthers();
      await stage.killWorker(await stage.untilJetAnswers('save-announcement', 'ok'));
    },
  },
  'kill-before-storno': {
    title: 'a worker killed before it writes Storno',
    run: killedAt('set-storno', 'hang'),
  },
  'kill-after-storno': {
    title: "a worker killed after Storno's effect, before its report",
    run: killedAt('set-storno', 'commit-then-hang'),
  },

  'kill-while-sending': {
    title: 'a worker killed while the mail to Ö-Ticket is being sent',
    targetEnds: ['asks: mail-in-doubt'],
    async run(stage) {
      const { stack, cases } = stage;
      const isAccepted = stage.random.pick([true, false]);
      const { eventNumber } = cases.target.order;
      // The step before the mail does not succeed until there is nobody to take it.
      await stack.simulator('POST', '/faults', [
        { operation: 'grant-right', kind: 'maintenance', eventNumber },
      ]);
      await stage.start(cases.target);
      stage.startOthers();
      await stage.untilJetAnswers('grant-right', 'maintenance');
      // From here on the mail server does not answer, so that the sending takes long enough to be struck.
      stack.freeze('mail-catcher');
      await stack.simulator('DELETE', '/faults');
      await stage.untilNoted(
        ({ kind, operation }) => kind === 'intent' && operation === 'send-partner-notice',
      );
      if (isAccepted) {
        const lock = await insist(async () => lockSqlite(stack.journalFile));
        stack.thaw('mail-catcher');
        await eventually(
          () => stack.mails(),
          (mails) => mails.some(({ messageId }) => messageId?.includes(cases.target.caseId)),
          PATIENCE_MS,
        );
        stage.strike();
        await stack.kill('worker');
        lock.release();
      } else {
        await stage.pause(500);
        stage.strike();
        await stack.kill('worker');
        stack.thaw('mail-catcher');
      }
      await stage.pause(500);
      await stack.launch('worker');
    },
  },

  'frozen-worker': {
    title:
      'a worker frozen in a write past its time-out, whose write arrives after a second worker has done it',
    async run(stage) {
      const { stack, random, cases } = stage;
      const [operation, path] = random.pick([
        ['save-announcement', '/announcement'],
        ['set-storno', '/storno'],
        ['grant-right', '/extended-cancellation-rights/'],
      ]);
      const { eventNumber } = cases.target.order;
      const slow = await holdWrite(
        stack.simulatorPort,
        (url) => url.includes(eventNumber) && url.includes(path),
      );
      try {
        await stack.end('worker');
        await stack.launch('worker', { settings: { ABSAGE_JET_URL: slow.jetUrl } });
        await stage.start(cases.target);
        await slow.held;
        stage.strike();
        stack.freeze('worker');
        await stack.launch('second-worker');
        // The others start only now: a worker frozen in a transaction of another case would keep the journal locked.
        stage.startOthers();
        await stage.untilJetAnswers(operation, 'ok');
        await stage.pause(1_500);
        const isThawedFirst = random.pick([true, false]);
        if (isThawedFirst) stack.thaw('worker');
        await slow.letGo();
        if (!isThawedFirst) stack.thaw('worker');
        await stage.untilEnd(cases.target);
        // The worker's way to Jet ends with this scenario. The second worker goes on.
        await stack.end('worker');
      } finally {
        slow.stop();
      }
    },
  },

  'kill-temporal': {
    title: 'a Temporal server killed and started again',
    async run(stage) {
      await bringSomewhere(stage);
      await stage.stack.kill('temporal');
      await stage.pause(2_000);
      await stage.stack.launch('temporal');
    },
  },
  'kill-everything': {
    title: 'everything killed and started again on the same data folder',
    async run(stage) {
      await bringSomewhere(stage);
      await stage.stack.killEverything(() => stage.pause(2_000));
    },
  },

  'two-builds': {
    title: 'two workers of different builds that take over from each other',
    async run(stage) {
      const { stack, cases } = stage;
      const other = { dist: copyBuild(ROOT, join(stack.dataDir, 'other-build')) };
      await stage.start(cases.target);
      stage.startOthers();
      const saved = await stage.untilJetAnswers('save-announcement', 'ok');
      await stack.launch('second-worker', other);
      await stage.pause(300);
      stage.strike(saved);
      await stack.kill('worker');
      await stage.untilJetAnswers('set-storno', 'ok');
      await stage.pause(300);
      // In the second wait: while the first one starts, on a full machine, this one could come to the mail.
      await stack.kill('second-worker');
      await stack.launch('worker');
    },
  },

  'older-temporal': {
    title: "an older copy of Temporal's database put back",
    async run(stage) {
      const { stack, random, cases } = stage;
      const { target, latecomer } = cases;
      await stage.start(target);
      stage.startOthers();
      await stage.untilJetAnswers('save-announcement', 'ok');
      await stage.othersHaveBegun();
      await stack.end('worker');
      await stack.end('temporal');
      const older = copyDatabase(stack.temporalFile, 'older-temporal');
      await stack.launch('temporal');
      await stack.launch('worker');
      if (random.pick([true, false])) await stage.untilJetAnswers('set-storno', 'ok');
      else await stage.untilEnd(target);
      await insist(() => stage.start(latecomer));
      await stage.untilJetAnswers('save-announcement', 'ok', latecomer);
      await Promise.all([stack.kill('worker'), stack.kill('temporal')]);
      older.putBack();
      stage.strike();
      await stack.launch('temporal');
      await stack.launch('worker');
      await takeUp(stage);
    },
  },

  'older-journal': {
    title: 'an older copy of the journal put back while a case is open, and the newest one after it',
    async run(stage) {
      const { stack, random, cases } = stage;
      const { house, eventNumber } = cases.target.order;
      const isOpened = random.pick([true, false]);
      if (isOpened) {
        await stage.arm('save-announcement', 'hang');
        await stage.start(cases.target);
        await stage.untilJetAnswers('save-announcement', 'hang');
        await stack.kill('worker');
      }
      const older = await stack.withJournalClosed(() => copyDatabase(stack.journalFile, 'older-journal'));
      if (isOpened) await stack.launch('worker');
      else await stage.start(cases.target);
      await stage.untilNoted(
        ({ kind, operation }) => kind === 'outcome' && operation === 'save-announcement',
      );
      await stack.end('worker');

      const newest = await stack.withJournalClosed(() => copyDatabase(stack.journalFile, 'newest-journal'));
      const before = await stack.log(eventNumber);
      await stack.withJournalClosed(() => older.putBack());
      await stack.launch('worker');
      const end = await stage.untilEnd(cases.target);
      if (end !== 'asks: journal-behind') throw new Error(`over an older journal: ${end}`);
      const since = (await stack.log(eventNumber)).slice(before.length);
      if (since.some(({ actor, operation }) => actor === 'gateway' && !operation.startsWith('read-')))
        throw new Error('something was written over an older journal');

      await stack.end('worker');
      await stack.withJournalClosed(() => newest.putBack());
      stage.strike();
      await stack.launch('worker');
      const request = { actor: 'chaos', reason: 'Die neueste Sicherung ist wieder da' };
      // Asked again after a lost answer, it is the same wish: by then there may be nothing left to try again.
      const updateKey = randomUUID();
      await insist(() =>
        stack.cancellations.act('retry', { house, eventNumber, caseId: null }, request, {
          by: BY,
          updateKey,
        }),
      );
      // The attention stays until the step has succeeded.
      await eventually(
        () => insist(() => stack.cancellations.find(house, eventNumber)),
        (run) => !run?.needsAttention,
        PATIENCE_MS,
      );
    },
  },
};

/** Temporal has lost a case: the reconciler finds it and alerts the house, and an operator resumes it. */
async function takeUp({ stack, cases }: Stage): Promise<void> {
  const { house, eventNumber } = cases.latecomer.order;
  const lines = await stack.lines(cases.latecomer.caseId);
  if (lines.some(({ kind }) => kind === 'end')) throw new Error('it was over before Temporal forgot it');
  await insist(() => stack.client.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId).trigger());
  const isCall = ({ subject }: { subject: string }) =>
    subject.startsWith('[PROBE] Absage braucht Sie:') && subject.endsWith(`(VA-Nr. ${eventNumber})`);
  await eventually(
    () => stack.mails(),
    (mails) => mails.some(isCall),
    PATIENCE_MS,
  );
  await stack.launch('api');
  await insist(() =>
    stack.api('POST', `/cancellations/${house}/${eventNumber}/resume`, { reason: 'Der Lauf ist weg' }),
  );
}
