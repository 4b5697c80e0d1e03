import type { WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter, type LoadedDataConverter } from '@temporalio/common';
import { decodeFailure } from '@temporalio/common/lib/internal-non-workflow';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import {
  isFailureCode,
  isJetAnswer,
  type FailureCode,
  type FailureFacts,
  type JetAnswer,
} from '../domain/failures';
import type { Instant } from '../domain/types';

/** One activity that a run waits for, as the server knows it while it is tried again and again. */
export interface PendingTry {
  /** The type of the activity. */
  activity: string;
  /** Counts from 1: the attempt that is under way, or that comes next. */
  attempt: number;
  /** How the attempt before failed; `null`: there was none, or it has not failed. */
  lastFailure: FailureCode | null;
  /** When the next attempt is due; `null`: it is due now, or under way. */
  nextAttemptAt: Instant | null;
  /** The save after which a wait began again, as the last failure names it. */
  savedAt: Instant | null;
  /** What Jet has answered to the attempt before; `null`: nothing, or it does not matter. */
  answer: JetAnswer | null;
}

type Pending = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];
type Failure = NonNullable<Pending['lastFailure']>;

/** `pending`: as a description of a run lists them. */
export function readPendingTries(pending: readonly Pending[] | null | undefined): PendingTry[] {
  return (pending ?? []).map(({ activityType, attempt, lastFailure, nextAttemptScheduleTime }) => ({
    activity: activityType?.name ?? '',
    attempt: attempt ?? 1,
    lastFailure: lastFailure ? codeOf(lastFailure) : null,
    nextAttemptAt: optionalTsToDate(nextAttemptScheduleTime)?.toISOString() ?? null,
    savedAt: factsOf(lastFailure).savedAt ?? null,
    answer: answerOf(lastFailure),
  }));
}

function codeOf({ applicationFailureInfo, timeoutFailureInfo }: Failure): FailureCode {
  const type = applicationFailureInfo?.type ?? '';
  if (isFailureCode(type)) return type;
  return timeoutFailureInfo ? 'step-timed-out' : 'internal';
}

/** Payloads that this build cannot read say nothing. */
function factsOf(failure: Failure | null | undefined): Partial<FailureFacts> {
  const [payload] = failure?.applicationFailureInfo?.details?.payloads ?? [];
  try {
    const facts: unknown = payload && defaultPayloadConverter.fromPayload(payload);
    return (facts ?? {}) as Partial<FailureFacts>;
  } catch {
    return {};
  }
}

function answerOf(failure: Failure | null | undefined): JetAnswer | null {
  const { answer } = factsOf(failure);
  return isJetAnswer(answer) ? answer : null;
}

/** Decrypts how the pending activities of a run failed last, for `readPendingTries`. */
export async function decodePending(
  { payloadCodecs }: LoadedDataConverter,
  run: { namespace: string; workflowId: string },
  pending: readonly Pending[] | null | undefined,
): Promise<Pending[]> {
  const decode = async (one: Pending): Promise<Pending> => {
    if (!one.lastFailure) return one;
    const context = {
      type: 'activity',
      ...run,
      activityId: one.activityId ?? undefined,
      isLocal: false,
    } as const;
    return { ...one, lastFailure: await decodeFailure(payloadCodecs, one.lastFailure, context) };
  };
  return Promise.all((pending ?? []).map(decode));
}
