import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { getClient } from '@temporalio/activity';
import { Worker, type WorkerOptions } from '@temporalio/worker';
import {
  createActivities,
  createErasureActivities,
  createJetActivities,
  createWatchActivities,
  type ActivityDependencies,
} from './activities';
import { SIMULATOR_TOKEN, type Config } from './settings/environment';
import { requireFittingGateway } from './settings/gateway';
import { loadHouses } from './settings/houses';
import { askGatewayKind, watchGateway } from './jet/gateway-kind';
import { createHttpJet } from './jet/http-jet';
import { seriesPorts } from './start/series-ports';
import { openSignedJournal } from './start/signed-journal';
import { createSmtpMail } from './mail/smtp-mail';
import type { Logger } from './observability';
import { contactPlaces } from './start/contact-places';
import { noteCurrentKey, requireKeysOfOpenRuns } from './start/payload-keys';
import { findFetchProxy, warnOfProxy } from './settings/proxy';
import { loadSealKeys } from './settings/seal-keys';
import { loadTemporalSettings } from './settings/temporal';
import { DEPLOYMENT, JET_TASK_QUEUE, TASK_QUEUE } from './workflows/messages';
import { chainOfRun, inputOfRun } from './temporal/run-chain';
import { makeSeal } from './trust/seals';
import { createTrust } from './trust/trust';
import { connectWorkers, createClient } from './temporal/connect';
import { eraseWished, runEraser } from './start/wished-erasures';
import { requireOwnNamespace } from './start/own-namespace';
import { createMetrics } from './start/metrics';
import { peersOfWorker } from './start/peers';
import { observeJet } from './metrics/observed-jet';
import { observeJournal } from './metrics/observed-journal';
import { observeMail } from './metrics/observed-mail';
import { installTemporalLogger, pickCoreAddress, readCoreMetrics } from './temporal/runtime';
import { namesItsCase } from './temporal/log-fields';
import { traceActivities } from './temporal/tracing';
import { waitSinks } from './temporal/wait-sinks';
import { switchWritesAtStart } from './start/writes-at-start';
import { watchPorts } from './temporal/status-watch';

/** How long a stopping worker lets its activities finish. A write that takes longer is repeated by another worker. */
const SHUTDOWN_GRACE_MS = 8_000;

/** How soon Temporal notices that the worker with a cached workflow has died; the default is 10 s. */
const STICKY_TIMEOUT_MS = 2_000;

/**
 * More cases than any house cancels in an evening. Each takes about 0.4 MB of the worker's memory while it sleeps. A
 * case beyond this number is replayed when it wakes up, which takes milliseconds.
 */
const MAX_CACHED_CASES = 300;

/** A case ends on the build that it began with: nothing of a later one is played into its history. */
function versionedAs(buildId: string): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  return {
    workerDeploymentOptions: {
      version: { deploymentName: DEPLOYMENT, buildId },
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'PINNED',
    },
  };
}

/**
 * Temporal workers for both queues, in one process. Resolves when they poll. Rejects with a `ConfigError` when the
 * gateway does not fit the settings.
 */
