import { lookHoldsMs, type CancellationInput, type Opening } from '../../../src/domain/case';
import type { JournalEntry } from '../../../src/domain/journal';
import { findMarker } from '../../../src/domain/marker';
import { hasReason } from '../../../src/domain/memo';
import type { JetEvent } from '../../../src/domain/types';
import type { PartnerNoticeFacts } from '../../../src/mail/port';
import type { Attempt } from '../models/run';
import { inputOf, type Rule } from './rule';
import { isProof, stornoLine, type Judged } from './seen';

interface Look {
  at: number;
  status: string;
}

/** What is told of the Storno is true when it is told, and nobody waits for ever without knowing it. */
export const STILL_STORNO_RULES: readonly Rule[] = [
  {
    id: 'S21',
    says: 'The right is granted, the proof written and the mail begun only on a look that has just shown Storno; an operator looks where Jet cannot.',
    watch: ({ world: { time }, lines, openingOf }, require) => {
      const looks = new Map<string, Look>();
      const lastLook = (caseId: string) => looks.get(caseId) ?? { at: -Infinity, status: 'nothing' };
      const requireStorno = (caseId: string, what: string) => {
        const { status } = lastLook(caseId);
        require(status === 'CANCELLED', `${what} after ${status} was read`);
      };
      return {
        onRead: (attempt, event) =>
          void looks.set(inputOf(attempt).caseId, { at: time.now, status: event?.status ?? 'deleted' }),
        beforeGrant: ({ lastRead }) =>
          require(lastRead?.status ===
            'CANCELLED', `the right is granted after ${lastRead?.status} was read`),
        onLine: ({ caseId, operation, outcome }, { lastRead }) => {
          if (operation === 'read-event' && outcome === 'by-hand')
            looks.set(caseId, { at: time.now, status: 'CANCELLED' });
          if (operation !== 'read-channel' || outcome !== 'verified') return;
          // Its own read and what is noted count: of an attempt that has read, and sleeps since, nobody can know.
          require(lastRead?.status === 'CANCELLED', `proven after ${lastRead?.status} was read`);
          const noted = lines(caseId).findLast((line) => line.operation === 'read-event');
          require(!LOST.has(String(noted?.outcome)), `proven after ${noted?.outcome} was noted`);
        },
        beforeConnect: (attempt) => {
          if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
          const { caseId, policy } = inputOf(attempt);
          if (openingOf(caseId)?.backend === 'guided') return;
          requireStorno(caseId, 'the mail goes out');
          const ageMs = time.now - lastLook(caseId).at;
          require(ageMs <= lookHoldsMs(policy), `the mail goes by a look that is ${ageMs} ms old`);
          const known = lines(caseId);
          const back = known.findLastIndex(({ outcome }) => outcome === 'storno-again');
          require(back === -1 ||
            known
              .slice(back)
              .some(isProof), 'the mail goes out on what was proven before the status was set back');
        },
      };
    },
  },
  {
    id: 'S26',
    says: 'The mail names place, date and title, and says of marker and memo, what a look right before it has read.',
    watch: ({ world: { time }, openingOf }, require) => {
      const reads = new Map<string, { at: number; event: JetEvent }[]>();
      const byHand = new Set<string>();
      const connectedAt = new Map<Attempt, number>();
      return {
        onRead: (attempt, event) => {
          const { caseId } = inputOf(attempt);
          if (event) reads.set(caseId, [...(reads.get(caseId) ?? []), { at: time.now, event }]);
        },
        onLine: ({ caseId, operation, outcome }) => {
          if (operation === 'read-event' && outcome === 'by-hand') byHand.add(caseId);
          else if (operation === 'read-event') byHand.delete(caseId);
        },
        // Not when the attempt is written down: one that slept since then connects no more.
        beforeConnect: (attempt) => void connectedAt.set(attempt, time.now),
        beforeMail: (attempt, { text }) => {
          if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
          const { caseId } = inputOf(attempt);
          const opening = openingOf(caseId);
          if (!opening || opening.backend === 'guided' || byHand.has(caseId)) return;
          const facts = JSON.parse(text.split('\n').at(-1) ?? '') as PartnerNoticeFacts;
          const since = (connectedAt.get(attempt) ?? time.now) - lookHoldsMs(opening.input.policy);
          const fresh = (reads.get(caseId) ?? []).filter(({ at }) => at >= since);
          require(fresh.some(({ event }) =>
            isAsRead(facts, event, opening),
          ), `the mail says ${JSON.stringify(facts)}`);
        },
      };
    },
  },
  {
    id: 'S21',
    says: 'A case is not completed in another status than Storno, nor by an old look: Jet was asked again, whether it answered or not.',
    watch: ({ world: { time, temporal }, lines, openingOf }, require) => {
      const reads = new Map<string, (Look & { attempt: Attempt })[]>();
      const scheduledAt = (caseId: string, activityType: string) =>
        Math.max(
          ...temporal.runs
            .filter(({ input }) => (input as CancellationInput).caseId === caseId)
            .flatMap(({ tasks }) => [...tasks.values()])
            .filter(({ options }) => options.activityType === activityType)
            .map((task) => task.scheduledAt),
        );
      return {
        onRead: (attempt, event) => {
          const { caseId } = inputOf(attempt);
          const look = { attempt, at: time.now, status: event?.status ?? 'deleted' };
          reads.set(caseId, [...(reads.get(caseId) ?? []), look]);
        },
        onLine: ({ caseId, operation, outcome }) => {
          // What an attempt has read and taken with it when its process died, nobody knows. What it had noted, everybody does.
          const read = reads.get(caseId)?.findLast(({ attempt }) => !attempt.isDead);
          const noted = lines(caseId).findLast((line) => line.operation === 'read-event');
          if (operation !== 'close' || outcome !== 'completed' || !read) return;
          const { backend, input } = openingOf(caseId)!;
          if (backend === 'guided') return;
          require(read.status === 'CANCELLED', `completed after ${read.status} was read`);
          require(!LOST.has(String(noted?.outcome)), `completed after ${noted?.outcome} was noted`);
          const ageMs = scheduledAt(caseId, 'closeCase') - read.at;
          const isTried = scheduledAt(caseId, 'lookAtEvent') > scheduledAt(caseId, 'sendPartnerNotice');
          require(ageMs <= lookHoldsMs(input.policy) ||
            isTried, `completed by a look that is ${ageMs} ms old`);
        },
      };
    },
  },
  {
    id: 'S21',
    says: 'A status that was changed after the Storno is told to a person as soon as it is read.',
    watch: ({ world, lines }, require) => {
      /** How often a case was read in another status since that was noted. */
      const readings = new Map<string, number>();
      return {
        onRead: (attempt, event) => {
          const { caseId } = inputOf(attempt);
          const known = lines(caseId);
          const lost = known.findIndex(({ outcome }) => LOST.has(String(outcome)));
          const isLost = event?.status !== 'CANCELLED' && lost >= 0;
          const count = isLost ? (readings.get(caseId) ?? 0) + 1 : 0;
          readings.set(caseId, count);
          const isTold = isAlerted(world, Date.parse(known[lost]?.at ?? ''));
          require(count <= MOST_UNTOLD ||
            isTold, `${event?.status ?? 'nothing'} is read again and again, and nobody is told`);
        },
      };
    },
  },
  {
    id: 'S21',
    says: 'Where the watch looks on, another status is told to a person within two poll intervals, whatever the case waits for.',
    watch: ({ world, cases }, require) => {
      const { time, jet, temporal, nemesis, house } = world;
      let lostAt: number | null = null;
      return {
        onWatch: () => {
          const isClear = !nemesis.isCalm && temporal.openRun !== null && house.backend === 'gateway';
          const isKnown = cases().some(([, lines]) => stornoLine(lines) !== undefined);
          const isLost = isClear && isKnown && jet.event?.status !== 'CANCELLED';
          // A step may have read it, and had it told, before the watch looks for the first time.
          const changed = jet.writes.findLast(({ before }) => before?.status === 'CANCELLED');
          lostAt = isLost ? (lostAt ?? changed?.at ?? time.now) : null;
          if (lostAt === null || nemesis.strikes.length > 1) return;
          const soonMs = 2 * world.policy.pollIntervalMs + MINUTE_MS;
          require(time.now - lostAt <= soonMs ||
            isAlerted(world, lostAt + CLOCK_MS), 'another status is seen, and nobody is told');
        },
      };
    },
  },
  {
    id: 'S22',
    says: 'A wait that begins again and again is told to a person, at the latest the attention time after its first planned end.',
    watch: ({ world, lines }, require) => {
      const { time } = world;
      /** The activities that have found the wait put off for too long. */
      const tasks = new Map<string, Set<Attempt['task']>>();
      return {
        onRead: (attempt, event) => {
          const { task } = attempt;
          if (task.options.activityType !== 'setStatusStorno' || event?.status !== 'ON_SALE') return;
          const { caseId, policy } = inputOf(attempt);
          const known = lines(caseId);
          const due = firstMarkedAt(known) + policy.syncIntervalMs + policy.attentionAfterMs;
          const isPutOff = time.now - Date.parse(event.savedAt) < policy.syncIntervalMs;
          if (!isPutOff || !(time.now > due)) return;
          const putOff = (tasks.get(caseId) ?? new Set()).add(task);
          tasks.set(caseId, putOff);
          const isTold = isAlerted(world, 0);
          require(putOff.size <= MOST_UNTOLD || isTold, `put off ${putOff.size} times, and nobody is told`);
        },
      };
    },
  },
];

