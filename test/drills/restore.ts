import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CancellationInput } from '../../src/domain/case';
import { RECONCILER_SCHEDULE } from '../../src/workflows/messages';
import { copyDatabase, removeDatabase } from '../chaos/copies';
import { insist } from '../chaos/stage';
import type { Drill, Strike } from './drill';
import type { Evening } from './evening';
import { backupOf, IN_FILE, inPostgres, type JournalPlace } from './journal-places';

/*
 * The administrator restores what was lost from a backup, with the writes off: then nothing can happen before a person has
 * looked. A backup of the journal brings that along; before any other start it is switched.
 */

const restart = async ({ stack }: Evening): Promise<void> => {
  await stack.launch('temporal');
  await stack.launch('worker');
  await stack.launch('api');
};

async function stopAll({ stack }: Evening): Promise<void> {
  for (const part of ['worker', 'api', 'temporal'] as const) await stack.end(part);
}

const switchOn = (evening: Evening) =>
  evening.person('absage writes on', () =>
    insist(() =>
      evening.stack.api('PUT', '/installation/writes', { on: true, reason: 'Alles ist angesehen' }),
    ),
  );

const switchOffBeforeStart = (evening: Evening) =>
  evening.person('absage writes off --offline', () =>
    evening.stack.withJournalClosed(() =>
      evening.command('writes', 'off', '--offline', '--reason', 'Wiederherstellung'),
    ),
  );

/** What Absage has done in Jet and sent to Ö-Ticket. */
async function effectsOf({ stack, all }: Evening): Promise<string[]> {
  const logs = await Promise.all(all.map(({ order }) => stack.log(order.eventNumber)));
  const writes = logs.flat().filter(({ actor, after }) => actor === 'gateway' && after !== null);
  const mails = (await stack.mails()).filter(({ subject }) => subject.startsWith('[PROBE] Absage: '));
  return [
    ...writes.map(({ at, operation }) => `${at} ${operation}`),
    ...mails.map(({ messageId }) => messageId ?? ''),
  ];
}

/** Fails where anything was written meanwhile. */
async function withoutEffects(evening: Evening, work: () => Promise<void>): Promise<void> {
  const before = new Set(await effectsOf(evening));
  await work();
  const since = (await effectsOf(evening)).filter((effect) => !before.has(effect));
  if (since.length > 0) throw new Error(`written meanwhile: ${since.join(', ')}`);
}

async function withWritesOff(evening: Evening, look: () => Promise<void>): Promise<void> {
  await withoutEffects(evening, look);
  await switchOn(evening);
}

/** Temporal has forgotten them: the search finds them, tells the house, and a person takes each up again. */
async function takeUp(evening: Evening, lost: readonly CancellationInput[]): Promise<void> {
  const { stack } = evening;
  await insist(() => stack.client.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId).trigger());
  await evening.each(({ order }) => evening.untilMailed('Absage braucht Sie:', order.eventNumber), lost);
  await evening.person('„Fortsetzen“ bei jeder Absage, die als unterbrochen gemeldet ist', () =>
    evening.each(
      ({ order: { house, eventNumber } }) =>
        insist(() =>
          stack.api('POST', `/cancellations/${house}/${eventNumber}/resume`, { reason: 'Temporal ist weg' }),
        ),
      lost,
    ),
  );
}

/** An older journal beside the Temporal of now: nobody can live with it, and the newest one has to come back. */
function journalOlder({ name, putBackup, ...place }: JournalPlace): Strike {
  return {
    ...place,
    what: `${name} aus einer älteren Sicherung, Temporal von jetzt`,
    async run(evening) {
      const { stack } = evening;
      await stack.launch('api');
      await evening.holdBeforeRight();
      const early = await evening.order(2);
      await evening.command('journal', 'backup', backupOf(stack));
      // A case that has written nothing since misses no line: it would wait for the switch, and ask nobody.
      await evening.each((input) => evening.untilDone(input, 'set-storno'), early);
      await evening.order(1);
      await stopAll(evening);
      await evening.letGo();
      const putNewestBack = await evening.person('Sicherung des Logbuchs einspielen', () =>
        putBackup(evening),
      );
      await withoutEffects(evening, async () => {
        await restart(evening);
        await evening.each((input) => evening.untilItAsks(input, 'journal-behind'));
      });
      await stopAll(evening);
      await evening.person('Das neueste Logbuch zurücklegen', putNewestBack);
      await restart(evening);
      await evening.person('„Erneut versuchen“ bei jeder Absage', () =>
        evening.each((input) => evening.act('retry', input, 'Das richtige Logbuch ist da')),
      );
      await evening.each((input) => evening.untilItGoesOn(input));
    },
  };
}

