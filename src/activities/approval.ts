import { Context } from '@temporalio/activity';
import { ABSAGE, actorOf } from '../domain/actor';
import {
  approvalOf,
  approvalRefusal,
  CLOCKS_DIFFER_MS,
  decisionOn,
  expiryOf,
  hasBegunWriting,
  isGranted,
  numberOf,
  overrideOf,
} from '../domain/approval';
import type { Approval, CodedText, Originals } from '../domain/case';
import { toInstant, toMs } from '../domain/clock';
import { readableInput } from '../domain/contact';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf, type JournalEntry, type NewEntry } from '../domain/journal';
import { lastHead, requestsOf } from '../domain/lines';
import { refusal } from '../domain/refusals';
import type { Instant, JournalHead } from '../domain/types';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { channelShowsStorno, plan } from './check';
import { readCase, requireHouse, requireWritten } from './reading';

/** Somebody has to decide about the request with this number. */
export interface AskedForApproval extends Pick<Originals, 'event' | 'warnings' | 'right'> {
  kind: 'awaiting';
  number: number;
  approval: Approval;
  head: JournalHead;
}

/** How far the approval of a case is. */
export type Settled =
  /** Nobody has to be asked any more: the case goes on. */
  | { kind: 'settled'; isOverridden: boolean; head: JournalHead }
  | AskedForApproval
  /** The case ends, and was never begun. */
  | { kind: 'refused'; refusal: CodedText; approval: Approval | null; head: JournalHead };

/** Four eyes: what is between the check and the first write, where the house wants it. */
export function createApprovalActivities(deps: ActivityDependencies) {
  const { journal, houses, trust } = deps;

  /**
   * Asks for an approval, or reads what was said to it. What was approved is planned once more right before it is carried
   * out: another plan needs another approval. Everything it goes by stands in the journal, so a reset asks nobody twice.
   */
  const settleApproval = asStep(trust, settle);

  async function settle(input: StepInput): Promise<Settled> {
    const { entries, opening } = await readCase(journal, input);
    const known = requireWritten(opening, `the opening of case ${input.ref.caseId}`);
    const rule = requireWritten(known.input.policy.approval, 'that the house wants an approval');
    const settled = (head: JournalHead) =>
      ({ kind: 'settled', isOverridden: overrideOf(entries) !== null, head }) as const;
    const refused = approvalRefusal(entries);
    if (refused)
      return { kind: 'refused', refusal: refused, approval: approvalOf(entries), head: lastHead(entries) };
    if (hasBegunWriting(entries)) return settled(lastHead(entries));
    const requests = requestsOf(entries);
    const nth = requests.length;
    const request = requests.at(-1);
    const decision = request && decisionOn(entries, request);
    if (request && !decision) {
      if (toMs(request.after.expiresAt) - CLOCKS_DIFFER_MS > toMs(now())) return awaiting(entries);
      const { planHash } = request.after;
      const key = effectKeys.approval(nth);
      await journal.append(input.ref, endOfApproval(key, planHash, refusal('approval-expired'), 'expired'));
      return settle(input);
    }

    const house = requireHouse(houses, input.ref.house);
    const { order, policy } = readableInput(known.input);
    const { planned, planHash } = await plan(deps, house, order, policy);
    const [reason] = planned.plan.refusals;
    if (reason || !planned.opening) {
      const why = reason ?? refusal('event-not-found');
      const key = effectKeys.approvalVoid(nth);
      await appendNext(input, entries, endOfApproval(key, planHash, why, 'refused'));
      return settle(input);
    }
    if (decision && isGranted(decision) && request.after.planHash === planHash) {
      const line = await appendNext(input, entries, {
        ...actorOf(input),
        kind: 'evidence',
        step: 'check',
        operation: 'recheck-plan',
        effectKey: effectKeys.recheck(nth),
        after: { planHash },
        outcome: 'unchanged',
      });
      return settled(headOf(line));
    }
    const { startsAt } = planned.opening.event;
    const allowPastEvent = order.allowPastEvent === true;
    const channelShowedStorno = await channelShowsStorno(deps, house, order.eventNumber);
    await appendNext(input, entries, {
      ...actorOf(input),
      kind: 'decision',
      step: 'check',
      operation: 'request-approval',
      effectKey: effectKeys.approvalRequest(nth + 1),
      after: {
        planHash,
        expiresAt: expiryOf(now(), rule.expiresMs, { startsAt, allowPastEvent }),
        ...planned.opening,
        channelShowedStorno,
      },
      outcome: 'requested',
    });
    return awaiting((await readCase(journal, input)).entries);
  }

  /** Only what follows directly on what was read: an attempt that slept asks for nothing and allows nothing. */
  async function appendNext(
    { ref }: StepInput,
    entries: readonly JournalEntry[],
    line: NewEntry,
  ): Promise<JournalEntry> {
    const written = await journal.appendNext(ref, line, lastHead(entries));
    if (written) return written;
    throw new KnownFailure('jet-stale-read', 'the journal went on meanwhile');
  }

  return { settleApproval };
}

/** By Temporal's clock, which all workers share. */
function now(): Instant {
  return toInstant(Context.current().info.currentAttemptScheduledTimestampMs);
}

function awaiting(entries: readonly JournalEntry[]): Settled {
  const request = requestsOf(entries).at(-1);
  const approval = approvalOf(entries);
  if (!request || !approval) throw new KnownFailure('journal-behind', 'a request without a line');
  const { event, warnings, right } = request.after;
  return {
    kind: 'awaiting',
    number: numberOf(entries, request),
    approval,
    ...{ event, warnings, right },
    head: lastHead(entries),
  };
}

/** Nobody has decided in time, or what was approved cannot be carried out any more. */
function endOfApproval(
  effectKey: string,
  planHash: string,
  reason: CodedText,
  outcome: 'expired' | 'refused',
) {
  const line = { ...ABSAGE, kind: 'decision', step: 'check', operation: 'end-approval' } as const;
  return { ...line, effectKey, after: { planHash, refusal: reason }, outcome };
}
