import { progress } from '../progress';
import { HOUSES, type GrowingCluster } from './growing-cluster';
import { COMPLETED, untilCounted } from './counting';

const TEMPLATE_PATIENCE_MS = 5 * 60_000;
const CHUNK = 10_000;
const READS = 20;
/** Past those that the sleepers have. */
const FIRST_NUMBER = 900_000;

/** Milliseconds of each read, p50 and p99. */
export type Reads = Record<string, [p50: number, p99: number]>;

/**
 * Copies the lines of a case that has ended, for so many cases of earlier years. They are not signed again, which takes an hour,
 * and which lists do not look at.
 */
export async function fillJournal(cluster: GrowingCluster, count: number): Promise<void> {
  const { stage } = cluster;
  const template = await endOneCase(cluster);
  for (let from = 0; from < count; from += CHUNK) {
    stage.queryJournal(copies(template, from, Math.min(count, from + CHUNK) - 1));
    progress(`lists: ${from + CHUNK} cases`);
  }
  stage.queryJournal('analyze entry');
}

async function endOneCase(cluster: GrowingCluster): Promise<string> {
  await cluster.startQuickCase();
  await untilCounted(cluster, COMPLETED, 1, TEMPLATE_PATIENCE_MS);
  return cluster.stage.queryJournal(`select case_id from entry where kind = 'end' limit 1`);
}

/** Each case a few minutes after the one before it, and all of them before the first real one. */
function copies(template: string, from: number, to: number): string {
  const houses = `(array['${HOUSES.join("','")}'])[1 + n % ${HOUSES.length}]`;
  return `
    insert into entry (case_id, seq, house, event_number, at, actor, actor_id, kind, step, operation, effect_key,
      before, after, outcome, previous_hash, hash, signature)
    select 'copy-' || lpad(n::text, 7, '0'), seq, ${houses}, (${FIRST_NUMBER} + n)::text,
      to_char(timestamp '2020-01-01' + n * interval '30 minutes' + seq * interval '1 second', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      actor, actor_id, kind, step, operation, effect_key,
      before, replace(after, '"house":"FSP"', '"house":"' || ${houses} || '"'), outcome, previous_hash, hash, signature
    from entry, generate_series(${from}, ${to}) n where case_id = '${template}'`;
}

/** What people and programs ask of a server, each some times in a row. */
export async function readLists({ stage }: GrowingCluster): Promise<Reads> {
  const number = () => FIRST_NUMBER + Math.floor(Math.random() * 1_000) * HOUSES.length;
  const first = await stage.askServer<{ nextCursor: string }>(1, '/cancellations?state=completed');
  const reads: Record<string, () => string> = {
    'list, all houses': () => '/v1/cancellations',
    'list, one house': () => '/v1/cancellations?house=LTN',
    'list, completed of one house': () => '/v1/cancellations?house=LTN&state=completed',
    'list, the next page': () => `/v1/cancellations?state=completed&cursor=${first.nextCursor}`,
    'list, those that need somebody': () => '/v1/cancellations?needsAttention=true',
    'search, events of a house with their cases': () => '/v1/events?house=LTN&text=Besuch',
    'one ended case': () => `/v1/cancellations/FSP/${number()}`,
    'to-do list of all houses': () => '/v1/tasks',
    'overview, all houses': () => '/',
    'overview, one house': () => '/?house=LTN',
  };
  const figures: Reads = {};
  for (const [name, path] of Object.entries(reads)) {
    const times: number[] = [];
    for (let nth = 0; nth <= READS; nth += 1) {
      const begunAt = performance.now();
      await stage.readServer(1, path());
      // The first one warms up.
      if (nth > 0) times.push(performance.now() - begunAt);
    }
    times.sort((one, other) => one - other);
    figures[name] = [Math.round(times[READS / 2] ?? NaN), Math.round(times.at(-1) ?? NaN)];
    progress(`lists: ${name} ${figures[name].join(' / ')} ms`);
  }
  return figures;
}
