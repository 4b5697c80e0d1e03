import { waitSinks } from '../../src/temporal/wait-sinks';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getClient } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import Fastify, { type FastifyInstance, type InjectOptions, type LightMyRequestResponse } from 'fastify';
import { z } from 'zod';
import {
  createActivities,
  createErasureActivities,
  createWatchActivities,
  createJetActivities,
  type ActivityDependencies,
  type CheckLimits,
} from '../../src/activities';
import { problem } from '../../src/api/answers';
import { buildApp } from '../../src/api/app';
import { type AppDependencies } from '../../src/api/dependencies';
import { registerAuthentication } from '../../src/api/auth';
import { EventPages } from '../../src/cases/event-pages';
import { LiveCases } from '../../src/cases/live';
import { logInByName } from '../../src/cases/log-in';
import type { Timing } from '../../src/cases/orders';
import { draw } from '../../src/protocol/pdf-worker';
import { registerRoutes } from '../../src/api/routes';
import type { CancellationView } from '../../src/cases/view';
import { createCancellationClient } from '../../src/client';
import { toInstant } from '../../src/domain/clock';
import { isEnd, type CaseState } from '../../src/domain/vocabulary';
import { titleAsNamed } from '../../src/domain/visible';
import type { JetEvent, Order } from '../../src/domain/types';
import { loadConfig } from '../../src/settings/environment';
import { loadHouses } from '../../src/settings/houses';
import type { JetPort } from '../../src/jet/port';
import { createComposer } from '../../src/mail/composer';
import type { JournalStore } from '../../src/journal/port';
import { contactPlaces } from '../../src/start/contact-places';
import { startTemporal } from './temporal-server';
import { cancellationWorkflowId, JET_TASK_QUEUE, TASK_QUEUE } from '../../src/workflows/messages';
import { workerDataConverter } from '../../src/temporal/connect';
import { watchPorts } from '../../src/temporal/status-watch';
import { chainOfRun, inputOfRun } from '../../src/temporal/run-chain';
import type { TrustSettings } from '../../src/trust/trust';
import { seriesPorts } from '../../src/start/series-ports';
import { aTrust, seal } from './trust';
import { openSigned } from './activity-stage';
import { FakeMail } from './fake-mail';
import { eventually } from './eventually';
import { SILENT, TestSimulator } from './simulator';
import { workflowCode } from './workflow-bundle';

/** The waits are short. The patience is long, because a busy machine is no reason to ask for a person. */
export const TIMING: Timing = {
  syncIntervalMs: 150,
  pollIntervalMs: 50,
  attentionAfterMs: 10_000,
  jetTimeoutMs: 5_000,
};

/** Of the workers that are started next; a test may change it. */
export const seriesTiming = { noticeAfterMs: 15_000 };

const PATIENCE_MS = 60_000;

const FIRST_EVENT_NUMBER = 700_001;
const EVENTS = 150;
const DAY_MS = 24 * 3_600_000;

/** The options of a request. A body becomes JSON unless it is text or bytes already. */
type Ask = Pick<InjectOptions, 'headers'> & { body?: unknown };

/** An answer, with its body parsed where it is JSON. */
export interface Answer<T = unknown> {
  status: number;
  headers: LightMyRequestResponse['headers'];
  body: T;
}

/**
 * The whole of Absage in this process, against a real Temporal dev server and a real simulator. Each test takes
 * a fresh event, so that tests do not disturb each other.
 *
 * @example
 * const stage = await ApiStage.open();
 * const order = await stage.prepare();
 * await stage.post('/v1/cancellations', order);
 */
export class ApiStage {
  /** The number of events in the programme. All of them belong to FSP. */
  readonly eventCount = EVENTS;
  private nextEvent = FIRST_EVENT_NUMBER;
  private running: Running | null = null;

