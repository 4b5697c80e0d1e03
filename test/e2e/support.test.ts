import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import type { CancellationView } from '../../src/cases/view';
import { eventually } from '../support/eventually';
import { freePorts, UpProcess } from '../support/up-process';

/*
 * The settings, the order and the house hold marks. None of them may be in the bundle, and what somebody else needs must be.
 */

const TIMEOUT_MS = 240_000;
const CLI = join(__dirname, '..', '..', 'dist', 'cli.js');
const SECRETS = {
  ABSAGE_OIDC_CLIENT_SECRET: 'Geheim-Kanari-1',
  ABSAGE_SMTP_URL: 'smtp://absage:Geheim-Kanari-2@127.0.0.1:1',
};
const CONTACT = { name: 'Theodora Kanari', phone: '+43 660 998877', email: 'kanari@haus.example' };
const REASON = 'Rückfragen an Geheim-Kanari-1, 0660/7654321 oder reason@haus.example.';
const MARKS = [
  ...['Kanari', '998877', '7654321', 'kanari@', 'reason@haus', 'Geheim-Kanari'],
  // Of the sample houses: mailboxes and telephones.
  ...['@example', '+43 2742', '+43 1 000'],
];

const folder = mkdtempSync(join(tmpdir(), 'absage-support-'));
const dataDir = join(folder, 'data');
const file = join(folder, 'support.zip');
let up: UpProcess;
let files: Record<string, string>;
let view: CancellationView;

const support = () =>
  spawnSync(process.execPath, [CLI, 'support', 'FSP', view.eventNumber, file], {
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      ABSAGE_DATA: dataDir,
      ABSAGE_TEMPORAL_PORT: String(up.options.ports.temporal),
      ...SECRETS,
    },
  });

beforeAll(async () => {
  up = UpProcess.start({
    dataDir,
    ports: await freePorts(),
    settings: { ABSAGE_SYNC_INTERVAL: '20s', ABSAGE_POLL_INTERVAL: '500ms', ABSAGE_LOG_LEVEL: 'debug' },
  });
  await up.ready();
  const { events } = await up.api<{ events: { eventNumber: string; title: string; startsAt: string }[] }>(
    'GET',
    '/events?house=FSP',
  );
  const event = events.find(({ title }) => /alten Dame/.test(title)) ?? events[0];
  if (!event) throw new Error('the sample programme is empty');
  const { eventNumber, title, startsAt } = event;
  view = await up.api<CancellationView>('POST', '/cancellations', {
    house: 'FSP',
    eventNumber,
    marker: 'ENTFÄLLT',
    reason: REASON,
    contact: CONTACT,
    expected: { title, startsAt },
  });
  // In the wait a colleague makes it impossible to go on.
  await eventually(
    () => up.api<CancellationView>('GET', `/cancellations/FSP/${eventNumber}`),
    ({ step }) => step === 'wait-for-title-transfer',
  );
  await up.simulator('POST', '/human-edits', { eventNumber, set: { status: 'Bereitstellung' } });
  await eventually(
    () => up.api<CancellationView>('GET', `/cancellations/FSP/${eventNumber}`),
    ({ attention }) => attention !== null,
    60_000,
  );
  const { status, stderr } = support();
  if (status !== 0) throw new Error(stderr);
  const unzipped = Object.entries(unzipSync(readFileSync(file)));
  files = Object.fromEntries(unzipped.map(([name, content]) => [name, strFromU8(content)]));
}, TIMEOUT_MS);

afterAll(async () => {
  await up?.stop();
  rmSync(folder, { recursive: true, force: true });
}, TIMEOUT_MS);

it('holds none of the marks', () => {
  const found = Object.entries(files).flatMap(([name, content]) =>
    MARKS.filter((mark) => content.includes(mark)).map((mark) => `${name}: ${mark}`),
  );
  expect(found).toEqual([]);
});

it('shows why the case stands where it stands', () => {
  expect(JSON.parse(files['view.json'] ?? '')).toMatchObject({
    caseId: view.caseId,
    attention: { code: 'status-not-cancellable' },
  });
  expect(files['journal.json']).toContain('"sealed"');
  const histories = Object.keys(files).filter((name) => name.startsWith('history-'));
  expect(histories).toHaveLength(1);
  const history = files[histories[0] ?? ''] ?? '';
  expect(history).toContain('ENTFÄLLT');
  expect(history).not.toContain('nicht lesbar');
  expect(JSON.parse(files['attempts.json'] ?? '')).toMatchObject({ status: 'RUNNING' });
  expect(JSON.parse(files['versions.json'] ?? '')).toMatchObject({
    absage: expect.any(String),
    temporal: expect.any(String),
  });
  expect(JSON.parse(files['doctor.json'] ?? '')).toMatchObject({ mode: 'rehearsal' });
  expect(Object.keys(files)).toContain('log-worker.log');
});

it('says what was left out, and is for this user alone', () => {
  // The marks were there to be found.
  for (const word of ['[Geheimnis]', '[Telefonnummer]', '[E-Mail-Adresse]', '[Kontaktdaten]'])
    expect(files['left-out.txt']).toContain(`${word}: `);
  expect(files['left-out.txt']).toContain('Alles konnte gelesen werden.');
  expect(statSync(file).mode & 0o077).toBe(0);
});

it('touches no file that is there', () => {
  const { status, stderr } = support();
  expect([status, stderr]).toEqual([2, expect.stringContaining('gibt es schon')]);
});
