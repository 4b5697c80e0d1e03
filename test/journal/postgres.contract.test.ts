import { PostgresServer } from '../support/postgres-server';
import { describeJournal } from './journal-contract';
import { makePostgresPlace } from './postgres-place';

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await PostgresServer.start();
});
afterAll(() => postgres.stop());

describeJournal('the journal in PostgreSQL', () => makePostgresPlace(postgres));
