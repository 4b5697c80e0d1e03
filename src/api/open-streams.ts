import type { FastifyReply } from 'fastify';
import { Problem } from '../cases/problems';

/** What one caller, or one log-in, may hold open. A browser holds one for all its pages. */
const MOST_STREAMS = 20;
/** How long a stream may outlive the right to it. */
const LOOK_MS = 1_000;

/** Why a stream ends before its reader has gone. */
export const NO_LONGER_VALID = 'no longer valid';

interface Holder {
  streams: Set<AbortController>;
  timer: NodeJS.Timeout;
}

export interface StreamLimits {
  /** A rehearsal on the simulator has no limit. */
  isSimulator(): boolean;
}

/**
 * Open streams by whoever holds them: so many and no more, and none for longer than the log-in or the token counts,
 * whichever server it was that ended it.
 */
export class OpenStreams {
  private readonly holders = new Map<string, Holder>();

  constructor(private readonly limits: StreamLimits) {}

  /**
   * Aborts when the answer is complete, its reader has gone, or `isValid` says no. The streams of a holder share one
   * look. Throws the problem `too-many-requests`.
   */
  open(key: string, reply: FastifyReply, isValid: () => boolean | Promise<boolean>): AbortSignal {
    const holder = this.holders.get(key) ?? this.begin(key, isValid);
    if (holder.streams.size >= this.most()) {
      void reply.header('retry-after', Math.ceil(LOOK_MS / 1_000));
      throw new Problem('too-many-requests', `Mehr als ${MOST_STREAMS} offene Streams sind zu viele.`);
    }
    const controller = new AbortController();
    holder.streams.add(controller);
    reply.raw.once('close', () => {
      controller.abort();
      this.leave(key, holder, controller);
    });
    return controller.signal;
  }

  private most(): number {
    return this.limits.isSimulator() ? Infinity : MOST_STREAMS;
  }

  private begin(key: string, isValid: () => boolean | Promise<boolean>): Holder {
    const look = async () => {
      // A look that fails proves nothing: the next one may succeed.
      const stillIs = await Promise.resolve(isValid()).catch(() => true);
      if (!stillIs) for (const stream of holder.streams) stream.abort(NO_LONGER_VALID);
    };
    const holder: Holder = { streams: new Set(), timer: setInterval(() => void look(), LOOK_MS).unref() };
    this.holders.set(key, holder);
    return holder;
  }

  private leave(key: string, holder: Holder, stream: AbortController): void {
    holder.streams.delete(stream);
    if (holder.streams.size > 0) return;
    clearInterval(holder.timer);
    if (this.holders.get(key) === holder) this.holders.delete(key);
  }
}
