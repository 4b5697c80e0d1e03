import type { Client } from '@temporalio/client';
import { countCases } from '../cases/counts';
import type { CaseSources } from '../cases/sources';
import { LOG_IN_OUTCOMES, type Measure } from '../api/measure';
import { watchCertificates, type Peer } from '../metrics/certificates';
import { readFreeBytes } from '../metrics/disk';
import { Metrics } from '../metrics/metrics';
import { showMetrics } from '../metrics/page';
import type { Logger } from '../observability';
import type { Config } from '../settings/environment';
import { lastSearchAt } from '../temporal/last-search';
import { countPollers } from '../temporal/queues';

/** What a process shows of itself; `null`: nothing, because no port is set. */
export interface ShownMetrics {
  metrics: Metrics;
  /** Begins to answer. `more`: what somebody else measures of this process. */
  show(more?: () => Promise<string>): Promise<void>;
  stop(): Promise<void>;
}

/** What worker and server show alike. */
export function createMetrics(
  { metrics: { host, port }, dataDir }: Config,
  peers: readonly Peer[],
  logger: Logger,
): ShownMetrics | null {
  if (port === null) return null;
  const metrics = new Metrics(logger);
  const certificates = watchCertificates(peers, logger);
  metrics.onScrape('absage_certificate_expires_seconds', certificates.samples);
  metrics.onScrape('absage_disk_free_bytes', async () => [{ value: await readFreeBytes(dataDir) }]);
  let page: { stop(): Promise<void> } | null = null;
  return {
    metrics,
    async show(more) {
      page = await showMetrics({ host, port }, metrics, more);
      logger.info({ host, port }, 'metrics are shown');
    },
    async stop() {
      certificates.stop();
      await page?.stop();
    },
  };
}

/** Counts what the API tells of itself. */
export function measureApi(metrics: Metrics): Measure {
  metrics.expect(
    'absage_log_in_total',
    LOG_IN_OUTCOMES.map((outcome) => ({ outcome })),
  );
  return {
    answered: (route, status, seconds) =>
      metrics.observe('absage_http_request_seconds', seconds, { route, status: String(status) }),
    logIn: (outcome) => metrics.count('absage_log_in_total', { outcome }),
  };
}

/** How long what was counted of the cases is shown again: each count asks Temporal for all open runs. */
const COUNTED_FOR_MS = 10_000;

/** What only the server knows: it asks Temporal and the journal for all cases. `areWritesOn`: nobody has switched them off. */
export function showCases(
  metrics: Metrics,
  temporal: Client,
  sources: Pick<CaseSources, 'client' | 'journal'>,
  areWritesOn: () => Promise<boolean>,
): void {
  const counts = keptFor(COUNTED_FOR_MS, () => countCases(sources));
  metrics.onScrape('absage_cases', async () =>
    [...(await counts()).byState].map(([state, value]) => ({ labels: { state }, value })),
  );
  metrics.onScrape('absage_attention', async () =>
    [...(await counts()).byAttention].map(([code, value]) => ({ labels: { code }, value })),
  );
  metrics.onScrape('absage_queue_pollers', async () => {
    const { workflowService, options } = temporal;
    const pollers = await countPollers(workflowService, options.namespace);
    return [...pollers].map(([queue, value]) => ({ labels: { queue }, value }));
  });
  metrics.onScrape('absage_reconciler_last_run_seconds', async () => [
    { value: Math.max(0, Date.now() - (await lastSearchAt(temporal))) / 1_000 },
  ]);
  metrics.onScrape('absage_writes_on', async () => [{ value: Number(await areWritesOn()) }]);
}

/** Asks again only after that time; at the same time only once. What was rejected is asked for again. */
function keptFor<T>(keptMs: number, ask: () => Promise<T>): () => Promise<T> {
  let kept: { at: number; answer: Promise<T> } | null = null;
  return () => {
    if (kept && performance.now() - kept.at < keptMs) return kept.answer;
    const answer = ask();
    const mine = (kept = { at: performance.now(), answer });
    answer.catch(() => {
      if (kept === mine) kept = null;
    });
    return answer;
  };
}
