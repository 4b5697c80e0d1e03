import { KnownFailure } from '../domain/failures';
import { createHttpJet, type HttpJetOptions } from './http-jet';

/** How long a start waits for the gateway, in milliseconds. */
const PATIENCE_MS = 3_000;

/** `null`: the gateway does not say what it is. `reason` is for the log. */
export type GatewayKind = { isSimulator: boolean } | { isSimulator: null; reason: string };

/**
 * Asks the gateway what it is. Never rejects. A simulator takes only `simulatorToken`, so that behind another token it
 * looks like a gateway that refuses us; it is asked once more with its own, and does not pass for a real one.
 */
export async function askGatewayKind(jet: HttpJetOptions, simulatorToken: string): Promise<GatewayKind> {
  try {
    return await askWith(jet.token, jet);
  } catch (error) {
    const isDenied = error instanceof KnownFailure && error.code === 'jet-access-denied';
    const isSimulator = isDenied && (await askWith(simulatorToken, jet).catch(() => null))?.isSimulator;
    if (isSimulator) return { isSimulator };
    return { isSimulator: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function askWith(token: string, jet: HttpJetOptions): Promise<{ isSimulator: boolean }> {
  const timeoutMs = Math.min(jet.timeoutMs, PATIENCE_MS);
  const { isSimulator } = await createHttpJet({ ...jet, token, timeoutMs }).health();
  return { isSimulator };
}
