import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partEnvironment, type PartName } from '../../src/settings/parts';
import { launchRole, type Part } from '../../src/up/part';
import { launchDatabases, makeDatabases, prepareDatabases } from './databases';
import { prepareNamespace } from './namespace';
import { HOST, TEMPORAL_ROLES, TWINS, type ClusterPlan, type Listener } from './plan';
import { startProxy, type Proxy } from './proxy';
import { launchTemporal, updateSchema, writeTemporalConfig } from './temporal';
import type { TemporalPrograms } from './temporal-programs';

const CLI_FILE = join(__dirname, '..', '..', 'dist', 'cli.js');
const READY_POLL_MS = 100;

/** Which process of ours, with settings of its own beside those of all. */
export interface Role {
  name: string;
  title: string;
  part: PartName;
  own: Record<string, string>;
  /** Of another build than this one. */
  cliFile?: string;
}

export function rolePart(plan: ClusterPlan, { name, title, part, own, cliFile = CLI_FILE }: Role): Part {
  return {
    name,
    title,
    launch: (stdio) =>
      launchRole(
        part,
        cliFile,
        { ...partEnvironment(part, plan.environment), ...surroundings(part), ...own },
        stdio,
      ),
  };
}

/** What runs as a process of its own; in the order in which it starts. */
export function clusterParts(plan: ClusterPlan, programs: TemporalPrograms) {
  const role = (name: string, title: string, part: PartName, own: Record<string, string> = {}) =>
    rolePart(plan, { name, title, part, own });
  return {
    postgres: {
      name: 'postgres',
      title: 'PostgreSQL',
      launch: (stdio) => launchDatabases(plan, stdio),
    } satisfies Part,
    temporal: TEMPORAL_ROLES.map((name): Part => ({
      name: `temporal-${name}`,
      title: `Temporal (${name})`,
      launch: (stdio) => launchTemporal(plan, programs, name, stdio),
    })),
    outside: [
      role('simulator', 'Simulator', 'simulator'),
      role('mail-catcher', 'E-Mail-Fänger', 'mail-catcher'),
    ],
    workers: TWINS.map((number) => role(`worker-${number}`, `Worker ${number}`, 'worker')),
    servers: TWINS.map((number) =>
      role(`server-${number}`, `API ${number}`, 'server', { ABSAGE_PORT: String(serverPort(plan, number)) }),
    ),
  };
}

/** What a program needs of this machine, without the settings of the person who starts it, which are for another Absage. */
function surroundings(part: PartName): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(([name]) => !/^(ABSAGE|TEMPORAL)_/.test(name));
  return partEnvironment(part, Object.fromEntries(own));
}

/** Starts everything, each part after what it needs. Resolves to the proxy when a cancellation can be ordered. */
export async function bringUp(
  plan: ClusterPlan,
  programs: TemporalPrograms,
  start: (part: Part) => Promise<void>,
): Promise<Proxy> {
  const parts = clusterParts(plan, programs);
  prepareDatabases(plan);
  await start(parts.postgres);
  await makeDatabases(plan);
  await updateSchema(plan, programs);
  writeTemporalConfig(plan);
  // The first role of a new cluster writes down what the cluster is. Two at once would both try, and one would end.
  const [first, ...others] = parts.temporal;
  if (first) await start(first);
  await Promise.all([...others, ...parts.outside].map(start));
  await prepareNamespace(plan);
  await Promise.all([...parts.workers, ...parts.servers].map(start));
  await Promise.all(TWINS.map((number) => untilReady(serverPort(plan, number))));
  const servers = TWINS.map((number) => serverPort(plan, number));
  return startProxy({ port: plan.ports.proxy, servers, folder: join(plan.folder, 'proxy') });
}

export function serverPort({ ports }: ClusterPlan, number: (typeof TWINS)[number]): number {
  return ports[`server-${number}` satisfies Listener];
}

/** Until a server says that a cancellation would go through. */
export async function untilReady(port: number): Promise<void> {
  for (;;) {
    const url = `http://${HOST}:${port}/readyz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await sleep(READY_POLL_MS);
  }
}
