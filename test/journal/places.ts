import { openJournal } from '../../src/journal/open';
import type { JournalStore } from '../../src/journal/port';
import { PostgresServer } from '../support/postgres-server';
import { makePostgresPlace } from './postgres-place';
import { makeSqlitePlace } from './sqlite-place';

/** A journal of its own, by its URL. */
interface Place {
  url: string;
  remove(): void | Promise<void>;
}

/** Runs the tests over the journal in each database. `makePlace`: for each test a new one. */
export function describeInEachDatabase(tests: (makePlace: () => Promise<Place>) => void): void {
  describe('in SQLite', () => tests(() => Promise.resolve(makeSqlitePlace())));
  describe('in PostgreSQL', () => {
    let postgres: PostgresServer;
    beforeAll(async () => {
      postgres = await PostgresServer.start();
    });
    afterAll(() => postgres.stop());
    tests(() => makePostgresPlace(postgres));
  });
}

/** For each test a new journal, as two processes on the same database open it. */
export function openTwice(makePlace: () => Promise<Place>): Record<'here' | 'there', JournalStore> {
  const opened = {} as Record<'here' | 'there', JournalStore>;
  let place: Place;
  beforeEach(async () => {
    place = await makePlace();
    opened.here = await openJournal(place.url);
    opened.there = await openJournal(place.url);
  });
  afterEach(async () => {
    await opened.here.close();
    await opened.there.close();
    await place.remove();
  });
  return opened;
}
