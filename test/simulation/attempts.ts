import { ApplicationFailure } from '@temporalio/common';
import { toInstant } from '../../src/domain/clock';
import type { RunChain, WorkflowRun } from '../../src/domain/types';
import type { ModelJet } from './models/jet';
import type { Attempt, Run } from './models/run';
import type { ModelTemporal } from './models/temporal';
import { settle, withVirtualTime, type VirtualTime } from './models/virtual-time';
import { failureOf, runAsActivity } from './models/workflow-sandbox';
import { AttemptPorts, type Stage } from './ports';
import type { Rules } from './rules/rules';
import { Violation } from './rules/violation';

/** What a worker carries out, by the names that Temporal knows. */
export type ActivitiesByType = Record<string, (input: unknown) => Promise<unknown>>;

/** Carries out one attempt in its worker, with ports of its own. */
export function carryOut(stage: Stage, activities: ActivitiesByType, attempt: Attempt): void {
  const { KnownFailure } = stage.sources;
  const ports = new AttemptPorts(stage, attempt);
  const { activityType, input } = attempt.task.options;
  const { workflowId, workflowType, runId } = attempt.task.run.options;
  const { scheduledAt } = attempt.task;
  const context = {
    workflowId,
    workflowType,
    runId,
    scheduledAt,
    attemptScheduledAt: attempt.scheduledAt,
    attempt: attempt.number,
    client: ports.client,
  };
  const { activities: tasks } = stage.temporal;
  void runAsActivity(context, () => activities[activityType]!(input)).then(
    (value) => {
      stage.rules.at('onReply', JSON.stringify(value));
      ports.later(stage.nemesis.latency(), () => tasks.report(attempt, { value }));
    },
    (error: unknown) => {
      if (error instanceof KnownFailure) throw error;
      const nextRetryDelay = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
      const failure = failureOf(error);
      stage.rules.at('onReply', JSON.stringify(failure));
      const report = { failure, nextRetryDelayMs: nextRetryDelay as number | undefined };
      ports.later(stage.nemesis.latency(), () => tasks.report(attempt, report));
    },
  );
}

/** The chain of runs that a run belongs to. A reset keeps the input, and so the run that first came with it. */
export function chainOf({ runs }: ModelTemporal, { runId }: WorkflowRun): RunChain {
  const sealOf = ({ input }: Run) => (input as { seal?: { mac: string } }).seal?.mac;
  const run = runs.find(({ options }) => options.runId === runId)!;
  const first = runs.find((other) => sealOf(other) === sealOf(run))!;
  return { firstRunId: first.options.runId, startedAt: toInstant(first.options.startedAt) };
}

/** The link between Jet and Ö-Ticket, at its own pace. */
export function keepTransferring(jet: ModelJet, time: VirtualTime): void {
  const { tickMs, processingMs } = jet.channel;
  time.after(tickMs, () => {
    const transferred = jet.transfer();
    const isNew =
      transferred && (transferred.status !== jet.row?.status || transferred.title !== jet.row.title);
    if (isNew) time.after(processingMs, () => jet.show(transferred));
    keepTransferring(jet, time);
  });
}

/** Lets the time pass, until a rule is broken. */
export async function passUntil(
  { time, rules }: { time: VirtualTime; rules: { violations: readonly Violation[] } },
  until: number,
): Promise<void> {
  while (await time.step(until)) {
    await settle();
    const [violation] = rules.violations;
    if (violation) throw violation;
  }
}

/** Goes through a schedule on its own clock. `null`: every rule holds, also when nothing is under way any more. */
export async function findViolation(
  { time, rules }: { time: VirtualTime; rules: Pick<Rules, 'at' | 'violations'> },
  goThrough: () => Promise<void>,
): Promise<Violation | null> {
  try {
    await withVirtualTime(time, goThrough);
    rules.at('atRest');
    return rules.violations[0] ?? null;
  } catch (error) {
    if (error instanceof Violation) return error;
    return new Violation('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
}
