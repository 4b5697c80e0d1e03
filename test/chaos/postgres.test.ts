import { setTimeout as pause } from 'node:timers/promises';
import { makeCases } from '../../bench/cases';
import { migratePostgres } from '../../src/journal/postgres/migrate';
import { PostgresServer } from '../support/postgres-server';
import { judge } from './oracle';
import { Random } from './random';
import { ChaosStack } from './stack';
import { insist, Stage, SYNC_INTERVAL_MS } from './stage';

/*
 * The short form of the chaos on a cluster, without Temporal's real server: PostgreSQL and two workers, each struck while cases run.
 */

const CASES = 6;
const SEED = 1;
const PATIENCE_MS = 5 * 60_000;
/** A struck sending asks a person, and is never done a second time. */
const ENDS = ['completed', 'asks: mail-in-doubt'];

let postgres: PostgresServer;
let stack: ChaosStack;
let isGood = false;
const cases = makeCases(CASES, SYNC_INTERVAL_MS);

beforeAll(async () => {
  postgres = await PostgresServer.start();
  const databaseUrl = await postgres.createDatabase();
  await migratePostgres(databaseUrl, databaseUrl);
  stack = await ChaosStack.start({
    syncIntervalMs: SYNC_INTERVAL_MS,
    programme: cases.programme,
    databaseUrl,
  });
  await stack.launch('second-worker');
}, PATIENCE_MS);

afterAll(async () => {
  await stack?.stop(!isGood);
  await postgres?.stop();
}, PATIENCE_MS);

it(
  'each of two workers and PostgreSQL are killed in turn: no case lost, nothing done twice, nothing too early',
  async () => {
    const random = new Random(SEED, 'two workers');
    const [target, bystander, unwanted, latecomer, ...others] = Array.from({ length: CASES }, () =>
      cases.next(),
    );
    const all = [target!, bystander!, unwanted!, latecomer!, ...others];
    const stage = new Stage(stack, random, {
      target: target!,
      bystander: bystander!,
      unwanted: unwanted!,
      latecomer: latecomer!,
    });
    const begin = async () => {
      for (const input of all) {
        await insist(() => stage.start(input));
        await stage.pause(1_000);
      }
    };
    const strike = async () => {
      for (const worker of ['worker', 'second-worker'] as const) {
        await pause(random.upTo(2_000));
        await stack.kill(worker);
        await pause(random.upTo(1_000));
        await insist(() => stack.launch(worker));
      }
      await postgres.crash();
      await pause(random.upTo(1_000));
      await postgres.start();
    };
    await Promise.all([begin(), strike()]);
    const ends = await stage.untilEnds();
    expect([...ends.values()].filter((end) => !ENDS.includes(end))).toEqual([]);
    expect(await judge(stack, ends)).toEqual({
      lost: 0,
      secondWrites: 0,
      secondMails: 0,
      earlyStornos: 0,
      faults: [],
    });
    isGood = true;
  },
  PATIENCE_MS,
);
