import { isGrpcServiceError, type Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { DEPLOYMENT } from '../workflows/messages';
import { isListingRefused } from './abilities';
import { describeQueues, idleOf, type Queues } from './queues';

/*
 * Several builds of the worker at once: each run stays on the build that it began with, and new runs begin on the one that is
 * current. Temporal calls the whole a worker deployment, and each build a version of it.
 */

type WorkflowService = Client['workflowService'];

const { VERSION_DRAINAGE_STATUS_DRAINED, VERSION_DRAINAGE_STATUS_DRAINING } =
  temporal.api.enums.v1.VersionDrainageStatus;

/**
 * - `current`: new runs begin here
 * - `draining`: no new ones, but some are still open
 * - `drained`: nothing runs here any more, by Temporal's count, which it makes every few minutes
 * - `inactive`: never was current
 */
export type VersionState = 'current' | 'draining' | 'drained' | 'inactive';

export interface DeployedVersion {
  buildId: string;
  state: VersionState;
  /** Workers of this build ask for work of every kind. */
  hasWorkers: boolean;
  /** Since when it has been current, or was last. `null`: it never was. */
  currentSince: Date | null;
}

/** Every build that has ever polled and was not pruned, the newest one first. `null`: no worker has polled with a version. */
export async function readDeployment(
  workflowService: WorkflowService,
  namespace: string,
): Promise<DeployedVersion[] | null> {
  const described = await workflowService
    .describeWorkerDeployment({ namespace, deploymentName: DEPLOYMENT })
    .catch((error: unknown) => {
      if (isGrpcServiceError(error) && error.code === NOT_FOUND) return null;
      throw error;
    });
  if (!described) return null;
  const { versionSummaries, routingConfig } = described.workerDeploymentInfo ?? {};
  const current = routingConfig?.currentDeploymentVersion?.buildId;
  const queues = await describeQueues(workflowService, namespace);
  const versions = (versionSummaries ?? []).map((summary): DeployedVersion => {
    const buildId = summary.deploymentVersion?.buildId ?? '';
    const { drainageStatus, currentSinceTime, lastCurrentTime } = summary;
    const since = currentSinceTime ?? lastCurrentTime;
    return {
      buildId,
      state: buildId === current ? 'current' : (DRAINAGE[drainageStatus ?? 0] ?? 'inactive'),
      hasWorkers: idleOf(queues, buildId).length === 0,
      currentSince: since ? new Date(Number(since.seconds ?? 0) * 1_000) : null,
    };
  });
  return versions.sort((one, other) => timeOf(other) - timeOf(one));
}

/**
 * The builds that cases are open on and no worker takes any more; the current one is for whoever looks at what begins now. None
 * where the server keeps no builds, or tells nobody of them.
 */
export async function findAbandonedBuilds(
  workflowService: WorkflowService,
  namespace: string,
): Promise<string[]> {
  const versions = await readDeployment(workflowService, namespace).catch((error: unknown) => {
    if (isListingRefused(error)) return null;
    throw error;
  });
  return (versions ?? [])
    .filter(({ state, hasWorkers }) => state === 'draining' && !hasWorkers)
    .map(({ buildId }) => buildId);
}

const timeOf = ({ currentSince }: DeployedVersion) => currentSince?.getTime() ?? Infinity;

const DRAINAGE: Partial<Record<number, VersionState>> = {
  [VERSION_DRAINAGE_STATUS_DRAINING]: 'draining',
  [VERSION_DRAINAGE_STATUS_DRAINED]: 'drained',
};

const NOT_FOUND = 5;

/** New runs begin on this build from now on. Open ones stay where they are. */
export async function makeCurrent(
  workflowService: WorkflowService,
  namespace: string,
  buildId: string,
  identity: string,
): Promise<void> {
  await workflowService.setWorkerDeploymentCurrentVersion({
    namespace,
    deploymentName: DEPLOYMENT,
    buildId,
    identity,
  });
}

/** Rejects where a worker still polls with the build, or a run may still need it. */
export async function removeVersion(
  workflowService: WorkflowService,
  namespace: string,
  buildId: string,
  identity: string,
): Promise<void> {
  await workflowService.deleteWorkerDeploymentVersion({
    namespace,
    deploymentVersion: { deploymentName: DEPLOYMENT, buildId },
    identity,
  });
}

/** A worker counts as there for over a minute after its last question, so that nothing is lost by a few seconds more. */
const RECENT_MS = 5_000;

/**
 * Asks whether no worker takes the tasks of a run that stays on a build. Who asks for work is the same for all runs: so the
 * queues are asked once in a while, not for each view of each case.
 */
export function watchAbandoned(workflowService: WorkflowService, namespace: string) {
  let known: { atMs: number; queues: Promise<Queues> } | null = null;
  return async (buildId: string): Promise<boolean> => {
    if (!known || Date.now() - known.atMs >= RECENT_MS) {
      const asked = { atMs: Date.now(), queues: describeQueues(workflowService, namespace) };
      known = asked;
      // A failure is not remembered.
      asked.queues.catch(() => {
        if (known === asked) known = null;
      });
    }
    return idleOf(await known.queues, buildId).length > 0;
  };
}
