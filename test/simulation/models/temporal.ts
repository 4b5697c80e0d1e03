import type { Nemesis } from '../nemesis';
import { Violation } from '../rules/violation';
import type { VirtualTime } from './virtual-time';
import {
  activityCancelledJob,
  activityCompletedJob,
  activityFailedJob,
  initializeJob,
  randomSeedJob,
  timeoutFailure,
  updateJob,
  type ActivityOptions,
  type Command,
  type Failure,
  type Job,
  type RunOptions,
  type SandboxedRun,
  type ShownTexts,
  type WorkflowSandbox,
} from './workflow-sandbox';

/** A run has stopped for one of these reasons. */
export interface Closed {
  as: 'completed' | 'failed' | 'cancelled' | 'terminated';
  type?: string;
  at: number;
}

/** One workflow task as history keeps it. */
interface Recorded {
  at: number;
  jobs: Job[];
  commands: Command[];
}

/** An update that somebody has sent. */
export interface SentUpdate {
  id: string;
  name: string;
  request: unknown;
  isAccepted: boolean;
  outcome: { ok: boolean; message?: string } | null;
  sentAt: number;
  answeredAt?: number;
  /** How many strikes there were when it was sent. */
  strikesThen: number;
  /** Nothing has kept the worker or the journal from answering. */
  isUndisturbed: boolean;
}

/** An activity as the server sees it, over all its attempts. */
export interface Task {
  run: Run;
  options: ActivityOptions;
  scheduledAt: number;
  attempts: number;
  current: Attempt | null;
  isCancelRequested: boolean;
  isDone: boolean;
  lastFailure?: Failure;
}

/** One attempt, as the worker process that has it sees it. It may outlive the server's interest in it. */
export interface Attempt {
  id: number;
  task: Task;
  scheduledAt: number;
  startedAt: number;
  /** Its process was killed: it will never do anything again. */
  isDead: boolean;
  /** Its process was stopped, and goes on at this moment. */
  frozenUntil: number | null;
  /** The event as this attempt has read it last. */
  lastRead: { version: string; status: string } | null;
  /** What the gateway has said of itself to this attempt. */
  hasSeenSimulator?: boolean;
}

export interface Run {
  options: RunOptions;
  input: unknown;
  workflow: SandboxedRun | null;
  history: Recorded[];
  flags: Set<number>;
  pending: Job[];
  tasks: Map<number, Task>;
  timers: Set<number>;
  updates: Map<string, SentUpdate>;
  isCancelRequested: boolean;
  isTaskScheduled: boolean;
  /** What the last attempt of each step that failed had failed with, by when the run was told. */
  failures: Map<number, string>;
  closed: Closed | null;
}

/** What carries an attempt out: it answers through `report`, or never. */
export type Execute = (attempt: Attempt) => void;

const HEARTBEAT_GRACE_MS = 3_000;
const WORKFLOW_TASK_TIMEOUT_MS = 10_000;
/** How often a worker forgets a run after a workflow task of it. */
const FORGETFULNESS = 0.02;

/**
 * Temporal's server and the worker's dispatching, as far as one workflow with activities, timers, updates and
 * cancellation needs them. It keeps each run's history, and replays it whenever the worker has forgotten the run.
 */
export class ModelTemporal {
  readonly runs: Run[] = [];
  /** Attempts that some process still works on, wanted or not. */
  readonly alive = new Set<Attempt>();
  workerDownUntil = 0;
  counts = { workflowTasks: 0, replays: 0, attempts: 0 };
  /** Everything that a workflow has told Temporal is shown to it. */
  watch: ((texts: ShownTexts) => void) | null = null;
  private lastAttemptId = 0;

  constructor(
    private readonly time: VirtualTime,
    private readonly nemesis: Nemesis,
    private readonly sandbox: WorkflowSandbox,
    private readonly execute: Execute,
    /** Whether something is broken that everybody needs. */
    private readonly isBroken: () => boolean,
  ) {}

