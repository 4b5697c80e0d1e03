import type { Nemesis } from '../nemesis';
import { Violation } from '../rules/violation';
import type { Attempt, Run, Task } from './run';
import type { VirtualTime } from './virtual-time';
import type { Worker } from './worker';
import {
  activityCancelledJob,
  activityCompletedJob,
  activityFailedJob,
  timeoutFailure,
  type ActivityOptions,
  type Failure,
  type Job,
} from './workflow-sandbox';

/** Carries out an attempt. It answers through `report`, or never. */
export type Execute = (attempt: Attempt) => void;

const HEARTBEAT_GRACE_MS = 3_000;

/** The activities of all runs: their attempts, time-outs and retries, as Temporal's server sees them. */
export class ActivityTasks {
  /** Attempts on which a process still works, whether or not the server still wants them. */
  readonly alive = new Set<Attempt>();
  private lastAttemptId = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly nemesis: Nemesis,
    private readonly worker: Worker,
    private readonly execute: Execute,
    /** Gives a job to the run's next workflow task. */
    private readonly tell: (run: Run, job: Job) => void,
  ) {}

  // --- what the server does ----------------------------------------------------------------------------------

  schedule(run: Run, options: ActivityOptions, scheduledAt: number): void {
    for (const { options: other, isDone } of run.tasks.values()) {
      if (!isDone && other.activityId === options.activityId)
        throw new Violation('determinism', `the activity ${options.activityId} is open already`);
    }
    const task: Task = {
      run,
      options,
      scheduledAt,
      attempts: 0,
      current: null,
      isCancelRequested: false,
      isDone: false,
    };
    run.tasks.set(options.seq, task);
    this.time.after(this.nemesis.between(1, 60), () => this.startAttempt(task, scheduledAt));
    this.giveUpUnlessStarted(task);
    const { scheduleToCloseMs } = options;
    if (scheduleToCloseMs === undefined) return;
    this.time.after(scheduleToCloseMs, () => {
      if (!task.isDone) this.resolve(task, activityFailedJob(options, timeoutFailure(3, task.lastFailure)));
    });
  }

  cancel(task: Task | undefined): void {
    if (!task || task.isDone) return;
    if (task.current === null) this.resolve(task, activityCancelledJob(task.options));
    else task.isCancelRequested = true;
  }

  // --- what worker processes do ------------------------------------------------------------------------------

  report(
    attempt: Attempt,
    result: { value: unknown } | { failure: Failure; nextRetryDelayMs?: number },
  ): void {
    this.alive.delete(attempt);
    const { task } = attempt;
    if (task.current !== attempt || task.isDone || task.run.closed) return;
    if ('value' in result) this.resolve(task, activityCompletedJob(task.options.seq, result.value));
    else this.failAttempt(task, result.failure, result.nextRetryDelayMs);
  }

  /** The process lives and works on, but its heartbeats are lost, so the server gives the step to another attempt. */
  loseHeartbeats(attempt: Attempt): void {
    this.time.after(HEARTBEAT_GRACE_MS, () => this.timeOut(attempt, 4));
  }

  /** The process freezes: it sends no heartbeats, and later goes on as if nothing had happened. */
  freeze(attempt: Attempt, ms: number): void {
    attempt.frozenUntil = this.time.now + ms;
    this.missHeartbeat(attempt);
  }

  /** The process with this attempt is killed: the attempt does nothing more. */
  kill(attempt: Attempt): void {
    attempt.isDead = true;
    this.alive.delete(attempt);
  }

  missHeartbeat(attempt: Attempt): void {
    const graceMs = attempt.task.options.heartbeatMs;
    if (graceMs === undefined) return;
    this.time.after(Math.max(graceMs, HEARTBEAT_GRACE_MS), () => {
      const isBeating = !attempt.isDead && (attempt.frozenUntil ?? 0) <= this.time.now;
      if (!isBeating) this.timeOut(attempt, 4);
    });
  }

  // --- attempts ----------------------------------------------------------------------------------------------

  private startAttempt(task: Task, scheduledAt: number): void {
    if (task.isDone) return;
    if (this.worker.isDown) return this.worker.whenUp(() => this.startAttempt(task, scheduledAt));
    this.lastAttemptId += 1;
    task.attempts += 1;
    const attempt: Attempt = {
      id: this.lastAttemptId,
      number: task.attempts,
      task,
      scheduledAt,
      startedAt: this.time.now,
      isDead: false,
      frozenUntil: null,
      lastRead: null,
    };
    task.current = attempt;
    this.alive.add(attempt);
    const { startToCloseMs } = task.options;
    if (startToCloseMs !== undefined) this.time.after(startToCloseMs, () => this.timeOut(attempt, 1));
    this.execute(attempt);
  }

  private timeOut(attempt: Attempt, timeoutType: 1 | 4): void {
    const { task } = attempt;
    if (task.current === attempt && !task.isDone) this.failAttempt(task, timeoutFailure(timeoutType));
  }

  private failAttempt(task: Task, failure: Failure, nextRetryDelayMs?: number): void {
    const { options, attempts, scheduledAt } = task;
    const { initialMs, coefficient, maximumMs, maximumAttempts } = options.retry;
    task.current = null;
    const isTimeout = failure.timeoutFailureInfo != null;
    const backoffMs = Math.min(initialMs * coefficient ** (attempts - 1), maximumMs ?? initialMs * 100);
    const delayMs = nextRetryDelayMs ?? backoffMs;
    const expiresAt = scheduledAt + (options.scheduleToCloseMs ?? Infinity);
    const isLast =
      task.isCancelRequested ||
      failure.applicationFailureInfo?.nonRetryable === true ||
      (maximumAttempts > 0 && attempts >= maximumAttempts);
    if (isLast) return this.resolve(task, activityFailedJob(options, failure));
    if (this.time.now + delayMs > expiresAt) {
      const last = isTimeout ? timeoutFailure(3, task.lastFailure ?? failure) : failure;
      return this.resolve(task, activityFailedJob(options, last));
    }
    task.lastFailure = failure;
    this.time.after(delayMs, () => {
      this.startAttempt(task, this.time.now);
      this.giveUpUnlessStarted(task);
    });
  }

  /** An attempt that no worker has begun in time ends the activity: the server does not try that again. */
  private giveUpUnlessStarted(task: Task): void {
    const { options, attempts } = task;
    if (options.scheduleToStartMs === undefined) return;
    this.time.after(options.scheduleToStartMs, () => {
      const isWaiting = task.current === null && task.attempts === attempts;
      if (!task.isDone && isWaiting) this.resolve(task, activityFailedJob(options, timeoutFailure(2)));
    });
  }

  private resolve(task: Task, job: Job): void {
    task.isDone = true;
    task.current = null;
    this.tell(task.run, job);
  }
}
