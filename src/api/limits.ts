import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../cases/problems';
import { toInstant, toMs } from '../domain/clock';
import type { Spendings } from '../cases/sources';

/** What one caller may ask for only so often, and the German for it. */
const LIMITED = {
  orders: 'Aufträge',
  plans: 'Vorschauen',
  searches: 'Suchen',
  pdfs: 'PDFs',
} as const;

type Limited = keyof typeof LIMITED;

/** How often in a minute. */
export type PerMinute = Readonly<Record<Limited, number>>;

export interface Limits {
  /** Where all servers count together. */
  journal: Spendings;
  limits: PerMinute;
  /** A rehearsal on the simulator disturbs nobody, so it has none. */
  isSimulator(): boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Counts one more for the caller. Throws the problem `too-many-requests` when it is one too many. */
    spend(what: Limited): Promise<void>;
  }
}

const MINUTE_MS = 60_000;

/**
 * Forty houses share one Jet, so that nobody may keep it busy alone. An identity is counted, whichever door it comes in
 * by. What leads a case on or stops it is never counted: views, actions, streams, health.
 */
export async function registerLimits(
  app: FastifyInstance,
  { limits, isSimulator, journal }: Limits,
): Promise<void> {
  await app.register(rateLimit, { global: false, store: countIn(journal) });
  const limiterOf = (what: Limited) =>
    app.createRateLimit({
      max: limits[what],
      timeWindow: MINUTE_MS,
      keyGenerator: ({ caller }) => `${what}/${caller.id}`,
    });
  const limiters = {
    orders: limiterOf('orders'),
    plans: limiterOf('plans'),
    searches: limiterOf('searches'),
    pdfs: limiterOf('pdfs'),
  };
  app.decorateRequest('spend', async function (this: FastifyRequest, what: Limited) {
    if (isSimulator()) return;
    const counted = await limiters[what](this);
    if (counted.isAllowed || !counted.isExceeded) return;
    throw tooMany(what, counted.max, counted.ttlInSeconds);
  });
}

/** As the library wants its store: a class, which it makes one of for each limit. */
function countIn(spendings: Spendings) {
  return class implements FastifyRateLimitStore {
    incr(
      key: string,
      done: (error: Error | null, counted?: { current: number; ttl: number }) => void,
      windowMs = MINUTE_MS,
    ): void {
      const nowMs = Date.now();
      spendings
        .spend(key, toInstant(nowMs), windowMs)
        .then(({ count, until }) => done(null, { current: count, ttl: toMs(until) - nowMs }), done);
    }

    child(): this {
      return this;
    }
  };
}

function tooMany(what: Limited, limit: number, retryAfterSeconds: number): Problem {
  const detail = `Möglich sind ${limit} ${LIMITED[what]} in der Minute. Es wurde nichts begonnen. Bitte in ${retryAfterSeconds} Sekunden noch einmal versuchen.`;
  return new Problem('too-many-requests', detail, {}, { retryAfterSeconds });
}

/** For a route each of whose requests counts, once it is known who asks and that it can be read. */
export function limited(what: Limited) {
  return { preHandler: (request: FastifyRequest) => request.spend(what) };
}
