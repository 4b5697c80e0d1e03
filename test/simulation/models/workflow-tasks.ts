import type { Nemesis } from '../nemesis';
import { Violation } from '../rules/violation';
import type { Run } from './run';
import type { VirtualTime } from './virtual-time';
import type { Worker } from './worker';
import type { Command, Job, ShownTexts, WorkflowSandbox } from './workflow-sandbox';

const WORKFLOW_TASK_TIMEOUT_MS = 10_000;
/** How often a worker forgets a run after one of its workflow tasks. */
const FORGETFULNESS = 0.02;

/** The effects of workflow tasks outside of the run itself. */
interface Effects {
  obey: (run: Run, command: Command) => void | Promise<void>;
  /** The worker's process dies. */
  crash: (downMs: number) => Promise<void>;
}

/**
 * The workflow tasks of all runs. Each run's history is kept, and is replayed when the worker has forgotten the run.
 */
export class WorkflowTasks {
  /** Sees everything that a workflow hands to Temporal. */
  watch: ((texts: ShownTexts) => void) | null = null;

  constructor(
    private readonly time: VirtualTime,
    private readonly nemesis: Nemesis,
    private readonly sandbox: WorkflowSandbox,
    private readonly worker: Worker,
    private readonly effects: Effects,
  ) {}

  /** Gives a job to the run's next workflow task. */
  tell(run: Run, job: Job): void {
    if (run.closed) return;
    run.pending.push(job);
    if (run.isTaskScheduled) return;
    run.isTaskScheduled = true;
    this.time.after(this.nemesis.between(1, 40), () => this.carryOutTask(run));
  }

  /** The run's answer to a query. A closed run answers, too. */
  async query<T>(run: Run, queryType: string): Promise<T> {
    await this.wake(run);
    return run.workflow!.query<T>(queryType);
  }

  /** The worker forgets the run. */
  async evict(run: Run): Promise<void> {
    const { workflow } = run;
    run.workflow = null;
    await workflow?.dispose();
  }

  private async carryOutTask(run: Run): Promise<void> {
    if (run.closed) return;
    if (this.worker.isDown) return this.worker.whenUp(() => this.carryOutTask(run));
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
    this.watch?.(shown());
    if (this.nemesis.strike(0.004, ['worker dies in a workflow task'])) {
      run.pending.unshift(...jobs);
      run.isTaskScheduled = true;
      await this.effects.crash(this.nemesis.between(100, 4_000));
      this.time.after(WORKFLOW_TASK_TIMEOUT_MS, () => this.carryOutTask(run));
      return;
    }
    for (const flag of flags) run.flags.add(flag);
    this.record(run, jobs, commands);
    for (const command of commands) await this.effects.obey(run, command);
    if (this.nemesis.chance(FORGETFULNESS)) await this.evict(run);
  }

  /** A rejected update leaves no trace in history. An accepted one is not validated again. */
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

  /**
   * Brings the run into the worker's memory. If the worker had forgotten it, the replay must produce the same commands
   * again.
   */
  private async wake(run: Run): Promise<void> {
    if (run.workflow) return;
    run.workflow = await this.sandbox.start(run.options);
    for (const { jobs, commands, at } of run.history) {
      const again = await run.workflow.activate([...patchJobs(commands), ...jobs], at, {
        flags: [...run.flags],
      });
      if (JSON.stringify(again.commands) !== JSON.stringify(commands)) {
        throw new Violation(
          'determinism',
          `${JSON.stringify(commands)} became ${JSON.stringify(again.commands)}`,
        );
      }
    }
  }
}

/** Temporal's core tells a replay, before anything else, which newer ways the run went. */
function patchJobs(commands: readonly Command[]): Job[] {
  return commands.flatMap((command) =>
    command.kind === 'patch' ? [{ notifyHasPatch: { patchId: command.id } }] : [],
  );
}

/** Temporal's core hands jobs over in this order, whichever came first. */
function inOrder(jobs: Job[]): Job[] {
  const rank = ({ initializeWorkflow, updateRandomSeed, doUpdate, signalWorkflow }: Job) =>
    initializeWorkflow ? 0 : updateRandomSeed ? 1 : signalWorkflow || doUpdate ? 2 : 3;
  return jobs.sort((a, b) => rank(a) - rank(b));
}

function isAcceptance(command: Command, id: string): boolean {
  return command.kind === 'update' && command.id === id && command.step === 'accepted';
}
