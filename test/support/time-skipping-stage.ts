import { waitSinks } from '../../src/temporal/wait-sinks';
import { sealedStart, sealedUpdate } from '../../src/domain/seal';
import { ACTION_ROWS, ACTIONS, type RunAction } from '../../src/domain/vocabulary';
import { aTrust, BY as BY_TOKEN, seal } from './trust';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes, type UpdateDefinition } from '@temporalio/common';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { createActivities, createJetActivities } from '../../src/activities';
import type { Attention, CancellationInput, CancellationStatus, CasePolicy } from '../../src/domain/case';
import { KnownFailure, type FailureCode } from '../../src/domain/failures';
import type { Order, SeenEvent } from '../../src/domain/types';
import { isChainWhole } from '../../src/journal/chain';
import type { JournalStore } from '../../src/journal/port';
import type { JournalEntry } from '../../src/domain/journal';
import { openJournal } from '../../src/journal/open';
import { SEARCH_ATTRIBUTES } from '../../src/temporal/search-attributes';
import {
  apiUpdateId,
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
import { aHouse, anInput, anOrder, aPolicy } from './examples';
import { FakeJet } from './fake-jet';
import { FakeMail } from './fake-mail';
import { workflowCode } from './workflow-bundle';

export const MINUTE = 60_000;
const UNHANDLED_COMMAND = 1;
/** The activities that write to the house while a case is open. */
const TELLING: readonly string[] = ['alertHouse', 'tellOrder', 'tellApproval'];
/** Shorter than any interval between attempts. */
const JUST_NOW_MS = 300;
const DAY = 24 * 60 * MINUTE;
export const TITLE = 'Der Besuch der alten Dame';
export const MARKED = `${TITLE} – ENTFÄLLT`;

/** The house that has no gateway. */
const GUIDED = 'KLG';

/** Waits so short that a test with a few of them is quick; the guards are the same. */
export const QUICK: Partial<CasePolicy> = {
  syncIntervalMs: MINUTE,
  pollIntervalMs: 5_000,
  attentionAfterMs: 30_000,
};

export interface CaseChanges {
  order?: Partial<Order>;
  policy?: Partial<CasePolicy>;
  /** What a guided house's clerk saw in the mask. */
  seen?: Partial<SeenEvent>;
}

/** The real workflow and activities on the time-skipping server, with a Jet that lives on that server's clock. */
export class TimeSkippingStage {
  jet: FakeJet;
  mail = new FakeMail();
  houses = new Map([
    ['FSP', aHouse()],
    [GUIDED, aHouse({ key: GUIDED, backend: 'guided' })],
  ]);
  /** The failure of every journal call, for as long as it is set. */
  journalFailure: FailureCode | null = null;
  /** What the activities are given in place of the journal: a test may watch them. */
  watched: (journal: JournalStore) => JournalStore = (journal) => journal;
  journalPath = '';
  /** The workflows as the workers of the stage have them. */
  code = { code: '' };
  private readonly handles: WorkflowHandle[] = [];
  private readonly caseIds = new Map<string, string>();
  private journals = 0;
  private current?: JournalStore;
  private nextEventNumber = 200_000;
  private workers: Worker[] = [];
  private runs: Promise<void>[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), 'absage-time-'));

  private constructor(readonly env: TestWorkflowEnvironment) {
    this.jet = new FakeJet(() => env.currentTimeMs());
  }

  static async open(): Promise<TimeSkippingStage> {
    Runtime.install({
      logger: new DefaultLogger('ERROR'),
      telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
    });
    const [bundle, env] = await Promise.all([
      workflowCode(),
      TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path: testServerPath() } },
      }),
    ]);
    await env.connection.operatorService.addSearchAttributes({
      namespace: 'default',
      searchAttributes: Object.fromEntries(
        SEARCH_ATTRIBUTES.map(({ name, typeNumber }) => [name, typeNumber]),
      ),
    });
    const stage = new TimeSkippingStage(env);
    await stage.openJournal();
    stage.code = withPatientHeartbeats(withNumberedActivities(bundle));
    await stage.startWorkers(stage.code);
    return stage;
  }

  get journal(): JournalStore {
    return this.current!;
  }

  /** An order for an event of its own, in the future of the server's clock, which runs ahead of the real one. */
  async prepare({ order, policy, seen }: CaseChanges = {}): Promise<CancellationInput> {
    this.nextEventNumber += 1;
    const eventNumber = String(this.nextEventNumber);
    const startsAt = new Date((await this.env.currentTimeMs()) + 60 * DAY).toISOString();
    this.jet.event = { ...this.jet.event!, eventNumber, startsAt };
    const { title, customerTitle, externalMemo, venue, location, organiser } = this.jet.event;
    const mask = { title, customerTitle, externalMemo, venue, location, organiser, startsAt };
    const asSeen = seen && { ...mask, status: 'Verkaufsfreigabe', ...seen };
    return anInput({
      caseId: randomUUID(),
      order: anOrder({
        eventNumber,
        expected: { title: asSeen?.title ?? title, startsAt },
        ...(asSeen && { house: GUIDED, seen: asSeen }),
        ...order,
      }),
      policy: aPolicy(policy),
    });
  }

  async start(input: CancellationInput): Promise<WorkflowHandle> {
    const { house, eventNumber, expected } = input.order;
    const workflowId = cancellationWorkflowId(house, eventNumber);
    const sealed = { ...input, seal: seal(sealedStart(workflowId, input), BY_TOKEN) };
    const handle = await this.env.client.workflow.start('cancelPerformance', {
      taskQueue: TASK_QUEUE,
      workflowId,
      args: [sealed],
      memo: { caseId: input.caseId },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: HOUSE, value: house },
        { key: EVENT_NUMBER, value: eventNumber },
        { key: CANCELLATION_STEP, value: 'check' },
        { key: NEEDS_ATTENTION, value: false },
        { key: PERFORMANCE_AT, value: new Date(expected.startsAt) },
      ]),
    });
    this.handles.push(handle);
    this.caseIds.set(workflowId, input.caseId);
    return handle;
  }

  async startNew(changes: CaseChanges = {}): Promise<WorkflowHandle> {
    return this.start(await this.prepare(changes));
  }

  status(handle: WorkflowHandle): Promise<CancellationStatus> {
    return handle.query(cancellationQuery);
  }

  /** Lets time pass until the case is in a state; fails after 1,000 steps of the server's time. */
  async until(
    handle: WorkflowHandle,
    isReached: (status: CancellationStatus) => boolean,
    stepMs = 10_000,
  ): Promise<CancellationStatus> {
    for (let step = 0; step < 1_000; step += 1) {
      const status = await this.status(handle);
      if (isReached(status)) {
        await this.betweenAttempts(handle);
        return status;
      }
      await this.env.sleep(stepMs);
    }
    throw new Error(`not reached: ${JSON.stringify(await this.status(handle))}`);
  }

  /** Lets time pass until the run asks for an operator. */
  async untilAsked(handle: WorkflowHandle, code?: FailureCode): Promise<Attention> {
    const isAsked = ({ attention }: CancellationStatus) =>
      attention !== null && (!code || attention.code === code);
    return (await this.until(handle, isAsked)).attention!;
  }

  /**
   * Lets time pass until the house has got so many mails about the open case, and none is on its way: one whose question is
   * answered before it was sent is dropped, and the look at each attempt does not wait for a slow one.
   */
  async untilTold(handle: WorkflowHandle, count = 1): Promise<void> {
    for (let step = 0; step < 1_000; step += 1) {
      const { raw } = await handle.describe();
      const isUnderWay = raw.pendingActivities?.some(({ activityType }) =>
        TELLING.includes(activityType?.name ?? ''),
      );
      if (!isUnderWay && this.mail.told.length >= count) return this.betweenAttempts(handle);
      await this.env.sleep(100);
    }
    throw new Error(`told no more than ${JSON.stringify(this.mail.told)}`);
  }

  /** How a run ended: its type of failure, or `completed`. */
  async untilEnd(handle: WorkflowHandle): Promise<string> {
    await handle.result().catch(() => undefined);
    const { state } = await this.status(handle);
    const { status } = await handle.describe();
    return `${status.name} ${state}`;
  }

  /** Sends an update as the API does. */
  /** Sends an update as the API does, on behalf of whoever has ordered the case, or of `by`. */
  async act<R>(
    handle: WorkflowHandle,
    update: UpdateDefinition<CancellationStatus, [R]>,
    request: object,
    by = BY_TOKEN,
  ) {
    const asked = { updateId: apiUpdateId(randomUUID()), request: { ...BY, ...request } };
    // An update that races with something else must not wait for a query first.
    const caseId = this.caseIds.get(handle.workflowId) ?? (await this.status(handle)).caseId;
    const action = ACTIONS.find((name) => ACTION_ROWS[name].update === update.name) as RunAction;
    const sealed = seal(sealedUpdate(handle.workflowId, caseId, action, asked), by);
    return handle.executeUpdate(update, {
      args: [{ ...asked.request, seal: sealed } as R],
      updateId: asked.updateId,
    });
  }

  /** Sends an update that is refused, and resolves to the sentence of the refusal. */
  async refusal<R>(
    handle: WorkflowHandle,
    update: UpdateDefinition<CancellationStatus, [R]>,
    request: object,
    by = BY_TOKEN,
  ): Promise<string> {
    const error = await this.act(handle, update, request, by).then(
      () => new Error('it was accepted'),
      (failure: unknown) => failure,
    );
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    return error.cause?.message ?? '';
  }

  async entries(handle: WorkflowHandle): Promise<JournalEntry[]> {
    return this.journal.entries((await this.status(handle)).caseId);
  }

  async needsAttention(handle: WorkflowHandle): Promise<boolean | undefined> {
    return (await handle.describe()).typedSearchAttributes.get(NEEDS_ATTENTION);
  }

  async countEvents(handle: WorkflowHandle): Promise<number> {
    return (await handle.fetchHistory()).events?.length ?? 0;
  }

  /** Opens a new, empty journal, or one that was used before, as when an operator restores a copy. */
  async openJournal(path = join(this.folder, `journal-${(this.journals += 1)}.sqlite`)): Promise<void> {
    const before = this.current;
    this.current = await openJournal(pathToFileURL(path).href);
    this.journalPath = path;
    await before?.close();
  }

  /** After each test: fails unless no workflow task failed and the journal's chain is whole. */
  async settle(): Promise<void> {
    this.journalFailure = null;
    for (const handle of this.handles.splice(0)) {
      await this.end(handle);
      const failures = (await handle.fetchHistory()).events?.flatMap(
        ({ workflowTaskFailedEventAttributes: failed }) => failed ?? [],
      );
      // An event that arrives while a run closes makes the server repeat the workflow task: that is no defect.
      const defect = failures?.find(({ cause }) => cause !== UNHANDLED_COMMAND);
      if (defect) throw new Error(`a workflow task failed: ${JSON.stringify(defect)}`);
      if (!isChainWhole(await this.entries(handle)))
        throw new Error(`the chain of ${handle.workflowId} is broken`);
    }
  }

  /**
   * Lets time pass until an attempt has just failed, or no attempt is made. The time-skipping server loses a workflow
   * task that cancels an activity which ends in the same moment (`ACTIVITY_UNKNOWN`). It also keeps the time locked
   * when an activity is cancelled, or its run terminated, while a worker has it. A real server does neither.
   */
  private async betweenAttempts(handle: WorkflowHandle): Promise<void> {
    let looksWhileRunning = 0;
    // The number of looks is limited: a test may hold an activity for ever, and at a slow pace no attempt may come.
    for (let look = 0; look < 60 && looksWhileRunning < 3; look += 1) {
      const [{ raw }, now] = await Promise.all([handle.describe(), this.env.currentTimeMs()]);
      const pending = (raw.pendingActivities ?? []).map(({ lastAttemptCompleteTime, lastStartedTime }) => ({
        startedAt: optionalTsToMs(lastStartedTime) ?? now,
        failedAt: optionalTsToMs(lastAttemptCompleteTime) ?? 0,
      }));
      const isRunning = pending.some(({ startedAt, failedAt }) => failedAt < startedAt);
      if (!isRunning && pending.every(({ failedAt }) => now - failedAt < JUST_NOW_MS)) return;
      if (isRunning) looksWhileRunning += 1;
      await this.env.sleep(100);
    }
  }

  private async end(handle: WorkflowHandle): Promise<void> {
    // First let the last thing that the test began come to an attempt, or to its end.
    await this.env.sleep(1_000);
    await this.betweenAttempts(handle);
    const { status } = await handle.describe();
    if (status.name === 'RUNNING') await handle.terminate();
  }

  /** A fresh Jet, mail server and journal for the next test. */
  async reset(): Promise<void> {
    await this.openJournal();
    this.jet = new FakeJet(() => this.env.currentTimeMs());
    this.mail = new FakeMail();
    this.watched = (journal) => journal;
    this.houses.set('FSP', aHouse());
  }

  async close(): Promise<void> {
    for (const worker of this.workers) worker.shutdown();
    await Promise.all(this.runs);
    await this.env.teardown();
    await this.journal.close();
    rmSync(this.folder, { recursive: true });
  }

  private async startWorkers(workflowBundle: { code: string }): Promise<void> {
    // Looked up at each call, because each test starts with fresh ones while the workers go on.
    const deps = {
      jet: delegate(() => this.jet),
      mail: delegate(() => this.mail),
      journal: delegate(() => this.usableJournal()),
      series: delegate(() => this.usableJournal()),
      houses: delegate(() => this.houses),
      isRehearsal: true,
      isSimulator: () => true,
      trust: aTrust(),
    };
    const common = { connection: this.env.nativeConnection, namespace: 'default' };
    this.workers = [
      await Worker.create({
        ...common,
        taskQueue: TASK_QUEUE,
        workflowBundle,
        sinks: waitSinks(),
        activities: createActivities(deps),
      }),
      await Worker.create({ ...common, taskQueue: JET_TASK_QUEUE, activities: createJetActivities(deps) }),
    ];
    this.runs = this.workers.map((worker) => worker.run());
  }

  private usableJournal(): JournalStore {
    if (this.journalFailure) throw new KnownFailure(this.journalFailure, 'as the test says');
    return this.watched(this.journal);
  }
}

