import { SYNC_INTERVAL_FLOOR_MS } from '../domain/case';
import { ConfigError, type Config } from './environment';

/**
 * Why this gateway may not be used with these settings, as a German sentence, or `null`: production never with a
 * simulator, and never a short interval in front of a real gateway. The check and the guard before Storno look again;
 * here the operator learns of it before the first case.
 */
export function findGatewayFault(
  { mode, syncIntervalMs }: Pick<Config, 'mode' | 'syncIntervalMs'>,
  isSimulator: boolean,
): string | null {
  if (mode === 'production' && isSimulator)
    return 'ABSAGE_JET_URL führt zu einem Simulator, production braucht das echte Gateway';
  if (!isSimulator && syncIntervalMs < SYNC_INTERVAL_FLOOR_MS)
    return 'ABSAGE_SYNC_INTERVAL muss mindestens 15m sein, denn hinter ABSAGE_JET_URL steht kein Simulator';
  return null;
}

/**
 * Throws a `ConfigError` where gateway and settings do not go together. `null`: the gateway does not say what it is;
 * one that is away for a while is no reason not to start.
 */
export function requireFittingGateway(
  config: Pick<Config, 'mode' | 'syncIntervalMs'>,
  isSimulator: boolean | null,
): void {
  const fault = isSimulator === null ? null : findGatewayFault(config, isSimulator);
  if (fault) throw new ConfigError([fault]);
}
