import { isDeepStrictEqual } from 'node:util';
import { makeCases } from '../../bench/cases';
import { SYNC_INTERVAL_MS } from '../chaos/stage';
import { CROWD, crowdTable, NOTHING_WRONG, playCrowd, type CrowdReport } from './crowd-driver';
import { describeCluster } from './opt-in';
import { CLUSTER_SCENARIOS } from './scenarios';
import { ClusterStage } from './stage';

/*
 * The scenarios one after the other on one cluster, because each takes all of the machine. `CLUSTER_SEED` chooses another
 * course, `-- -t postgres-away` one scenario.
 */

const START_MS = 30 * 60_000; // the first time it builds Temporal's server
const TIMEOUT_MS = 10 * 60_000;
const SEED = Number(process.env.CLUSTER_SEED ?? 1);
const ALL = Object.entries(CLUSTER_SCENARIOS);

describeCluster(
  'chaos',
  () => {
    const cases = makeCases(ALL.length * CROWD, SYNC_INTERVAL_MS);
    const reports: CrowdReport[] = [];
    let cluster: ClusterStage;
    let played = 0;

    beforeAll(async () => {
      cluster = await ClusterStage.start({ syncIntervalMs: SYNC_INTERVAL_MS, programme: cases.programme });
    }, START_MS);

    afterAll(async () => {
      process.stderr.write(`\n${crowdTable(reports)}\n`);
      const good = reports.filter(({ findings }) => isDeepStrictEqual(findings, NOTHING_WRONG));
      await cluster?.stop(good.length < played);
    }, TIMEOUT_MS);

    it.each(ALL.map(([name, scenario]) => ({ name, scenario, title: scenario.title })))(
      `$name, $title, beside ${CROWD} cases (CLUSTER_SEED=${SEED})`,
      async ({ name, scenario }) => {
        played += 1;
        const report = await playCrowd(cluster, cases, [name, scenario], SEED);
        reports.push(report);
        process.stderr.write(`${JSON.stringify(report)}\n`);
        expect(report.findings).toEqual(NOTHING_WRONG);
      },
      TIMEOUT_MS,
    );
  },
  'CLUSTER_CHAOS',
);
