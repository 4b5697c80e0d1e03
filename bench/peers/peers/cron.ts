import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { POSTGRES, type Peer } from '../peer.ts';
import * as step from '../procedure.ts';

/** A crontab has nothing shorter than a minute. `CRON_EVERY_MS`: for what is no measurement. */
const EVERY_MS = () => Number(process.env.CRON_EVERY_MS ?? 60_000);
const TABLE = `create table if not exists cancellation
  (case_id text primary key, job jsonb not null, status text not null, due_at timestamptz not null default now())`;

/** One start of the script: every case that is due goes one step on, or as far as it can. */
async function tick(db: pg.Pool): Promise<void> {
  const { rows } = await db.query<{ job: step.Job; status: string }>(
    "select job, status from cancellation where status <> 'done' and due_at <= now() order by due_at",
  );
  await Promise.all(
    rows.map(async ({ job, status }) => {
      const next = (to: string, waitMs = 0) =>
        db.query(
          "update cancellation set status = $2, due_at = now() + $3 * interval '1 ms' where case_id = $1",
          [job.caseId, to, waitMs],
        );
      try {
        if (status === 'mark') {
          await step.markTitles(job);
          return await next('storno', job.waitMs);
        }
        if (status === 'storno') {
          await step.setStatusStorno(job);
          return await next('verify', job.waitMs);
        }
        await step.verifyChannel(job);
        await step.grantExtendedRight(job);
        await step.writeToPartner(job);
        return await next('done');
      } catch (error) {
        console.error((error as Error).message);
      }
    }),
  );
}

export const cron: Peer = {
  title: 'a script by cron, each minute, with a table of states in PostgreSQL',
  engine: 'postgres',
  note: 'Two starts that overlap would do everything twice; here they do not, because one process stands for cron.',
  async work() {
    const db = new pg.Pool({ connectionString: POSTGRES() });
    await db.query(TABLE);
    void (async () => {
      for (;;) {
        await pause(EVERY_MS() - (Date.now() % EVERY_MS()));
        await tick(db).catch((error: Error) => console.error(error.message));
      }
    })();
  },
  async orders() {
    const db = new pg.Pool({ connectionString: POSTGRES() });
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
};
