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

/** What is known of the gateway, at any time. */
export interface GatewayWatch {
  /** Resolves when it has been asked once. */
  readonly asked: Promise<void>;
  /** Resolves when it has said what it is, which may be never. */
  readonly known: Promise<void>;
  /** It has said that it is a simulator. Until then it counts as real. */
  isSimulator(): boolean;
  isKnown(): boolean;
  stop(): void;
}

/**
 * Whether a simulator is behind the gateway: asked with its public token until somebody answers. What refuses that token
 * is real. `known`: what has been found out already, so that nobody is asked.
 */
export function watchGateway(
  jet: HttpJetOptions,
  known: boolean | null = null,
  askEveryMs = ASK_EVERY_MS,
): GatewayWatch {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let tell = (): void => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const look = async (): Promise<void> => {
    known ??= await askWith(jet.token, jet).then(
      ({ isSimulator }) => isSimulator,
      (error: unknown) => (isDenied(error) ? false : null),
    );
    if (known !== null) tell();
    else if (!isStopped) timer = setTimeout(() => void look(), askEveryMs).unref();
  };
  return {
    asked: look(),
    known: told,
    isSimulator: () => known === true,
    isKnown: () => known !== null,
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
