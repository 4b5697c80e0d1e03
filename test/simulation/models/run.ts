import type { ActivityOptions, Command, Failure, Job, RunOptions, SandboxedRun } from './workflow-sandbox';

/** Why and when a run closed. */
export interface Closed {
  as: 'completed' | 'failed' | 'cancelled' | 'terminated' | 'continued';
  type?: string;
  at: number;
}

/** One workflow task, as history keeps it. */
interface Recorded {
  at: number;
  jobs: Job[];
  commands: Command[];
}

/** An update that a client sent. */
export interface SentUpdate {
  id: string;
  name: string;
  request: unknown;
  isAccepted: boolean;
  outcome: { ok: boolean; message?: string } | null;
  sentAt: number;
  answeredAt?: number;
  /** The number of strikes when it was sent. */
  strikesThen: number;
  /** Nothing kept the worker or the journal from answering. */
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

/** One attempt, as its worker process sees it. It may go on after the server has given it up. */
export interface Attempt {
  id: number;
  /** Counts from 1 within its activity. */
  number: number;
  task: Task;
  scheduledAt: number;
  startedAt: number;
  /** Its process was killed: the attempt does nothing more. */
  isDead: boolean;
  /** Its process is frozen, and goes on at this time. */
  frozenUntil: number | null;
  /** The event as this attempt last read it. */
  lastRead: { version: string; status: string } | null;
  /** The gateway's answer to this attempt on what is behind it. */
  hasSeenSimulator?: boolean;
  /** Under which id it has asked whether writes are on, and was told that they are. */
  asked?: string;
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
  /** The failure of each failed step's last attempt, by the time at which the run was given it. */
  failures: Map<number, string>;
  closed: Closed | null;
  /** Somebody has terminated it in Temporal, or by a reset. */
  wasTerminatedByPeople: boolean;
  /** Who has started it, and learns of its end; `null`: no workflow. */
  parent: { run: Run; seq: number; isAbandoned: boolean } | null;
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
    wasTerminatedByPeople: false,
    parent: null,
  };
}

export function isOfCase({ options }: Run): boolean {
  return options.workflowType === 'cancelPerformance';
}

/** The number of events that the run has in Temporal's history. Events cost storage, and their number is limited. */
export function eventCount({ history }: Run): number {
  // The events that a workflow task, an ended attempt of an activity, and so on add to the history.
  const ofJob = ({ resolveActivity, fireTimer, cancelWorkflow }: Job) =>
    resolveActivity ? 2 : fireTimer || cancelWorkflow ? 1 : 0;
  const ofTask = ({ jobs, commands }: Recorded) =>
    3 + commands.length + jobs.reduce((sum, job) => sum + ofJob(job), 0);
  return history.reduce((sum, task) => sum + ofTask(task), 1);
}
