import type { FailureCode } from '../../src/domain/failures';
import type { JetEvent } from '../../src/domain/types';
import type { EDITS } from './people';
import { truncateNextSave } from './ports';
import type { World } from './world';

/** One trouble that outlasts every patience, and nothing else beside it: its result is certain. */
export interface Trouble {
  name: string;
  /** When it begins, in intervals after the order. */
  afterIntervals: number;
  /** Only with a short interval, as in a rehearsal. */
  isShort?: boolean;
  /** In a house without a gateway. */
  isGuided?: boolean;
  event?: Partial<JetEvent>;
  begin: (world: World) => void | Promise<void>;
}

const outage =
  (port: 'mail' | 'jet' | 'journal' | 'channel', code?: FailureCode) =>
  ({ outages }: World) =>
    void outages.set(port, { until: Infinity, code });

/** The next process that gets this answer freezes right then, before it sees it. */
export interface Sleeper {
  activityType: string;
  operation: string;
  /** Which of the attempt's calls of this operation, counted from 1. */
  times: number;
  forMs: number;
  /** Called as soon as the process sleeps. */
  then?: () => void;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** It sleeps until the faults have ended and operators have decided what holds meanwhile. */
const SLEEPY_SENDER: Sleeper = {
  activityType: 'sendPartnerNotice',
  operation: 'appendNewUnlessEnded',
  times: 1,
  forMs: 250 * MINUTE_MS,
};

/** It sleeps with the lines that it decides on, while another attempt does the whole step. */
const overtaken = (activityType: string, times: number): Sleeper => ({
  activityType,
  operation: 'entries',
  times,
  forMs: 5 * MINUTE_MS,
});

const edited =
  (kind: (typeof EDITS)[number]) =>
  ({ people }: World) =>
    people.edit(kind);

/** When this activity has written so many lines, and before it reports. */
const whenDone =
  (activityType: string, times: number, then: (world: World) => void, operation = 'append') =>
  (world: World) =>
    void (world.sleeper = { activityType, operation, times, forMs: 1, then: () => then(world) });

const PORTS_AWAY = { mail: outage('mail'), jet: outage('jet') };

const stale = (world: World) => void (world.isAlwaysStale = true);

export const MONTH_OF_SILENCE = 'Ö-Ticket is silent for 30 days';

export const TROUBLES: readonly Trouble[] = [
  { name: 'mail', afterIntervals: 0, begin: outage('mail') },
  { name: 'jet', afterIntervals: 0.001, begin: outage('jet') },
  { name: 'journal', afterIntervals: 0.001, begin: outage('journal') },
  { name: 'channel', afterIntervals: 1.1, begin: outage('channel') },
  { name: 'replies unusable', afterIntervals: 0.5, begin: outage('jet', 'jet-reply-invalid') },
  { name: 'defect of a library', afterIntervals: 0.5, begin: outage('jet', 'internal') },
  { name: 'old reads after the wait', afterIntervals: 0.5, begin: stale },
  { name: 'old reads after the save', afterIntervals: 0, begin: stale },
  { name: 'truncation', afterIntervals: 0, begin: ({ jet }) => truncateNextSave(jet) },
  {
    name: 'journal set back in the first wait',
    afterIntervals: 0.5,
    begin: (world) => world.setJournalBack(),
  },
  {
    name: 'journal set back in the second wait',
    afterIntervals: 1.5,
    begin: (world) => world.setJournalBack(),
  },
  {
    name: 'journal set back while a mail is in doubt',
    afterIntervals: 0,
    begin: (world) => world.setJournalBackBeforeMail(),
  },
  { name: 'terminated, and nobody looks', afterIntervals: 0.5, begin: (world) => world.terminateUnseen() },
  {
    name: 'a sender sleeps before it connects',
    afterIntervals: 0,
    begin: (world) => void (world.sleeper = SLEEPY_SENDER),
  },
  {
    name: 'a sender sleeps before it connects, and somebody sets its clock back',
    afterIntervals: 0,
    begin: (world) => {
      world.time.workerOffsetMs = 2 * SLEEPY_SENDER.forMs;
      world.sleeper = { ...SLEEPY_SENDER, then: () => (world.time.workerOffsetMs = 0) };
    },
  },
  {
    name: 'an attempt to send is overtaken',
    afterIntervals: 0,
    begin: (world) => void (world.sleeper = overtaken('sendPartnerNotice', 1)),
  },
  {
    name: 'an attempt to mark is overtaken, and the marker taken off',
    afterIntervals: 0,
    begin: (world) => {
      world.sleeper = overtaken('markTitles', 2);
      world.time.after(2 * MINUTE_MS, () => world.people.edit('marker removed'));
    },
  },
  {
    name: 'an attempt to mark is about to save, and an abort reads an old picture',
    afterIntervals: 0,
    begin: (world) => {
      const { people, time } = world;
      people.edit('saved again');
      const then = () => {
        world.isAlwaysStale = true;
        time.after(1_000, () => people.abort());
        time.after(MINUTE_MS, () => void (world.isAlwaysStale = false));
      };
      world.sleeper = {
        activityType: 'markTitles',
        operation: 'appendUnlessOver',
        times: 1,
        forMs: 30 * MINUTE_MS,
        then,
      };
    },
  },
  {
    name: 'an attempt to set Storno is overtaken',
    afterIntervals: 0,
    begin: (world) => void (world.sleeper = overtaken('setStatusStorno', 2)),
  },
  {
    name: 'an attempt to restore is overtaken',
    afterIntervals: 0.5,
    begin: (world) => {
      world.sleeper = overtaken('restoreTitles', 2);
      return world.people.abort();
    },
  },
  {
    name: 'a typo fixed beside an older marker, and an abort',
    afterIntervals: 0.5,
    event: { title: 'Der Besuch der alten Dame – ABGESAGT' },
    begin: ({ people }) => {
      people.edit('typo fixed');
      return people.abort();
    },
  },
  {
    name: 'reset to the first event, and an abort',
    afterIntervals: 0.5,
    begin: async ({ temporal, people, time }) => {
      if (temporal.openRun) await temporal.reset(temporal.openRun, 0);
      time.after(60_000, () => people.abort());
    },
  },
  {
    name: 'gateway exchanged',
    afterIntervals: 0.5,
    isShort: true,
    begin: (world) => void (world.isSimulator = false),
  },
];

const SILENCE: Trouble = {
  name: MONTH_OF_SILENCE,
  afterIntervals: 1.5,
  begin: ({ jet }) => void (jet.channel.pausedUntil = Infinity),
};

/** They have schedules of their own, so that the schedules of the other troubles keep their seeds. */
export const LATER_TROUBLES: readonly Trouble[] = [
  {
    name: 'times without seconds',
    afterIntervals: 0,
    begin: ({ jet }) => void (jet.coarseMs = MINUTE_MS),
  },
  { name: 'Abschluss after the Storno', afterIntervals: 1.5, begin: edited('status Abschluss') },
  { name: 'deleted after the Storno', afterIntervals: 1.5, begin: edited('deleted') },
  {
    name: 'Bereitstellung after the proof',
    afterIntervals: 0,
    begin: whenDone('verifyChannel', 1, edited('status Bereitstellung'), 'appendAfterLook'),
  },
  {
    name: 'Verkaufsfreigabe while the mail server is away',
    afterIntervals: 0,
    // The pauses between two sendings are so short then that the look before the first one still seems fresh.
    isShort: true,
    begin: (world) => {
      PORTS_AWAY.mail(world);
      whenDone('grantExtendedRight', 3, () => {
        world.jet.edit({ status: 'ON_SALE', statusText: 'Verkaufsfreigabe' });
        world.time.after(1_000, () => void world.outages.delete('mail'));
      })(world);
    },
  },
  {
    name: 'Jet is away right before the mail',
    afterIntervals: 0,
    begin: (world) => {
      PORTS_AWAY.mail(world);
      whenDone('grantExtendedRight', 3, () => {
        PORTS_AWAY.jet(world);
        world.outages.delete('mail');
      })(world);
    },
  },
  {
    name: 'another status after the Storno, and Storno again',
    afterIntervals: 1.5,
    begin: (world) => {
      world.people.edit('status unknown');
      world.time.after(world.policy.syncIntervalMs, () => world.people.edit('status Storno'));
    },
  },
  {
    name: 'moved to another hall after the Storno',
    afterIntervals: 1.5,
    begin: ({ jet }) => jet.edit({ venue: 'Studiobühne', externalMemo: 'Neuer Termin folgt.' }),
  },
  {
    name: 'a slow sender that nobody hears, and somebody who has the mail sent again',
    afterIntervals: 0,
    // The next attempt comes soon then, and not after the conversation is over.
    isShort: true,
    begin: (world) => void (world.slowSenderMs = 40_000),
  },
  {
    name: 'saves that never end',
    afterIntervals: 0.3,
    begin: (world) => {
      const { time, people, policy, nemesis } = world;
      const save = () => {
        if (nemesis.isCalm) return;
        people.edit('saved again');
        time.after(0.6 * policy.syncIntervalMs, save);
      };
      save();
    },
  },
];

/** They came later still, and have schedules of their own for the same reason. */
export const LATEST_TROUBLES: readonly Trouble[] = [
  {
    name: 'Abschluss while a mail is in doubt, and an operator who takes it as sent',
    afterIntervals: 0,
    begin: (world) =>
      world.whenInDoubt(() => {
        world.people.edit('status Abschluss');
        world.time.after(MINUTE_MS, () => world.people.decideDoubt('treat-as-sent'));
      }),
  },
  {
    name: 'Jet is away while a mail is in doubt, and an operator who takes it as sent',
    afterIntervals: 0,
    begin: (world) =>
      world.whenInDoubt(() => {
        PORTS_AWAY.jet(world);
        world.time.after(MINUTE_MS, () => world.people.decideDoubt('treat-as-sent'));
      }),
  },
];

/** As the ones above: a place of its own among the schedules, so that all the others stay what they are. */
export const NEWEST_TROUBLES: readonly Trouble[] = [
  {
    name: 'Abschluss at the end, and Jet refuses the next look',
    afterIntervals: 0,
    begin: (world) =>
      world.whenInDoubt(() => {
        const { people, time, outages } = world;
        people.edit('status Abschluss');
        time.after(MINUTE_MS, () => people.decideDoubt('treat-as-sent'));
        const refuse = { until: time.now + 12 * MINUTE_MS, code: 'jet-rejected-request' } as const;
        time.after(2 * MINUTE_MS, () => void outages.set('jet', refuse));
      }),
  },
];

/** The mail server is not there, and nobody's answer is asked for, while the status is changed after the Storno. */
const awayUntilChanged = (world: World) => {
  const { people, time } = world;
  world.outages.set('mail', { until: time.now + 3 * HOUR_MS });
  const look = async (): Promise<void> => {
    const status = await people.look();
    if (status?.step !== 'notify-partner') return time.after(10_000, look);
    time.after(5 * MINUTE_MS, () => people.edit('status Abschluss'));
    time.after(60 * MINUTE_MS, () => people.edit('status Storno'));
  };
  void look();
};

/** With the watch on the status beside the case. */
export const WATCHED_TROUBLES: readonly Trouble[] = [
  {
    name: 'Abschluss in the second wait, and Storno again',
    afterIntervals: 1.4,
    begin: ({ people, time }) => {
      people.edit('status Abschluss');
      time.after(20 * MINUTE_MS, () => people.edit('status Storno'));
    },
  },
  {
    name: 'Abschluss in the second wait, and Storno again before the run has looked',
    afterIntervals: 1.4,
    begin: (world) => {
      world.people.edit('status Abschluss');
      const { temporal, people, time } = world;
      const isSignalled = () =>
        temporal.openRun?.history.some(({ jobs }) => jobs.some(({ signalWorkflow }) => signalWorkflow));
      const look = (): void => {
        if (isSignalled()) people.edit('status Storno');
        else time.after(1, look);
      };
      look();
    },
  },
  { name: 'deleted in the second wait', afterIntervals: 1.4, begin: edited('deleted') },
  {
    name: 'Abschluss while a mail is in doubt, and Storno again',
    afterIntervals: 0,
    begin: (world) =>
      world.whenInDoubt(() => {
        const { people, time } = world;
        time.after(2 * MINUTE_MS, () => people.edit('status Abschluss'));
        time.after(30 * MINUTE_MS, () => people.edit('status Storno'));
      }),
  },
  {
    name: 'Abschluss while the mail server is away, and Storno again',
    afterIntervals: 0,
    begin: awayUntilChanged,
  },
];

/** A clerk without a gateway sees another status in the mask than the task can be done from, and says so. */
const seesStatus = (edit: (typeof EDITS)[number], choice: string) => (world: World) => {
  const { people, time } = world;
  people.edit(edit);
  const look = async (): Promise<void> => {
    if (!(await people.say('person-step', choice))) time.after(10_000, look);
  };
  void look();
};

/** What a person has to say, or a server to answer, for certain. */
export const ANSWERED_TROUBLES: readonly Trouble[] = [
  {
    name: 'the mail server refuses an address',
    afterIntervals: 0,
    begin: (world) => {
      world.isNoticeRefused = true;
      const look = async (): Promise<void> => {
        const status = await world.people.look();
        if (status?.attention?.code !== 'mail-refused') return world.time.after(10_000, look);
        world.isNoticeRefused = false;
      };
      void look();
    },
  },
  {
    name: 'a clerk sees Bereitstellung in the mask',
    afterIntervals: 0.1,
    isGuided: true,
    begin: seesStatus('status Bereitstellung', 'shows-provisioned'),
  },
  {
    name: 'a clerk sees Abschluss in the mask',
    afterIntervals: 0.1,
    isGuided: true,
    begin: seesStatus('status Abschluss', 'shows-closed'),
  },
  {
    name: 'a clerk sees a status in the mask that nobody knows',
    afterIntervals: 0.1,
    isGuided: true,
    begin: seesStatus('status unknown', 'shows-other-status'),
  },
];

/** The schedules of everything else that have the watch beside them. */
const WATCHED_SLOTS = [18, 22, 24];

export function isWatched(seed: number): boolean {
  return WATCHED_SLOTS.includes(seed % EVERY);
}

/** Of cases that a second person has to approve. */
export const APPROVED_TROUBLES: readonly Trouble[] = [
  {
    name: 'what was approved is changed, and changed back while an attempt sleeps that has seen it',
    afterIntervals: 0.1,
    begin: async (world) => {
      const { people, jet } = world;
      const asked = await people.look();
      const { externalMemo } = jet.event!;
      world.sleeper = {
        activityType: 'settleApproval',
        operation: 'read-channel',
        times: 1,
        forMs: 5 * MINUTE_MS,
        then: () => jet.edit({ externalMemo }),
      };
      jet.edit({ externalMemo: 'Bitte beim Einlass melden.' });
      if (asked) people.approve(asked);
    },
  },
];

/** The schedules of everything else in which a second person has to approve the case. */
const APPROVED_SLOTS = [6, 10];
const APPROVED_TROUBLE_EVERY = 8 * 25;

export function isApprovalNeeded(seed: number): boolean {
  return APPROVED_SLOTS.includes(seed % EVERY) || APPROVED_TROUBLES.includes(troubleOf(seed)!);
}

/** One schedule in this many has a trouble, one a later and one a still later trouble. */
const EVERY = 25;

/** Each trouble comes once in this many schedules. Only the month of silence is rarer. */
export const ALL_TROUBLES_WITHIN = EVERY * Math.max(TROUBLES.length, LATER_TROUBLES.length);

/** Most schedules have no trouble: in those the nemesis strikes. */
export function troubleOf(seed: number): Trouble | null {
  if (seed % 1_200 === 600) return SILENCE;
  const nth = Math.floor(seed / EVERY);
  if (seed % EVERY === 4) return LATEST_TROUBLES[nth % LATEST_TROUBLES.length]!;
  if (seed % EVERY === 7) return NEWEST_TROUBLES[nth % NEWEST_TROUBLES.length]!;
  if (seed % EVERY === 3) return ANSWERED_TROUBLES[nth % ANSWERED_TROUBLES.length]!;
  if (seed % EVERY === 22) return WATCHED_TROUBLES[nth % WATCHED_TROUBLES.length]!;
  if (seed % APPROVED_TROUBLE_EVERY === 19)
    return APPROVED_TROUBLES[Math.floor(seed / APPROVED_TROUBLE_EVERY) % APPROVED_TROUBLES.length]!;
  if (seed % EVERY === 20) return LATER_TROUBLES[nth % LATER_TROUBLES.length]!;
  return seed % EVERY === 12 ? TROUBLES[nth % TROUBLES.length]! : null;
}
