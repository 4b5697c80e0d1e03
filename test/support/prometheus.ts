import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { eventually } from './eventually';
import { endWithUs } from './guard';
import { pickPort } from './ports';

/** Longer than a page takes whose numbers cannot be had: each of them is waited for. */
const EVERY = '6s';

/** Where it asks, by the name of the job. */
type Jobs = Readonly<Record<string, readonly number[]>>;

/** One line of a picture. */
export interface Series {
  labels: Readonly<Record<string, string>>;
  points: { seconds: number; value: number }[];
}

interface FiringAlert {
  name: string;
  summary: string;
}

/**
 * A real Prometheus on loopback that asks real processes, and judges them by the given rules.
 *
 * @example
 * const prometheus = await Prometheus.start({ 'absage-worker': [9465] }, readFileSync('deploy/alerts.yml', 'utf8'));
 */
export class Prometheus {
  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(jobs: Jobs, rules: string): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'absage-prometheus-'));
    const file = join(folder, 'prometheus.yml');
    writeFileSync(join(folder, 'rules.yml'), rules);
    writeFileSync(file, stringify(configOf(jobs)));
    const port = await pickPort();
    const log = openSync(join(folder, 'log'), 'a');
    const child = spawn(
      prometheusProgram() ?? 'prometheus',
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      { stdio: ['ignore', log, log], env: { PATH: process.env.PATH, GOMAXPROCS: '1' } },
    );
    closeSync(log);
    endWithUs(child, 'KILL');
    const prometheus = new Prometheus(child, port, folder);
    await eventually(
      () => prometheus.isReady(),
      (isReady) => isReady,
    );
    return prometheus;
  }

  async firing(): Promise<FiringAlert[]> {
    const { data } = await this.ask<{
      alerts: { state: string; labels: { alertname: string }; annotations: { summary: string } }[];
    }>('alerts');
    return data.alerts
      .filter(({ state }) => state === 'firing')
      .map(({ labels, annotations }) => ({ name: labels.alertname, summary: annotations.summary }));
  }

  /** Whether each process that it is to ask has answered it. */
  async hearsAll(): Promise<boolean> {
    const { data } = await this.ask<{ activeTargets: { health: string }[] }>('targets');
    return data.activeTargets.length > 0 && data.activeTargets.every(({ health }) => health === 'up');
  }

  /** What an expression gave in the time from the one instant to the other, in milliseconds since 1970. */
  async history(expression: string, from: number, to: number, everySeconds: number): Promise<Series[]> {
    const query = new URLSearchParams({
      query: expression,
      start: String(from / 1_000),
      end: String(to / 1_000),
      step: String(everySeconds),
    });
    const { data } = await this.ask<{
      result: { metric: Record<string, string>; values: [number, string][] }[];
    }>(`query_range?${query.toString()}`);
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      points: values.map(([seconds, value]) => ({ seconds, value: Number(value) })),
    }));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    }
    rmSync(this.folder, { recursive: true });
  }

  private async isReady(): Promise<boolean> {
    if (this.child.exitCode !== null)
      throw new Error(`Prometheus has ended:\n${readFileSync(join(this.folder, 'log'), 'utf8')}`);
    const reply = await fetch(`http://127.0.0.1:${this.port}/-/ready`).catch(() => null);
    return reply?.ok ?? false;
  }

  private async ask<T>(what: string): Promise<{ data: T }> {
    const reply = await fetch(`http://127.0.0.1:${this.port}/api/v1/${what}`);
    if (!reply.ok) throw new Error(`Prometheus answers ${reply.status}: ${await reply.text()}`);
    return (await reply.json()) as { data: T };
  }
}

/** As `node scripts/setup.mjs tools` has found it; `null`: it has found none. */
export function prometheusProgram(): string | null {
  if (process.env.PROMETHEUS_PATH) return process.env.PROMETHEUS_PATH;
  const tools = join(__dirname, '../../.cache/tools.json');
  if (!existsSync(tools)) return null;
  return (JSON.parse(readFileSync(tools, 'utf8')) as { prometheus?: string | null }).prometheus ?? null;
}

function configOf(jobs: Jobs) {
  return {
    global: { scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: Object.entries(jobs).map(([job_name, ports]) => ({
      job_name,
      static_configs: [{ targets: ports.map((port) => `127.0.0.1:${port}`) }],
    })),
  };
}
