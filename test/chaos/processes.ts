import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openLog } from '../../src/up/log-file';
import type { Launched } from '../../src/up/part';

const START_DEADLINE_MS = 90_000;

type Start = (stdio: ReturnType<typeof openLog>['stdio']) => Launched;

/** Child processes by name, each with its log in a folder. All of them end with this process, however it ends. */
export class Processes {
  private readonly running = new Map<string, ChildProcess>();
  private readonly killAll = () => {
    for (const child of this.running.values()) child.kill('SIGKILL');
  };

  constructor(private readonly logsDir: string) {
    process.once('exit', this.killAll);
  }

  has(name: string): boolean {
    return this.running.has(name);
  }

  get names(): string[] {
    return [...this.running.keys()];
  }

  child(name: string): ChildProcess {
    const child = this.running.get(name);
    if (!child) throw new Error(`${name} does not run`);
    return child;
  }

  /** Resolves when the process is working. */
  async launch(name: string, start: Start): Promise<void> {
    if (this.has(name)) throw new Error(`${name} runs already`);
    const log = openLog(join(this.logsDir, `${name}.log`));
    const { child, ready } = start(log.stdio);
    log.close();
    this.running.set(name, child);
    child.once('exit', () => this.running.get(name) === child && this.running.delete(name));
    const fail = (why: string) => () => {
      throw new Error(`${name} ${why}:\n${log.lastLines(20).join('\n')}`);
    };
    const died = once(child, 'exit').then(fail('ended before it was ready'));
    const late = once(AbortSignal.timeout(START_DEADLINE_MS), 'abort').then(fail('was not ready in time'));
    for (const failure of [died, late]) failure.catch(() => {});
    await Promise.race([ready, died, late]);
  }

  /** Resolves when it has ended. */
  async end(name: string, signal: 'SIGKILL' | 'SIGTERM' | 'SIGQUIT'): Promise<void> {
    const child = this.running.get(name);
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  freeze(name: string): void {
    this.signal(name, 'SIGSTOP');
  }

  thaw(name: string): void {
    this.signal(name, 'SIGCONT');
  }

  async killEverything(): Promise<void> {
    await Promise.all(this.names.map((name) => this.end(name, 'SIGKILL')));
    process.off('exit', this.killAll);
  }

  private signal(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child(name).kill(signal);
  }
}
