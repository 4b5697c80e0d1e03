import { SYNC_INTERVAL_FLOOR_MS } from '../domain/case';
import { ConfigError, type Config } from './environment';
import { isFor, type PartName } from './parts';

type Judged = Pick<Config, 'mode' | 'syncIntervalMs' | 'apiTokensFile' | 'oidc'>;

/**
 * Why this gateway may not be used with these settings, as German sentences: production never with a simulator, and
 * never a short interval nor an open door in front of a real gateway. The check and the guard before Storno look again;
 * here the operator learns of it before the first case. A `part` is not asked for what it does not know.
 */
export function findGatewayFaults(
  { mode, syncIntervalMs, apiTokensFile, oidc }: Judged,
  isSimulator: boolean,
  part: PartName | null = null,
): string[] {
  const isProduction = mode === 'production';
  if (isSimulator)
    return isProduction
      ? ['ABSAGE_JET_URL führt zu einem Simulator, production braucht das echte Gateway']
      : [];
  const faults: string[] = [];
  if (syncIntervalMs < SYNC_INTERVAL_FLOOR_MS)
    faults.push(
      'ABSAGE_SYNC_INTERVAL muss mindestens 15m sein, denn hinter ABSAGE_JET_URL steht kein Simulator',
    );
  // Production asks for the file whatever the gateway is.
  const isOpen = !isProduction && apiTokensFile === null && oidc === null;
  if (isOpen && (part === null || isFor(part, 'ABSAGE_API_TOKENS_FILE')))
    faults.push(
      'ABSAGE_API_TOKENS_FILE fehlt: hinter ABSAGE_JET_URL steht kein Simulator, und ohne Anmeldung dürfte jeder wirklich absagen (absage tokens create macht ein Token)',
    );
  return faults;
}

/**
 * Throws a `ConfigError` where gateway and settings do not go together. `null`: the gateway does not say what it is;
 * one that is away for a while is no reason not to start.
 */
export function requireFittingGateway(
  config: Judged,
  isSimulator: boolean | null,
  part: PartName | null = null,
): void {
  const faults = isSimulator === null ? [] : findGatewayFaults(config, isSimulator, part);
  if (faults.length > 0) throw new ConfigError(faults);
}
