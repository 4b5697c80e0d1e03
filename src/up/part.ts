import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXIT_CONFIG, READY_MESSAGE } from '../role';
import { openLog, type Log } from './log-file';

/** The pause before a part is started again. It doubles with each death, up to the longest one. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** A part that ran this long was healthy: its next death counts as its first. */
const HEALTHY_AFTER_MS = 30_000;
/** A signal to the whole process group may end a part this long before it reaches this process. */
const GROUP_SIGNAL_MS = 100;

/** One process of a part. */
export interface Launched {
  child: ChildProcess;
  /** Resolves when the process does its work. May stay pending when the process ends before that. */
  ready: Promise<unknown>;
}

export interface Part {
  /** The name of its log and of its entry in `up.json`. */
  name: string;
  /** Its German name on the terminal. */
  title: string;
  launch(stdio: StdioOptions): Launched;
}

/** The events that `supervise` reports to the owner of the parts. */
export interface PartEvents {
  launched(part: Part, pid: number): void;
  ended(part: Part, pid: number): void;
  died(part: Part, death: Death): void;
  recovered(part: Part): void;
  /** Its settings are faulty. It is not started again, because that would not help. */
  unusable(part: Part, death: Death): void;
}

export interface Death {
  /** `Exit-Code 1`, `Signal SIGKILL`, or the reason why the part could not be started. */
  cause: string;
  lastLines: string[];
  logFile: string;
  pauseMs: number;
}

export interface SupervisedPart {
  /** Resolves when the part first does its work. */
  ready: Promise<void>;
  /** Ends the part after `stopping` was signalled; by force after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** For a dying process: signals the part and does not wait. */
  kill(): void;
}

/**
 * Starts a part, keeps it running and reports each death. It gives up only on `stopping`: from then on the part may
 * end by itself, as it does when a signal went to the whole process group.
 */
export function supervise(
  part: Part,
  logsDir: string,
  events: PartEvents,
  stopping: AbortSignal,
): SupervisedPart {
  let child: ChildProcess | undefined;
  let hasBeenReady = false;
  let markReady = () => {};
  const ready = new Promise<void>((resolve) => (markReady = resolve));

  const runOnce = async (log: Log): Promise<{ cause: string; code: number | null }> => {
    const launched = part.launch(log.stdio);
    child = launched.child;
    log.close();
    const { pid } = child;
    if (pid !== undefined) events.launched(part, pid);
    launched.ready.then(
      () => {
        if (hasBeenReady && !stopping.aborted) events.recovered(part);
        hasBeenReady = true;
        markReady();
      },
      () => launched.child.kill('SIGKILL'), // the process may still be running
    );
    const end = await waitForEnd(child);
    if (pid !== undefined) events.ended(part, pid);
    return end;
  };

  const run = async () => {
    let pauseMs = FIRST_PAUSE_MS;
    while (!stopping.aborted) {
      const log = openLog(join(logsDir, `${part.name}.log`));
      const startedAt = Date.now();
      const { cause, code } = await runOnce(log).catch((error: Error) => ({
        cause: error.message,
        code: null,
      }));
      await sleep(GROUP_SIGNAL_MS);
      if (stopping.aborted) return;
      if (Date.now() - startedAt > HEALTHY_AFTER_MS) pauseMs = FIRST_PAUSE_MS;
      // The log of a process that was killed from outside does not explain its death.
      const death: Death = {
        cause,
        lastLines: code === null ? [] : log.lastLines(),
        logFile: log.file,
        pauseMs,
      };
      if (code === EXIT_CONFIG) return events.unusable(part, death);
      events.died(part, death);
      await sleep(pauseMs, undefined, { signal: stopping }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  };
  const ended = run();

  return {
    ready,
    async stop(graceMs) {
      child?.kill('SIGTERM');
      const timer = setTimeout(() => child?.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
    kill: () => void child?.kill('SIGTERM'),
  };
}

async function waitForEnd(child: ChildProcess): Promise<{ cause: string; code: number | null }> {
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { cause: code === null ? `Signal ${signal}` : `Exit-Code ${code}`, code };
  } catch (error) {
    return { cause: (error as Error).message, code: null };
  }
}

/**
 * The heap of a worker, in MB: about seven times its live data. On a machine with much memory the engine would let
 * three times as much garbage lie before it collected any. A size in `NODE_OPTIONS` takes precedence.
 */
const WORKER_HEAP_MB = 384;

/** Starts a role of Absage as a child process. The role ends when the channel to its parent closes. */
export function launchRole(
  role: string,
  cliFile: string,
  environment: NodeJS.ProcessEnv,
  stdio: StdioOptions,
): Launched {
  const [input, output, errors] = stdio as number[];
  const heap = `--max-old-space-size=${WORKER_HEAP_MB} ${environment.NODE_OPTIONS ?? ''}`;
  const child = spawn(process.execPath, [cliFile, role], {
    env: role === 'worker' ? { ...environment, NODE_OPTIONS: heap } : environment,
    stdio: [input, output, errors, 'ipc'],
  });
  const ready = new Promise<void>((resolve) => {
    child.on('message', (message) => message === READY_MESSAGE && resolve());
  });
  return { child, ready };
}
