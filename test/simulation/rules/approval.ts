import type { JournalEntry } from '../../../src/domain/journal';
import type { Attempt } from '../models/run';
import { inputOf, type Require, type Rule } from './rule';
import type { Seen } from './seen';

/** Four eyes: what must have been said before anything is done. */
export const APPROVAL_RULES: readonly Rule[] = [
  {
    id: 'S16',
    says: 'Where a house wants it, nothing is written in Jet and no mail goes to Ö-Ticket before another person has said yes to exactly this plan, in time; only an override needs nobody, and the house learns of it.',
    watch: (seen, require) => {
      const approved = (what: string) => (attempt: Attempt) =>
        requireApproved(seen, require, inputOf(attempt).caseId, what);
      return {
        beforeSave: approved('the texts are saved'),
        beforeStorno: approved('Storno is set'),
        beforeGrant: approved('the right is granted'),
        beforeMail: (attempt) => {
          if (attempt.task.options.activityType === 'sendPartnerNotice')
            requireApproved(seen, require, inputOf(attempt).caseId, 'the notice is sent');
        },
        onLine: (line) => {
          if (line.effectKey.startsWith('task/'))
            requireApproved(seen, require, line.caseId, 'a task is given');
          if (line.operation === 'approve') requireAnother(seen, require, line);
          if (line.operation === 'recheck-plan') {
            const request = lastRequest(seen.lines(line.caseId));
            require(line.after.planHash ===
              request?.after.planHash, 'another plan passes for the approved one');
          }
        },
        atRest: () => {
          for (const [, lines] of seen.cases()) requireLoud(require, lines, seen);
        },
      };
    },
  },
];

type Lines = readonly JournalEntry[];

function lastRequest(lines: Lines) {
  return lines.findLast(
    (line): line is Extract<JournalEntry, { operation: 'request-approval' }> =>
      line.operation === 'request-approval',
  );
}

function requireApproved(seen: Seen, require: Require, caseId: string, what: string): void {
  const lines = seen.lines(caseId);
  const opening = lines.find(({ kind }) => kind === 'opening');
  const policy = seen.openingOf(caseId)?.input.policy;
  // What an abort gives back was approved before, or there is nothing to give back.
  if (!opening || !policy?.approval || lines.some(({ operation }) => operation === 'abort')) return;
  const request = lastRequest(lines);
  const word = lines.find(
    ({ operation, seq }) =>
      request !== undefined &&
      seq > request.seq &&
      ['approve', 'override', 'reject', 'end-approval'].includes(operation),
  );
  require(word?.operation === 'approve' ||
    word?.operation === 'override', `${what}, and nobody has approved it`);
}

function requireAnother(seen: Seen, require: Require, line: JournalEntry): void {
  const opening = seen.lines(line.caseId).find(({ kind }) => kind === 'opening');
  require(line.actorId !== opening?.actorId, 'whoever ordered the case has approved it');
}

/** Of a case that went on without a second person, everybody who could have approved it was told, or still will be. */
function requireLoud(require: Require, lines: Lines, { world: { mail } }: Seen): void {
  const asked = lastRequest(lines)?.seq ?? 0;
  const isSilent = !lines.some(({ operation, seq }) => operation === 'override' && seq > asked);
  const isOver = lines.some(({ kind, operation }) => kind === 'end' || operation === 'abort');
  if (isSilent || !lines.some(({ operation }) => operation === 'recheck-plan') || !isOver) return;
  const attempts = lines.filter(
    ({ effectKey, kind }) => kind === 'intent' && effectKey.startsWith('ordered/'),
  );
  if (attempts.length === 0 && lines.some(({ operation }) => operation === 'abort')) return;
  const isTold = mail.composed.some((text) => text.includes('OHNE FREIGABE'));
  require(attempts.length > 0 && isTold, 'a case began without a second person, and nobody was told');
}
