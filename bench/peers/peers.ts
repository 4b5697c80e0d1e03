import type { Peer } from './peer.ts';
import { absage } from './peers/absage.ts';
import { bullmq } from './peers/bullmq.ts';
import { cron } from './peers/cron.ts';
import { dbos } from './peers/dbos.ts';
import { graphileAsItComes, graphileWorker } from './peers/graphile-worker.ts';
import { pgBoss } from './peers/pg-boss.ts';
import { restatePeer } from './peers/restate.ts';

/** In the order of the tables. */
export const PEERS: Record<string, Peer> = {
  absage,
  restate: restatePeer,
  dbos,
  bullmq,
  'pg-boss': pgBoss,
  'graphile-worker': graphileWorker,
  'graphile-as-it-comes': graphileAsItComes,
  cron,
};
