import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { POSTGRES, type Peer } from '../peer.ts';
import { TABLE } from './cron-script.ts';

/** A crontab has nothing shorter than a minute. `CRON_EVERY_MS`: for what is no measurement. */
const EVERY_MS = () => Number(process.env.CRON_EVERY_MS ?? 60_000);

/** A line of a crontab as flock(1) shows it: a start that finds the last one still at work does nothing. */
const LINE = () => [
  '--nonblock',
  join(process.env.PEER_FOLDER ?? '', 'cron.lock'),
  process.execPath,
  join(import.meta.dirname, 'cron-script.ts'),
];

export const cron: Peer = {
  title: 'a script by cron, each minute, with a table of states in PostgreSQL',
  engine: 'postgres',
  note: 'What it says when a step fails, cron mails to its owner each minute; of a case that nobody starts it says nothing. The memory of its worker is that of the Node that stands for cron here.',
  /** Stands for cron, which does not wait for what it has started. */
  async work() {
    if (spawnSync('flock', ['--version']).status !== 0)
      throw new Error('flock is missing (Debian: util-linux)');
    void (async () => {
      for (;;) {
        await pause(EVERY_MS() - (Date.now() % EVERY_MS()));
        spawn('flock', LINE(), { stdio: 'inherit' });
      }
    })();
  },
  async orders() {
    const db = new pg.Pool({ connectionString: POSTGRES() });
    // After a power cut it connects again.
    db.on('error', (error) => console.error(error.message));
    await db.query(TABLE);
    return {
      async place(job) {
        await db.query("insert into cancellation (case_id, job, status) values ($1, $2, 'mark')", [
          job.caseId,
          job,
        ]);
      },
      close: () => db.end(),
    };
  },
  async standing({ caseId }) {
    const db = new pg.Client({ connectionString: POSTGRES() });
    await db.connect();
    try {
      const { rows } = await db.query<{ status: string }>(
        'select status from cancellation where case_id = $1',
        [caseId],
      );
      return `at ${rows[0]?.status}`;
    } finally {
      await db.end();
    }
  },
};
