import { linesWith } from '../../../src/domain/series-lines';
import { BY } from '../../support/trust';
import { ACTOR } from '../people';
import type { Sleeper } from '../troubles';
import type { SeriesWorld } from './world';

/** One trouble of a series for certain, and nothing else beside it. */
export interface SeriesTrouble {
  name: string;
  begin: (world: SeriesWorld) => void;
}

const MINUTE_MS = 60_000;

const sleeping =
  (sleeper: Omit<Sleeper, 'times' | 'then'>, then?: (world: SeriesWorld) => void) => (world: SeriesWorld) =>
    void (world.sleeper = { ...sleeper, times: 1, then: () => then?.(world) });

/** The check of one performance sleeps with what it has read of its series, until that is no longer so. */
const CHECK_SLEEPS = { activityType: 'checkEvent', operation: 'read-event', forMs: 5 * MINUTE_MS };

/** The case whose check sleeps. */
function sleepingCase({ temporal }: SeriesWorld): string | undefined {
  const asleep = [...temporal.activities.alive].find(({ frozenUntil }) => frozenUntil !== null);
  return asleep?.task.run.options.caseId;
}

/** The answer to each mail to Ö-Ticket is lost, or it is refused, until the series has noted one. */
const untilNoted = (what: 'isNoticeLost' | 'isNoticeRefused') => (world: SeriesWorld) => {
  world[what] = true;
  const look = (): void => {
    if (linesWith(world.lines(), 'note-series-notice').length === 0) world.time.after(1_000, look);
    else world[what] = false;
  };
  look();
};

export const SERIES_TROUBLES: readonly SeriesTrouble[] = [
  { name: 'nobody knows whether a mail of the series has arrived', begin: untilNoted('isNoticeLost') },
  { name: 'the mail server refuses a mail of the series', begin: untilNoted('isNoticeRefused') },
  {
    name: 'a sender sleeps after its first claim, and that performance is put on sale again',
    begin: sleeping(
      { activityType: 'sendSeriesNotice', operation: 'appendNewUnlessEnded', forMs: 3 * MINUTE_MS },
      (world) => {
        const claimed = world.journal.lines.findLast(({ operation }) => operation === 'claim-notice');
        const evening = world.evenings.find(({ jet }) => jet.eventNumber === claimed?.eventNumber);
        evening?.people.edit('status Bereitstellung');
        world.time.after(20 * MINUTE_MS, () => evening?.people.edit('status Storno'));
      },
    ),
  },
  {
    name: 'a sender sleeps after it has written down that it sends',
    begin: sleeping({
      activityType: 'sendSeriesNotice',
      operation: 'appendNewToSeries',
      forMs: 90 * MINUTE_MS,
    }),
  },
  {
    name: 'a sender sleeps before it writes down that it sends, and its performances tell of themselves',
    begin: sleeping({
      activityType: 'sendSeriesNotice',
      operation: 'appendNewUnlessEnded',
      forMs: 200 * MINUTE_MS,
    }),
  },
  {
    name: 'a performance is skipped while its check sleeps',
    begin: sleeping(CHECK_SLEEPS, (world) => {
      const caseId = sleepingCase(world);
      if (caseId !== undefined) world.people.ask('skip-items', { items: [{ caseId }] });
    }),
  },
  {
    name: 'a case is aborted by itself while its check sleeps',
    // It never wakes: otherwise it opens the case after its end, which does no harm, and hides that nobody knows of the end.
    begin: sleeping({ ...CHECK_SLEEPS, forMs: 10_000 * MINUTE_MS }, (world) => {
      const caseId = sleepingCase(world);
      const evening = world.evenings.find(({ temporal }) => temporal.openRun?.options.caseId === caseId);
      evening?.people.abortFor({ actor: ACTOR, actorId: BY.actorId }, 'Doch nicht.');
    }),
  },
  {
    name: 'the series is aborted while a check sleeps',
    begin: sleeping(CHECK_SLEEPS, (world) => world.people.ask('abort-series')),
  },
  {
    name: 'the series is paused while a check sleeps',
    begin: sleeping(CHECK_SLEEPS, (world) => {
      world.people.ask('pause-series');
      world.time.after(30 * MINUTE_MS, () => world.people.ask('continue-series'));
    }),
  },
];

/** Jet lets no check through for so long, in which something happens to the run of the series or of a case. */
const whileJetIsAway = (then: (world: SeriesWorld) => Promise<unknown>) => (world: SeriesWorld) => {
  world.outages.set('jet', { until: world.time.now + 5 * MINUTE_MS });
  world.time.after(20_000, async () => void (await then(world)));
};

/** In schedules of their own, so that those of the others stay what they were. */
export const LATER_SERIES_TROUBLES: readonly SeriesTrouble[] = [
  {
    name: 'the series is reset before its cases have a line',
    begin: whileJetIsAway(async ({ temporal, seriesRuns }) => {
      if (seriesRuns.openRun) await temporal.reset(seriesRuns.openRun, 0);
    }),
  },
  {
    name: 'a case is terminated before it has a line',
    begin: whileJetIsAway(async (world) => {
      world.isLostLeft = true;
      const runs = world.evenings.flatMap(({ temporal }) => temporal.openRun ?? []);
      const lost = runs.find(({ options }) => world.journal.entries(String(options.caseId)).length === 0);
      if (!lost) return;
      lost.wasTerminatedByPeople = true;
      await world.temporal.terminate(lost);
    }),
  },
];

/** Each of them comes once in so many schedules. */
const EVERY = 10;
const LATER_EVERY = 20;
const LATER_SLOT = 16;

export function seriesTroubleOf(seed: number): SeriesTrouble | null {
  if (seed % LATER_EVERY === LATER_SLOT)
    return LATER_SERIES_TROUBLES[Math.floor(seed / LATER_EVERY) % LATER_SERIES_TROUBLES.length] ?? null;
  if (seed % EVERY !== 5) return null;
  return SERIES_TROUBLES[Math.floor(seed / EVERY) % SERIES_TROUBLES.length] ?? null;
}
