import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterPlan } from '../../scripts/cluster/plan';
import { HOST } from '../../scripts/cluster/plan';
import type { Part } from '../../src/up/part';
import { dataOf, launchPostgres, own, runProgram } from '../support/postgres-process';
import { pickPort } from '../support/ports';
import { eventually } from '../support/eventually';

const OWNER = 'postgres';
const NAME = 'standby';
const STREAM_PATIENCE_MS = 60_000;

/** A second PostgreSQL that has every line which the first one has acknowledged, and can take over its address. */
export interface Standby {
  /** It, beside the first one and at an address of its own. */
  beside: Part;
  /** It, at the address of the first one, which has ended. It only reads until it is promoted. */
  inPlace: Part;
  /** Resolves when the first one waits for it with each commit. */
  untilFollowed(): Promise<void>;
  /** From now on it takes writes. */
  promote(): void;
}

/** Copies the running PostgreSQL of the cluster. Started, the copy follows it by streaming replication. */
export async function copyToStandby(plan: ClusterPlan): Promise<Standby> {
  const folder = join(plan.folder, NAME);
  const port = await pickPort();
  const env = { PGPASSWORD: plan.passwords.postgres };
  const first = { folder: join(plan.folder, 'postgres'), port: plan.ports.postgres };
  mkdirSync(folder);
  own(folder);
  const source = `host=${HOST} port=${first.port} user=${OWNER} application_name=${NAME}`;
  runProgram(
    first.folder,
    'pg_basebackup',
    ['-D', dataOf(folder), '--write-recovery-conf', '--checkpoint=fast', '--wal-method=stream', '-d', source],
    env,
  );
  const part = (listensAt: number): Part => ({
    name: NAME,
    title: 'PostgreSQL (Standby)',
    launch: (stdio) => launchPostgres({ folder, port: listensAt }, stdio),
  });
  const ask = (sql: string) =>
    runProgram(
      first.folder,
      'psql',
      [
        ...['-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql],
        `postgres://${OWNER}@${HOST}:${first.port}/postgres`,
      ],
      env,
    ).trim();
  return {
    beside: part(port),
    inPlace: { ...part(first.port), name: 'postgres' },
    async untilFollowed() {
      // After the copy was made: the promoted one waits for nobody.
      ask(`alter system set synchronous_standby_names = '${NAME}'`);
      ask('select pg_reload_conf()');
      await eventually(
        () => ask(`select sync_state from pg_stat_replication where application_name = '${NAME}'`),
        (state) => state === 'sync',
        STREAM_PATIENCE_MS,
      );
    },
    promote() {
      if (ask('select pg_promote()') !== 't') throw new Error('the standby was not promoted');
    },
  };
}
