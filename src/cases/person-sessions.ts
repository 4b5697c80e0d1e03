import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toInstant, toMs } from '../domain/clock';
import { grantsFor, personId, type PeopleRule } from '../domain/people';
import type { PersonSession, RefreshedPerson, SessionStore, StoredPerson } from '../journal/port';
import type { Caller } from './caller';
import { LogInRefused, type Identified, type IdentityProvider, type IssuerTokens } from './identity-provider';
import { openText, sealText } from './sealed-text';

/** A role that was taken away counts for no longer than this. */
const ROLES_COUNT_MS = 5 * 60_000;
/** Asked early enough that an answer which takes its time still arrives within it. */
const ASK_AFTER_MS = 4 * 60_000;
/** After a question without an answer. */
const ASK_AGAIN_MS = 15_000;
/** Longer than a question can take: whoever died over it keeps nobody from asking for ever. */
const LEASE_MS = 30_000;
/** How long a page waits for an answer: it is shown without it. */
const PATIENCE_MS = 6_000;
const LOOK_MS = 50;

/** Something that is no request: it stands in the log of security. */
export interface PersonEvent {
  event: 'role-withdrawn' | 'session-refused' | 'issuer-unreachable' | 'issuer-reachable';
  /** Of the person. */
  who: string;
  /** A code, without anything secret. */
  reason?: string;
}

export interface PeopleLogIn {
  provider: IdentityProvider;
  /** The rules of the people file as they are now. */
  rules: () => readonly PeopleRule[];
  /** 32 bytes: seals what the issuer gave us in the database. */
  key: Buffer;
  report: (event: PersonEvent) => void;
}

/**
 * What the issuer says of the people who are logged in, kept no older than five minutes. One question at a time for each
 * log-in, over all servers: an issuer may take a refresh token that comes twice for a stolen one. While it does not answer, what
 * it said last goes on counting, and the caller carries `areRolesOld`.
 */
export class PersonSessions {
  private isAway = false;