  private constructor(
    readonly app: FastifyInstance,
    /** The dependencies of the API, for a test that builds a second one, or pages beside it. */
    readonly deps: AppDependencies,
    readonly temporal: Client,
    readonly simulator: TestSimulator,
    readonly journal: JournalStore,
    readonly mail: FakeMail,
    readonly timing: Timing,
    private readonly expectDocumented: ReturnType<typeof readDocument>,
    private readonly startTheWorkers: (jet: JetPort) => Promise<Running>,
    /** The file of the journal, for a test that locks it. */
    readonly journalFile: string,
    /** Ends everything that the stage began. */
    readonly close: CleanUp,
  ) {}

  /**
   * `dynamicConfig`: settings of the Temporal server, each as `name=value`. `trust`: what the workers believe.
   * `checks`: how much of Jet those of a house may have, and how many calls per second the workers make.
   */
  static async open(
    changes: Partial<AppDependencies> = {},
    dynamicConfig: readonly string[] = [],
    trust: Partial<TrustSettings> = {},
    checks?: JetLimits,
  ): Promise<ApiStage> {
    const cleanUps: CleanUp[] = [];
    // Closes in reverse order of opening, and closes all of them even when one fails.
    const tearDown = async () => {
      const failures: unknown[] = [];
      for (const cleanUp of cleanUps.splice(0).reverse())
        await cleanUp().catch((error) => failures.push(error));
      if (failures.length > 0) throw failures[0];
    };
    try {
      return await ApiStage.build(changes, dynamicConfig, trust, checks, cleanUps, tearDown);
    } catch (error) {
      await tearDown();
      throw error;
    }
  }

