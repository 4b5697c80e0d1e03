import { execFile, spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { partEnvironment } from '../../src/settings/parts';
import type { Launched } from '../../src/up/part';
import { canConnect } from '../../src/up/ports';
import { DYNAMIC_CONFIG } from '../../src/up/temporal-dev-server';
import { UpError } from '../../src/up/up-error';
import { endWithUs } from '../../test/support/guard';
import { TEMPORAL_DATABASE, VISIBILITY_DATABASE } from './databases';
import { HOST, TEMPORAL_ROLES, type ClusterPlan, type TemporalRole } from './plan';
import type { TemporalPrograms } from './temporal-programs';

const POLL_MS = 50;
const DATABASES = {
  [TEMPORAL_DATABASE]: 'postgresql/v12/temporal',
  [VISIBILITY_DATABASE]: 'postgresql/v12/visibility',
};
/** For one machine. It cannot be changed once there are runs. */
const HISTORY_SHARDS = 4;

/** Brings both of Temporal's databases up to its version. Alone: no role of it may run meanwhile. */
export async function updateSchema(plan: ClusterPlan, programs: TemporalPrograms): Promise<void> {
  for (const [database, schema] of Object.entries(DATABASES)) {
    const run = (...command: string[]) => runSqlTool(plan, programs, database, command);
    // Makes only the tables of the versions, if they are not there.
    await run('setup-schema', '-v', '0.0');
    await run('update-schema', '--schema-name', schema);
  }
}

async function runSqlTool(
  { ports, passwords }: ClusterPlan,
  { sqlTool }: TemporalPrograms,
  database: string,
  command: string[],
): Promise<void> {
  const env = {
    ...partEnvironment('temporal', process.env),
    SQL_PLUGIN: 'postgres12',
    SQL_HOST: HOST,
    SQL_PORT: String(ports.postgres),
    SQL_USER: 'temporal',
    SQL_PASSWORD: passwords.temporal,
    SQL_DATABASE: database,
  };
  await promisify(execFile)(sqlTool, command, { env }).catch((error: Error & { stdout?: string }) => {
    throw new UpError(
      `Das Schema von ${database} lässt sich nicht einrichten:\n${error.message}\n${error.stdout ?? ''}`,
    );
  });
}

/** Writes what all four roles are started with. */
export function writeTemporalConfig(plan: ClusterPlan): void {
  const { folder, values } = filesOf(plan);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(values, JSON.stringify(dynamicConfig()));
  // YAML is a superset of JSON.
  writeFileSync(filesOf(plan).config, JSON.stringify(configOf(plan), null, 2), { mode: 0o600 });
}

/** One role of the server, as a process of its own. */
export function launchTemporal(
  plan: ClusterPlan,
  { server }: TemporalPrograms,
  role: TemporalRole,
  stdio: StdioOptions,
): Launched {
  const options = ['--config-file', filesOf(plan).config, '--allow-no-auth', 'start', '--service', role];
  const child = spawn(server, options, {
    // Somebody else's program: it gets none of our settings.
    env: partEnvironment('temporal', process.env),
    stdio,
    detached: true, // Ctrl-C goes to the whole group, and our own roles end first
  });
  endWithUs(child, 'KILL');
  return { child, ready: untilListening(child, plan.ports[role]) };
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await canConnect(HOST, port)) return;
    await sleep(POLL_MS);
  }
}

function filesOf({ folder: cluster }: ClusterPlan) {
  const folder = join(cluster, 'temporal');
  return { folder, config: join(folder, 'server.json'), values: join(folder, 'dynamic-config.json') };
}

/** What the development server has by itself: activities that stand alone, and more than ten questions a second about runs and queues. */
const AS_THE_DEVELOPMENT_SERVER = ['activity.enableStandalone=true', 'frontend.namespaceRPS.visibility=200'];

/** As the server that `npm start` starts has them, each for every namespace and queue. */
function dynamicConfig(): object {
  const values = [...DYNAMIC_CONFIG, ...AS_THE_DEVELOPMENT_SERVER].map((line) => {
    const [name = '', ...value] = line.split('=');
    return [name, [{ value: JSON.parse(value.join('=')) as unknown }]] as const;
  });
  return Object.fromEntries(values);
}

function configOf(plan: ClusterPlan): object {
  const { ports, passwords } = plan;
  const store = (databaseName: string, maxConns: number) => ({
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: `${HOST}:${ports.postgres}`,
      connectProtocol: 'tcp',
      user: 'temporal',
      password: passwords.temporal,
      maxConns,
      maxIdleConns: maxConns,
      maxConnLifetime: '1h',
    },
  });
  const services = TEMPORAL_ROLES.map((role) => [
    role,
    {
      rpc: {
        grpcPort: ports[role],
        membershipPort: ports[`${role}-member`],
        bindOnIP: HOST,
      },
    },
  ]);
  const frontend = `${HOST}:${ports.frontend}`;
  return {
    log: { stdout: true, level: 'warn' },
    persistence: {
      defaultStore: 'default',
      visibilityStore: 'visibility',
      numHistoryShards: HISTORY_SHARDS,
      // Four roles together stay below what PostgreSQL allows, with room for the journal.
      datastores: { default: store(TEMPORAL_DATABASE, 15), visibility: store(VISIBILITY_DATABASE, 5) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: HOST } },
    services: Object.fromEntries(services) as object,
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    publicClient: { hostPort: frontend },
    dynamicConfigClient: { filepath: filesOf(plan).values, pollInterval: '10s' },
  };
}
