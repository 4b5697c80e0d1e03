import { Context } from '@temporalio/activity';
import { ABSAGE, actorOf } from '../domain/actor';
import {
  approvalOf,
  approvalRefusal,
  decisionOn,
  expiryOf,
  hasBegunWriting,
  isGranted,
  numberOf,
  overrideOf,
  type RequestLine,
} from '../domain/approval';
import type { Approval, CodedText, Opening, Originals } from '../domain/case';
import { toInstant, toMs } from '../domain/clock';
import { readableInput } from '../domain/contact';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf, type JournalEntry, type NewEntry } from '../domain/journal';
import { lastHead, requestsOf } from '../domain/lines';
import { refusal } from '../domain/refusals';
import { STORNO_WORD } from '../domain/status';
import type { Instant, JournalHead } from '../domain/types';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { plan } from './check';
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

/** The run's timer and this machine's clock need not agree to the millisecond. */
const CLOCKS_DIFFER_MS = 1_000;

/** Four eyes: what is between the check and the first write, where the house wants it. */
export function createApprovalActivities(deps: ActivityDependencies) {
  const { journal, jet, houses, trust } = deps;

  /**
   * Asks for an approval, or reads what was said to it. What was approved is planned once more right before it is carried
   * out: another plan needs another approval. Everything it goes by stands in the journal, so a reset asks nobody twice.
   */
  const settleApproval = asStep(trust, async (input: StepInput): Promise<Settled> => {
    const { entries, opening } = await readCase(journal, input);
    const known = requireWritten(opening, `the opening of case ${input.ref.caseId}`);
    const rule = requireWritten(known.input.policy.approval, 'that the house wants an approval');
    const settled = (head: JournalHead) =>
      ({ kind: 'settled', isOverridden: overrideOf(entries) !== null, head }) as const;
    const refused = approvalRefusal(entries);
    if (refused)
      return { kind: 'refused', refusal: refused, approval: approvalOf(entries), head: lastHead(entries) };
    if (hasBegunWriting(entries)) return settled(lastHead(entries));
    const request = requestsOf(entries).at(-1);
    const decision = request && decisionOn(entries, request);
    if (request && !decision) {
      if (toMs(request.after.expiresAt) - CLOCKS_DIFFER_MS > toMs(now())) return awaiting(entries);
      await journal.append(input.ref, expiry(request, numberOf(entries, request)));
      return settleApproval(input);
    }

    const { planned, planHash } = await planAnew(input, known);
    const [reason] = planned.plan.refusals;
    if (reason) {
      const void_ = { ...ABSAGE, effectKey: effectKeys.approvalVoid(requestsOf(entries).length) };
      await appendNext(input, entries, {
        ...void_,
        kind: 'decision',
        step: 'check',
        operation: 'end-approval',
        after: { planHash, refusal: reason },
        outcome: 'refused',
      });
      return settleApproval(input);
    }
    const isAsApproved = request?.after.planHash === planHash && decision && isGranted(decision);
    if (isAsApproved) {
      const line = await appendNext(input, entries, {
        ...actorOf(input),
        kind: 'evidence',
        step: 'check',
        operation: 'recheck-plan',
        effectKey: effectKeys.recheck(numberOf(entries, request)),
        after: { planHash },
        outcome: 'unchanged',
      });
      return settled(headOf(line));
    }
    const { startsAt } = planned.opening.event;
    const allowPastEvent = known.input.order.allowPastEvent === true;
    await appendNext(input, entries, {
      ...actorOf(input),
      kind: 'decision',
      step: 'check',
      operation: 'request-approval',
      effectKey: effectKeys.approvalRequest(requestsOf(entries).length + 1),
      after: {
        planHash,
        expiresAt: expiryOf(now(), rule.expiresMs, { startsAt, allowPastEvent }),
        ...planned.opening,
      },
      outcome: 'requested',
    });
    return awaiting((await readCase(journal, input)).entries);
  });

  /** As the check does, with what Jet shows now. */
  async function planAnew({ ref }: StepInput, opening: Opening) {
    const { order, policy } = readableInput(opening.input);
    const house = requireHouse(houses, ref.house);
    const { planned, planHash } = await plan(deps, house, order, policy);
    const isGuided = opening.backend === 'guided';
    const row = isGuided ? null : await jet.readChannelInfo(ref.eventNumber);
    const none = refusal('event-not-found');
    return {
      planHash,
      planned: {
        plan: planned.opening ? planned.plan : { ...planned.plan, refusals: [none] },
        opening: {
          ...(planned.opening ?? opening),
          channelShowedStorno: row?.status === STORNO_WORD,
        } satisfies Originals,
      },
    };
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

function expiry({ after: { planHash } }: RequestLine, nth: number) {
  return {
    ...ABSAGE,
    kind: 'decision',
    step: 'check',
    operation: 'end-approval',
    effectKey: effectKeys.approval(nth),
    after: { planHash, refusal: refusal('approval-expired') },
    outcome: 'expired',
  } as const;
}