  private static async build(
    changes: Partial<AppDependencies>,
    dynamicConfig: readonly string[],
    trust: Partial<TrustSettings>,
    checks: JetLimits | undefined,
    cleanUps: CleanUp[],
    tearDown: CleanUp,
  ): Promise<ApiStage> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const folder = mkdtempSync(join(tmpdir(), 'absage-api-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const server = await startTemporal({ dynamicConfig });
    cleanUps.push(() => server.stop());
    const simulator = await TestSimulator.start({ syncIntervalMs: TIMING.syncIntervalMs });
    cleanUps.push(() => simulator.stop());
    const [workflowBundle] = await Promise.all([workflowCode(), fillProgramme(simulator)]);
    const native = await NativeConnection.connect({ address: server.address });
    cleanUps.push(() => native.close());
    const connection = await Connection.connect({ address: server.address });
    cleanUps.push(() => connection.close());
    // Two connections to one file, as two processes have.
    const journal = await openSigned(folder);
    cleanUps.push(() => journal.close());
    const workersJournal = await openSigned(folder);
    cleanUps.push(() => workersJournal.close());

    const temporal = new Client({ connection });
    const mail = new FakeMail();
    const timing = { ...TIMING };
    const deps: AppDependencies = { ...appDependencies(temporal, journal), timing, ...changes };
    const app = await buildApp(deps);
    cleanUps.push(() => app.close());
    const stage = new ApiStage(
      app,
      deps,
      temporal,
      simulator,
      journal,
      mail,
      timing,
      readDocument(deps),
      (jet) =>
        startWorkers(
          native,
          workflowBundle,
          {
            jet,
            mail,
            journal: workersJournal,
            series: workersJournal,
            get seriesNoticeAfterMs() {
              return seriesTiming.noticeAfterMs;
            },
            ...seriesPorts(getClient, seal),
            signingKey: workersJournal.signer?.publicKey,
            houses: deps.houses,
            isRehearsal: true,
            isSimulator: () => deps.isSimulator(),
            trust: aTrust({ notes: workersJournal, chainOf: chainOfRun, inputOf: inputOfRun, ...trust }),
            ...(checks && { checks: { ...checks, open: workersJournal } }),
          },
          folder,
        ),
      join(folder, 'journal.sqlite'),
      tearDown,
    );
    cleanUps.push(() => stage.stopWorkers());
    await stage.startWorkers();
    return stage;
  }

  /** Starts the workers, with the simulator or another Jet behind them. */
  async startWorkers(jet = this.simulator.jet({ timeoutMs: TIMING.jetTimeoutMs })): Promise<void> {
    this.running ??= await this.startTheWorkers(jet);
  }

  async stopWorkers(): Promise<void> {
    await this.running?.stop();
    this.running = null;
  }

  /** Opens a port for a test that needs a socket. Resolves to the address, without a slash at its end. */
  listen(): Promise<string> {
    return this.app.listen({ host: '127.0.0.1', port: 0 });
  }

  /** An event that no other test uses, as Jet shows it. */
  async event(changes: Partial<Record<keyof JetEvent, unknown>> = {}): Promise<JetEvent> {
    const eventNumber = String((this.nextEvent += 1) - 1);
    if (Object.keys(changes).length > 0) await this.edit(eventNumber, changes);
    return this.read(eventNumber);
  }

  async read(eventNumber: string): Promise<JetEvent> {
    const event = await this.simulator.jet().readEvent(eventNumber);
    if (!event) throw new Error(`there is no event ${eventNumber}`);
    return event;
  }

  /** An edit by a colleague at the mask. */
  edit(eventNumber: string, set: Partial<Record<keyof JetEvent, unknown>>): Promise<void> {
    return this.simulator.control('POST', '/human-edits', { eventNumber, set });
  }

  /** An order for a fresh event, or for the given one. */
  async prepare({ event, ...changes }: Partial<Order> & { event?: JetEvent } = {}): Promise<Order> {
    const { house, eventNumber, title, startsAt } = event ?? (await this.event());
    return {
      house,
      eventNumber,
      marker: 'ENTFÄLLT',
      reason: 'Die Vorstellung entfällt wegen einer technischen Störung.',
      expected: { title: titleAsNamed(title), startsAt },
      ...changes,
    };
  }

  async ask<T>(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    { body, headers }: Ask = {},
  ): Promise<Answer<T>> {
    const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const response = await this.app.inject({
      method,
      url,
      payload: payload as string | Buffer | undefined,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
    const { statusCode: status, headers: answered } = response;
    const isJson = /json/.test(String(answered['content-type'])) && response.body !== '';
    const answer: unknown = isJson ? response.json() : response.body;
    if (isJson) this.expectDocumented(`${method} ${url}`, status, answer);
    return { status, headers: answered, body: answer as T };
  }

  get<T>(url: string, ask: Ask = {}): Promise<Answer<T>> {
    return this.ask<T>('GET', url, ask);
  }

  post<T>(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.ask<T>('POST', url, { body, headers });
  }

  /** Gives the cases that are ordered within `work` waits of their own. */
  async withTiming<T>(timing: Partial<Timing>, work: () => Promise<T>): Promise<T> {
    Object.assign(this.timing, timing);
    return work().finally(() => Object.assign(this.timing, TIMING));
  }

  /** Starts a case, with waits of its own where they are given. */
  async start(order: Order, timing: Partial<Timing> = {}): Promise<CancellationView> {
    const { status, body } = await this.withTiming(timing, () =>
      this.post<CancellationView>('/v1/cancellations', order),
    );
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  }

  /** Starts a case that stays in its first wait for as long as a test lasts, and adds no line of its own to the journal meanwhile. */
  async startWaiting(order: Order): Promise<CancellationView> {
    await this.start(order, { syncIntervalMs: 10 * 60_000 });
    const view = await this.untilState(order, 'waiting');
    // The mail at the order goes out beside the steps.
    await this.untilAtRest(order);
    return view;
  }

  /** Waits until the run of a case has nothing under way: no activity, and no task of its own. */
  async untilAtRest(order: Pick<Order, 'house' | 'eventNumber'>): Promise<void> {
    await eventually(
      () => this.handle(order).describe(),
      ({ raw }) => !raw.pendingActivities?.length && !raw.pendingWorkflowTask,
      PATIENCE_MS,
    );
  }

  /** Ends the wait in which a case is: what comes after it happens when a test is ready for it. */
  async skipWait(order: Pick<Order, 'house' | 'eventNumber'>): Promise<void> {
    const { step, waitSavedAt: savedAt } = await this.untilState(order, 'waiting');
    const { house, eventNumber } = order;
    const { status, body } = await this.post(`/v1/cancellations/${house}/${eventNumber}/skip-wait`, {
      reason: 'Der Test ist bereit.',
      step,
      savedAt,
      ...(step === 'wait-for-title-transfer' && { titlesVisibleAtPartner: true }),
    });
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  }

  async view({ house, eventNumber }: Pick<Order, 'house' | 'eventNumber'>): Promise<CancellationView> {
    return (await this.get<CancellationView>(`/v1/cancellations/${house}/${eventNumber}`)).body;
  }

  /** Waits until the case of an order is in one of the states. Of a case that has ended, the run is closed then. */
  async untilState(
    order: Pick<Order, 'house' | 'eventNumber'>,
    ...states: CaseState[]
  ): Promise<CancellationView> {
    const view = await this.until(order, ({ state }) => states.includes(state));
    // The end is written before the run closes: until its last mails are out, it holds the event, and lines may follow.
    if (isEnd(view.state)) await this.untilClosed(order);
    return view;
  }

  /** Waits until the newest run of an event is closed, however it ended. */
  async untilClosed(order: Pick<Order, 'house' | 'eventNumber'>): Promise<void> {
    await this.handle(order)
      .result()
      .catch(() => undefined);
  }

  /**
   * Reads the case of an order until it meets the test's condition. While a run is open and has workers, only its own word counts:
   * where they do not answer in time, the view comes from the journal, which is ahead of the run and knows of no action.
   */
  until(
    order: Pick<Order, 'house' | 'eventNumber'>,
    isIt: (view: CancellationView) => boolean,
  ): Promise<CancellationView> {
    return eventually(
      () => this.view(order),
      (view) => (this.running === null || isFirstHand(view)) && isIt(view),
      PATIENCE_MS,
    );
  }

  /** Starts a case and waits for its end. */
  async carryOut(order: Order, end: CaseState = 'completed'): Promise<CancellationView> {
    await this.start(order);
    return this.untilState(order, end);
  }

  handle({ house, eventNumber }: Pick<Order, 'house' | 'eventNumber'>) {
    return this.temporal.workflow.getHandle(cancellationWorkflowId(house, eventNumber));
  }

  /** The writes that Absage made in Jet for an event. */
  async writes(eventNumber: string): Promise<string[]> {
    const entries = await this.simulator.log(eventNumber);
    return entries
      .filter(({ actor, after }) => actor === 'gateway' && after !== null)
      .map(({ operation }) => operation);
  }
}

/** Whether it is said by the run itself, or there is none that could say it: it has ended, or Temporal holds it. */
function isFirstHand({ stale, state, attention }: CancellationView): boolean {
  return !stale || isEnd(state) || state === 'interrupted' || attention !== null;
}

/** The API with nothing behind it, for replies that it gives without a look at Temporal, Jet or the journal. */
export function buildIdleApp(): Promise<FastifyInstance> {
  return buildApp(idleDependencies());
}

export function idleDependencies(): AppDependencies {
  const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
  return appDependencies(temporal, undefined as unknown as JournalStore);
}

function appDependencies(temporal: Client, journal: JournalStore): AppDependencies {
  return {
    client: createCancellationClient(temporal, seal),
    journal,
    houses: loadHouses(null),
    eventPages: new EventPages(),
    composeNotice: createComposer({ isRehearsal: true, rehearsalTo: null }).composePartnerNotice,
    isRehearsal: true,
    isSimulator: () => true,
    isLogInMissing: () => false,
    logIn: logInByName,
    payloads: null,
    jetPerSecond: 1_000,
    drawPdf: draw,
    ownHosts: [],
    temporalUiUrl: 'http://127.0.0.1:8233',
    namespace: 'default',
    timing: TIMING,
    limits: loadConfig({}).limits,
    version: '0.0.0-test',
    security: { contact: null, publicUrl: 'https://absage.example' },
    logger: SILENT,
  };
}

/**
 * Compares every answer that a test gets with the document of its route: the status must be named, no member may be
 * missing, and there may be no member that the document does not name.
 */
function readDocument(deps: AppDependencies) {
  const routes: { isIt: RegExp; response: Record<string, z.ZodType | undefined> }[] = [];
  const recorder = Fastify();
  registerAuthentication(recorder, deps);
  recorder.addHook('onRoute', ({ method, url, schema }) => {
    const isIt = new RegExp(`^${[method].flat().join('|')} ${url.replace(/:\w+/g, '[^/]+')}$`);
    routes.push({ isIt, response: (schema?.response ?? {}) as Record<string, z.ZodType> });
  });
  registerRoutes(recorder, deps, new LiveCases(deps));

  return (call: string, status: number, answer: unknown): void => {
    const route = routes.find(({ isIt }) => isIt.test(call.split('?')[0] ?? ''));
    if (call.startsWith('GET /v1/openapi.json')) return;
    const documented = route ? route.response[status] : problem;
    if (!documented) throw new Error(`${call} answered ${status}, which its document does not name`);
    const schema = documented instanceof z.ZodType ? documented : problem;
    expect(schema.parse(answer)).toEqual(answer);
  };
}

type JetLimits = Omit<CheckLimits, 'open'>;
type CleanUp = () => Promise<unknown>;

interface Running {
  stop(): Promise<void>;
}

async function startWorkers(
  connection: NativeConnection,
  workflowBundle: { code: string },
  deps: ActivityDependencies & { journal: JournalStore },
  folder: string,
): Promise<Running> {
  const places = contactPlaces(getClient, folder);
  const erasure = createErasureActivities({ ...deps, places, log: SILENT });
  const dataConverter = workerDataConverter(undefined, () => Promise.resolve(false));
  const common = {
    connection,
    namespace: 'default',
    dataConverter,
    stickyQueueScheduleToStartTimeout: 1_000,
  };
  const stopping = new AbortController();
  const watch = createWatchActivities({ ...deps, ...watchPorts(getClient), stopping: stopping.signal });
  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue: TASK_QUEUE,
      workflowBundle,
      sinks: waitSinks(),
      activities: { ...createActivities(deps), ...erasure, ...watch },
    }),
    Worker.create({
      ...common,
      taskQueue: JET_TASK_QUEUE,
      activities: createJetActivities(deps),
      maxTaskQueueActivitiesPerSecond: deps.checks?.jetPerSecond,
    }),
  ]);
  const runs = workers.map((worker) => worker.run());
  return {
    async stop() {
      stopping.abort();
      for (const worker of workers) worker.shutdown();
      await Promise.all(runs);
    },
  };
}

function fillProgramme(simulator: TestSimulator): Promise<void> {
  const nowMs = Date.now();
  const programme = Array.from({ length: EVENTS }, (_, index) => ({
    eventNumber: String(FIRST_EVENT_NUMBER + index),
    house: 'FSP',
    title: `Vorstellung ${index + 1}`,
    customerTitle: null,
    externalMemo: null,
    status: 'Verkaufsfreigabe',
    startsAt: toInstant(nowMs + (30 + index) * DAY_MS),
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen Festspielhaus GmbH',
    production: null,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    savedAt: toInstant(nowMs - DAY_MS),
  }));
  return simulator.control('POST', '/reset', { programme });
}