  /** The open run of the case. */
  get openRun(): Run | null {
    return this.runs.find((run) => isOfCase(run) && run.closed === null) ?? null;
  }

  /** The newest run of the case. */
  get lastRun(): Run | null {
    return this.runs.findLast(isOfCase) ?? null;
  }

  // --- what clients do ---------------------------------------------------------------------------------------

  /** Refused while a run with this id is open. */
  start(workflowId: string, workflowType: string, input: unknown): Run | null {
    const isOpen = (run: Run) => run.options.workflowId === workflowId && run.closed === null;
    if (this.runs.some(isOpen)) return null;
    const run = this.newRun(workflowId, workflowType, input);
    this.tell(run, initializeJob(run.options, input));
    return run;
  }

  update(name: string, request: unknown): SentUpdate | null {
    const run = this.openRun;
    if (!run) return null;
    const id = `api/${this.runs.length}-${run.updates.size + 1}`;
    const sent: SentUpdate = {
      id,
      name,
      request,
      isAccepted: false,
      outcome: null,
      sentAt: this.time.now,
      strikesThen: this.nemesis.strikes.length,
      isUndisturbed: !this.isDisturbed(),
    };
    run.updates.set(id, sent);
    this.tell(run, updateJob(id, name, request, true));
    return sent;
  }

  requestCancel(run: Run): void {
    if (run.closed) throw new Error('workflow not found');
    if (run.isCancelRequested) return;
    run.isCancelRequested = true;
    this.tell(run, { cancelWorkflow: { reason: '' } });
  }

  /** The activities that run are not asked to stop: their processes learn of it too late, or do not care. */
  async terminate(run: Run): Promise<void> {
    await this.close(run, { as: 'terminated', at: this.time.now });
  }

  /** A new run that begins as the old one did, up to this many workflow tasks, and goes on differently from there. */
  async reset(old: Run, keep: number): Promise<Run> {
    await this.terminate(old);
    const { workflowId, workflowType } = old.options;
    const run = this.newRun(workflowId, workflowType, old.input);
    const kept = old.history.slice(0, keep);
    if (kept.length === 0) this.tell(run, initializeJob(run.options, old.input));
    else {
      run.history.push(...kept);
      run.options = { ...old.options, runId: run.options.runId };
      for (const flag of old.flags) run.flags.add(flag);
      const done = new Set(kept.flatMap(({ jobs }) => jobs).map(resolvedKey));
      for (const { commands, at } of kept)
        for (const command of commands) this.takeUpAgain(run, command, at, done);
      this.tell(run, randomSeedJob(this.nemesis.between(1, 1e9)));
    }
    // What people had asked for and was accepted after that point is asked again.
    const known = new Set(kept.flatMap(({ jobs }) => jobs).map(({ doUpdate }) => doUpdate?.id));
    for (const sent of old.updates.values()) {
      if (known.has(sent.id)) run.updates.set(sent.id, { ...sent, outcome: null });
      if (!sent.isAccepted || known.has(sent.id)) continue;
      const strikesThen = this.nemesis.strikes.length;
      const sentAt = this.time.now;
      const again = { ...sent, isAccepted: false, outcome: null, sentAt, strikesThen };
      run.updates.set(sent.id, { ...again, isUndisturbed: !this.isDisturbed() });
      this.tell(run, updateJob(sent.id, sent.name, sent.request, true));
    }
    return run;
  }

  async query<T>(queryType: string): Promise<T> {
    const run = this.openRun ?? this.lastRun;
    if (!run) throw new Error('no run');
    await this.wake(run);
    return run.workflow!.query<T>(queryType);
  }

  // --- what worker processes do ------------------------------------------------------------------------------

  /** The process that has this attempt dies, and with it everything else in it. */
  async crash(downMs: number): Promise<void> {
    this.workerDownUntil = Math.max(this.workerDownUntil, this.time.now + downMs);
    for (const attempt of [...this.alive]) {
      if (attempt.frozenUntil !== null) continue; // another process
      attempt.isDead = true;
      this.alive.delete(attempt);
      this.missHeartbeat(attempt);
    }
    for (const run of this.runs) await this.evict(run);
  }

