import { setTimeout as pause } from 'node:timers/promises';
import { TEMPORAL_ROLES } from '../../scripts/cluster/plan';
import type { Random } from '../chaos/random';
import { insist } from '../chaos/stage';
import type { ClusterStage } from './stage';

/** What happens to the parts while a crowd of cases runs. */
export interface ClusterScenario {
  /** The scenario as a fact, in the words of a test title. */
  title: string;
  /** Before the first order. */
  prepare?(cluster: ClusterStage): Promise<void>;
  /** Resolves when everything is back. */
  strike(cluster: ClusterStage, random: Random): Promise<void>;
}

const STRIKES = 4;
const BEFORE_MS = 6_000;
const AWAY_MS = 2_000;
const MINUTE_MS = 60_000;
const MAIL_FROZEN_MS = 4_000;

/** kill -9, and again after a pause that a supervisor would leave: where it finds its database away, until it does not. */
async function killAndReturn(cluster: ClusterStage, part: string, awayMs: number): Promise<void> {
  await cluster.kill(part);
  await pause(awayMs);
  await insist(() => cluster.launch(part));
}

/** One part, several times, at points that the seed chooses. */
function killed(title: string, part: string): ClusterScenario {
  return {
    title,
    async strike(cluster, random) {
      for (let nth = 0; nth < STRIKES; nth += 1) {
        await pause(random.upTo(BEFORE_MS));
        await killAndReturn(cluster, part, random.upTo(AWAY_MS));
      }
    },
  };
}

function shuffle<T>(all: readonly T[], random: Random): T[] {
  const places = all.map((one) => ({ one, place: random.next() }));
  return places.sort((a, b) => a.place - b.place).map(({ one }) => one);
}

const TEMPORAL_PARTS = TEMPORAL_ROLES.map((role) => `temporal-${role}`);
const EVERYTHING = [...TEMPORAL_PARTS, 'postgres', 'worker-1', 'worker-2', 'server-1', 'server-2'];

export const CLUSTER_SCENARIOS = {
  'temporal-frontend': killed('Temporal’s frontend killed again and again', 'temporal-frontend'),
  'temporal-history': killed('Temporal’s history killed again and again', 'temporal-history'),
  'temporal-matching': killed('Temporal’s matching killed again and again', 'temporal-matching'),
  'temporal-worker': killed('Temporal’s own worker killed again and again', 'temporal-worker'),
  'worker-1': killed('the first worker killed again and again', 'worker-1'),
  'worker-2': killed('the second worker killed again and again', 'worker-2'),
  'server-1': killed('the first server killed again and again', 'server-1'),
  'server-2': killed('the second server killed again and again', 'server-2'),
  'postgres-restart': killed('PostgreSQL ended without a checkpoint again and again', 'postgres'),

  'postgres-away': {
    title: 'PostgreSQL away for a minute',
    async strike(cluster, random) {
      await pause(random.upTo(2 * BEFORE_MS));
      await killAndReturn(cluster, 'postgres', MINUTE_MS);
    },
  },

  'everything-in-turn': {
    title: 'everything ended in turn, several parts at the same time',
    async strike(cluster, random) {
      const returns: Promise<void>[] = [];
      for (const part of shuffle(EVERYTHING, random)) {
        await pause(random.upTo(AWAY_MS));
        await cluster.kill(part);
        returns.push(pause(random.upTo(AWAY_MS)).then(() => insist(() => cluster.launch(part))));
      }
      await Promise.all(returns);
    },
  },

  // The last one: from here on the standby is the database.
  'postgres-failover': {
    title: 'PostgreSQL lost for good, and its synchronous standby promoted at its address',
    prepare: (cluster) => cluster.addStandby(),
    async strike(cluster, random) {
      await pause(random.upTo(2 * BEFORE_MS));
      await cluster.failOver(random.upTo(AWAY_MS));
    },
  },
} as const satisfies Record<string, ClusterScenario>;

/** The mail server, which every scenario has beside it: it takes no answer back, and is silent for a moment. */
export async function troubleMail(cluster: ClusterStage, random: Random): Promise<void> {
  await pause(random.upTo(3 * BEFORE_MS));
  cluster.freeze('mail-catcher');
  await pause(random.upTo(MAIL_FROZEN_MS));
  cluster.thaw('mail-catcher');
}
