import { lookHoldsMs } from '../../../src/domain/case';
import type { JournalEntry } from '../../../src/domain/journal';
import type { Attempt } from '../models/run';
import { inputOf, type Rule } from './rule';
import { stornoLine } from './seen';

/** A person asks this long after a look before its result has to be seen. */
const TELLING_MS = 60_000;

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
        onLine: ({ caseId, operation, outcome }) => {
          if (operation === 'read-event' && outcome === 'by-hand')
            looks.set(caseId, { at: time.now, status: 'CANCELLED' });
          if (operation === 'read-channel' && outcome === 'verified') requireStorno(caseId, 'proven');
        },
        beforeConnect: (attempt) => {
          if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
          const { caseId, policy } = inputOf(attempt);
          if (openingOf(caseId)?.backend === 'guided') return;
          requireStorno(caseId, 'the mail goes out');
          const ageMs = time.now - lastLook(caseId).at;
          require(ageMs <= lookHoldsMs(policy), `the mail goes by a look that is ${ageMs} ms old`);
        },
        onStatus: ({ caseId, attention, state }) => {
          const { at, status } = lastLook(caseId);
          const isKnown = stornoLine(lines(caseId)) !== undefined;
          if (
            !isKnown ||
            at === -Infinity ||
            status === 'CANCELLED' ||
            time.now - at < TELLING_MS ||
            state === 'completed'
          )
            return;
          require(attention !== null, `${status} was read ${time.now - at} ms ago, and nobody is told`);
        },
      };
    },
  },
  {
    id: 'S22',
    says: 'A wait that begins again and again is told to a person, at the latest the attention time after its first planned end.',
    watch: ({ world: { time }, lines }, require) => {
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
          const isTold = known.some(
            ({ operation, step }) => operation === 'alert-house' && step === 'set-storno',
          );
          require(putOff.size <= MOST_UNTOLD || isTold, `put off ${putOff.size} times, and nobody is told`);
        },
      };
    },
  },
];

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
