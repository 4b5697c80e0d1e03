import { createHash, randomBytes } from 'node:crypto';
import { toInstant, toMs } from '../domain/clock';
import type { SessionStore, StoredSession } from '../journal/port';
import type { Caller } from './caller';
import type { LogIn } from './log-in';

/** As many bits as a token has. */
const ID_BYTES = 32;
/** Activity is noted when it moves the end by more than this part of the idle time: a click need not wait for the disk. */
const NOTED_PART = 0.01;

export interface SessionTimes {
  /** Without anything that a person does. */
  idleMs: number;
  /** From the log-in on, whatever the person does. */
  maxMs: number;
}

/** A log-in that is valid now. */
export interface Session {
  /** Known to the server alone: it can name the session in a log. */
  key: string;
  caller: Caller;
  endsAtMs: number;
  /** Whether it ends later when the person does something. */
  isExtendable: boolean;
}

/**
 * The log-ins of people. The browser has a random id and nothing else; what it stands for lies in the database, so that
 * every server knows at once when it has ended: by a log-out, by time, or with its token.
 *
 * @example const id = await sessions.begin(tokenSha256); const session = await sessions.find(id);
 */
export class Sessions {
  constructor(
    private readonly store: SessionStore,
    private readonly logIn: LogIn,
    private readonly times: SessionTimes,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Returns the new session's id, for the browser alone. */
  async begin(tokenSha256: string): Promise<string> {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const nowMs = this.nowMs();
    const now = toInstant(nowMs);
    const { idleMs, maxMs } = this.times;
    await this.store.removeOlder({
      startedAt: toInstant(nowMs - maxMs),
      activeAt: toInstant(nowMs - idleMs),
    });
    await this.store.add({ idHash: hashOf(id), tokenSha256, startedAt: now, activeAt: now });
    return id;
  }

  /** `null`: there is no such session, or none any more. */
  async find(id: string): Promise<Session | null> {
    const stored = await this.store.find(hashOf(id));
    return stored && this.judge(stored);
  }

  /** The same after the person did something. `isWanted`: they asked for nothing else but to stay. */
  async extend(id: string, session: Session, isWanted = false): Promise<Session> {
    const nowMs = this.nowMs();
    const { idleMs } = this.times;
    const hardlyLater = session.endsAtMs > nowMs + idleMs * (1 - NOTED_PART);
    if (!session.isExtendable || (hardlyLater && !isWanted)) return session;
    try {
      await this.store.touch(hashOf(id), toInstant(nowMs));
    } catch (error) {
      // What the person came for may still be possible, an abort above all.
      if (isWanted) throw error;
      return session;
    }
    return (await this.find(id)) ?? session;
  }

  /** Ends it on every server. */
  async end(id: string): Promise<void> {
    await this.store.remove(hashOf(id));
  }

  private judge({ idHash, tokenSha256, startedAt, activeAt }: StoredSession): Session | null {
    const { idleMs, maxMs } = this.times;
    const idleEndMs = toMs(activeAt) + idleMs;
    const lastEndMs = toMs(startedAt) + maxMs;
    const endsAtMs = Math.min(idleEndMs, lastEndMs);
    const caller = endsAtMs > this.nowMs() ? this.logIn.identifyHash(tokenSha256) : null;
    return caller && { key: idHash, caller, endsAtMs, isExtendable: idleEndMs < lastEndMs };
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex');
}
