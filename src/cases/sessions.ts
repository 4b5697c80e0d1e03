import { createHash, randomBytes } from 'node:crypto';
import { toInstant, toMs } from '../domain/clock';
import type { PersonSession, SessionStore, StoredSession, TokenSession } from '../journal/port';
import type { Caller } from './caller';
import type { Identified } from './identity-provider';
import type { LogIn } from './log-in';
import type { PersonSessions } from './person-sessions';

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
  startedAtMs: number;
  endsAtMs: number;
  /** Whether it ends later when the person does something. */
  isExtendable: boolean;
  /** With an account of the organisation: what it said; `null`: with a token. */
  account: {
    issuer: string;
    roles: readonly string[];
    confirmedAtMs: number;
    /** Whether its issuer can be asked again. Otherwise the log-in ends after the idle time, whatever the person does. */
    isRenewable: boolean;
  } | null;
}

/**
 * The log-ins of people. The browser has a random id and nothing else; what it stands for lies in the database, so that
 * every server knows at once when it has ended: by a log-out, by time, with its token, or by its issuer.
 *
 * @example const id = await sessions.begin(tokenSha256); const session = await sessions.find(id);
 */
export class Sessions {
  constructor(
    private readonly store: SessionStore,
    private readonly logIn: LogIn,
    private readonly times: SessionTimes,
    private readonly nowMs: () => number = Date.now,
    /** `null`: nobody logs in with an account of the organisation. */
    private readonly people: PersonSessions | null = null,
  ) {}

  /** Returns the new session's id, for the browser alone. */
  begin(tokenSha256: string): Promise<string> {
    return this.add(() => ({ tokenSha256 }));
  }

  /** As `begin`, for somebody whom the issuer has identified. */
  beginFor(identified: Identified): Promise<string> {
    const { people } = this;
    if (!people) throw new Error('there is no issuer');
    return this.add((idHash) => ({ person: people.toStored(idHash, identified) }));
  }

  /** `null`: there is no such session, or none any more. */
  async find(id: string): Promise<Session | null> {
    const stored = await this.store.find(hashOf(id));
    if (!stored || !this.isRunning(stored)) return null;
    return stored.person ? this.ofPerson(stored) : this.ofToken(stored);
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

  /** Ends it on every server. With an account of the organisation: what names the log-in at the issuer. */
  async end(id: string): Promise<{ idToken: string | null } | null> {
    const stored = await this.store.find(hashOf(id));
    await this.store.remove(hashOf(id));
    return stored?.person && this.people ? { idToken: this.people.idTokenOf(stored) } : null;
  }

  /** The issuer ends them, on every server. Resolves to whose they were. */
  async endOfPerson(who: Parameters<SessionStore['removeOfPerson']>[0]): Promise<string[]> {
    const ended = await this.store.removeOfPerson(who);
    return ended.flatMap(({ person }) => (person && this.people ? [this.people.callerOf(person).id] : []));
  }

  /** All that are valid now, the newest first. Asks no issuer. */
  async list(): Promise<Session[]> {
    const all = (await this.store.list()).filter((stored) => this.isRunning(stored));
    const judged = all.map((stored) => (stored.person ? this.judgePerson(stored) : this.ofToken(stored)));
    return judged.filter((session) => session !== null);
  }

  /** Ends a session that `list` named. */
  async endByKey(key: string): Promise<void> {
    await this.store.remove(key);
  }

  private async add(
    by: (idHash: string) => Pick<TokenSession, 'tokenSha256'> | Pick<PersonSession, 'person'>,
  ): Promise<string> {
    const id = randomBytes(ID_BYTES).toString('base64url');
    const nowMs = this.nowMs();
    const now = toInstant(nowMs);
    const { idleMs, maxMs } = this.times;
    await this.store.removeOlder({
      startedAt: toInstant(nowMs - maxMs),
      activeAt: toInstant(nowMs - idleMs),
    });
    await this.store.add({ idHash: hashOf(id), startedAt: now, activeAt: now, ...by(hashOf(id)) });
    return id;
  }

  private isRunning(stored: StoredSession): boolean {
    return this.endOf(stored).endsAtMs > this.nowMs();
  }

  private endOf({ startedAt, activeAt, person }: StoredSession) {
    const { idleMs, maxMs } = this.times;
    const isRenewable = person?.refreshAt !== null;
    const idleEndMs = toMs(isRenewable ? activeAt : startedAt) + idleMs;
    const lastEndMs = toMs(startedAt) + maxMs;
    return {
      startedAtMs: toMs(startedAt),
      endsAtMs: Math.min(idleEndMs, lastEndMs),
      isExtendable: isRenewable && idleEndMs < lastEndMs,
    };
  }

  private ofToken(stored: TokenSession): Session | null {
    const caller = this.logIn.identifyHash(stored.tokenSha256);
    return caller && { key: stored.idHash, caller, ...this.endOf(stored), account: null };
  }

  private async ofPerson(stored: PersonSession): Promise<Session | null> {
    const current = (await this.people?.current(stored)) ?? null;
    return current && this.judgePerson(current);
  }

  private judgePerson(stored: PersonSession): Session | null {
    const { idHash, person } = stored;
    const { issuer, roles, confirmedAt, refreshAt } = person;
    const caller = this.people?.callerOf(person);
    if (!caller) return null;
    const account = {
      issuer,
      roles,
      confirmedAtMs: toMs(confirmedAt),
      isRenewable: refreshAt !== null,
    };
    return { key: idHash, caller, ...this.endOf(stored), account };
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id, 'utf8').digest('hex');
}
