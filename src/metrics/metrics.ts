import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { METRICS, type LabelsOf, type MetricName, type NameOf } from './names';
import { withinPatience } from './patience';
import type { Logger } from '../observability';

/** One number of a gauge, read for a scrape. */
export interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

/** Longest that a scrape waits for one gauge. */
const PATIENCE_MS = 4_000;

/**
 * The numbers that one process shows. What is counted costs nothing but memory; what has to be asked for is asked at a
 * scrape. Nothing in here rejects or throws into the work that it measures.
 *
 * @example
 * const metrics = new Metrics(logger);
 * metrics.count('absage_mail_total', { outcome: 'accepted' });
 * metrics.onScrape('absage_disk_free_bytes', async () => [{ value: await readFreeBytes(dataDir) }]);
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly gauges = new Map<NameOf<'gauge'>, () => Promise<readonly Sample[]>>();
  private readonly unreadable = new Set<MetricName>();
  private collecting: Promise<string> | null = null;

  constructor(private readonly logger: Pick<Logger, 'warn'>) {}

  count<N extends NameOf<'counter'>>(name: N, labels: LabelsOf<N>): void {
    this.counter(name).inc(labels);
  }

  /** Shows a counter with 0 before it first counts: Prometheus would not see an increase to a first 1. */
  expect<N extends NameOf<'counter'>>(name: N, labels: readonly LabelsOf<N>[]): void {
    for (const each of labels) this.counter(name).inc(each, 0);
  }

  /** Shows a histogram without labels before anything is observed. */
  show(...names: NameOf<'histogram'>[]): void {
    for (const name of names) this.histogram(name);
  }

  /** What lies before a beginning, as clocks of two machines make it appear, counts as none. */
  observe<N extends NameOf<'histogram'>>(name: N, seconds: number, labels: LabelsOf<N>): void {
    if (Number.isFinite(seconds)) this.histogram(name).observe(labels, Math.max(0, seconds));
  }

  /** Measures a piece of work, however it ends. */
  async time<N extends NameOf<'histogram'>, T>(
    name: N,
    work: () => Promise<T>,
    labelsOf: (failure: unknown) => LabelsOf<N>,
  ): Promise<T> {
    const startedAt = performance.now();
    const observe = (failure: unknown) =>
      this.observe(name, (performance.now() - startedAt) / 1_000, labelsOf(failure));
    try {
      const result = await work();
      observe(null);
      return result;
    } catch (error) {
      observe(error);
      throw error;
    }
  }

  /** A gauge that is read for each scrape. One that cannot be read is left out, which is said once. */
  onScrape(name: NameOf<'gauge'>, read: () => Promise<readonly Sample[]>): void {
    this.gauges.set(name, read);
  }

  /** Everything, in Prometheus' text format. Scrapes at the same time share one answer. */
  text(): Promise<string> {
    this.collecting ??= this.collect().finally(() => (this.collecting = null));
    return this.collecting;
  }

  private async collect(): Promise<string> {
    await Promise.all([...this.gauges].map(([name, read]) => this.readGauge(name, read)));
    return this.registry.metrics();
  }

  private async readGauge(name: NameOf<'gauge'>, read: () => Promise<readonly Sample[]>): Promise<void> {
    this.registry.removeSingleMetric(name);
    try {
      const samples = await withinPatience(read(), PATIENCE_MS);
      const gauge = new Gauge({ name, ...rowOf(name), registers: [] });
      for (const { labels = {}, value } of samples) gauge.set(labels, value);
      this.registry.registerMetric(gauge);
      this.unreadable.delete(name);
    } catch (error) {
      if (!this.unreadable.has(name)) this.logger.warn({ err: error, metric: name }, 'metric left out');
      this.unreadable.add(name);
    }
  }

  private counter(name: NameOf<'counter'>): Counter {
    const known = this.registry.getSingleMetric(name) as Counter | undefined;
    return known ?? new Counter({ name, ...rowOf(name), registers: [this.registry] });
  }

  private histogram(name: NameOf<'histogram'>): Histogram {
    const known = this.registry.getSingleMetric(name) as Histogram | undefined;
    const buckets = [...METRICS[name].buckets];
    return known ?? new Histogram({ name, ...rowOf(name), buckets, registers: [this.registry] });
  }
}

function rowOf(name: MetricName) {
  const { help, labels } = METRICS[name];
  return { help, labelNames: [...labels] };
}
