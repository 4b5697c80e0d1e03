import type { Client } from '@temporalio/client';
import { optionalTsToMs } from '@temporalio/common/lib/time';
import { JET_TASK_QUEUE, TASK_QUEUE } from '../workflows/messages';

/** As Temporal numbers them. */
const WORKFLOW_TASKS = 1;
const ACTIVITY_TASKS = 2;

/** The kinds of work that a worker takes, and where it asks for them. */
const QUEUES = {
  cases: { name: TASK_QUEUE, taskQueueType: WORKFLOW_TASKS },
  'mail-and-journal': { name: TASK_QUEUE, taskQueueType: ACTIVITY_TASKS },
  jet: { name: JET_TASK_QUEUE, taskQueueType: ACTIVITY_TASKS },
} as const;

export type Work = keyof typeof QUEUES;
export const WORKS = Object.keys(QUEUES) as Work[];

/** A worker asks at least once a minute, and Temporal goes on listing it for five after its last question. */
const POLLED_WITHIN_MS = 75_000;

/** The work that no worker has asked for lately of those that get what begins now; none where cases can begin. */
export async function findIdleWork(
  workflowService: Client['workflowService'],
  namespace: string,
): Promise<Work[]> {
  const queues = await describeQueues(workflowService, namespace);
  return WORKS.filter((work) => {
    const { current, builds } = queues[work];
    return !builds.includes(current);
  });
}

/** How many workers ask for what begins now, by task queue; of a queue with two kinds of work the fewer. */
export async function countPollers(
  workflowService: Client['workflowService'],
  namespace: string,
): Promise<ReadonlyMap<string, number>> {
  const queues = await describeQueues(workflowService, namespace);
  const counts = new Map<string, number>();
  for (const work of WORKS) {
    const { current, builds } = queues[work];
    const { name } = QUEUES[work];
    const count = builds.filter((build) => build === current).length;
    counts.set(name, Math.min(counts.get(name) ?? count, count));
  }
  return counts;
}

/** The work that no worker of this build has asked for lately. */
export function idleOf(queues: Queues, buildId: string): Work[] {
  return WORKS.filter((work) => !queues[work].builds.includes(buildId));
}

/** `current`: the build that gets what begins now, `null` for workers without one. `builds`: those that ask for work. */
export interface Unrouted {
  current: string | null;
  builds: readonly string[];
}

/** Says why what begins now goes to no worker although some are there; `null`: it goes to one, or none is there at all. */
export async function findUnrouted(
  workflowService: Client['workflowService'],
  namespace: string,
): Promise<Unrouted | null> {
  const { current, builds } = await describeQueue(workflowService, namespace, 'cases');
  const versions = [...new Set(builds.filter((build) => build !== null))];
  return versions.length > 0 && !builds.includes(current) ? { current, builds: versions } : null;
}

/** Who asks for each kind of work. */
export type Queues = Record<Work, Queue>;

interface Queue {
  /** The build that gets what begins now; `null`: workers without a version do. */
  current: string | null;
  /** Of the workers that have asked lately; `null` stands for one without a version. */
  builds: (string | null)[];
}

export async function describeQueues(
  workflowService: Client['workflowService'],
  namespace: string,
): Promise<Queues> {
  const queues = WORKS.map(
    async (work) => [work, await describeQueue(workflowService, namespace, work)] as const,
  );
  return Object.fromEntries(await Promise.all(queues)) as Queues;
}

async function describeQueue(
  workflowService: Client['workflowService'],
  namespace: string,
  work: Work,
): Promise<Queue> {
  const { name, taskQueueType } = QUEUES[work];
  return toQueue(await workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType }));
}

type Described = Awaited<ReturnType<Client['workflowService']['describeTaskQueue']>>;

function toQueue({ pollers, versioningInfo }: Described): Queue {
  const now = Date.now();
  return {
    current: versioningInfo?.currentDeploymentVersion?.buildId || null,
    builds: (pollers ?? [])
      .filter(({ lastAccessTime }) => now - (optionalTsToMs(lastAccessTime) ?? 0) < POLLED_WITHIN_MS)
      .map(({ deploymentOptions }) =>
        deploymentOptions?.workerVersioningMode === VERSIONED ? (deploymentOptions.buildId ?? '') : null,
      ),
  };
}

/** As Temporal numbers the modes of a worker. */
const VERSIONED = 2;
