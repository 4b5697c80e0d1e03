import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawnSync } from 'node:child_process';
import { Client, Connection, type ScheduleHandle } from '@temporalio/client';
import Database from 'libsql';
import type { CancellationView } from '../../src/cases/view';
import type { ErasureResult } from '../../src/activities/erase-contacts';
import type { InstallationLine } from '../../src/domain/installation';
import { openJournal } from '../../src/journal/open';
import { ERASER_SCHEDULE } from '../../src/workflows/messages';
import { freePorts, UpProcess, type UpPorts } from '../support/up-process';
import { eventually } from '../support/eventually';

/*
 * Everything that `absage up` writes is searched for the contact of a case: before its erasure, so that the search is known to
 * find it, and afterwards.
 */

const ABOUT_A_MINUTE_MS = 75_000;
const TIMEOUT_MS = 180_000;
const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');
const CONTACT = { name: 'Theodora Kanari', phone: '+43 660 998877', email: 'kanari@haus.example' };

const folder = mkdtempSync(join(tmpdir(), 'absage-contact-'));
const dataDir = join(folder, 'data');
let up: UpProcess;

let ports: UpPorts;

async function startUp(syncInterval: string): Promise<void> {
  up = UpProcess.start({
    dataDir,
    ports,
    settings: {
      ABSAGE_SYNC_INTERVAL: syncInterval,
      ABSAGE_POLL_INTERVAL: '200ms',
      ABSAGE_LOG_LEVEL: 'debug',
    },
  });
  await up.ready();
}

beforeAll(async () => {
  ports = await freePorts();
  await startUp('1s');
}, TIMEOUT_MS);
afterAll(async () => {
  await up?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

/** A command of the administrator, with the settings of the service. */
const administer = (changes: Record<string, string>, ...given: string[]) =>
  spawnSync(process.execPath, [CLI, ...given], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      ABSAGE_DATA: dataDir,
      ABSAGE_TEMPORAL_PORT: String(up.options.ports.temporal),
      ...changes,
    },
  });

const erase = ({ caseId }: Pick<CancellationView, 'caseId'>, reason = 'Löschung verlangt am 3. Mai') =>
  administer({}, 'contact', 'erase', caseId, '--reason', reason);

async function carryOut(
  house: string,
  eventNumber: string,
  contact: object = CONTACT,
): Promise<CancellationView> {
  await order(house, eventNumber, contact);
  return untilState(house, eventNumber, 'completed');
}

async function order(house: string, eventNumber: string, contact: object = CONTACT): Promise<void> {
  const { title, startsAt } = await up.api<{ title: string; startsAt: string }>(
    'GET',
    `/events/${house}/${eventNumber}`,
  );
  const expected = { title, startsAt };
  const wanted = { house, eventNumber, marker: 'ENTFÄLLT', reason: 'Bühne gesperrt.', contact, expected };
  // A plan is asked for with the same contact.
  await up.api('POST', '/plans', wanted);
  await up.api('POST', '/cancellations', wanted);
}

function untilState(house: string, eventNumber: string, wanted: string): Promise<CancellationView> {
  return eventually(
    () => up.api<CancellationView>('GET', `/cancellations/${house}/${eventNumber}`),
    ({ state }) => state === wanted,
  );
}

/** Does something to the schedule that erases. */
async function withEraser(work: (eraser: ScheduleHandle, temporal: Client) => Promise<void>): Promise<void> {
  const connection = await Connection.connect({ address: up.temporalAddress });
  try {
    const temporal = new Client({ connection });
    await work(temporal.schedule.getHandle(ERASER_SCHEDULE.scheduleId), temporal);
  } finally {
    await connection.close();
  }
}

/** Each part of a contact, as it is and as base64 holds it, wherever its bytes begin there. */
function formsOf(contact: Record<string, string>): Buffer[] {
  return Object.values(contact).flatMap((text) => [
    Buffer.from(text),
    // As mails write it.
    Buffer.from(text.replaceAll(' ', '=20')),
    ...[0, 1, 2].map((shift) => {
      const base64 = Buffer.from(' '.repeat(shift) + text).toString('base64');
      // The first and last characters hold parts of what stands beside it.
      return Buffer.from(base64.slice(shift === 0 ? 0 : 4, -4));
    }),
  ]);
}

/** The files of the data folder that hold a part of the contact. */
function filesWith(contact: Record<string, string>): string[] {
  const forms = formsOf(contact);
  return filesIn(dataDir).filter((path) => {
    const content = readFileSync(path);
    return forms.some((form) => content.includes(form));
  });
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => filesIn(join(path, name)));
}

/** What the server itself does after each 4 MB that it has written: until then pages of before lie beside those of now. */
function checkpoint(path: string): void {
  const database = new Database(path);
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
}

async function installationLines(): Promise<InstallationLine[]> {
  const journal = await openJournal(pathToFileURL(join(dataDir, 'journal.sqlite')).href);
  return journal.installationLines().finally(() => journal.close());
}

const named = (paths: readonly string[]) =>
  [...new Set(paths.map((path) => relative(dataDir, path).replace(/\/.*|-wal$/, '')))].sort();

/** Everything that the API says of a case. */
async function answersAbout({ caseId, house, eventNumber }: CancellationView): Promise<string> {
  const paths = [`/cancellations/${house}/${eventNumber}`, `/cases/${caseId}`].flatMap((path) =>
    ['', '/journal', '/protocol'].map((part) => `${path}${part}`),
  );
  const answers = await Promise.all([
    ...paths.map((path) => up.api('GET', path)),
    up.api('GET', '/cancellations'),
    page(`/absagen/${house}/${eventNumber}`),
    page(`/absagen/${house}/${eventNumber}/protokoll`),
    up.mails(),
  ]);
  return JSON.stringify(answers);
}