/** The actor and the reason of the tests' actions. */
export const BY = { actor: 'Eva Muster', reason: 'Telefonisch besprochen' };

function delegate<T extends object>(current: () => T): T {
  return new Proxy({} as T, {
    get: (_target, name) => {
      const owner = current() as Record<PropertyKey, unknown>;
      const member = owner[name];
      return typeof member === 'function' ? (member as (...all: unknown[]) => unknown).bind(owner) : member;
    },
  });
}

/**
 * The time-skipping server never answers a workflow that reuses the id of an activity which was cancelled in its
 * back-off; a real server does. So the ids are Temporal's own numbers here.
 */
export function withNumberedActivities({ code }: { code: string }): { code: string } {
  const numbered = code.replace('activityId: String(name)', 'activityId: undefined');
  if (numbered === code) throw new Error('the workflows no longer name their activities like that');
  return { code: numbered };
}

/**
 * Workers and test share one thread here, and real time goes by while an activity is at work. A busy machine that stops the
 * thread for three seconds would make the server take the worker for dead, and begin the attempt that a test holds once more.
 */
function withPatientHeartbeats({ code }: { code: string }): { code: string } {
  const patient = code.replace('heartbeatTimeout: HEARTBEAT_TIMEOUT_MS', `heartbeatTimeout: ${MINUTE}`);
  if (patient === code) throw new Error('the workflows no longer set their heartbeats like that');
  return { code: patient };
}

/** The path that the set-up script noted for the test server. */
function testServerPath(): string {
  const given = process.env.TEMPORAL_TEST_SERVER_PATH;
  if (given) return given;
  const tools = JSON.parse(readFileSync(join(__dirname, '../../.cache/tools.json'), 'utf8')) as {
    testServer: string;
  };
  return tools.testServer;
}
