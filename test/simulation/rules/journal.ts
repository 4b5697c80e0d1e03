import { readAfterEnd } from '../../../src/domain/after-end';
import { isClaimOf } from '../../../src/journal/inspection';
import { FAILURES } from '../../../src/domain/failures';
import type { JournalEntry } from '../../../src/domain/journal';
import { inputOf, type Rule } from './rule';
import { stornoLine } from './seen';

/** The journal shows what was really done. */
export const JOURNAL_RULES: readonly Rule[] = [
  {
    id: 'S17',
    says: 'Each effect has its intent in the journal before it is tried.',
    watch: ({ lines }, require) => ({
      beforeSave: (attempt, version) => {
        const keys = ['save-announcement', 'restore-announcement'].map((name) => `${name}/${version}`);
        const isIntended = lines(inputOf(attempt).caseId).some(
          ({ kind, effectKey }) => kind === 'intent' && keys.includes(effectKey),
        );
        require(isIntended, `a save of version ${version} without an intent`);
      },
      beforeStorno: (attempt, version) => {
        const isIntended = lines(inputOf(attempt).caseId).some(
          ({ effectKey }) => effectKey === `set-storno/${version}`,
        );
        require(isIntended, 'Storno is set without an intent');
      },
      beforeGrant: (attempt) =>
        require(hasIntent(
          lines(inputOf(attempt).caseId),
          'grant-right',
        ), 'a right is granted without an intent'),
      beforeMail: (attempt) => {
        if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
        const isIntended = hasIntent(lines(inputOf(attempt).caseId), 'send-partner-notice');
        require(isIntended, 'the mail goes out without an intent');
      },
    }),
  },
  {
    id: 'S17',
    says: 'The journal notes as done, and as ours or as found, only what is so; the Storno of a completed case has its line; the chain of hashes holds.',
    watch: ({ world: { jet, journal }, cases }, require) => {
      const wasSetByUs = () =>
        jet.writes.some(({ actor, operation }) => actor === 'gateway' && operation === 'set-storno');
      const checkOutcomes = (caseId: string, lines: readonly JournalEntry[]) => {
        for (const { kind, operation, effectKey, outcome } of lines) {
          if (kind !== 'outcome' || outcome !== 'ok' || !/announcement|set-storno/.test(operation)) continue;
          const version = effectKey.split('/')[1];
          const isDone = jet.writes.some(
            ({ actor, before }) => actor === 'gateway' && before?.version === version,
          );
          require(isDone, `${effectKey} was noted as done, and was not`);
        }
        const isNoted = lines.some(({ kind, operation }) => kind === 'outcome' && operation === 'set-storno');
        const isToBeNoted = wasSetByUs() && journal.endOf(caseId) === 'completed';
        require(isNoted || !isToBeNoted, 'the Storno that was set has no outcome');
      };
      return {
        onLine: ({ operation }) =>
          require(operation !== 'adopt-storno' ||
            !wasSetByUs(), "a Storno of our own is noted as somebody else's"),
        atRest: () => {
          for (const [caseId, lines] of cases()) {
            require(isLinked(lines), `the chain of ${caseId} is broken`);
            checkOutcomes(caseId, lines);
          }
        },
      };
    },
  },
  {
    id: 'S17',
    says: 'After the end of a case comes nothing that its Protokoll would call a forgery.',
    watch: ({ cases }, require) => ({
      atRest: () => {
        for (const [, lines] of cases()) {
          const { foreign = [] } = readAfterEnd(lines) ?? {};
          const what = foreign.map(({ kind, operation, outcome }) => `${kind} ${operation} ${outcome}`);
          require(what.length === 0, `after the end of its case: ${what.join(', ')}`);
        }
      },
    }),
  },
  {
    id: 'S17',
    says: 'The row of a claim is the one that the lines of its case tell of, so that the doctor calls none changed.',
    watch: ({ cases, world }, require) => ({
      atRest: () => {
        for (const [caseId, lines] of cases()) {
          const claim = world.journal.claims.get(caseId) ?? null;
          require(isClaimOf(claim, lines), `the claim of a case is ${claim}, and its lines do not say so`);
        }
      },
    }),
  },
  {
    id: 'S17',
    says: 'A case whose lines tell of its Storno, whoever set it, has the claim of the Storno: by that the watch asks for it.',
    watch: ({ cases, world }, require) => ({
      atRest: () => {
        for (const [caseId, lines] of cases()) {
          const claim = world.journal.claims.get(caseId) ?? null;
          require(claim === 'storno' || !stornoLine(lines), `Storno is known, and the claim is ${claim}`);
        }
      },
    }),
  },
  {
    id: 'S17',
    says: 'A journal that was set back to an older copy is noticed before the next effect.',
    watch: ({ world }, require) => {
      let hasNoticed = false;
      return {
        beforeEffect: (operation) =>
          require(!world.journal.isSetBack, `${operation} on a journal that was set back`),
        onStatus: ({ attention }) => {
          if (attention?.code === 'journal-behind') hasNoticed = true;
        },
        atRest: () => {
          // An operator who was asked something else learns of it from the refusal of an action.
          const { text } = FAILURES['journal-behind'];
          const isAnswered = world.temporal.runs.some(({ updates }) =>
            [...updates.values()].some(({ outcome }) => outcome?.message?.includes(text)),
          );
          require(hasNoticed ||
            isAnswered ||
            !world.wasJournalSetBack, 'nobody has noticed that the journal was set back');
        },
      };
    },
  },
];

function hasIntent(lines: readonly JournalEntry[], operation: string): boolean {
  return lines.some((line) => line.kind === 'intent' && line.operation === operation);
}

function isLinked(lines: readonly JournalEntry[]): boolean {
  return lines.every(({ seq, previousHash }, at) => {
    const isFirst = at === 0;
    return seq === at + 1 && (isFirst || previousHash === lines[at - 1]?.hash);
  });
}