async function page(path: string): Promise<string> {
  return (await fetch(`http://127.0.0.1:${up.options.ports.api}${path}`)).text();
}

const foundIn = (text: string, contact: Record<string, string>) =>
  Object.values(contact).filter((part) => text.includes(part));

it(
  'is nowhere once it is erased, and was where it had to be before; another case keeps its own',
  async () => {
    const other = { name: 'Balduin Zeisig', phone: '+43 660 112233', email: 'zeisig@haus.example' };
    const view = await carryOut('FSP', '104233');
    await carryOut('LTN', '205101', other);
    expect(named(filesWith(CONTACT))).toEqual(['mails', 'temporal.sqlite']);
    expect(foundIn(await answersAbout(view), CONTACT)).toEqual(Object.values(CONTACT));

    const { stdout, stderr, status } = erase(view);
    expect([stderr, status]).toEqual(['', 0]);
    expect(stdout).toContain('gelöscht');
    expect(stdout).toContain('1 Verläufe in Temporal, 1 abgefangene E-Mails');
    expect(foundIn(await answersAbout(view), CONTACT)).toEqual([]);
    expect(erase(view).stdout).toContain('schon gelöscht');

    // Temporal deletes a run some time after it was told to.
    const address = { house: view.house, eventNumber: view.eventNumber };
    await eventually(
      () => up.api<CancellationView>('GET', `/cancellations/${address.house}/${address.eventNumber}`),
      ({ runId }) => runId === null,
    );
    expect(foundIn(await answersAbout(view), CONTACT)).toEqual([]);
    expect(await page(`/absagen/${view.house}/${view.eventNumber}`)).toContain('gelöscht am');
    await up.stop();
    const { username } = userInfo();
    expect((await installationLines()).at(-1)).toMatchObject({
      actor: `absage contact erase (${username})`,
      actorId: `os:${username}`,
      after: { caseId: view.caseId, reason: 'Löschung verlangt am 3. Mai' },
    });
    checkpoint(join(dataDir, 'temporal.sqlite'));
    expect(named(filesWith(other))).toEqual(['mails', 'temporal.sqlite']);
    expect(named(filesWith(CONTACT))).toEqual([]);
    await startUp('10m');
  },
  TIMEOUT_MS,
);

it(
  'of an open case is erased at its end, by the schedule, which says what it did',
  async () => {
    await order('FSP', '104234');
    const open = await untilState('FSP', '104234', 'waiting');
    expect(erase(open)).toMatchObject({ status: 0, stdout: expect.stringContaining('vorgemerkt') });
    await up.api('POST', '/cancellations/FSP/104234/abort', { reason: 'Irrtum' });
    const ended = await untilState('FSP', '104234', 'aborted');

    // Nobody starts the schedule here: it used to be a day until it came.
    await eventually(
      () => up.api<CancellationView>('GET', '/cancellations/FSP/104234'),
      ({ contactErasedAt }) => contactErasedAt !== null,
      ABOUT_A_MINUTE_MS,
    );
    await withEraser(async (eraser, temporal) => {
      const { info } = await eraser.describe();
      const [action] = info.recentActions.slice(-1);
      const { workflowId, firstExecutionRunId } = action!.action.workflow;
      const run = temporal.workflow.getHandle(workflowId, firstExecutionRunId);
      const result = (await run.result()) as ErasureResult;
      expect(result).toEqual({ erased: [open.caseId], failed: [], left: 0 });
    });
    expect(foundIn(await answersAbout(ended), CONTACT)).toEqual([]);
    expect(readFileSync(join(dataDir, 'logs', 'worker.log'), 'utf8')).toContain(
      'the contacts that were due were erased',
    );
  },
  TIMEOUT_MS,
);

it(
  'erases nothing while Temporal does not answer, says so, and has it noted',
  async () => {
    await order('FSP', '104245');
    const path = '/cancellations/FSP/104245';
    const ended = await untilState('FSP', '104245', 'refused');
    // A worker that looks for what is noted would have it erased before anybody has seen that it is there.
    await withEraser((eraser) => eraser.pause());
    const unreached = administer(
      { ABSAGE_TEMPORAL_PORT: '1' },
      'contact',
      'erase',
      ended.caseId,
      '--reason',
      'x',
    );
    expect(unreached).toMatchObject({ status: 2, stderr: expect.stringContaining('noch nicht gelöscht') });
    const { order: kept } = await up.api<CancellationView>('GET', path);
    expect(kept.contact).toEqual(CONTACT);
    await withEraser((eraser) => eraser.unpause());
    await eventually(
      () => up.api<CancellationView>('GET', path),
      ({ contactErasedAt }) => contactErasedAt !== null,
      ABOUT_A_MINUTE_MS,
    );
    expect(erase(ended)).toMatchObject({ status: 0, stderr: '' });
  },
  TIMEOUT_MS,
);

it('says what it cannot do', () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  expect(erase({ caseId: unknown })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('kennt dieses Logbuch nicht'),
  });
  expect(erase({ caseId: unknown }, '  ')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Der Grund darf nicht leer sein'),
  });
  expect(administer({}, 'contact', 'erase', unknown).status).toBe(2);
});
