import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { ConfigError } from '../settings/environment';
import type { Metrics } from './metrics';

const PATH = '/metrics';
const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * Shows the metrics of this process on a port of their own: nothing of it is on the public one. Scrapes come by address,
 * so it answers to any `Host`; it holds nothing that a stranger's page could use. `more`: what somebody else measures of this
 * process. Rejects with a `ConfigError` where it cannot listen.
 */
export async function showMetrics(
  { host, port }: { host: string; port: number },
  metrics: Metrics,
  more: () => Promise<string> = async () => '',
): Promise<{ stop(): Promise<void> }> {
  const server = createServer((request, reply) => void answer(request, reply, metrics, more));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.listen({ host, port });
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([
      `ABSAGE_METRICS_PORT: auf ${host}:${port} kann nicht geantwortet werden (${error.code})`,
    ]);
  });
  return {
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  { method, url = '' }: IncomingMessage,
  reply: ServerResponse,
  metrics: Metrics,
  more: () => Promise<string>,
): Promise<void> {
  if (!['GET', 'HEAD'].includes(method ?? '') || url.split('?')[0] !== PATH)
    return void reply.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
  const texts = await Promise.all([metrics.text(), more().catch(() => '')]);
  reply.writeHead(200, { 'content-type': TEXT_FORMAT, 'cache-control': 'no-store' });
  reply.end(method === 'HEAD' ? undefined : texts.map((text) => text.trimEnd()).join('\n') + '\n');
}
