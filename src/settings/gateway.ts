import { ConfigError, SIMULATOR_TOKEN, type Config } from './environment';
import { SYNC_INTERVAL_FLOOR_MS } from '../domain/case';
import { KnownFailure } from '../domain/failures';
import { createHttpJet } from '../jet/http-jet';

/** How long a start waits for the gateway, in milliseconds. */
const PATIENCE_MS = 3_000;

/**
 * What the gateway's own word and the settings make of each other, as a German sentence, or `null`: production
 * never with a simulator, and never a short interval where something real is behind it. The check and the guard
 * before Storno look again; here it is said before anybody relies on it.
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

/** `null`: it does not say, so nobody knows. `reason` is for the log. */
export type GatewayKind = { isSimulator: boolean } | { isSimulator: null; reason: string };

/**
 * Rejects with a `ConfigError` where gateway and settings do not go together. One that is away for a while is no
 * reason not to start.
 */
export async function requireFittingGateway(config: Config): Promise<GatewayKind> {
  const kind = await askGatewayKind(config.jet);
  const fault = kind.isSimulator === null ? null : findGatewayFault(config, kind.isSimulator);
  if (fault) throw new ConfigError([fault]);
  return kind;
}

async function askGatewayKind(jet: Config['jet']): Promise<GatewayKind> {
  try {
    return await askWith(jet.token, jet);
  } catch (error) {
    const isDenied = error instanceof KnownFailure && error.code === 'jet-access-denied';
    // A simulator knows only its own token: behind another one it must not pass for real.
    const isSimulator = isDenied && (await askWith(SIMULATOR_TOKEN, jet).catch(() => null))?.isSimulator;
    if (isSimulator) return { isSimulator };
    return { isSimulator: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function askWith(token: string, jet: Config['jet']): Promise<{ isSimulator: boolean }> {
  const timeoutMs = Math.min(jet.timeoutMs, PATIENCE_MS);
  const { isSimulator } = await createHttpJet({ ...jet, token, timeoutMs }).health();
  return { isSimulator };
}
