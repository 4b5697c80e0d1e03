/**
 * A real cluster on this machine, until Ctrl-C: PostgreSQL, Temporal's server in its four roles, two workers and two
 * servers behind a proxy, with the simulator and the mail catcher. The first time it builds Temporal's server.
 *
 * Usage: npm run cluster -- [--port 18000] [--folder data-cluster] [--database-url URL]
 */
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT_CONFIG } from '../src/role';
import { ownDataFolder, type OwnedFolder } from '../src/up/data-folder';
import { supervise, type Part, type SupervisedPart } from '../src/up/part';
import { findPortFaults } from '../src/up/ports';
import { showOrphans } from '../src/up/terminal';
import { UpError } from '../src/up/up-error';
import { bringUp, clusterParts } from './cluster/bring-up';
import { LISTENER_COUNT, planCluster, type ClusterPlan } from './cluster/plan';
import type { Proxy } from './cluster/proxy';
import { findTemporalPrograms, type TemporalPrograms } from './cluster/temporal-programs';
import * as terminal from './cluster/terminal';

const ROOT = join(__dirname, '..');
/** Temporal keeps the ports of its roles in a `smallint` of its own schema, and the last ones of the block are theirs. */
const HIGHEST_FIRST_PORT = 32_767 - LISTENER_COUNT + 1;
/** How long each may take to end, in the order in which they end. */
const GRACE_MS = { roles: 10_500, outside: 1_500, temporal: 10_000, postgres: 10_000 };

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '18000' },
      folder: { type: 'string', default: join(ROOT, 'data-cluster') },
      'database-url': { type: 'string' },
    },
  });
  const firstPort = toPort(values.port);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const programs = await findTemporalPrograms({
    environment: process.env,
    say: terminal.say,
    signal: stopping.signal,
  });
  const plan = planCluster({
    folder: resolve(values.folder),
    firstPort,
    databaseUrl: values['database-url'] ?? process.env.ABSAGE_DATABASE_URL,
    settings: ownSettings(),
  });
  const folder = await ownDataFolder(plan.folder);
  try {
    return await run(plan, programs, folder, stopping);
  } finally {
    folder.release();
  }
}

async function run(
  plan: ClusterPlan,
  programs: TemporalPrograms,
  folder: OwnedFolder,
  stopping: AbortController,
): Promise<number> {
  showOrphans(folder.endedOrphans);
  const faults = await findPortFaults(plan.claims);
  if (faults.length > 0) throw new UpError(faults.map((fault) => `  - ${fault}`).join('\n'));

  if (stopping.signal.aborted) return 0;
  const signalled = once(stopping.signal, 'abort').then(() => 0);
  const running = new Map<string, SupervisedPart>();
  process.on('exit', () => running.forEach((part) => part.kill()));
  let proxy: Proxy | undefined;
  const failed = new Promise<number>((end) => {
    const events = {
      launched: ({ name }: Part, pid: number) => folder.noteChild(name, pid),
      ended: (_part: Part, pid: number) => folder.forgetChild(pid),
      died: terminal.showDeath,
      recovered: terminal.showRecovery,
      unusable(...what: Parameters<typeof terminal.showUnusable>) {
        terminal.showUnusable(...what);
        end(EXIT_CONFIG);
      },
    };
    const start = (part: Part) => {
      if (stopping.signal.aborted) return new Promise<void>(() => {});
      terminal.say(`${part.title} startet …`);
      const supervised = supervise(part, join(plan.folder, 'logs'), events, stopping.signal);
      running.set(part.name, supervised);
      return supervised.ready;
    };
    bringUp(plan, programs, start).then(
      (started) => {
        proxy = started;
        terminal.showReady(plan, started);
      },
      (error: unknown) => {
        // What ends beneath it while it is being stopped is no fault.
        if (stopping.signal.aborted) return;
        terminal.say(
          `Der Cluster kann nicht starten: ${error instanceof Error ? error.message : String(error)}`,
        );
        end(1);
      },
    );
  });
  const exitCode = await Promise.race([signalled, failed]);
  terminal.say('Der Cluster wird beendet …');
  stopping.abort();
  await proxy?.close();
  await stopAll(plan, programs, running);
  terminal.say('Der Cluster ist beendet. Laufende Absagen gehen beim nächsten Start weiter.');
  return exitCode;
}

/** Whoever writes ends first, while everything that it writes to is still there. */
async function stopAll(
  plan: ClusterPlan,
  programs: TemporalPrograms,
  running: ReadonlyMap<string, SupervisedPart>,
): Promise<void> {
  const { workers, servers, outside, temporal, postgres } = clusterParts(plan, programs);
  const stop = async (parts: readonly Part[], graceMs: number) => {
    await Promise.all(parts.map(async ({ name }) => running.get(name)?.stop(graceMs)));
  };
  await stop([...workers, ...servers], GRACE_MS.roles);
  await stop(outside, GRACE_MS.outside);
  await stop(temporal, GRACE_MS.temporal);
  await stop([postgres], GRACE_MS.postgres);
}

/** What the person sets for Absage counts here as well; the cluster overrides what leads its parts to each other. */
function ownSettings(): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('ABSAGE_')));
}

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1_024 && port <= HIGHEST_FIRST_PORT) return port;
  throw new UpError(`--port ist eine Zahl von 1024 bis ${HIGHEST_FIRST_PORT}.`);
}

main().then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    if (!(error instanceof UpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
