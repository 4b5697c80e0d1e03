import { Client } from '@temporalio/client';
import { createCancellationClient, type CancellationClient } from '../../src/client';
import { TEMPORAL_ROLES } from '../../scripts/cluster/plan';
import { loadConfig } from '../../src/settings/environment';
import { loadSealKeys } from '../../src/settings/seal-keys';
import { connect } from '../../src/temporal/connect';
import { makeSeal } from '../../src/trust/seals';
import { ClusterStage } from '../../test/cluster/stage';
import { makeCases, type Cases } from '../cases';
import { startCancellations } from '../contenders';
import { cpuMs, familyCpuMs } from '../process-usage';

/** Those of the sample houses that have a gateway. */
export const HOUSES = ['FSP', 'LTN', 'BUS', 'GRAF', 'KREMS'];
const NUMBERS_A_HOUSE = 20_000;
const FIRST_NUMBER = 700_001;
/** The case that hurries; and all that is transferred to Ö-Ticket, so that it can. */
export const QUICK = { waitMs: 500, eventNumber: '690001' };

/** A real cluster with cases of several houses, and the way to start many of them. */
export interface GrowingCluster {
  stage: ClusterStage;
  cancellations: CancellationClient;
  client: Client;
  /** Spread over the houses. */
  startCases(count: number): Promise<void>;
  /** One case more, which hurries to its end. */
  startQuickCase(): Promise<void>;
  stop(): Promise<void>;
}

export interface GrowingOptions {
  /** How many cases will be started at most. */
  cases: number;
  syncIntervalMs: number;
  settings?: Record<string, string>;
}

/** So high that the limit never affects a measurement, but one of the limit itself. */
const NO_LIMIT = { ABSAGE_JET_RATE: '10000', ABSAGE_JET_CONCURRENCY: '100' };

export async function startGrowingCluster(options: GrowingOptions): Promise<GrowingCluster> {
  const { cases: count, syncIntervalMs, settings = {} } = options;
  const each = Math.ceil(count / HOUSES.length);
  const ofHouses = HOUSES.map((house, nth) =>
    makeCases(each, syncIntervalMs, { house, firstNumber: FIRST_NUMBER + nth * NUMBERS_A_HOUSE }),
  );
  const quick = makeCases(1, QUICK.waitMs, { firstNumber: Number(QUICK.eventNumber) });
  const stage = await ClusterStage.start({
    // The waits of the cases are in their orders.
    syncIntervalMs: QUICK.waitMs,
    programme: [quick, ...ofHouses].flatMap(({ programme }) => programme),
    settings: () => Promise.resolve({ ...NO_LIMIT, ...settings }),
  });
  const { environment } = stage;
  const connection = await connect({ connectionOptions: { address: environment.TEMPORAL_ADDRESS ?? '' } });
  const client = new Client({ connection, namespace: environment.TEMPORAL_NAMESPACE });
  const sealKeys = loadSealKeys(loadConfig(environment));
  const cancellations = createCancellationClient(client, (request, by) => makeSeal(sealKeys, request, by));
  const inTurn = takeTurns(ofHouses);
  return {
    stage,
    cancellations,
    client,
    startCases: (wanted) => startCancellations({ cancellations }, inTurn, wanted),
    startQuickCase: () => startCancellations({ cancellations }, quick, 1),
    async stop() {
      await connection.close();
      await stage.stop(false);
    },
  };
}

function takeTurns(ofHouses: readonly Cases[]): Cases {
  let taken = 0;
  return {
    programme: [],
    next() {
      const cases = ofHouses[taken % ofHouses.length];
      taken += 1;
      if (!cases) throw new Error('no house');
      return cases.next();
    },
  };
}

/** CPU time so far, in milliseconds, by what used it. */
export interface Usage {
  workers: number;
  temporal: number;
  postgres: number;
  outside: number;
}

export function readUsage({ stage }: GrowingCluster, workers: readonly string[]): Usage {
  const sum = (names: readonly string[]) =>
    names.reduce((total, name) => total + cpuMs(stage.child(name)), 0);
  return {
    workers: sum(workers),
    temporal: sum(TEMPORAL_ROLES.map((role) => `temporal-${role}`)),
    postgres: familyCpuMs(stage.child('postgres')),
    outside: sum(['simulator', 'mail-catcher']),
  };
}

export function usageSince(before: Usage, after: Usage, cases: number): Usage {
  const each = (name: keyof Usage) => Math.round((after[name] - before[name]) / cases);
  return {
    workers: each('workers'),
    temporal: each('temporal'),
    postgres: each('postgres'),
    outside: each('outside'),
  };
}