/** Whether the mail says what this read has shown. */
function isAsRead(facts: PartnerNoticeFacts, event: JetEvent, { input }: Opening): boolean {
  const { venue, location, organiser } = event;
  return (
    facts.venue === venue &&
    facts.location === location &&
    facts.organiser === organiser &&
    Date.parse(facts.startsAt) === Date.parse(event.startsAt) &&
    facts.standingMarker === findMarker(event.title, input.policy.marker) &&
    facts.isReasonInMemo === hasReason(event.externalMemo, input.order.reason)
  );
}

/** What the line of a look says when the status was no longer Storno. */
const LOST: ReadonlySet<string> = new Set(['not-storno', 'gone']);

const MINUTE_MS = 60_000;

/** A crash or a reset may repeat an activity whose result the run does not know. */
const MOST_UNTOLD = 3;

/** Since an operator last decided how the titles are to be marked. */
function firstMarkedAt(lines: readonly JournalEntry[]): number {
  const decided = lines.findLastIndex(({ operation }) => operation === 'decide' || operation === 'resume');
  const marked = lines
    .slice(decided + 1)
    .find(({ kind, operation }) => kind === 'outcome' && operation === 'save-announcement');
  return Date.parse(marked?.at ?? '');
}

/** Whether a run asked for a mail to the house since then; whether it could be sent is another matter. */
function isAlerted({ temporal }: Judged, sinceMs: number): boolean {
  const tasks = temporal.runs.flatMap((run) => [...run.tasks.values()]);
  return tasks.some(
    ({ options, scheduledAt }) => options.activityType === 'alertHouse' && scheduledAt >= sinceMs - CLOCK_MS,
  );
}

/** The journal's clock is a worker's, which may be wrong by so much. */
const CLOCK_MS = 2 * 3_600_000;
