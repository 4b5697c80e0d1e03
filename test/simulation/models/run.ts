import type { ActivityOptions, Command, Failure, Job, RunOptions, SandboxedRun } from './workflow-sandbox';

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

export function newRun(options: RunOptions, input: unknown): Run {
  return {
    options,
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
}

export function isOfCase({ options }: Run): boolean {
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
