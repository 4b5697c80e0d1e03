import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { migratePostgres } from '../journal/postgres/migrate';
import { addressOf, ConfigError } from '../settings/environment';
import type { PartName } from '../settings/parts';
import { closeDataFolder } from '../settings/private-files';
import { EXIT_CONFIG } from '../role';
import { ownDataFolder, type OwnedFolder } from './data-folder';
import { environmentOf } from './part-environment';
import { launchRole, supervise, type Part, type PartEvents, type SupervisedPart } from './part';
import { findPortFaults } from './ports';
import { planStack, type Stack } from './stack';
import { setRetention } from './temporal-namespace';
import { startTemporalDevServer } from './temporal-dev-server';
import * as terminal from './terminal';
import { UpError } from './up-error';

const CLI_FILE = join(__dirname, '..', 'cli.js');
const READY_POLL_MS = 25;
const SLOW_START_MS = 20_000;

/** Together less than the 15 s in which everything has to end; a role itself takes 10 s at most. */
const GRACE_MS = { writers: 10_500, others: 1_500, temporal: 1_800 };

/**
 * `absage up`: the whole of Absage on this machine, until SIGINT, SIGTERM or SIGHUP. Ends the process: with 0 after
 * a signal, with 2 when settings are faulty, with 1 when it cannot start for another reason.
 */
export async function runUp(
  environment: Readonly<Record<string, string | undefined>>,
  wish: { withLogIn: boolean } = { withLogIn: false },
): Promise<void> {
  // The reader of our output may stop (`npm start | head`): Absage then goes on.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const signalled = new Promise<number>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => resolve(0));
  });
  try {
    const stack = await planStack(environment, undefined, wish);
    const folder = await ownDataFolder(stack.config.dataDir, undefined, {
      unwritable: (code) => terminal.showUnwritable(stack.config, code),
      writable: terminal.showWritable,
    });
    closeDataFolder(stack.config.dataDir);
    try {
      process.exitCode = await runStack(stack, folder, signalled);
    } finally {
      folder.release();
    }
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof UpError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
  }
  process.exit();
}

async function runStack(stack: Stack, folder: OwnedFolder, signalled: Promise<number>): Promise<number> {
  terminal.showOrphans(folder.endedOrphans);
  const faults = await findPortFaults(stack.ports);
  if (faults.length > 0)
    throw new UpError(`Absage kann nicht starten:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);

  const stopping = new AbortController();
  const running = new Map<string, SupervisedPart>();
  process.on('exit', () => running.forEach((part) => part.kill()));
  const unusable = new Promise<number>((resolve) => {
    const events = followParts(folder, () => resolve(EXIT_CONFIG));
    const logsDir = join(stack.config.dataDir, 'logs');
    const start = (part: Part) => {
      const supervised = supervise(part, logsDir, events, stopping.signal);
      running.set(part.name, supervised);
      return supervised.ready;
    };
    void bringUp(stack, start).catch((error: unknown) => {
      terminal.showFailure(error);
      resolve(1);
    });
  });
  const exitCode = await Promise.race([signalled, unusable]);
  stopping.abort();
  await stopAll(running);
  return exitCode;
}

/** Starts the parts that others need first. Resolves when a cancellation can be started. */
async function bringUp(stack: Stack, start: (part: Part) => Promise<void>): Promise<void> {
  const { config, environment } = stack;
  const role = (name: PartName, title: string): Part => ({
    name,
    title,
    launch: (stdio) => launchRole(name, CLI_FILE, environmentOf(name, stack), stdio),
  });
  const slow = setTimeout(() => terminal.showSlowStart(config), SLOW_START_MS);
  const needed = [];
  if (stack.temporal) needed.push(start(temporalPart(stack)));
  if (stack.hasSimulator) needed.push(start(role('simulator', 'Simulator')));
  if (stack.hasMailCatcher) needed.push(start(role('mail-catcher', 'E-Mail-Fänger')));
  if (stack.logIn) needed.push(start(role('sample-log-in', 'Anmeldung zum Üben')));
  await Promise.all(needed);

  // In production this is a step of its own, which another role of the database may have to do.
  if (config.mode === 'rehearsal' && !config.databaseUrl.startsWith('file:'))
    await migratePostgres(config.databaseOwnerUrl ?? config.databaseUrl, config.databaseUrl);

  const main = [start(role('worker', 'Worker')), start(role('server', 'API'))];
  if (stack.temporal) main.push(setRetention(environment.TEMPORAL_ADDRESS ?? ''));
  await Promise.all(main);
  await untilReady(addressOf(config.host, config.port));
  clearTimeout(slow);
  terminal.showReady(stack);
}

function temporalPart({ config, temporal }: Stack): Part {
  return {
    name: 'temporal',
    title: 'Temporal',
    launch(stdio) {
      const { child, ready } = startTemporalDevServer({
        executable: temporal?.executable ?? '',
        port: config.ports.temporal,
        httpPort: config.ports.temporalHttp,
        // Nobody logs in there.
        uiPort: config.mode === 'rehearsal' ? config.ports.temporalUi : null,
        ...(config.payloadKeysFile !== null && { codecEndpoint: `${config.publicUrl}/codec` }),
        databaseFile: temporal?.databaseFile ?? null,
        stdio,
      });
      return { child, ready };
    },
  };
}

async function untilReady(apiUrl: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(
      () => null,
    );
    await response?.body?.cancel();
    if (response?.ok) return;
    await sleep(READY_POLL_MS);
  }
}

function followParts(folder: OwnedFolder, giveUp: () => void): PartEvents {
  return {
    launched: ({ name }, pid) => folder.noteChild(name, pid),
    ended: (_part, pid) => folder.forgetChild(pid),
    died: terminal.showDeath,
    recovered: terminal.showRecovery,
    unusable(part, death) {
      terminal.showUnusable(part, death);
      giveUp();
    },
  };
}

/** Ends the writers (worker and API) first, while everything that they write to is still there. */
async function stopAll(running: ReadonlyMap<string, SupervisedPart>): Promise<void> {
  const stop = async (names: string[], graceMs: number) => {
    await Promise.all(names.map(async (name) => running.get(name)?.stop(graceMs)));
  };
  terminal.showStopping();
  await stop(['worker', 'server'], GRACE_MS.writers);
  await stop(['simulator', 'mail-catcher', 'sample-log-in'], GRACE_MS.others);
  await stop(['temporal'], GRACE_MS.temporal);
  terminal.showStopped();
}