  /** A new version is installed: no new work for a while, what is under way comes to its end, nothing is remembered. */
  async redeploy(downMs: number): Promise<void> {
    this.workerDownUntil = Math.max(this.workerDownUntil, this.time.now + downMs);
    await this.forget();
  }

  /** The worker's memory was needed for others: whatever comes next is replayed from history. */
  async forget(): Promise<void> {
    for (const run of this.runs) await this.evict(run);
  }

  /** The process lives and works on, but the server does not hear of it any more, and gives the step to another one. */
  loseHeartbeats(attempt: Attempt): void {
    this.time.after(HEARTBEAT_GRACE_MS, () => this.timeOut(attempt, 4));
  }

  /** The process stops: it does not beat any more, and will go on later as if nothing had been. */
  freeze(attempt: Attempt, ms: number): void {
    attempt.frozenUntil = this.time.now + ms;
    this.missHeartbeat(attempt);
  }

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

  async dispose(): Promise<void> {
    for (const run of this.runs) await this.evict(run);
  }

  // --- workflow tasks ----------------------------------------------------------------------------------------

  private newRun(workflowId: string, workflowType: string, input: unknown): Run {
    const runId = `${this.nemesis.seed}-${this.runs.length + 1}`;
    const randomnessSeed = this.nemesis.between(1, 1e9);
    const startedAt = this.time.now;
    const { caseId } = (input ?? {}) as { caseId?: string };
    const run: Run = {
      options: { workflowId, workflowType, runId, taskQueue: 'absage', randomnessSeed, startedAt, caseId },
      input,
      workflow: null,
      history: [],
      flags: new Set(),
      pending: [],
      tasks: new Map(),
      timers: new Set(),
      updates: new Map(),
      isCancelRequested: false,
      isTaskScheduled: false,
      failures: new Map(),
      closed: null,
    };
    this.runs.push(run);
    return run;
  }

  private tell(run: Run, job: Job): void {
    if (run.closed) return;
    run.pending.push(job);
    if (run.isTaskScheduled) return;
    run.isTaskScheduled = true;
    this.time.after(this.nemesis.between(1, 40), () => this.carryOutTask(run));
  }

  private async carryOutTask(run: Run): Promise<void> {
    if (run.closed) return;
    if (this.time.now < this.workerDownUntil) return this.whenWorkerIsUp(() => this.carryOutTask(run));
    run.isTaskScheduled = false;
    await this.wake(run);
    const jobs = inOrder(run.pending.splice(0));
    for (const { resolveActivity } of jobs) {
      const cause = resolveActivity?.result?.failed?.failure?.cause;
      const type = (cause?.applicationFailureInfo ?? cause?.cause?.applicationFailureInfo)?.type;
      const isGlance = run.tasks.get(resolveActivity?.seq ?? 0)?.options.activityType === 'readClaim';
      if (type && !isGlance) run.failures.set(this.time.now, type);
    }
    const { commands, flags, shown } = await run.workflow!.activate(jobs, this.time.now);
    this.counts.workflowTasks += 1;
    this.watch?.(shown());
    if (this.nemesis.strike(0.004, ['worker dies in a workflow task'])) {
      run.pending.unshift(...jobs);
      run.isTaskScheduled = true;
      await this.crash(this.nemesis.between(100, 4_000));
      this.time.after(WORKFLOW_TASK_TIMEOUT_MS, () => this.carryOutTask(run));
      return;
    }
    for (const flag of flags) run.flags.add(flag);
    this.record(run, jobs, commands);
    for (const command of commands) await this.obey(run, command);
    if (this.nemesis.chance(FORGETFULNESS)) await this.evict(run);
  }

