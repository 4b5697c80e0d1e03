import { inputOf, type Rule } from './rule';
import { stornoLine } from './seen';

/** The look at Connect Online, and the right that is granted there. */
export const CHANNEL_RULES: readonly Rule[] = [
  {
    id: 'S4',
    says: '"Ö-Ticket does not show the Storno" is concluded, and looked for, only after an interval, or after a skip of this wait.',
    watch: ({ world: { time, jet }, lines }, require) => {
      const isSkipped = (caseId: string) =>
        lines(caseId).some(
          ({ operation, step }) => operation === 'skip-wait' && step === 'wait-for-storno-transfer',
        );
      // When it really was saved: a mask that shows whole minutes makes it look up to a minute older.
      const stornoSavedAt = (caseId: string) => {
        const { savedAt = '', version } = (stornoLine(lines(caseId))?.after ?? {}) as {
          savedAt?: string;
          version?: string;
        };
        // A deleted event that is brought back is not saved by that, and in a house without a gateway nobody reads a version.
        const saved = jet.writes.find(({ before, after }) => before && after && after.version === version);
        return Math.max(Date.parse(savedAt), saved?.at ?? 0);
      };
      return {
        beforeChannelRead: (attempt) => {
          if (attempt.task.options.activityType !== 'verifyChannel') return;
          const { caseId, policy } = inputOf(attempt);
          const sinceMs = time.now - stornoSavedAt(caseId);
          require(sinceMs >= policy.syncIntervalMs ||
            isSkipped(caseId), `Connect Online is looked at ${sinceMs} ms after the Storno`);
        },
        onStatus: ({ attention, caseId, policy }) => {
          if (attention?.code !== 'channel-not-showing-storno') return;
          const isPatient = Date.parse(attention.since) >= stornoSavedAt(caseId) + policy.syncIntervalMs;
          require(isPatient || isSkipped(caseId), 'did not wait an interval for Ö-Ticket');
        },
      };
    },
  },
  {
    id: 'S5',
    says: 'The Storno is verified only by a row of this event that has shown Storno since it was set.',
    watch: ({ world: { jet }, openingOf }, require) => ({
      onLine: (line) => {
        if (line.operation !== 'read-channel' || line.outcome !== 'verified') return;
        const storno = jet.writes.find(
          ({ after, before }) => after?.status === 'CANCELLED' && before?.status !== 'CANCELLED',
        );
        const since = openingOf(line.caseId)?.wasCancelledBefore ? 0 : (storno?.at ?? Infinity);
        const isTrue = jet.rows.some(({ status, at }) => status === 'Storno' && at >= since);
        require(isTrue, `verified while Ö-Ticket has known ${JSON.stringify(jet.rows)}`);
      },
    }),
  },
  {
    id: 'S15',
    says: 'The right is granted to the configured user only, for this event only, for long enough, and is never narrowed.',
    watch: ({ world: { jet, house }, openingOf }, require) => ({
      afterGrant: (attempt) => {
        const { caseId, order } = inputOf(attempt);
        const { user, eventNumber, before, after } = jet.rightChanges.at(-1)!;
        const { right } = openingOf(caseId)!;
        require(user === house.connectOnlineUser, `the right is granted to ${user}`);
        require(eventNumber === order.eventNumber, `the right is granted for ${eventNumber}`);
        const isCovered =
          (after.validFrom ?? '') <= right.validFrom && (after.validUntil ?? '9') >= right.validUntil;
        require(isCovered, `the right covers ${after.validFrom} to ${after.validUntil}`);
        if (!before) return;
        const isNarrowed =
          (after.validFrom ?? '') > (before.validFrom ?? '') ||
          (after.validUntil ?? '9') < (before.validUntil ?? '9');
        require(!isNarrowed, 'the right was narrowed');
      },
    }),
  },
];
