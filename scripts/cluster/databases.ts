import { join } from 'node:path';
import type { StdioOptions } from 'node:child_process';
import { migratePostgres } from '../../src/journal/postgres/migrate';
import type { Launched } from '../../src/up/part';
import { initialisePostgres, launchPostgres, runProgram } from '../../test/support/postgres-process';
import { HOST, JOURNAL_DATABASE, type ClusterPlan } from './plan';

/** Who may do everything in this PostgreSQL. */
const OWNER = 'postgres';
export const TEMPORAL_DATABASE = 'temporal';
export const VISIBILITY_DATABASE = 'temporal_visibility';

/** Makes PostgreSQL's folder at the first start. */
export function prepareDatabases(plan: ClusterPlan): void {
  initialisePostgres({ ...placeOf(plan), password: plan.passwords.postgres });
}

/** PostgreSQL. Its end is asked for as `supervise` does, by SIGTERM. */
export function launchDatabases(plan: ClusterPlan, stdio: StdioOptions): Launched {
  const launched = launchPostgres(placeOf(plan), stdio);
  const { child } = launched;
  const kill = child.kill.bind(child);
  // To PostgreSQL, SIGTERM means to wait until the last client has gone; SIGINT cuts them off, in order.
  child.kill = (signal) => kill(signal === 'SIGTERM' ? 'SIGINT' : signal);
  return launched;
}

/**
 * A database for each purpose, each with roles that reach no other one; and the tables of the journal, which belong to a role
 * that the service does not work as.
 */
export async function makeDatabases(plan: ClusterPlan): Promise<void> {
  for (const [role, password] of Object.entries(plan.passwords))
    if (role !== OWNER) makeRole(plan, role, password);
  makeDatabase(plan, TEMPORAL_DATABASE, 'temporal');
  makeDatabase(plan, VISIBILITY_DATABASE, 'temporal');
  makeDatabase(plan, JOURNAL_DATABASE, 'absage_owner');
  ask(plan, `grant connect on database ${JOURNAL_DATABASE} to absage`);
  if (plan.ownJournal) await migratePostgres(plan.ownJournal.ownerUrl, plan.ownJournal.databaseUrl);
}

function makeRole(plan: ClusterPlan, name: string, password: string): void {
  if (ask(plan, `select 1 from pg_roles where rolname = '${name}'`) === '1') return;
  ask(plan, `create role ${name} login password '${password}'`);
}

function makeDatabase(plan: ClusterPlan, name: string, owner: string): void {
  if (ask(plan, `select 1 from pg_database where datname = '${name}'`) === '1') return;
  ask(plan, `create database ${name} owner ${owner}`);
  ask(plan, `revoke connect on database ${name} from public`);
}

function ask(plan: ClusterPlan, sql: string): string {
  const address = `postgres://${OWNER}@${HOST}:${plan.ports.postgres}/postgres`;
  const options = ['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, address];
  return runProgram(placeOf(plan).folder, 'psql', options, { PGPASSWORD: plan.passwords.postgres }).trim();
}

function placeOf({ folder, ports }: ClusterPlan) {
  return { folder: join(folder, 'postgres'), port: ports.postgres };
}