  /** Updates that were rejected leave no trace in history; accepted ones are not validated again. */
  private record(run: Run, jobs: Job[], commands: Command[]): void {
    const rejected = new Set<string>();
    for (const command of commands) {
      if (command.kind !== 'update') continue;
      const isFirst = !run.updates.get(command.id)?.isAccepted;
      if (command.step === 'rejected' && isFirst && !commands.some((c) => isAcceptance(c, command.id)))
        rejected.add(command.id);
    }
    const kept = jobs
      .filter(({ doUpdate }) => !doUpdate || !rejected.has(doUpdate.id ?? ''))
      .map((job) => (job.doUpdate ? { ...job, doUpdate: { ...job.doUpdate, runValidator: false } } : job));
    const rest = commands.filter((command) => command.kind !== 'update' || !rejected.has(command.id));
    if (kept.length > 0) run.history.push({ at: this.time.now, jobs: kept, commands: rest });
    else if (rest.length > 0) throw new Violation('determinism', 'a rejected update has left commands');
  }

  /** The worker has the run in its memory; when it had forgotten it, it must come to the same commands again. */
  private async wake(run: Run): Promise<void> {
    if (run.workflow) return;
    run.workflow = await this.sandbox.start(run.options);
    if (run.history.length > 0) this.counts.replays += 1;
    for (const { jobs, commands, at } of run.history) {
      const again = await run.workflow.activate(jobs, at, { flags: [...run.flags] });
      if (JSON.stringify(again.commands) !== JSON.stringify(commands)) {
        throw new Violation(
          'determinism',
          `${JSON.stringify(commands)} became ${JSON.stringify(again.commands)}`,
        );
      }
    }
  }

  private async evict(run: Run): Promise<void> {
    const { workflow } = run;
    run.workflow = null;
    await workflow?.dispose();
  }

  private async obey(run: Run, command: Command): Promise<void> {
    switch (command.kind) {
      case 'schedule-activity':
        return this.schedule(run, command.activity, this.time.now);
      case 'cancel-activity':
        return this.cancelActivity(run.tasks.get(command.seq));
      case 'start-timer':
        return this.startTimer(run, command.seq, command.ms);
      case 'cancel-timer':
        return void run.timers.delete(command.seq);
      case 'update':
        return this.answer(run, command);
      case 'close':
        return this.close(run, { as: command.as, type: command.type, at: this.time.now });
      case 'upsert':
        return;
    }
  }

  private answer(run: Run, { id, step, message }: Extract<Command, { kind: 'update' }>): void {
    const sent = run.updates.get(id);
    if (!sent) return;
    if (step === 'accepted') sent.isAccepted = true;
    else if (sent.outcome) throw new Violation('updates', `update ${sent.name} was answered twice`);
    else this.noteAnswer(sent, { ok: step === 'completed', message });
  }

  private noteAnswer(sent: SentUpdate, outcome: SentUpdate['outcome']): void {
    sent.outcome = outcome;
    sent.answeredAt = this.time.now;
    const isStruck = this.nemesis.strikes.length > sent.strikesThen;
    const wasDown = this.workerDownUntil > sent.sentAt;
    if (isStruck || wasDown || this.isDisturbed()) sent.isUndisturbed = false;
  }

  private isDisturbed(): boolean {
    return this.time.now < this.workerDownUntil || this.isBroken();
  }

  private async close(run: Run, closed: Closed): Promise<void> {
    run.closed = closed;
    for (const update of run.updates.values()) {
      if (!update.outcome) this.noteAnswer(update, { ok: false, message: 'the run has closed' });
    }
    for (const task of run.tasks.values()) task.isDone = true;
    run.timers.clear();
    if (closed.as === 'terminated') await this.evict(run);
  }

  private startTimer(run: Run, seq: number, ms: number): void {
    run.timers.add(seq);
    this.time.after(ms + this.nemesis.between(0, 900), () => {
      if (run.timers.delete(seq)) this.tell(run, { fireTimer: { seq } });
    });
  }

