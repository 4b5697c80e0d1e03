import { ApplicationFailure, Context, getClient } from '@temporalio/activity';
import { readActionKey, type ActionKey } from '../domain/action-key';
import { actorOf, type Actor } from '../domain/actor';
import { CLOCKS_DIFFER_MS, isApprovalAction, isSomebodyElse, numberOf } from '../domain/approval';
import { toMs } from '../domain/clock';
import { effectKeys, headOf, type Claim, type JournalEntry, type NewEntry } from '../domain/journal';
import { openingLine, requestsOf } from '../domain/lines';
import { NOT_POSSIBLE } from '../domain/seal';
import { ACTION_TEXTS } from '../domain/wording';
import type { PlainDecision } from '../domain/line-content';
import type { FailureCode } from '../domain/failures';
import type { Instant, JournalHead } from '../domain/types';
import type { ApprovalAction, Choice, StepName } from '../domain/vocabulary';
import { asAskedStep, type ActivityDependencies, type StepInput } from './activity';
import { provenActorOf, type AskedInput } from './asked';
import { openedCase, type OpenedCase } from './check';
import { readCase } from './reading';

/** An operator's decision, as the journal records it. */
export type RecordedAction = AskedInput & {
  reason: string;
  key?: ActionKey;
  step: StepName;
  /** Unique for each decision. A repeated or replayed decision finds its line and adds no second one. */
  effectKey: string;
} & DecidedAction;

/** The action, with the details that are written down beside the reason. */
export type DecidedAction =
  | { action: 'skip-wait'; details: { savedAt: Instant; titlesVisibleAtPartner?: boolean } }
  | { action: 'decide'; choice: Choice; details: { attentionId: string; code?: FailureCode } }
  | { action: ApprovalAction; details: { planHash: string } }
  | { action: PlainDecision };

export interface AbortClaim {
  winner: Claim;
  opened: OpenedCase | null;
}

/** Writes operators' decisions about a case to the journal. An abort is also a claim. */
export function createDecisionActivities({ journal, trust }: ActivityDependencies) {
  /**
   * Claims the case for an abort. `storno`: the abort came too late. After winning the claim, it also requests the
   * workflow's cancellation, so that Temporal shows the run as cancelled, whichever way the abort came. A restarted run
   * may abort before its check has reported what there is to undo: `opened` reports it then, and is `null` if the case
   * was never opened.
   */
  const claimAbort = asAskedStep(trust, async (input: AskedInput & Why): Promise<AbortClaim> => {
    const { entries, opening } = await readCase(journal, input);
    const winner = await journal.claim(input.ref, 'abort', {
      ...provenActorOf(trust, 'abort', input, { reason: input.reason }),
      kind: 'decision',
      step: 'set-storno',
      operation: 'abort',
      effectKey: effectKeys.abort,
      after: whyOf(input),
      outcome: 'accepted',
    });
    if (winner === 'abort') await requestWorkflowCancel();
    return { winner, opened: opening && openedCase(entries, opening, winner) };
  });

  /** The current claim. After a failed Storno step only the journal knows it. */
  const readClaim = asAskedStep(trust, async (input: StepInput): Promise<{ claim: Claim | null }> => {
    await readCase(journal, input);
    return { claim: await journal.readClaim(input.ref.caseId) };
  });

  /** Writes down which operator decided what, and why. */
  const recordAction = asAskedStep(
    trust,
    async (input: RecordedAction): Promise<{ head: JournalHead; at: Instant } & Actor> => {
      const { entries } = await readCase(journal, input);
      // A reset carries out again what was accepted before, by whatever proof was asked for then.
      const known = entries.find(({ effectKey }) => effectKey === input.effectKey);
      const entry = known ?? (await decide(input, entries));
      // Somebody else's word about the same question was faster.
      if (entry.operation !== input.action) throw refused(ACTION_TEXTS.alreadyDecided);
      return { head: headOf(entry), at: entry.at, ...actorOf(entry) };
    },
  );

  async function decide(input: RecordedAction, entries: readonly JournalEntry[]): Promise<JournalEntry> {
    const by = provenActorOf(trust, input.action, input, doneOf(input));
    const fault = isAboutApproval(input) ? approvalFault(input, entries, by) : null;
    if (fault !== null) throw refused(fault);
    return journal.append(input.ref, lineOf(input, by));
  }

  return { claimAbort, readClaim, recordAction };
}

type AboutApproval = RecordedAction & { action: ApprovalAction };

function isAboutApproval(input: RecordedAction): input is AboutApproval {
  return isApprovalAction(input.action);
}

/**
 * Why this does not count; `null`: it does. It is about the newest request alone, for exactly the plan that was seen, and in time:
 * a run that somebody else leads may take it for another one, and workers that were away may learn of it late.
 */
function approvalFault(
  { action, details, effectKey }: AboutApproval,
  entries: readonly JournalEntry[],
  by: Actor,
): string | null {
  const request = requestsOf(entries).at(-1);
  if (!request || effectKey !== effectKeys.approval(numberOf(entries, request)))
    return ACTION_TEXTS.nothingToApprove;
  if (action === 'reject') return null;
  const { scheduledTimestampMs } = Context.current().info;
  if (toMs(request.after.expiresAt) + CLOCKS_DIFFER_MS < scheduledTimestampMs)
    return ACTION_TEXTS.approvalOver;
  if (action === 'override') return null;
  if (details.planHash !== request.after.planHash) return ACTION_TEXTS.anotherPlan;
  return isSomebodyElse(by, openingLine(entries)) ? null : ACTION_TEXTS.ownOrder;
}

/** Nothing was done, and the caller is told why. */
function refused(text: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(text, NOT_POSSIBLE);
}

function lineOf(input: RecordedAction, by: Actor): NewEntry {
  const { step, effectKey } = input;
  const why = whyOf(input);
  const line = { ...by, kind: 'decision', step, effectKey } as const;
  switch (input.action) {
    case 'decide':
      return { ...line, operation: 'decide', after: { ...input.details, ...why }, outcome: input.choice };
    case 'skip-wait':
      return { ...line, operation: 'skip-wait', after: { ...input.details, ...why }, outcome: 'accepted' };
    case 'approve':
      return { ...line, operation: 'approve', after: { ...input.details, ...why }, outcome: 'accepted' };
    case 'reject':
      return { ...line, operation: 'reject', after: { ...input.details, ...why }, outcome: 'accepted' };
    case 'override':
      return { ...line, operation: 'override', after: { ...input.details, ...why }, outcome: 'accepted' };
    case 'waive-step':
      return { ...line, operation: 'waive-step', after: why, outcome: 'accepted' };
    case 'close-by-hand':
      return { ...line, operation: 'close-by-hand', after: why, outcome: 'accepted' };
    case 'retry':
      return { ...line, operation: 'retry', after: why, outcome: 'accepted' };
  }
}

/** What of the request stands in its line. */
function doneOf(input: RecordedAction): object {
  const { reason, step } = input;
  const details = 'details' in input ? input.details : {};
  return { reason, step, ...details, ...('choice' in input && { choice: input.choice }) };
}

/** Why, and the key under which the request may come again. */
type Why = Pick<RecordedAction, 'reason' | 'key'>;

function whyOf({ reason, key }: Why): Why {
  return { reason, key: readActionKey(key) };
}

async function requestWorkflowCancel(): Promise<void> {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) return;
  await getClient().workflow.getHandle(workflowExecution.workflowId, workflowExecution.runId).cancel();
}
