import { logInByToken } from '../../src/cases/log-in';
import { Sessions } from '../../src/cases/sessions';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { createToken, hashToken, type ApiToken } from '../../src/settings/tokens';
import { makeSqlitePlace } from '../journal/sqlite-place';

const MINUTE = 60_000;
const TIMES = { idleMs: 120 * MINUTE, maxMs: 12 * 60 * MINUTE };
const { entry } = createToken('Kassa', '*');

let place: ReturnType<typeof makeSqlitePlace>;
let journal: JournalStore;
let tokens: ApiToken[];
let nowMs: number;
let sessions: Sessions;

beforeEach(async () => {
  place = makeSqlitePlace();
  journal = await openJournal(place.url);
  tokens = [{ sha256: entry.sha256, actor: 'Kassa', role: 'lead', houses: 'all' }];
  nowMs = Date.parse('2027-01-01T08:00:00Z');
  sessions = open();
});
afterEach(async () => {
  await journal.close();
  place.remove();
});

function open(): Sessions {
  const now = () => nowMs;
  return new Sessions(journal.sessions, logInByToken(tokens, hashToken, now), TIMES, now);
}

const begin = () => sessions.begin(entry.sha256);

it('a session is known by a random id that the database does not hold', async () => {
  const ids = [await begin(), await begin()];
  expect(ids[0]).toMatch(/^[\w-]{43}$/);
  expect(ids[0]).not.toBe(ids[1]);
  expect(await sessions.find(ids[0]!)).toMatchObject({ caller: { id: 'token:Kassa' } });
  expect(await journal.sessions.find(ids[0]!)).toBeNull();
  expect(await sessions.find('made up')).toBeNull();
});

it('ends after a while in which its person did nothing', async () => {
  const id = await begin();
  nowMs += TIMES.idleMs - 1;
  expect(await sessions.find(id)).toMatchObject({ endsAtMs: nowMs + 1, isExtendable: true });
  nowMs += 1;
  expect(await sessions.find(id)).toBeNull();
});

it('ends later when its person does something, which another server knows', async () => {
  const id = await begin();
  nowMs += 100 * MINUTE;
  await sessions.extend(id, (await sessions.find(id))!);
  nowMs += 100 * MINUTE;
  expect(await open().find(id)).not.toBeNull();
});

it('ends at the latest when it must, whatever its person does', async () => {
  const id = await begin();
  for (let hour = 1; hour < 12; hour += 1) {
    nowMs += 60 * MINUTE;
    await sessions.extend(id, (await sessions.find(id))!);
  }
  expect(await sessions.find(id)).toMatchObject({ endsAtMs: nowMs + 60 * MINUTE, isExtendable: false });
  nowMs += 60 * MINUTE;
  expect(await sessions.find(id)).toBeNull();
});

it('does not wait for the disk at every click, but when its person asks to stay', async () => {
  const id = await begin();
  const touch = jest.spyOn(journal.sessions, 'touch');
  const session = (await sessions.find(id))!;
  nowMs += MINUTE;
  expect(await sessions.extend(id, session)).toEqual(session);
  expect(touch).not.toHaveBeenCalled();
  expect(await sessions.extend(id, session, true)).toMatchObject({ endsAtMs: nowMs + TIMES.idleMs });
});

it('a page is shown although its click cannot be noted', async () => {
  const id = await begin();
  const session = (await sessions.find(id))!;
  nowMs += 100 * MINUTE;
  jest.spyOn(journal.sessions, 'touch').mockRejectedValue(new Error('disk full'));
  expect(await sessions.extend(id, session)).toEqual(session);
  await expect(sessions.extend(id, session, true)).rejects.toThrow('disk full');
});

it('ends at once with a log-out, on every server', async () => {
  const id = await begin();
  await open().end(id);
  expect(await sessions.find(id)).toBeNull();
});

it.each([
  ['is taken back', () => void tokens.pop()],
  ['expires', () => (tokens[0]!.expires = '2027-01-01T09:00:00+01:00')],
])('ends at once when its token %s', async (_how, withdraw) => {
  const id = await begin();
  withdraw();
  expect(await sessions.find(id)).toBeNull();
});