export async function startWorker(config: Config, logger: Logger): Promise<{ stop(): Promise<void> }> {
  const temporalSettings = loadTemporalSettings(config, process.env);
  warnOfProxy(logger, 'Temporal', temporalSettings.proxy);
  warnOfProxy(logger, 'the gateway', findFetchProxy(config.jet.url, process.env));
  const gateway = await askGatewayKind(config.jet, SIMULATOR_TOKEN);
  requireFittingGateway(config, gateway.isSimulator, 'worker');
  if (gateway.isSimulator === null) {
    logger.warn(
      { reason: gateway.reason },
      'the gateway does not say what it is; the check and the Storno guard ask again',
    );
  }
  const isRehearsal = config.mode === 'rehearsal';
  // Behind production there is no simulator, so its gateway is not asked with a token that it would have to refuse.
  const known = isRehearsal ? gateway.isSimulator : false;
  const { isSimulator, stop: stopAsking } = watchGateway({ ...config.jet, token: SIMULATOR_TOKEN }, known);
  const shown = createMetrics(config, peersOfWorker(config, temporalSettings, process.env), logger);
  const metrics = shown?.metrics ?? null;
  const opened = await openSignedJournal(config);
  const journal = metrics ? observeJournal(opened, metrics) : opened;
  await requireKeysOfOpenRuns(journal, temporalSettings);
  await switchWritesAtStart(config, journal, logger);
  const sealKeys = loadSealKeys(config);
  const jetOfGateway = createHttpJet(config.jet);
  const mailOfServer = createSmtpMail({
    server: config.smtp.server,
    name: config.smtp.name,
    rehearsalTo: config.smtp.rehearsalTo,
    isRehearsal,
    publicUrl: config.publicUrl,
  });
  const deps: ActivityDependencies = {
    jet: metrics ? observeJet(jetOfGateway, metrics) : jetOfGateway,
    mail: metrics ? observeMail(mailOfServer, metrics) : mailOfServer,
    journal,
    series: journal,
    seriesNoticeAfterMs: config.seriesNoticeAfterMs,
    ...seriesPorts(getClient, (request, by) => makeSeal(sealKeys, request, by)),
    signingKey: journal.signer.publicKey,
    houses: loadHouses(config.housesFile),
    isRehearsal,
    isSimulator,
    trust: createTrust({
      ring: sealKeys,
      notes: journal,
      isProduction: config.mode === 'production',
      chainOf: chainOfRun,
      inputOf: inputOfRun,
    }),
    checks: { most: config.limits.checks, jetPerSecond: config.jet.ratePerSecond, open: journal },
  };
  await journal.sealedSince();
  const coreAddress = shown && (await pickCoreAddress());
  installTemporalLogger(logger, coreAddress);
  const temporal = await connectWorkers(temporalSettings, async (keyId) =>
    (await journal.keyUses()).some(({ id }) => id === keyId),
  );
  await requireOwnNamespace(temporalSettings, journal, logger);
  const forgetKey = await noteCurrentKey(journal, temporalSettings.payloadKeys, logger);
  const versioning = config.buildId === null ? {} : versionedAs(config.buildId);
  const shutdown = { shutdownGraceTime: SHUTDOWN_GRACE_MS, shutdownForceTime: SHUTDOWN_GRACE_MS + 2_000 };

  const stopping = new AbortController();

  const main = await Worker.create({
    ...shutdown,
    ...versioning,
    ...temporal,
    taskQueue: TASK_QUEUE,
    ...workflowCode(),
    interceptors: { activity: [traceActivities, namesItsCase], ...workflowInterceptors() },
    activities: {
      ...createActivities(deps),
      ...createErasureActivities({
        journal,
        houses: deps.houses,
        places: contactPlaces(getClient, config.dataDir),
        log: logger,
      }),
      ...createWatchActivities({ journal, stopping: stopping.signal, ...watchPorts(getClient) }),
    },
    sinks: waitSinks((lateMs) => metrics?.observe('absage_wait_late_seconds', lateMs / 1_000, {})),
    stickyQueueScheduleToStartTimeout: STICKY_TIMEOUT_MS,
    maxCachedWorkflows: MAX_CACHED_CASES,
  });
  const jet = await Worker.create({
    ...shutdown,
    ...versioning,
    ...temporal,
    taskQueue: JET_TASK_QUEUE,
    interceptors: { activity: [traceActivities, namesItsCase] },
    activities: createJetActivities(deps),
    maxTaskQueueActivitiesPerSecond: config.jet.ratePerSecond,
    maxConcurrentActivityTaskExecutions: config.jet.concurrency,
  });
  metrics?.show('absage_wait_late_seconds');
  if (shown && coreAddress) await shown.show(() => readCoreMetrics(coreAddress));
  const workers = [main, jet];
  const runs = workers.map((worker) => worker.run());
  logger.info({ queues: [TASK_QUEUE, JET_TASK_QUEUE] }, 'worker polls');
  const client = createClient(temporalSettings);
  const erasing = eraseWished({ journal, erase: runEraser(client), log: logger }, stopping.signal);
  const ended = Promise.all(runs);
  ended.catch((error: unknown) => {
    logger.fatal({ err: error }, 'worker died');
    process.exit(1);
  });

  return {
    async stop() {
      stopAsking();
      stopping.abort();
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
      await ended;
      await erasing;
      await client.connection.close();
      await temporal.connection.close();
      forgetKey();
      await shown?.stop();
      await journal.close();
    },
  };
}

const BUNDLE_FILE = join(__dirname, 'workflow-bundle.js');

/** The bundle from the build. Tests run from the sources and get the workflows themselves. */
function workflowCode() {
  return existsSync(BUNDLE_FILE)
    ? { workflowBundle: { codePath: BUNDLE_FILE } }
    : { workflowsPath: join(__dirname, 'workflows') };
}

/** The bundle has them inside. */
function workflowInterceptors() {
  return existsSync(BUNDLE_FILE) ? {} : { workflowModules: [join(__dirname, 'workflows', 'interceptors')] };
}
