import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openJournal } from '../../src/journal/open';
import { loadConfig } from '../../src/settings/environment';
import { switchWritesAtStart } from '../../src/start/writes-at-start';
import { closedFolder } from '../support/production';

/* The switch that stops every write, before anything has started: what is restored may know less than Jet and Ö-Ticket do. */

const CLI = join(__dirname, '../../dist/cli.js');
const folder = closedFolder();
const settings = { ABSAGE_DATA: folder.path };
const { databaseUrl } = loadConfig(settings);

afterAll(() => folder.remove());

/** With the settings of the service, as its administrator types it. */
async function absage(...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, USER: 'admin', ...settings };
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
  return stdout;
}

async function standing(url = databaseUrl) {
  const journal = await openJournal(url);
  const writes = await journal.writesState();
  await journal.close();
  return writes;
}

it('is off in each backup that the journal makes, and stays on in the journal itself', async () => {
  await absage('writes', 'on', '--offline', '--reason', 'Beginn');
  expect((await standing()).on).toBe(true);
  const backup = join(folder.path, 'backup.sqlite');
  await absage('journal', 'backup', backup);
  expect(await standing(new URL(`file://${backup}`).href)).toMatchObject({ on: false });
  expect((await standing()).on).toBe(true);
});

it('is switched in the journal itself, without a server, by name and with a reason', async () => {
  expect(await absage('writes', 'off', '--offline', '--reason', 'Wiederherstellung')).toContain(
    'abgeschaltet',
  );
  expect(await standing()).toMatchObject({ on: false, by: expect.any(String), reason: 'Wiederherstellung' });
  expect(await absage('writes', 'on', '--offline', '--reason', 'Alles angesehen')).toContain('eingeschaltet');
  expect(await standing()).toMatchObject({ on: true, reason: 'Alles angesehen' });
});

it('is off from a start with ABSAGE_WRITES=off, before anything begins, and the log says so', async () => {
  const warned: unknown[] = [];
  const logger = { warn: (...given: unknown[]) => void warned.push(given) };
  const fresh = { ABSAGE_DATA: join(folder.path, 'fresh') };
  mkdirSync(fresh.ABSAGE_DATA);
  const journal = await openJournal(loadConfig(fresh).databaseUrl);
  await switchWritesAtStart(loadConfig(fresh), journal, logger as never);
  expect((await journal.writesState()).on).toBe(true);
  await switchWritesAtStart(loadConfig({ ...fresh, ABSAGE_WRITES: 'off' }), journal, logger as never);
  expect(await journal.writesState()).toMatchObject({
    on: false,
    reason: expect.stringContaining('ABSAGE_WRITES'),
  });
  expect(warned).toHaveLength(1);
  await journal.close();
});
