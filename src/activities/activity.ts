import { ApplicationFailure, Context } from '@temporalio/activity';
import { ApplicationFailureCategory } from '@temporalio/common';
import type { Actor } from '../domain/actor';
import { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../domain/input';
import { failureRow, KnownFailure, type FailureCode, type FailureFacts } from '../domain/failures';
import type { PublicKey } from '../domain/signature';
import type { CaseRef, House, JournalHead, WorkflowRun } from '../domain/types';
import type { JetPort } from '../jet/port';
import type { Journal, OpenChecks, SeriesStore } from '../journal/port';
import type { MailPort } from '../mail/port';
import type { Trust } from '../trust/trust';

/** What the activities work with. `worker.ts` builds it, and no part of it connects before its first use. */
export interface ActivityDependencies {
  jet: JetPort;
  mail: MailPort;
  journal: Journal;
  /** The chains of the series, in the same database. */
  series: SeriesStore;
  /** What signs the lines, to be named outside of the journal; absent where nobody signs. */
  signingKey?: PublicKey;
  houses: ReadonlyMap<string, House>;
  isRehearsal: boolean;
  /** The gateway has said that no real Jet is behind it. Known without a call: what is not known counts as real. */
  isSimulator(): boolean;
  /** Judges who really asks for a case or an action. */
  trust: Trust;
  /** How long a mail of a series waits for the performances that lag behind, in milliseconds. */
  seriesNoticeAfterMs?: number;
  /** How many performances of one series are at work in Jet at once; absent: 20. */
  seriesWindow?: number;
  /** Asks the run of a case to abort, on behalf of somebody. `key`: again the same one asks nothing new. */
  abortCase?: (ref: CaseRef, by: Actor, reason: string, key: string) => Promise<void>;
  /** Whose open run the event of a case has now; `none`: none is open. Absent where Temporal is not asked. */
  holderOf?: (ref: CaseRef) => Promise<RunHolder>;
  /** Which cases of a series ask for a person, as Temporal's lists show it: they are behind at times. */
  casesInNeed?: (seriesId: string) => Promise<ReadonlySet<string>>;
  /** How much of Jet the checks of one house may have; absent where nobody counts them. */
  checks?: CheckLimits;
}

export type RunHolder = 'own' | 'other' | 'none';

export interface CheckLimits {
  /** The most that are open at once. */
  most: number;
  /** How many calls per second go to Jet, those of all houses together. */
  jetPerSecond: number;
  /** Who counts the checks. */
  open: OpenChecks;
}

/** The input of every step of a case. */
export interface StepInput {
  ref: CaseRef;
  actor: string;
  /** Who that is, once the check has proven it. A run of before does not pass it on. */
  actorId?: string | null;
  /**
   * The last journal line that the run has seen. If the journal ends before it, the next step notices before its
   * effect.
   */
  head: JournalHead | null;
  /** Set by the activity itself: it acts on behalf of whom the opening names. */
  isForOrderer?: true;
  /** The situation of which the open attention tells: only another one ends a patient attempt. */
  told?: string | null;
}

const HEARTBEAT_INTERVAL_MS = 1_000;

/** Failures that are part of the procedure. Temporal keeps them out of error logs and metrics. */
const BENIGN: readonly FailureCode[] = [
  'channel-not-showing-storno',
  'saved-again-and-again',
  'check-waits',
  'writes-off',
];

/**
 * Makes an activity of a piece of work: it heartbeats while the work runs, so that Temporal notices a dead worker
 * within seconds, and passes a `KnownFailure` to Temporal as its row of the failure table says.
 */
export function asActivity<I, O>(work: (input: I) => Promise<O>): (input: I) => Promise<O> {
  return async (input) => {
    const context = Context.current();
    const beating = setInterval(() => context.heartbeat(), HEARTBEAT_INTERVAL_MS);
    try {
      return await work(input);
    } catch (error) {
      throw error instanceof KnownFailure ? toApplicationFailure(error, toldTo(input)) : error;
    } finally {
      clearInterval(beating);
    }
  };
}

/**
 * As `asActivity`, for everything that a case does: it runs only inside of the workflow of that very event. Whoever reaches
 * Temporal can ask a worker for any activity by itself, and would go past everything that the workflow holds.
 */
export function asCaseActivity<I, O>(
  eventOf: (input: I) => Pick<CaseRef, 'house' | 'eventNumber'>,
  work: (input: I) => Promise<O>,
): (input: I) => Promise<O> {
  return asActivity(async (input: I) => {
    const { house, eventNumber } = eventOf(input);
    const isItsRun = currentRun().workflowId === cancellationWorkflowId(house, eventNumber);
    if (isItsRun && Context.current().info.workflowType === CANCEL_PERFORMANCE) return work(input);
    throw outsideOfCase();
  });
}

/**
 * As `asCaseActivity`, for a step of a case: it is done only for a run that may act for that case. Whoever reaches Temporal can
 * start a run with the case's id and type, and answer its workflow tasks in a worker of their own. For an activity that finds
 * out itself who acts.
 */
export function asAskedStep<I extends { ref: CaseRef }, O>(
  trust: Trust,
  work: (input: I) => Promise<O>,
): (input: I) => Promise<O> {
  return asCaseActivity(
    ({ ref }: I) => ref,
    async (input: I) => {
      if (await trust.mayActFor(input.ref.caseId, currentRun())) return work(input);
      throw outsideOfCase();
    },
  );
}

/**
 * As `asAskedStep`, for what Absage does on behalf of the orderer: the lines name whom the opening names, whatever name the
 * run has been told. The step's own first read of its lines (`readCase`) finds out who that is.
 */
export function asStep<I extends StepInput, O>(
  trust: Trust,
  work: (input: I) => Promise<O>,
): (input: I) => Promise<O> {
  return asAskedStep(trust, (input: I) => work({ ...input, isForOrderer: true }));
}

/** The run that a case's activity belongs to. */
export function currentRun(): WorkflowRun {
  const { workflowExecution } = Context.current().info;
  if (!workflowExecution) throw outsideOfCase();
  return workflowExecution;
}

export function outsideOfCase(): ApplicationFailure {
  return ApplicationFailure.nonRetryable('an activity outside of its case', 'NotOfThisCase');
}

function toApplicationFailure(failure: KnownFailure, told: string | null): ApplicationFailure {
  const { conflicts, head, found, situation, savedAt, isLookNeeded, answer } = failure.options;
  const facts: FailureFacts = {
    conflicts: conflicts ?? [],
    head: head ?? null,
    found: found ?? [],
    situation: situation ?? null,
    savedAt: savedAt ?? null,
    isLookNeeded: isLookNeeded ?? false,
    ...(answer && { answer }),
  };
  return ApplicationFailure.create({
    type: failure.code,
    message: failure.detail,
    // The run waits for that in an activity of its own.
    nonRetryable:
      facts.isLookNeeded || failure.code === 'writes-off' || isForPerson(failure.code, facts, told),
    nextRetryDelay: failure.options.retryAfterMs,
    details: [facts],
    category: BENIGN.includes(failure.code) ? ApplicationFailureCategory.BENIGN : undefined,
  });
}

/** Whether the run has to learn of it now: because only a person can help, or because it is not what a person was told. */
function isForPerson(code: FailureCode, { situation }: FailureFacts, told: string | null): boolean {
  const { kind } = failureRow(code);
  if (kind === 'terminal') return true;
  if (kind === 'watched') return situation !== told;
  return told !== null && situation !== null && situation !== told;
}

function toldTo(input: unknown): string | null {
  return (input as Partial<StepInput> | undefined)?.told ?? null;
}
