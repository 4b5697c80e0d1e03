import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { whoRuns } from './administrator';
import { exactTime, toInstant } from './domain/clock';
import { ConfigError, type Environment } from './settings/environment';
import { inspectSettings } from './settings/settings';
import { createClient } from './temporal/connect';
import {
  makeCurrent,
  readDeployment,
  removeVersion,
  type DeployedVersion,
  type VersionState,
} from './temporal/deployments';

/** A worker that was just started needs some seconds until it polls. */
const POLLERS_PATIENCE_MS = 60_000;
const POLLERS_PAUSE_MS = 500;

const NO_DEPLOYMENT =
  'Es hat noch kein Worker mit einer Version gearbeitet: bitte einen mit ABSAGE_WORKER_VERSIONING=on und ABSAGE_BUILD_ID starten.';

/** `absage deploy status`: resolves to what the administrator reads. */
export function showDeployment(environment: Environment): Promise<string> {
  return withDeployment(environment, ({ versions }) => Promise.resolve(describe(versions)));
}

/**
 * `absage deploy promote`: waits for the workers of a build, then new cases begin on it. Rejects, with nothing changed, where
 * they do not come.
 */
export function promote(environment: Environment, buildId: string): Promise<string> {
  return withDeployment(environment, async (deployment) => {
    await untilPolled(deployment, buildId);
    return makeItCurrent(deployment, buildId);
  });
}

/** `absage deploy wait`: resolves when workers of a build are there. Changes nothing; rejects where they do not come. */
export function waitForWorkers(environment: Environment, buildId: string): Promise<string> {
  return withDeployment(environment, async (deployment) => {
    await untilPolled(deployment, buildId);
    return `Von ${buildId} bedienen Worker beide Warteschlangen.`;
  });
}

/** `absage deploy rollback`: new cases begin on the build that was current before. */
export function rollBack(environment: Environment): Promise<string> {
  return withDeployment(environment, async (deployment) => {
    const before = deployment.versions
      .filter(({ state, currentSince }) => state !== 'current' && currentSince !== null)
      .toSorted(byCurrentSince)[0];
    if (!before) throw new Error('Vor der aktuellen Version gab es keine andere: es bleibt, wie es ist.');
    if (!before.hasWorkers)
      throw new Error(
        `Davor war ${before.buildId} aktuell, aber davon läuft kein Worker: bitte zuerst einen starten. Es bleibt, wie es ist.`,
      );
    return makeItCurrent(deployment, before.buildId);
  });
}

/** `absage deploy prune`: removes the builds that nothing runs on any more; Temporal keeps only so many. */
export function prune(environment: Environment): Promise<string> {
  return withDeployment(environment, async ({ client, namespace, versions, identity }) => {
    const said: string[] = [];
    for (const { buildId, hasWorkers } of versions.filter(({ state }) => state === 'drained')) {
      const fault = hasWorkers
        ? 'ein Worker davon läuft noch'
        : await removeVersion(client.workflowService, namespace, buildId, identity).then(
            () => null,
            (error: unknown) => (error as { details?: string; message: string }).details ?? String(error),
          );
      said.push(fault === null ? `${buildId} ist entfernt.` : `${buildId} bleibt: ${fault}.`);
    }
    return said.length > 0 ? said.join('\n') : 'Keine Version ist leer: es bleibt, wie es ist.';
  });
}

interface Deployment {
  client: Client;
  namespace: string;
  versions: DeployedVersion[];
  /** Who changes something, as Temporal keeps it. */
  identity: string;
}

async function withDeployment(
  environment: Environment,
  work: (deployment: Deployment) => Promise<string>,
): Promise<string> {
  const { temporal, faults } = inspectSettings(environment);
  if (!temporal) throw new ConfigError(faults);
  const { namespace } = temporal;
  const client = createClient(temporal);
  try {
    const versions = await readDeployment(client.workflowService, namespace);
    const { actor: identity } = whoRuns('absage deploy');
    return await work({ client, namespace, versions: versions ?? [], identity });
  } finally {
    await client.connection.close();
  }
}

async function untilPolled({ client, namespace }: Deployment, buildId: string): Promise<void> {
  const deadline = Date.now() + POLLERS_PATIENCE_MS;
  for (;;) {
    const versions = await readDeployment(client.workflowService, namespace);
    if (versions?.some((version) => version.buildId === buildId && version.hasWorkers)) return;
    if (Date.now() > deadline)
      throw new Error(
        `Von ${buildId} bedient kein Worker beide Warteschlangen. Es bleibt, wie es ist.\n${describe(versions ?? [])}`,
      );
    await sleep(POLLERS_PAUSE_MS);
  }
}

async function makeItCurrent(
  { client, namespace, versions, identity }: Deployment,
  buildId: string,
): Promise<string> {
  await makeCurrent(client.workflowService, namespace, buildId, identity);
  const others = versions.filter(
    (version) => version.buildId !== buildId && ['current', 'draining'].includes(version.state),
  );
  const names = others.map((version) => version.buildId).join(', ');
  return [
    `Neue Absagen beginnen ab jetzt auf ${buildId}.`,
    ...(others.length > 0
      ? [
          `Offene bleiben, wo sie sind (${names}): deren Worker bitte weiterlaufen lassen, bis absage deploy status sagt, dass dort nichts mehr offen ist.`,
        ]
      : []),
  ].join('\n');
}

const byCurrentSince = (one: DeployedVersion, other: DeployedVersion) =>
  (other.currentSince?.getTime() ?? 0) - (one.currentSince?.getTime() ?? 0);

const STATES: Record<VersionState, string> = {
  current: 'aktuell: neue Absagen beginnen hier',
  draining: 'läuft aus: es sind noch Absagen offen',
  drained: 'leer: die Worker können beendet werden (absage deploy prune entfernt die Version)',
  inactive: 'noch nie aktuell',
};

function describe(versions: readonly DeployedVersion[]): string {
  if (versions.length === 0) return NO_DEPLOYMENT;
  const widest = Math.max(...versions.map(({ buildId }) => buildId.length));
  const lines = versions.map(({ buildId, state, hasWorkers, currentSince }) =>
    [
      buildId.padEnd(widest),
      hasWorkers ? 'Worker laufen' : isMissed(state) ? 'KEIN WORKER  ' : 'kein Worker  ',
      STATES[state],
      ...(currentSince && state === 'current'
        ? [`seit ${exactTime(toInstant(currentSince.getTime()))}`]
        : []),
    ].join('  '),
  );
  const current = versions.some(({ state }) => state === 'current');
  return [...lines, ...(current ? [] : ['Keine Version ist aktuell: absage deploy promote NAME.'])].join(
    '\n',
  );
}

/** Whether something waits for the workers of a build. */
const isMissed = (state: VersionState) => state === 'current' || state === 'draining';