  /** After a reset: what was open at that point is open again. */
  private takeUpAgain(run: Run, command: Command, at: number, done: ReadonlySet<string | null>): void {
    if (command.kind === 'schedule-activity' && !done.has(`activity/${command.activity.seq}`))
      this.schedule(run, command.activity, this.time.now);
    if (command.kind === 'cancel-activity') this.cancelActivity(run.tasks.get(command.seq));
    if (command.kind === 'start-timer' && !done.has(`timer/${command.seq}`))
      this.startTimer(run, command.seq, Math.max(0, at + command.ms - this.time.now));
    if (command.kind === 'cancel-timer') run.timers.delete(command.seq);
    if (command.kind === 'update') this.answer(run, command);
  }

  // --- activities --------------------------------------------------------------------------------------------

  private schedule(run: Run, options: ActivityOptions, scheduledAt: number): void {
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
    const { scheduleToCloseMs } = options;
    if (scheduleToCloseMs === undefined) return;
    this.time.after(scheduleToCloseMs, () => {
      if (!task.isDone) this.resolve(task, activityFailedJob(options, timeoutFailure(3, task.lastFailure)));
    });
  }

  private cancelActivity(task: Task | undefined): void {
    if (!task || task.isDone) return;
    if (task.current === null) this.resolve(task, activityCancelledJob(task.options));
    else task.isCancelRequested = true;
  }

  private startAttempt(task: Task, scheduledAt: number): void {
    if (task.isDone) return;
    if (this.time.now < this.workerDownUntil)
      return this.whenWorkerIsUp(() => this.startAttempt(task, scheduledAt));
    this.lastAttemptId += 1;
    task.attempts += 1;
    this.counts.attempts += 1;
    const attempt: Attempt = {
      id: this.lastAttemptId,
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

  /** It may come up earlier than it was to. */
  private whenWorkerIsUp(run: () => void | Promise<void>): void {
    const remainingMs = this.workerDownUntil - this.time.now;
    this.time.after(Math.min(remainingMs, 60_000) + this.nemesis.between(1, 300), run);
  }

  private missHeartbeat(attempt: Attempt): void {
    const graceMs = attempt.task.options.heartbeatMs;
    if (graceMs === undefined) return;
    this.time.after(Math.max(graceMs, HEARTBEAT_GRACE_MS), () => {
      const isBeating = !attempt.isDead && (attempt.frozenUntil ?? 0) <= this.time.now;
      if (!isBeating) this.timeOut(attempt, 4);
    });
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
    this.time.after(delayMs, () => this.startAttempt(task, this.time.now));
  }

  private resolve(task: Task, job: Job): void {
    task.isDone = true;
    task.current = null;
    this.tell(task.run, job);
  }
}

/** Temporal's core hands them over in this order, whatever came first. */
function inOrder(jobs: Job[]): Job[] {
  const rank = ({ initializeWorkflow, updateRandomSeed, doUpdate }: Job) =>
    initializeWorkflow ? 0 : updateRandomSeed ? 1 : doUpdate ? 2 : 3;
  return jobs.sort((a, b) => rank(a) - rank(b));
}

function resolvedKey({ resolveActivity, fireTimer }: Job): string | null {
  if (resolveActivity) return `activity/${resolveActivity.seq}`;
  return fireTimer ? `timer/${fireTimer.seq}` : null;
}

function isAcceptance(command: Command, id: string): boolean {
  return command.kind === 'update' && command.id === id && command.step === 'accepted';
}

function isOfCase({ options }: Run): boolean {
  return options.workflowType === 'cancelPerformance';
}

/** How many events the run has in Temporal's history: what it costs, and what is limited. */
export function eventCount({ history }: Run): number {
  // What a workflow task, an activity's attempt that has ended, and so on leave there.
  const ofJob = ({ resolveActivity, fireTimer, cancelWorkflow }: Job) =>
    resolveActivity ? 2 : fireTimer || cancelWorkflow ? 1 : 0;
  const ofTask = ({ jobs, commands }: Recorded) =>
    3 + commands.length + jobs.reduce((sum, job) => sum + ofJob(job), 0);
  return history.reduce((sum, task) => sum + ofTask(task), 1);
}
