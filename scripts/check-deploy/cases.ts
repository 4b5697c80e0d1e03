/**
 * Takes cases through an unpacked release where there is no network: one from the order to the verified Protokoll, one over an
 * upgrade, one over a way back; then shows that a journal which a later build has made its own is refused.
 *
 * Usage: tsx scripts/check-deploy/cases.ts FOLDER-OF-THE-RELEASE WORKING-FOLDER
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { freePorts, UpProcess, type UpPorts } from '../../test/support/up-process';

/** Longer than a worker takes to stop and another to start, so that both are away while the case waits. */
const SYNC_INTERVAL = '6s';
const LATER_BUILD = '9999';

interface Listed {
  eventNumber: string;
  title: string;
  startsAt: string;
}

interface Place {
  release: string;
  dataDir: string;
  ports: UpPorts;
}

async function main([release = '', work = '']: string[]): Promise<void> {
  const others = Object.keys(networkInterfaces()).filter((name) => name !== 'lo');
  if (others.length > 0) throw new Error(`this is to run without network, and there is ${others.join(', ')}`);
  const next = join(work, 'next');
  mkdirSync(work, { recursive: true });
  makeNext(release, next);
  const ports = await freePorts();
  const dataDir = join(work, 'data');
  const said: string[] = [];

  let up = await start({ release, dataDir, ports });
  try {
    said.push(await fromOrderToProtokoll(up, work));
    for (const [way, to] of [
      ['upgrade', next],
      ['way back', release],
    ] as const) {
      const event = await pick(up);
      await order(up, event, ['--no-watch']);
      await up.stop();
      up = await start({ release: to, dataDir, ports });
      await expectExit(up, 0, 'watch', 'FSP', event.eventNumber);
      said.push(`a case went on over the ${way}`);
    }
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${up.evidence()}`, { cause: error });
  } finally {
    await up.stop();
  }
  said.push(refusedByLaterJournal({ release, dataDir, ports }));
  console.log(said.join('; '));
}

/** The same program under the next version's name: what is tried is the change from folder to folder. */
function makeNext(release: string, next: string): void {
  cpSync(release, next, { recursive: true });
  const file = join(next, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...manifest, version: '999.0.0' }));
}

async function start({ release, dataDir, ports }: Place): Promise<UpProcess> {
  const up = UpProcess.start({
    dataDir,
    ports,
    cli: join(release, 'dist', 'cli.js'),
    settings: { ABSAGE_SYNC_INTERVAL: SYNC_INTERVAL },
  });
  await up.ready().catch(async (error: unknown) => {
    await up.killGroup();
    throw error;
  });
  return up;
}

async function fromOrderToProtokoll(up: UpProcess, work: string): Promise<string> {
  const startedAt = Date.now();
  const event = await pick(up);
  await order(up, event, []);
  const pdf = join(work, 'protokoll.pdf');
  await expectExit(up, 0, 'protocol', 'FSP', event.eventNumber, '--pdf', pdf);
  await expectExit(up, 0, 'verify', pdf);
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
  return `a case from the order to the verified Protokoll in ${seconds} s (waits of ${SYNC_INTERVAL}), without network`;
}

async function pick(up: UpProcess): Promise<Listed> {
  const { events } = JSON.parse(await expectExit(up, 0, 'events', 'FSP', '--json')) as { events: Listed[] };
  for (const event of events) {
    const { code } = await up.command(
      'plan',
      'FSP',
      event.eventNumber,
      '--marker',
      'ENTFÄLLT',
      '--reason',
      'Probe.',
    );
    if (code === 0) return event;
  }
  throw new Error('the sample programme holds nothing that can be cancelled');
}

function order(up: UpProcess, { eventNumber, title, startsAt }: Listed, more: string[]): Promise<string> {
  return expectExit(
    up,
    0,
    'cancel',
    'FSP',
    eventNumber,
    ...['--marker', 'ENTFÄLLT', '--reason', 'Technisches Gebrechen.', '--yes'],
    ...['--expect-title', title, '--expect-start', startsAt, ...more],
  );
}

async function expectExit(up: UpProcess, wanted: number, ...command: string[]): Promise<string> {
  const { code, output } = await up.command(...command);
  if (code !== wanted) throw new Error(`absage ${command.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** As a later build does that changes the form of the journal. */
function refusedByLaterJournal({ release, dataDir }: Place): string {
  const raise = `
    const database = new (require('libsql'))(process.argv[1]);
    database.prepare("delete from installation where name = 'oldest-build'").run();
    database.prepare("insert into installation (name, value) values ('oldest-build', ?)").run(process.argv[2]);
  `;
  const node = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, args, {
      cwd: release,
      encoding: 'utf8',
      timeout: 60_000,
      env: { PATH: process.env.PATH, ...env },
    });
  const raised = node(['-e', raise, join(dataDir, 'journal.sqlite'), LATER_BUILD]);
  if (raised.status !== 0) throw new Error(`the mark cannot be raised:\n${raised.stderr}`);
  const { status, stderr } = node([join('dist', 'cli.js'), 'worker'], {
    ABSAGE_DATA: dataDir,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  });
  if (status !== 2 || !stderr.includes('neuere Version von Absage'))
    throw new Error(`an older build was to refuse the journal, and ended with ${status}:\n${stderr}`);
  return 'a journal of a later build is refused (exit code 2)';
}

void main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
