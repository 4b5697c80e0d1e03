import { partEnvironment, type PartName } from '../settings/parts';
import { workerMetricsPort } from './ports';
import type { Stack } from './stack';

/** What a part of the stack is started with. */
export function environmentOf(
  part: PartName,
  { environment, config, hasMailCatcher }: Pick<Stack, 'environment' | 'config' | 'hasMailCatcher'>,
): NodeJS.ProcessEnv {
  const own = partEnvironment(part, environment);
  if (part === 'worker' && config.metrics.port !== null) {
    const { ABSAGE_METRICS_PORT_FILE: _file, ...others } = own;
    return { ...others, ABSAGE_METRICS_PORT: String(workerMetricsPort(config.metrics.port)) };
  }
  if (part !== 'server' || hasMailCatcher) return own;
  // The server asks only whether mail goes to the mail catcher.
  const { ABSAGE_SMTP_URL_FILE: _secret, ...others } = own;
  return { ...others, ABSAGE_SMTP_URL: config.smtp.server.shownUrl };
}
