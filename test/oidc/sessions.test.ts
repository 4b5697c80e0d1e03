import { randomBytes } from 'node:crypto';
import { roleIn } from '../../src/domain/roles';
import type { IdentityProvider } from '../../src/cases/identity-provider';
import { logInByToken } from '../../src/cases/log-in';
import { PersonSessions, type PersonEvent } from '../../src/cases/person-sessions';
import { Sessions } from '../../src/cases/sessions';
import type { JournalStore } from '../../src/journal/port';
import { OpenIdProvider } from '../../src/oidc/provider';
import { hashToken } from '../../src/settings/tokens';
import { describeInEachDatabase, openTwice } from '../journal/places';
import { makeSqlitePlace } from '../journal/sqlite-place';
import { RULES, TestProvider } from '../support/oidc';
import { WebVisitor } from '../support/web-visitor';

const MINUTE = 60_000;
const TIMES = { idleMs: 120 * MINUTE, maxMs: 720 * MINUTE };
const ABSAGE = 'http://127.0.0.1:1';
const key = randomBytes(32);

let issuer: TestProvider;
let nowMs: number;
let events: PersonEvent[];
const now = () => nowMs;

beforeAll(async () => {
  issuer = await TestProvider.start(ABSAGE);
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  await issuer.heal();
  nowMs = Date.now();
  events = [];
});

/** One server on the journal, with a clock that the test sets. */
function server(
  journal: JournalStore,
  provider: IdentityProvider = new OpenIdProvider(issuer.settings, ABSAGE),
) {
  const report = (event: PersonEvent) => void events.push(event);
  const people = new PersonSessions(journal.sessions, { provider, rules: () => RULES, key, report }, now);
  return new Sessions(journal.sessions, logInByToken([], hashToken, now), TIMES, now, people);
}

/** Logs somebody in, through the pages of the real provider. */
async function logIn(sessions: Sessions, subject: string, at: TestProvider = issuer): Promise<string> {
  const provider = new OpenIdProvider(at.settings, ABSAGE);
  const { url, pending } = await provider.begin();
  const back = await new WebVisitor(ABSAGE, ABSAGE).logInAs(subject, url);
  return sessions.beginFor(await provider.complete(new URL(back.url).search.slice(1), pending));
}

