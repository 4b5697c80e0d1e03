import { RECONCILER_SCHEDULE } from '../../src/workflows/messages';
import { PATIENCE_MS } from '../chaos/stage';
import type { Build } from '../chaos/stack';
import { eventually } from '../support/eventually';
import { pickPorts } from '../support/ports';
import { Prometheus } from '../support/prometheus';
import { shortRules } from '../support/short-rules';
import type { Evening } from './evening';

/**
 * A Prometheus that asks worker and server of an evening, and judges by the alerts as they are shipped, with shorter durations.
 *
 * @example
 * const watch = await Watch.over(evening);
 * await evening.stack.kill('worker');
 * await watch.untilFires('AbsageWorkerDown');
 */
export class Watch {
  private readonly fired = new Set<string>();

  private constructor(
    private readonly evening: Evening,
    private readonly prometheus: Prometheus,
    private readonly ports: { server: string; worker: string },
  ) {}

  /** Starts worker and server anew, so that they show themselves. Resolves when all is asked and no alert fires. */
  static async over(evening: Evening, settings: Record<string, string> = {}): Promise<Watch> {
    const [server, worker] = (await pickPorts(2)) as [number, number];
    const jobs = { 'absage-server': [server], 'absage-worker': [worker] };
    const prometheus = await Prometheus.start(jobs, shortRules());
    const watch = new Watch(evening, prometheus, { server: String(server), worker: String(worker) });
    await evening.stack.end('worker');
    await watch.launch('worker', settings);
    await watch.launch('api', settings);
    await watch.searchOften();
    await eventually(
      () => prometheus.hearsAll(),
      (isHeard) => isHeard,
      PATIENCE_MS,
    );
    await watch.untilQuiet();
    return watch;
  }

  /** As much oftener than every hour as the copied alert is more impatient. */
  private async searchOften(): Promise<void> {
    const search = this.evening.stack.client.schedule.getHandle(RECONCILER_SCHEDULE.scheduleId);
    await search.update((schedule) => ({ ...schedule, spec: { intervals: [{ every: '10s' }] } }));
  }

  launch(part: 'worker' | 'api', settings: Record<string, string> = {}): Promise<void> {
    const port = part === 'api' ? this.ports.server : this.ports.worker;
    const build: Build = { settings: { ...settings, ABSAGE_METRICS_PORT: port } };
    return this.evening.stack.launch(part, build);
  }

  /** Waits until each of them has fired, at the same time or not. */
  async untilFires(...alerts: string[]): Promise<void> {
    const missing = new Set(alerts);
    await eventually(
      async () => {
        for (const { name } of await this.prometheus.firing()) {
          this.fired.add(name);
          missing.delete(name);
        }
        return [...missing];
      },
      ({ length }) => length === 0,
      PATIENCE_MS,
    );
  }

  /** Waits until none fires any more. */
  async untilQuiet(): Promise<void> {
    await eventually(
      () => this.prometheus.firing(),
      ({ length }) => length === 0,
      PATIENCE_MS,
    );
  }

  /** All that were waited for and seen to fire. */
  get seen(): readonly string[] {
    return [...this.fired];
  }

  stop(): Promise<void> {
    return this.prometheus.stop();
  }
}
