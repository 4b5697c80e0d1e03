import type { Nemesis } from '../nemesis';
import { Violation } from '../rules/violation';
import type { VirtualTime } from './virtual-time';
import { ActivityTasks, type Execute } from './activity-tasks';
import { isOfCase, newRun, type Closed, type Run, type SentUpdate } from './run';
import { Worker } from './worker';
import { WorkflowTasks } from './workflow-tasks';
import {
  childClosedJob,
  childStartJob,
  initializeJob,
  randomSeedJob,
  updateJob,
  type Command,
  type Job,
  type RunOptions,
  type WorkflowSandbox,
} from './workflow-sandbox';

/**
 * Temporal's server and the worker's dispatching, as far as a workflow with activities, timers, updates and
 * cancellation needs them. It keeps each run's history, and replays it when the worker has forgotten the run.
 */
export class ModelTemporal {
  readonly runs: Run[] = [];
  readonly worker: Worker;
  readonly activities: ActivityTasks;
  readonly workflowTasks: WorkflowTasks;
  /** The runs that `openRun` and `lastRun` mean. */
  private isIts: (run: Run) => boolean = isOfCase;

  constructor(
    private readonly time: VirtualTime,
    private readonly nemesis: Nemesis,
    sandbox: WorkflowSandbox,
    execute: Execute,
    /** Whether a part that everything depends on is broken. */
    private readonly isBroken: () => boolean,
  ) {
    this.worker = new Worker(time, nemesis);
    this.activities = new ActivityTasks(time, nemesis, this.worker, execute, (run, job) =>
      this.tell(run, job),
    );
    this.workflowTasks = new WorkflowTasks(time, nemesis, sandbox, this.worker, {
      obey: (run, command) => this.obey(run, command),
      crash: (downMs) => this.crash(downMs),
    });
  }

  /** The same server, as somebody sees it who asks for the runs with this id alone. */
  of(workflowId: string): ModelTemporal {
    const isIts = ({ options }: Run) => options.workflowId === workflowId;
    return Object.assign(Object.create(this) as ModelTemporal, { isIts });
  }

  /** Every run of the case, oldest first. */
  get runsOfIt(): Run[] {
    return this.runs.filter((run) => this.isIts(run));
  }

  /** The open run of the case. */
  get openRun(): Run | null {
    return this.runs.find((run) => this.isIts(run) && run.closed === null) ?? null;
  }

  /** The newest run of the case. */
  get lastRun(): Run | null {
    return this.runs.findLast((run) => this.isIts(run)) ?? null;
  }

  // --- what clients do ---------------------------------------------------------------------------------------

  /** Refused while a run with this id is open. */
  start(
    workflowId: string,
    workflowType: string,
    input: unknown,
    options?: Pick<RunOptions, 'eventsOfTask'>,
  ): Run | null {
    const isOpen = (run: Run) => run.options.workflowId === workflowId && run.closed === null;
    if (this.runs.some(isOpen)) return null;
    const run = this.newRun(workflowId, workflowType, input, options);
    this.tell(run, initializeJob(run.options, input));
    return run;
  }