  constructor(
    private readonly store: SessionStore,
    private readonly people: PeopleLogIn,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** What is kept of a new log-in, in the session of this name. */
  toStored(idHash: string, { identity, tokens }: Identified): StoredPerson {
    const { subject, sid, name, roles } = identity;
    const nowMs = this.nowMs();
    return {
      issuer: this.people.provider.issuer,
      subject,
      sid,
      name,
      roles,
      sealed: this.seal(idHash, tokens),
      confirmedAt: toInstant(nowMs),
      refreshAt: tokens.refreshToken === null ? null : toInstant(nowMs + ASK_AFTER_MS),
      lease: null,
    };
  }

  callerOf(person: StoredPerson): Caller {
    const isOld = person.refreshAt !== null && this.isOld(person);
    return {
      id: personId(person),
      actor: person.name,
      kind: 'person',
      grants: grantsFor(this.people.rules(), person.roles),
      ...(isOld && { areRolesOld: true }),
    };
  }

  /** The session as the issuer allows it now; `null`: it has refused, or the log-in was of another issuer. */
  async current(session: PersonSession): Promise<PersonSession | null> {
    const { idHash, person } = session;
    if (person.issuer !== this.people.provider.issuer) return null;
    if (person.refreshAt === null) return session;
    const nowMs = this.nowMs();
    if (toMs(person.refreshAt) > nowMs) return person.lease === null ? session : this.afterOther(session);
    const lease = randomUUID();
    const turn = { lease, at: toInstant(nowMs), until: toInstant(nowMs + LEASE_MS) };
    // A database that takes no writes, a full disk say, keeps nobody from aborting.
    const isOurs = await this.store.takeRefresh(idHash, turn).catch(() => null);
    if (isOurs === null) return session;
    return isOurs ? this.inTime(session, this.ask(session, lease)) : this.afterOther(session);
  }

  /** The token that names the log-in at the issuer. */
  idTokenOf({ idHash, person }: PersonSession): string | null {
    return this.open(idHash, person)?.idToken ?? null;
  }

  /** Whoever asks goes on asking, and notes what comes of it. */
  private async inTime(
    session: PersonSession,
    asking: Promise<PersonSession | null>,
  ): Promise<PersonSession | null> {
    const done = new AbortController();
    const tooLate = sleep(PATIENCE_MS, session, { signal: done.signal, ref: false }).catch(() => session);
    return Promise.race([asking, tooLate]).finally(() => done.abort());
  }

  /** Somebody else is asking. Where what was said before still counts, nobody waits for that. */
  private async afterOther(session: PersonSession): Promise<PersonSession | null> {
    const waitsUntilMs = Date.now() + PATIENCE_MS;
    for (let now = session; ;) {
      if (!this.isOld(now.person) || Date.now() > waitsUntilMs) return now;
      const found = await this.store.find(session.idHash);
      if (!found?.person) return null;
      if (found.person.lease === null) return found;
      now = found;
      await sleep(LOOK_MS);
    }
  }

  private async ask(session: PersonSession, lease: string): Promise<PersonSession | null> {
    const { idHash, person } = session;
    const who = personId(person);
    try {
      const { refreshToken = null, idToken = null } = this.open(idHash, person) ?? {};
      if (refreshToken === null) throw new LogInRefused('unreadable');
      const { identity, tokens } = await this.people.provider.refresh(person.subject, {
        refreshToken,
        idToken,
      });
      this.noteAway(false, who);
      const { name, roles } = identity;
      if (this.hasLostRole(person.roles, roles)) this.people.report({ event: 'role-withdrawn', who });
      return await this.note(session, lease, {
        name,
        roles,
        sealed: this.seal(idHash, tokens),
        confirmedAt: toInstant(this.nowMs()),
        refreshAt: toInstant(this.nowMs() + ASK_AFTER_MS),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (error instanceof LogInRefused) {
        this.people.report({ event: 'session-refused', who, reason });
        await this.store.remove(idHash);
        return null;
      }
      this.noteAway(true, who, reason);
      return this.note(session, lease, { refreshAt: toInstant(this.nowMs() + ASK_AGAIN_MS) });
    }
  }

  /** Ended meanwhile, by a log-out at another server, it stays ended. */
  private async note(
    { idHash, person, ...times }: PersonSession,
    lease: string,
    changes: RefreshedPerson,
  ): Promise<PersonSession | null> {
    // What was not noted is asked for again when the lease is over.
    await this.store.endRefresh(idHash, lease, changes).catch(() => undefined);
    const isThere = await this.store.find(idHash).catch(() => true);
    return isThere ? { ...times, idHash, person: { ...person, ...changes, lease: null } } : null;
  }

  private hasLostRole(before: readonly string[], now: readonly string[]): boolean {
    return this.people.rules().some(({ claim }) => before.includes(claim) && !now.includes(claim));
  }

  private noteAway(isAway: boolean, who: string, reason?: string): void {
    if (isAway === this.isAway) return;
    this.isAway = isAway;
    this.people.report({
      event: isAway ? 'issuer-unreachable' : 'issuer-reachable',
      who,
      ...(reason !== undefined && { reason }),
    });
  }

  private isOld({ confirmedAt }: StoredPerson): boolean {
    return toMs(confirmedAt) + ROLES_COUNT_MS <= this.nowMs();
  }

  private seal(idHash: string, tokens: IssuerTokens): string {
    return sealText(this.people.key, contextOf(idHash), JSON.stringify(tokens));
  }

  private open(idHash: string, { sealed }: StoredPerson): IssuerTokens | null {
    const text = openText(this.people.key, contextOf(idHash), sealed);
    return text === null ? null : (JSON.parse(text) as IssuerTokens);
  }
}

const contextOf = (idHash: string) => `absage/session\n${idHash}`;
