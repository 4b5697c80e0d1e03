import pg from 'pg';
import { POSTGRES } from '../peer.ts';
import * as step from '../procedure.ts';

export const TABLE = `create table if not exists cancellation
  (case_id text primary key, job jsonb not null, status text not null, due_at timestamptz not null default now())`;

/** Every case that is due goes one step on, or as far as it can. */
async function goOn(db: pg.Pool): Promise<void> {
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

/* What the crontab starts: `node cron-script.ts`. */
if (import.meta.main) {
  const db = new pg.Pool({ connectionString: POSTGRES() });
  await goOn(db);
  await db.end();
}
