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
    const isSimulator =
      isDenied(error) && (await askWith(simulatorToken, jet).catch(() => null))?.isSimulator;
    if (isSimulator) return { isSimulator };
    return { isSimulator: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

const ASK_EVERY_MS = 1_000;

/**
 * Whether a simulator is behind the gateway: asked with its public token until somebody answers. Until then, and where
 * that token is refused, it counts as real.
 */
export function watchForSimulator(
  jet: HttpJetOptions,
  askEveryMs = ASK_EVERY_MS,
): { isSimulator(): boolean; stop(): void } {
  let known: boolean | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const look = async (): Promise<void> => {
    known = await askWith(jet.token, jet).then(
      ({ isSimulator }) => isSimulator,
      (error: unknown) => (isDenied(error) ? false : null),
    );
    if (known === null && !isStopped) timer = setTimeout(() => void look(), askEveryMs).unref();
  };
  void look();
  return {
    isSimulator: () => known === true,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function isDenied(error: unknown): boolean {
  return error instanceof KnownFailure && error.code === 'jet-access-denied';
}

async function askWith(token: string, jet: HttpJetOptions): Promise<{ isSimulator: boolean }> {
  const timeoutMs = Math.min(jet.timeoutMs, PATIENCE_MS);
  const { isSimulator } = await createHttpJet({ ...jet, token, timeoutMs }).health();
  return { isSimulator };
}