  /** `requestOf`: makes the request, which may be sealed for the id of this very update. */
  update(name: string, requestOf: (id: string, run: Run) => unknown): SentUpdate | null {
    const run = this.openRun;
    if (!run) return null;
    const id = `api/${this.runs.length}-${run.updates.size + 1}`;
    const request = requestOf(id, run);
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

  /** A signal to the open run, with nothing in it. */
  signal(signalName: string): void {
    if (this.openRun) this.tell(this.openRun, { signalWorkflow: { signalName, input: [] } });
  }

  requestCancel(run: Run): void {
    if (run.closed) throw new Error('workflow not found');
    if (run.isCancelRequested) return;
    run.isCancelRequested = true;
    this.tell(run, { cancelWorkflow: { reason: '' } });
  }

  /** Running activities are not asked to stop: their processes learn of it too late, or ignore it. */
  async terminate(run: Run): Promise<void> {
    await this.close(run, { as: 'terminated', at: this.time.now });
  }

  /** A new run that repeats this many workflow tasks of the old one, and continues in its own way from there. */
  async reset(old: Run, keep: number): Promise<Run> {
    old.wasTerminatedByPeople = true;
    await this.terminate(old);
    const { workflowId, workflowType } = old.options;
    const run = this.newRun(workflowId, workflowType, old.input, old.options);
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
    // What the old run was sent after that point is sent again: signals, and updates that it accepted.
    for (const job of old.history.slice(keep).flatMap(({ jobs }) => jobs))
      if (job.signalWorkflow) this.tell(run, job);
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
    return this.workflowTasks.query<T>(run, queryType);
  }

  // --- what worker processes do ------------------------------------------------------------------------------

  /** The process with this attempt dies, and all its other attempts die with it. */
  async crash(downMs: number): Promise<void> {
    this.worker.goDown(downMs);
    for (const attempt of [...this.activities.alive]) {
      if (attempt.frozenUntil !== null) continue; // another process
      this.activities.kill(attempt);
      this.activities.missHeartbeat(attempt);
    }
    await this.forget();
  }

  /**
   * A new version is installed: for a while there is no new work, running attempts finish, and no run stays in memory.
   */
  async redeploy(downMs: number): Promise<void> {
    this.worker.goDown(downMs);
    await this.forget();
  }

  /** The worker needed its memory for other runs: each run is replayed from history before its next task. */
  async forget(): Promise<void> {
    for (const run of this.runs) await this.workflowTasks.evict(run);
  }

  // --- what the server does ----------------------------------------------------------------------------------

  private tell(run: Run, job: Job): void {
    this.workflowTasks.tell(run, job);
  }

  private newRun(
    workflowId: string,
    workflowType: string,
    input: unknown,
    { eventsOfTask }: Pick<RunOptions, 'eventsOfTask'> = {},
  ): Run {
    const runId = `${this.nemesis.seed}-${this.runs.length + 1}`;
    const randomnessSeed = this.nemesis.between(1, 1e9);
    const startedAt = this.time.now;
    const { caseId } = (input ?? {}) as { caseId?: string };
    const options = {
      workflowId,
      workflowType,
      runId,
      taskQueue: 'absage',
      randomnessSeed,
      startedAt,
      caseId,
      eventsOfTask,
    };
    const run = newRun(options, input);
    this.runs.push(run);
    return run;
  }

  private async obey(run: Run, command: Command): Promise<void> {
    switch (command.kind) {
      case 'schedule-activity':
        return this.activities.schedule(run, command.activity, this.time.now);
      case 'cancel-activity':
        return this.activities.cancel(run.tasks.get(command.seq));
      case 'start-timer':
        return this.startTimer(run, command.seq, command.ms);
      case 'cancel-timer':
        return void run.timers.delete(command.seq);
      case 'update':
        return this.answer(run, command);
      case 'close':
        return this.close(run, { as: command.as, type: command.type, at: this.time.now });
      case 'start-child':
        return this.time.after(this.nemesis.between(1, 60), () => this.startChild(run, command));
      case 'continue-as-new':
        return this.continueAsNew(run, command.input);
      case 'upsert':
      case 'patch':
        return;
    }
  }

  /** It is started whatever has become of its parent meanwhile. One that was completed leaves no place for another one. */
  private startChild(parent: Run, command: Extract<Command, { kind: 'start-child' }>): void {
    const { workflowId, workflowType, input, seq, isAbandoned } = command;
    const { lastRun } = this.of(workflowId);
    const child = lastRun?.closed?.as === 'completed' ? null : this.start(workflowId, workflowType, input);
    if (child) child.parent = { run: parent, seq, isAbandoned };
    this.tell(parent, childStartJob(command, child?.options.runId ?? null));
  }

  /** What the run was not given yet goes to the next one, if a client has sent it. */
  private async continueAsNew(run: Run, input: unknown): Promise<void> {
    const { workflowId, workflowType } = run.options;
    const waiting = [...run.updates.values()].filter(({ isAccepted, outcome }) => !isAccepted && !outcome);
    for (const { id } of waiting) run.updates.delete(id);
    await this.close(run, { as: 'continued', at: this.time.now });
    const next = this.newRun(workflowId, workflowType, input, run.options);
    this.tell(next, initializeJob(next.options, input));
    for (const sent of waiting) {
      next.updates.set(sent.id, sent);
      this.tell(next, updateJob(sent.id, sent.name, sent.request, true));
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
    const wasDown = this.worker.downUntil > sent.sentAt;
    if (isStruck || wasDown || this.isDisturbed()) sent.isUndisturbed = false;
  }

  private isDisturbed(): boolean {
    return this.worker.isDown || this.isBroken();
  }

  private async close(run: Run, closed: Closed): Promise<void> {
    run.closed = closed;
    for (const update of run.updates.values()) {
      if (!update.outcome) this.noteAnswer(update, { ok: false, message: 'the run has closed' });
    }
    for (const task of run.tasks.values()) task.isDone = true;
    run.timers.clear();
    const { parent } = run;
    if (parent) this.tell(parent.run, childClosedJob(parent.seq, closed.as === 'completed'));
    const isItsChild = (other: Run) => other.parent?.run === run && !other.parent.isAbandoned;
    if (closed.as !== 'continued')
      for (const child of this.runs.filter(isItsChild)) if (!child.closed) await this.terminate(child);
    if (closed.as === 'terminated') await this.workflowTasks.evict(run);
  }

  private startTimer(run: Run, seq: number, ms: number): void {
    run.timers.add(seq);
    this.time.after(ms + this.nemesis.between(0, 900), () => {
      if (run.timers.delete(seq)) this.tell(run, { fireTimer: { seq } });
    });
  }

  /** After a reset, activities and timers that were open at that point are open again. Children that run are not its own any more. */
  private takeUpAgain(run: Run, command: Command, at: number, done: ReadonlySet<string | null>): void {
    if (command.kind === 'schedule-activity' && !done.has(`activity/${command.activity.seq}`))
      this.activities.schedule(run, command.activity, this.time.now);
    if (command.kind === 'cancel-activity') this.activities.cancel(run.tasks.get(command.seq));
    if (command.kind === 'start-timer' && !done.has(`timer/${command.seq}`))
      this.startTimer(run, command.seq, Math.max(0, at + command.ms - this.time.now));
    if (command.kind === 'cancel-timer') run.timers.delete(command.seq);
    if (command.kind === 'start-child' && !done.has(`child/${command.seq}`)) this.startChild(run, command);
    if (command.kind === 'update') this.answer(run, command);
  }
}

function resolvedKey({ resolveActivity, resolveChildWorkflowExecutionStart, fireTimer }: Job): string | null {
  if (resolveActivity) return `activity/${resolveActivity.seq}`;
  if (resolveChildWorkflowExecutionStart) return `child/${resolveChildWorkflowExecutionStart.seq}`;
  return fireTimer ? `timer/${fireTimer.seq}` : null;
}
