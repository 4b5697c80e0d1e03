import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TypedSearchAttributes } from '@temporalio/common';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { createActivities, createJetActivities } from '../../src/activities';
import type { CancellationInput, CancellationStatus } from '../../src/domain/case';
import type { Journal } from '../../src/journal/port';
import { openSqlJournal } from '../../src/journal/sql-journal';
import {
  cancellationQuery,
  cancellationWorkflowId,
  CANCELLATION_STEP,
  EVENT_NUMBER,
  HOUSE,
  JET_TASK_QUEUE,
  NEEDS_ATTENTION,
  PERFORMANCE_AT,
  TASK_QUEUE,
} from '../../src/workflows/messages';
import { aHouse } from './examples';
import { FakeJet } from './fake-jet';
import { FakeMail } from './fake-mail';

const SEARCH_ATTRIBUTES = {
  House: 2,
  EventNumber: 2,
  CancellationStep: 2,
  NeedsAttention: 5,
  PerformanceAt: 6,
};

/** The real workflow and activities on the time-skipping server, with a Jet that lives on that server's clock. */
export interface TimeSkippingStage {
  env: TestWorkflowEnvironment;
  journal: Journal;
  jet: FakeJet;
  mail: FakeMail;
  start(input: CancellationInput): Promise<WorkflowHandle>;
  status(handle: WorkflowHandle): Promise<CancellationStatus>;
  /** Lets time pass until the case is in a state; fails after a day of the server's time. */
  until(
    handle: WorkflowHandle,
    isReached: (status: CancellationStatus) => boolean,
  ): Promise<CancellationStatus>;
  /** A fresh Jet, mail server and journal for the next test. */
  reset(): Promise<void>;
  teardown(): Promise<void>;
}

export async function openTimeSkippingStage(): Promise<TimeSkippingStage> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServerPath() } },
  });
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: SEARCH_ATTRIBUTES,
  });
  const folder = mkdtempSync(join(tmpdir(), 'absage-time-'));
  let opened = 0;
  const openJournal = () =>
    openSqlJournal(pathToFileURL(join(folder, `journal-${(opened += 1)}.sqlite`)).href);
  const now = () => env.currentTimeMs();

  const stage = { jet: new FakeJet(now), mail: new FakeMail(), journal: await openJournal() };
  const deps = {
    // Looked up at each call: a test starts with fresh ones, the workers go on.
    jet: delegate<FakeJet>(() => stage.jet),
    mail: delegate<FakeMail>(() => stage.mail),
    journal: delegate<Journal>(() => stage.journal),
    houses: new Map([['FSP', aHouse()]]),
    isRehearsal: true,
  };
  const common = { connection: env.nativeConnection, namespace: 'default' };
  const main = await Worker.create({
    ...common,
    taskQueue: TASK_QUEUE,
    workflowBundle: await workflowBundle(),
    activities: createActivities(deps),
  });
  const jetWorker = await Worker.create({
    ...common,
    taskQueue: JET_TASK_QUEUE,
    activities: createJetActivities(deps),
  });
  const runs = [main.run(), jetWorker.run()];

  return {
    env,
    get journal() {
      return stage.journal;
    },
    get jet() {
      return stage.jet;
    },
    get mail() {
      return stage.mail;
    },
    start: (input) =>
      env.client.workflow.start('cancelPerformance', {
        taskQueue: TASK_QUEUE,
        workflowId: cancellationWorkflowId(input.order.house, input.order.eventNumber),
        args: [input],
        typedSearchAttributes: new TypedSearchAttributes([
          { key: HOUSE, value: input.order.house },
          { key: EVENT_NUMBER, value: input.order.eventNumber },
          { key: CANCELLATION_STEP, value: 'check' },
          { key: NEEDS_ATTENTION, value: false },
          { key: PERFORMANCE_AT, value: new Date(input.order.expected.startsAt) },
        ]),
      }),
    status: (handle) => handle.query(cancellationQuery),
    async until(handle, isReached) {
      for (let passed = 0; passed < 24 * 3_600; passed += 10) {
        const status = await handle.query(cancellationQuery);
        if (isReached(status)) return status;
        await env.sleep(10_000);
      }
      throw new Error(`not reached: ${JSON.stringify(await handle.query(cancellationQuery))}`);
    },
    async reset() {
      await stage.journal.close();
      Object.assign(stage, { jet: new FakeJet(now), mail: new FakeMail(), journal: await openJournal() });
    },
    async teardown() {
      main.shutdown();
      jetWorker.shutdown();
      await Promise.all(runs);
      await env.teardown();
      await stage.journal.close();
      rmSync(folder, { recursive: true });
    },
  };
}

let bundle: Promise<WorkflowBundle> | undefined;

export function workflowBundle(): Promise<WorkflowBundle> {
  bundle ??= bundleWorkflowCode({
    workflowsPath: join(__dirname, '../../src/workflows/index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  return bundle;
}

function delegate<T extends object>(current: () => T): T {
  return new Proxy({} as T, {
    get: (_target, name) => {
      const owner = current() as Record<PropertyKey, unknown>;
      const member = owner[name];
      return typeof member === 'function' ? (member as (...all: unknown[]) => unknown).bind(owner) : member;
    },
  });
}

/** The set-up script has written down where it put the tools. */
export function testServerPath(): string {
  const given = process.env.TEMPORAL_TEST_SERVER_PATH;
  if (given) return given;
  const tools = JSON.parse(readFileSync(join(__dirname, '../../.cache/tools.json'), 'utf8')) as {
    testServer: string;
  };
  return tools.testServer;
}
