import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import { isChoice } from '../domain/choices';
import { type Choice } from '../domain/vocabulary';
import { failureRow, KnownFailure, type FailureCode, type FailureFacts } from '../domain/failures';
import type { JournalHead } from '../domain/journal';
import type { CaseRef } from '../domain/journal';
import type { StepName } from '../domain/vocabulary';
import type { House } from '../domain/types';
import type { JetPort } from '../jet/port';
import type { Journal } from '../journal/port';
import type { JournalEntry } from '../domain/journal';
import type { MailPort } from '../mail/port';

/** What the activities work with. The doors build it; nothing in it connects before it is used. */
export interface ActivityDependencies {
  jet: JetPort;
  mail: MailPort;
  journal: Journal;
  houses: ReadonlyMap<string, House>;
  isRehearsal: boolean;
}

/** What every step of a case is called with. */
export interface StepInput {
  ref: CaseRef;
  actor: string;
  /** The last journal line that the run has seen; an older journal is noticed before the next effect. */
  head: JournalHead | null;
}

const HEARTBEAT_INTERVAL_MS = 1_000;

/** Failures that are part of the procedure: they leave no noise in logs and metrics. */
const BENIGN: readonly FailureCode[] = ['channel-not-showing-storno'];

/**
 * Makes an activity of a piece of work: beats while it runs, so that a dead worker is noticed within seconds,
 * and hands a `KnownFailure` to Temporal as its row of the failure table says.
 */
export function asActivity<I, O>(work: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    const context = Context.current();
    const beating = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
    try {
      return await work(input);
    } catch (error) {
      throw error instanceof KnownFailure ? toApplicationFailure(error) : error;
    } finally {
      clearInterval(beating);
    }
  };
}

function toApplicationFailure(failure: KnownFailure): ApplicationFailure {
  return ApplicationFailure.create({
    type: failure.code,
    message: failure.detail,
    nonRetryable: failureRow(failure.code).kind === 'terminal',
    nextRetryDelay: failure.options.retryAfterMs,
    details: [
      {
        conflicts: failure.options.conflicts ?? [],
        head: failure.options.head ?? null,
      } satisfies FailureFacts,
    ],
    category: BENIGN.includes(failure.code) ? ApplicationFailureCategory.BENIGN : undefined,
  });
}

/** Whether a person has decided that a step is left out. */
export function isWaived(entries: readonly JournalEntry[], step: StepName): boolean {
  return entries.some((entry) => entry.operation === 'waive-step' && entry.step === step);
}

/**
 * What a person has decided for a step, as long as nothing has been written since that makes it a thing of the past:
 * so a decision is used for exactly what it was meant for, also after a reset.
 */
export function standingChoice(
  entries: readonly JournalEntry[],
  steps: readonly StepName[],
  isVoidedBy: (entry: JournalEntry) => boolean,
): Choice | null {
  const isDecision = ({ operation, step }: JournalEntry) => operation === 'decide' && steps.includes(step);
  const last = entries.findLast((entry) => isDecision(entry) || isVoidedBy(entry));
  return last && isDecision(last) && isChoice(last.outcome) ? last.outcome : null;
}