describeInEachDatabase((makePlace) => {
  const both = openTwice(makePlace);
  let here: Sessions;
  let there: Sessions;
  beforeEach(() => {
    here = server(both.here);
    there = server(both.there);
  });

  const roleAt = async (sessions: Sessions, id: string) => {
    const session = await sessions.find(id);
    return session && roleIn(session.caller.grants, 'FSP');
  };

  it('who logs in at one server is known to the other, by issuer and subject, with the role of their claim', async () => {
    const id = await logIn(here, 'kassa');
    expect(await there.find(id)).toMatchObject({
      caller: { id: `oidc:${issuer.issuer}#kassa`, actor: 'Karin Kassa (FSP)', kind: 'person' },
      account: { issuer: issuer.issuer, roles: ['fsp-kassa'], isRenewable: true },
      isExtendable: true,
    });
    expect(await roleAt(there, id)).toBe('clerk');
    expect(await roleAt(here, await logIn(here, 'ohne'))).toBeNull();
  });

  it('the database holds neither the id nor a token that could be read', async () => {
    const id = await logIn(here, 'kassa');
    const rows = JSON.stringify(await both.here.sessions.list());
    expect(rows).not.toContain(id);
    expect(rows).not.toMatch(/refreshToken|idToken|eyJ/);
  });

  it('a role that was taken away counts no more after five minutes, on both servers, and the log says so once', async () => {
    const id = await logIn(here, 'leitung');
    await issuer.setRoles('leitung', ['fsp-kassa']);
    expect(await roleAt(there, id)).toBe('lead');
    nowMs += 5 * MINUTE;
    expect(await roleAt(there, id)).toBe('clerk');
    expect(await roleAt(here, id)).toBe('clerk');
    expect(events).toEqual([{ event: 'role-withdrawn', who: `oidc:${issuer.issuer}#leitung` }]);
  });

  it('a claim that is missing means no role', async () => {
    const id = await logIn(here, 'leitung');
    await issuer.setRoles('leitung', []);
    nowMs += 5 * MINUTE;
    expect(await roleAt(here, id)).toBeNull();
    expect(await here.find(id)).toMatchObject({ account: { roles: [] } });
  });

  it('of ten requests at two servers one asks, since the provider gives a refresh token once, and all have the answer', async () => {
    const id = await logIn(here, 'leitung');
    await issuer.setRoles('leitung', ['fsp-kassa']);
    const before = await issuer.questions();
    nowMs += 6 * MINUTE;
    const requests = Array.from({ length: 10 }, (_, index) => roleAt(index % 2 ? here : there, id));
    expect(new Set(await Promise.all(requests))).toEqual(new Set(['clerk']));
    expect((await issuer.questions()) - before).toBe(1);
    nowMs += 6 * MINUTE;
    expect(await roleAt(there, id)).toBe('clerk');
  });

  it('a refused refresh logs out, on both servers', async () => {
    const id = await logIn(here, 'kassa');
    await issuer.setRoles('kassa', null);
    nowMs += 5 * MINUTE;
    expect(await here.find(id)).toBeNull();
    expect(await there.find(id)).toBeNull();
    expect(events).toMatchObject([{ event: 'session-refused', reason: 'invalid_grant' }]);
  });

  it.each([
    ['answers 503', () => issuer.answerWith(503), () => issuer.answerWith(null)],
    ['is down', () => issuer.goDown(), () => issuer.comeUp()],
  ])('an issuer that %s refuses nothing, and is asked again when it is back', async (_how, leave, come) => {
    const id = await logIn(here, 'leitung');
    await leave();
    nowMs += 5 * MINUTE;
    for (const sessions of [here, there])
      expect(await sessions.find(id)).toMatchObject({ caller: { areRolesOld: true }, isExtendable: true });
    expect(await roleAt(there, id)).toBe('lead');
    await come();
    nowMs += MINUTE;
    const { caller } = (await there.find(id))!;
    expect(caller).not.toHaveProperty('areRolesOld');
    expect(events.map(({ event }) => event)).toEqual(['issuer-unreachable']);
  });

  it('while the issuer is away a log-in still ends in its time', async () => {
    const id = await logIn(here, 'leitung');
    await issuer.answerWith(503);
    nowMs += TIMES.idleMs;
    expect(await here.find(id)).toBeNull();
  });

  it('an issuer that does not answer holds a page up for some seconds only', async () => {
    const id = await logIn(here, 'leitung');
    await issuer.hang();
    nowMs += 5 * MINUTE;
    const began = performance.now();
    const found = await Promise.all([here.find(id), there.find(id)]);
    // Five for the one that asks, and six for the one that waits for its answer. The library alone would wait for 30.
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(found).toMatchObject([{ caller: { areRolesOld: true } }, { caller: { areRolesOld: true } }]);
  });

  it('a log-out at one server ends it at the other, also while a refresh is under way', async () => {
    const id = await logIn(here, 'kassa');
    nowMs += 5 * MINUTE;
    const refresh = there.find(id);
    await here.end(id);
    await refresh;
    expect(await there.find(id)).toBeNull();
    expect(await here.find(id)).toBeNull();
  });

  it('a database that takes no writes keeps nobody from acting', async () => {
    const id = await logIn(here, 'kassa');
    nowMs += 5 * MINUTE;
    jest.spyOn(both.here.sessions, 'takeRefresh').mockRejectedValue(new Error('disk full'));
    expect(await roleAt(here, id)).toBe('clerk');
  });

  it('the issuer ends one log-in by its name, or all of a person', async () => {
    const ids = [await logIn(here, 'kassa'), await logIn(there, 'kassa'), await logIn(here, 'leitung')];
    const sids = (await both.here.sessions.list()).map(({ person }) => person?.sid);
    expect(new Set(sids).size).toBe(3);
    const [stored] = (await both.here.sessions.list()).filter(({ person }) => person?.subject === 'leitung');
    const who = `oidc:${issuer.issuer}#leitung`;
    const byName = { issuer: issuer.issuer, subject: null, sid: stored!.person!.sid };
    expect(await there.endOfPerson(byName)).toEqual([who]);
    expect(await here.find(ids[2]!)).toBeNull();
    expect(await there.endOfPerson({ issuer: issuer.issuer, subject: 'kassa', sid: null })).toHaveLength(2);
    expect(await Promise.all(ids.map((id) => here.find(id)))).toEqual([null, null, null]);
    expect(await there.endOfPerson({ issuer: 'https://other.example', subject: 'kassa', sid: null })).toEqual(
      [],
    );
  });
});

describe('an issuer that gives no refresh token', () => {
  let short: TestProvider;
  beforeAll(async () => {
    short = await TestProvider.start(ABSAGE, { isRenewable: false });
  });
  afterAll(() => short.stop());

  const both = openTwice(() => Promise.resolve(makeSqlitePlace()));

  it('its log-ins end after the idle time, whatever the person does, and their roles count as they were', async () => {
    const sessions = server(both.here, new OpenIdProvider(short.settings, ABSAGE));
    const id = await logIn(sessions, 'kassa', short);
    nowMs += TIMES.idleMs - 1;
    const session = (await sessions.find(id))!;
    expect(session).toMatchObject({ isExtendable: false, account: { isRenewable: false } });
    expect(session.caller).not.toHaveProperty('areRolesOld');
    await sessions.extend(id, session, true);
    nowMs += 1;
    expect(await sessions.find(id)).toBeNull();
  });
});