/** Both are lost, and come back as they were at the same earlier moment. */
function bothOlder({ name, putBackup, ...place }: JournalPlace): Strike {
  return {
    ...place,
    what: `${name} und Temporal aus derselben älteren Sicherung: Jet weiß mehr als beide`,
    // The journal of then does not know what was done since.
    isStruck: (fault) => fault.endsWith('set-storno was done 1 times and noted 0 times'),
    async run(evening) {
      const { stack } = evening;
      await evening.holdBeforeRight();
      const [first] = await evening.order(2);
      await stack.end('worker');
      await evening.command('journal', 'backup', backupOf(stack));
      await stack.end('temporal');
      const older = copyDatabase(stack.temporalFile, 'older-temporal');
      await stack.launch('temporal');
      await stack.launch('worker');
      await evening.untilDone(first!, 'set-storno');
      const [unknown] = await evening.order(1);
      const witness = join(stack.dataDir, 'witness.txt');
      writeFileSync(witness, await evening.command('journal', 'witness'));
      await stopAll(evening);
      await evening.letGo();
      await evening.person('Beide Sicherungen einspielen', () => {
        older.putBack();
        return putBackup(evening);
      });
      await withWritesOff(evening, async () => {
        await restart(evening);
        const said = await evening.person(
          'absage journal witness --check, und jede genannte Absage in Jet ansehen',
          () =>
            evening.command('journal', 'witness', '--check', witness).catch((error: Error) => error.message),
        );
        for (const { caseId } of [first!, unknown!])
          if (!said.includes(caseId)) throw new Error(`the witness does not name ${caseId}: ${said}`);
      });
      await evening.person('Die Absage, von der nichts mehr übrig ist, von Hand zu Ende führen', () =>
        evening.finishByHand(unknown!),
      );
    },
  };
}

export const restore: Drill = {
  title: 'Wiederherstellung aus Sicherungen',
  rows: {
    journal: journalOlder(IN_FILE),
    'journal-postgres': journalOlder(inPostgres()),

    'temporal-older': {
      what: 'Temporal aus einer älteren Sicherung, das Logbuch von jetzt',
      async run(evening) {
        const { stack } = evening;
        await evening.holdBeforeRight();
        const [first] = await evening.order(2);
        await stack.end('worker');
        await stack.end('temporal');
        const older = copyDatabase(stack.temporalFile, 'older-temporal');
        await stack.launch('temporal');
        await stack.launch('worker');
        await evening.untilDone(first!, 'set-storno');
        const late = await evening.order(1);
        await stopAll(evening);
        await evening.letGo();
        await evening.person('Sicherung von Temporal einspielen', () => older.putBack());
        await switchOffBeforeStart(evening);
        await withWritesOff(evening, async () => {
          await restart(evening);
          await takeUp(evening, late);
          await evening.each((input) => evening.untilItWaitsForWrites(input), late);
        });
      },
    },

    'temporal-lost': {
      what: 'Temporal ist ganz weg, das Logbuch ist da',
      async run(evening) {
        const { stack } = evening;
        await evening.holdBeforeRight();
        const [first] = await evening.order(2);
        await evening.untilDone(first!, 'set-storno');
        await evening.order(1);
        await stopAll(evening);
        await evening.letGo();
        await evening.person('Temporal neu aufsetzen', () => removeDatabase(stack.temporalFile));
        await switchOffBeforeStart(evening);
        await withWritesOff(evening, async () => {
          await restart(evening);
          await takeUp(evening, evening.all);
        });
      },
    },

    both: bothOlder(IN_FILE),
    'both-postgres': bothOlder(inPostgres()),
  },
};
