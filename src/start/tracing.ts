import type { Environment } from '../settings/environment';

/** Either of them says where traces go; the exporter reads them, and the rest of `OTEL_*`, by itself. */
const ENDPOINTS = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];

/** How long a stopping process tries to get rid of its last spans. */
const FLUSH_PATIENCE_MS = 2_000;

/**
 * Begins to trace where a collector is named, over HTTP. Without one nothing of it is loaded. `stop` sends what is left, as far
 * as the collector takes it.
 */
export async function startTracing(
  process: string,
  environment: Environment,
): Promise<{ stop(): Promise<void> }> {
  if (!ENDPOINTS.some((name) => environment[name]) || environment.OTEL_SDK_DISABLED === 'true')
    return { stop: async () => {} };
  const [
    { NodeTracerProvider },
    { BatchSpanProcessor },
    { OTLPTraceExporter },
    { resourceFromAttributes },
    core,
  ] = await Promise.all([
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/core'),
  ]);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': environment.OTEL_SERVICE_NAME || `absage-${process}`,
    }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ timeoutMillis: FLUSH_PATIENCE_MS }))],
  });
  // Not the baggage: whoever calls could pass anything on with it.
  provider.register({ propagator: new core.W3CTraceContextPropagator() });
  return { stop: () => provider.shutdown().catch(() => {}) };
}
