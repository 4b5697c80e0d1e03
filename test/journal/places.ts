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
