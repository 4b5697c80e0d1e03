import { copyFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import Database from 'libsql';
import { openSignedJournal } from '../../src/start/signed-journal';
import { adoptJournal } from '../../src/admin-commands';
import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { OPENING, REF } from './lines';
import { makeSqlitePlace } from './sqlite-place';

type Place = ReturnType<typeof makeSqlitePlace>;

let places: Place[] = [];
afterEach(() => {
  for (const place of places) place.remove();
  places = [];
});

function aPlace(): Place {
  const place = makeSqlitePlace();
  places.push(place);
  return place;
}

/** Works with the journal as a process of its own. */
async function within<T>({ url }: Place, work: (journal: JournalStore) => Promise<T>): Promise<T> {
  const journal = await openJournal(url);
  return work(journal).finally(() => journal.close());
}

const idOf = (place: Place) => within(place, (journal) => journal.installationId());

it('has one id, for all processes and for good', async () => {
  const place = aPlace();
  const ids = await Promise.all([idOf(place), idOf(place)]);
  expect(new Set([...ids, await idOf(place)]).size).toBe(1);
  expect(await idOf(aPlace())).not.toBe(ids[0]);
});

it('keeps its id in a copy, until the copy is adopted; its lines stay', async () => {
  const [original, copy] = [aPlace(), aPlace()];
  await within(original, (journal) => journal.openCase(REF, OPENING));
  const id = await idOf(original);
  copyFileSync(original.path, copy.path);
  expect(await idOf(copy)).toBe(id);

  const said = await adoptJournal({ ABSAGE_DATABASE_URL: copy.url });
  const adopted = await idOf(copy);
  expect([await idOf(original), adopted === id, said.includes(adopted)]).toEqual([id, false, true]);
  expect(await within(copy, (journal) => journal.entries(REF.caseId))).toHaveLength(1);
  const { username } = userInfo();
  expect((await within(copy, (journal) => journal.installationLines())).at(-1)).toMatchObject({
    operation: 'adopted',
    actor: `absage journal adopt (${username})`,
    actorId: `os:${username}`,
    before: { id },
    after: { id: adopted },
  });
});

it('from before there were ids, has the same one in each of its copies, an older one too', async () => {
  const [original, backup, other] = [aPlace(), aPlace(), aPlace()];
  await within(original, (journal) => journal.openCase(REF, OPENING));
  copyFileSync(original.path, backup.path);
  const later = { ...REF, caseId: 'case-2', eventNumber: '104234' };
  await within(original, (journal) => journal.openCase(later, OPENING));
  const id = await idOf(original);
  expect(await idOf(backup)).toBe(id);

  await within(other, (journal) => journal.openCase(later, OPENING));
  expect(await idOf(other)).not.toBe(id);
});

it('has sealed from the beginning where no case is older, whatever is written later', async () => {
  const place = aPlace();
  const first = await within(place, (journal) => journal.sealedSince());
  expect(first).toBe('1970-01-01T00:00:00.000Z');
  await within(place, (journal) => journal.openCase(REF, OPENING));
  expect(await within(place, (journal) => journal.sealedSince())).toBe(first);
});

// The line about its key used to count as one of a case: then a run without a seal, begun before, was believed.
it('has sealed from the beginning also where nothing but its signing key is noted', async () => {
  const place = aPlace();
  const settings = { databaseUrl: place.url, signingKeyFile: null, dataDir: dirname(place.path) };
  await openSignedJournal(settings).then((journal) => journal.close());
  expect(await within(place, (journal) => journal.sealedSince())).toBe('1970-01-01T00:00:00.000Z');
});

it('has sealed since its first worker that did, where there were cases before; once', async () => {
  const place = aPlace();
  await within(place, (journal) => journal.openCase(REF, OPENING));
  const before = new Date().toISOString();
  const since = await within(place, (journal) => journal.sealedSince());
  expect(since >= before).toBe(true);
  expect(await within(place, (journal) => journal.sealedSince())).toBe(since);
});

describe('an installation that signs', () => {
  const signing = async <T>(
    place: ReturnType<typeof aPlace>,
    work: (journal: JournalStore) => Promise<T>,
  ) => {
    const settings = { databaseUrl: place.url, signingKeyFile: null, dataDir: dirname(place.path) };
    const journal = await openSignedJournal(settings);
    return work(journal).finally(() => journal.close());
  };
  const LATER = '2099-01-01T00:00:00.000Z';
  /** As somebody who reaches the database. */
  const change = (place: ReturnType<typeof aPlace>, sql: string) => {
    const raw = new Database(place.path);
    raw.exec(sql);
    raw.close();
  };

  // A later instant in the table used to let in whatever was started past the API.
  it('believes only its signed line about when it first sealed', async () => {
    const place = aPlace();
    await signing(place, (journal) => journal.openCase(REF, OPENING));
    const since = await signing(place, (journal) => journal.sealedSince());
    change(place, `update installation set value = '${LATER}' where name = 'sealed-since'`);
    expect(await signing(place, (journal) => journal.sealedSince())).toBe(since);
    const lines = await signing(place, (journal) => journal.installationLines());
    expect(lines.filter(({ operation }) => operation === 'sealed-since')).toMatchObject([
      { after: { since } },
    ]);
  });

  it('takes nothing for one of before where that line was changed', async () => {
    const place = aPlace();
    await signing(place, (journal) => journal.openCase(REF, OPENING));
    await signing(place, (journal) => journal.sealedSince());
    const since = `update entry set after = '{"since":"${LATER}"}' where operation = 'sealed-since'`;
    change(place, `drop trigger entry_no_update; ${since}`);
    expect(await signing(place, (journal) => journal.sealedSince())).toBe('1970-01-01T00:00:00.000Z');
  });

  // Whoever took that line away used to have the next process sign what the table says.
  it('notes nothing later than its first key where that line was taken away', async () => {
    const place = aPlace();
    await signing(place, (journal) => journal.openCase(REF, OPENING));
    await signing(place, (journal) => journal.sealedSince());
    const gone = `drop trigger entry_no_delete; delete from entry where operation = 'sealed-since'`;
    change(place, `${gone}; update installation set value = '${LATER}' where name = 'sealed-since'`);
    const since = await signing(place, (journal) => journal.sealedSince());
    const [key] = await signing(place, (journal) => journal.installationLines());
    expect(since).toBe(key?.at);
  });

  it('keeps what it had noted before it signed', async () => {
    const place = aPlace();
    await within(place, (journal) => journal.openCase(REF, OPENING));
    const since = await within(place, (journal) => journal.sealedSince());
    expect(await signing(place, (journal) => journal.sealedSince())).toBe(since);
    const lines = await signing(place, (journal) => journal.installationLines());
    expect(lines.at(-1)).toMatchObject({ operation: 'sealed-since', after: { since } });
  });
});

it('knows a seal by the run that it came with first, in whatever order processes ask', async () => {
  const place = aPlace();
  const named = (firstRunId: string) =>
    within(place, (journal) => journal.nameRun({ caseId: REF.caseId, firstRunId, seal: 'mac' }));
  expect([await named('first'), await named('copy'), await named('first')]).toEqual([true, false, true]);
  const isNamed = (firstRunId: string) =>
    within(place, (journal) => journal.namedRuns([REF.caseId])).then(
      (runs) => runs.get(REF.caseId)?.includes(firstRunId) ?? false,
    );
  expect([await isNamed('first'), await isNamed('copy')]).toEqual([true, false]);
});
