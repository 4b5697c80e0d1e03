import { Connection } from '@temporalio/client';
import { makeCases } from '../../bench/cases';
import { TEMPORAL_ROLES } from '../../scripts/cluster/plan';
import type { CancellationInput } from '../../src/domain/case';
import { judge } from '../chaos/oracle';
import { insist, SYNC_INTERVAL_MS, type End } from '../chaos/stage';
import { CROWD, NOTHING_WRONG, playCrowd } from './crowd-driver';
import { describeCluster } from './opt-in';
import { CLUSTER_SCENARIOS } from './scenarios';
import { ClusterStage } from './stage';
import { eventually } from '../support/eventually';

const START_MS = 30 * 60_000; // the first time it builds Temporal's server
const PATIENCE_MS = 180_000;
const STRUCK = [...TEMPORAL_ROLES.map((role) => `temporal-${role}`), 'postgres'];
/** One scenario of `npm run chaos:cluster`. */
const SHORT_FORM = 'everything-in-turn';
const SEED = Number(process.env.CLUSTER_SEED ?? 1);
const CASES = 2 + STRUCK.length + CROWD;

interface View {
  caseId: string;
  state: string;
  attention: { code: string } | null;
}

describeCluster('PostgreSQL, Temporal in four roles, two workers, two servers', () => {
  const cases = makeCases(CASES, SYNC_INTERVAL_MS);
  let cluster: ClusterStage;
  let isGood = false;

  beforeAll(async () => {
    cluster = await ClusterStage.start({ syncIntervalMs: SYNC_INTERVAL_MS, programme: cases.programme });
  }, START_MS);

  beforeEach(() => {
    isGood = false;
  });

  afterAll(() => cluster?.stop(!isGood), PATIENCE_MS);

  /** Orders through the proxy. Resolves to the case as the server has taken it. */
  async function order(): Promise<CancellationInput> {
    const input = cases.next();
    const answer = await cluster.ask<View>('POST', '/cancellations', input.order);
    expect(answer).toMatchObject({ status: 202 });
    return { ...input, caseId: answer.body.caseId };
  }

  async function untilJetHas(
    operation: string,
    { order: { eventNumber } }: CancellationInput,
  ): Promise<void> {
    await eventually(
      () => insist(() => cluster.log(eventNumber)),
      (log) => log.some((entry) => entry.operation === operation && entry.outcome === 'ok'),
      PATIENCE_MS,
    );
  }

  /** Asked through the proxy, which has to do without whatever was killed. */
  async function untilEnded({ order: { house, eventNumber } }: CancellationInput): Promise<End> {
    const end = await eventually(
      async (): Promise<End | string> => {
        const { status, body } = await insist(() =>
          cluster.ask<View>('GET', `/cancellations/${house}/${eventNumber}`),
        );
        if (status !== 200) return `HTTP ${status}`;
        // What was being sent when a worker was killed is in doubt, and rightly asks a person.
        return body.attention?.code === 'mail-in-doubt' ? 'asks: mail-in-doubt' : body.state;
      },
      (state) => state === 'completed' || state === 'asks: mail-in-doubt',
      PATIENCE_MS,
    );
    return end as End;
  }

  /** Judged by what Jet, the mail server and the journal saw; Temporal is not asked. */
  async function expectAllDoneOnce(inputs: readonly CancellationInput[]): Promise<void> {
    const ended = inputs.map(async (input) => [input, await untilEnded(input)] as const);
    const ends = new Map(await Promise.all(ended));
    expect(await judge(cluster, ends)).toEqual(NOTHING_WRONG);
  }

  it(
    'brings a case to its end while a server and a worker are killed and stay away',
    async () => {
      const input = await order();
      await untilJetHas('save-announcement', input);
      await Promise.all([cluster.kill('server-1'), cluster.kill('worker-1')]);
      const second = await order();
      await expectAllDoneOnce([input, second]);
      await Promise.all([cluster.launch('server-1'), cluster.launch('worker-1')]);
      isGood = true;
    },
    PATIENCE_MS * 2,
  );

  it('shows the same lists from both servers, also from the one that was away', async () => {
    await Promise.all([cluster.untilServerIsReady(1), cluster.untilServerIsReady(2)]);
    for (const path of ['/cancellations', '/cancellations?house=FSP', '/tasks']) {
      const [one, two] = [await cluster.askServer(1, path), await cluster.askServer(2, path)];
      expect(one).toEqual(two);
    }
    const { cancellations } = await cluster.askServer<{ cancellations: unknown[] }>(1, '/cancellations');
    expect(cancellations).toHaveLength(2);
    isGood = true;
  });

  // By default Temporal refuses what exceeds ten a second, and a page that asks again waits for one or two seconds.
  it('has Temporal answer many questions about runs at once', async () => {
    const { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace } = cluster.environment;
    // Without those that ask again.
    const connection = await Connection.connect({ address, interceptors: [] });
    const list = () => connection.workflowService.listWorkflowExecutions({ namespace });
    const refused = await Promise.all(Array.from({ length: 60 }, () => list().then(() => null, String)));
    await connection.close();
    expect(refused.filter((reason) => reason !== null)).toEqual([]);
    isGood = true;
  });

  it(
    'loses nothing and does nothing twice when each role of Temporal and PostgreSQL end without warning',
    async () => {
      const inputs: CancellationInput[] = [];
      for (const part of STRUCK) {
        const input = await order();
        inputs.push(input);
        await untilJetHas('save-announcement', input);
        await cluster.kill(part);
        await cluster.launch(part);
        await cluster.untilServerIsReady(2);
      }
      await expectAllDoneOnce(inputs);
      isGood = true;
    },
    PATIENCE_MS * 3,
  );

  it(
    `brings ${CROWD} cases at once to their ends while everything in turn ends beside them (CLUSTER_SEED=${SEED})`,
    async () => {
      const scenario = CLUSTER_SCENARIOS[SHORT_FORM];
      const report = await playCrowd(cluster, cases, [SHORT_FORM, scenario], SEED);
      expect(report.findings).toEqual(NOTHING_WRONG);
      isGood = true;
    },
    PATIENCE_MS * 3,
  );
});
