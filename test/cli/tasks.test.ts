import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiStage } from '../support/api-stage';
import { absage } from './run-cli';

let stage: ApiStage;
let env: { ABSAGE_URL: string; ABSAGE_ACTOR: string };

beforeAll(async () => {
  stage = await ApiStage.open();
  env = { ABSAGE_URL: await stage.listen(), ABSAGE_ACTOR: 'Käthe' };
});
afterAll(() => stage.close());

const run = (...args: string[]) => absage(args, { env });

async function waiting(): Promise<string> {
  const order = await stage.prepare();
  await stage.startWaiting(order);
  return order.eventNumber;
}

it('lists what the house has to do, with the ids by which it is ticked', async () => {
  const { code, stdout } = await run('tasks', 'FSP', await waiting());
  expect(code).toBe(0);
  expect(stdout).toContain('☐ Website, Spielplan und Aushang berichtigen. [website]\n');
});

it('ticks an entry with a note, takes it back, and says who it was', async () => {
  const number = await waiting();
  const done = ['--done', 'service-mail-confirmed', '--note', 'um 18.40 an 412 Personen'];
  const ticked = await run('tasks', 'FSP', number, ...done);
  expect(ticked.stdout).toMatch(
    /☑ Bei Ö-Ticket .* \[service-mail-confirmed\]\n {4}.*, Käthe: um 18\.40 an 412/,
  );
  const { stdout } = await run('tasks', 'FSP', number, '--undone', 'service-mail-confirmed');
  expect(stdout).toContain('☐ Bei Ö-Ticket');
});

it.each([
  ['two answers', ['--done', 'website', '--undone', 'website'], 2, 'schließen einander aus'],
  ['a note for nothing', ['--note', 'x'], 2, '--note gehört zu --done'],
  ['an entry that is not there', ['--done', 'coffee'], 1, 'Diese Aufgabe hat die Absage nicht.'],
])('refuses %s', async (_what, args, code, text) => {
  const answer = await run('tasks', 'FSP', await waiting(), ...args);
  expect([answer.code, answer.stdout]).toEqual([code, '']);
  expect(answer.stderr).toContain(text);
});

it('shows what is open in all cases', async () => {
  const number = await waiting();
  const { code, stdout } = await run('open-tasks', '--house', 'FSP');
  expect(code).toBe(0);
  expect(stdout).toContain(`FSP ${number} · `);
});

it('finds performances by words', async () => {
  const { eventNumber } = await stage.event({ title: 'Das Käthchen im Kerzenlicht' });
  const { code, stdout } = await run('events', 'FSP', 'kerzen kaethchen');
  expect(code).toBe(0);
  expect(stdout).toContain(`FSP ${eventNumber} · Das Käthchen im Kerzenlicht\n`);
  expect((await run('events', 'FSP', 'gibtesnicht')).stdout).toBe('Keine Vorstellung gefunden.\n');
});

it('gives the Protokoll as JSON, and as a PDF in a file', async () => {
  const number = await waiting();
  const json = JSON.parse((await run('protocol', 'FSP', number)).stdout) as { eventNumber: string };
  expect(json.eventNumber).toBe(number);
  const folder = mkdtempSync(join(tmpdir(), 'absage-protocol-'));
  const file = join(folder, 'p.pdf');
  const { code, stderr } = await run('protocol', 'FSP', number, '--pdf', file);
  expect([code, stderr]).toEqual([0, `Geschrieben: ${file}\n`]);
  expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  rmSync(folder, { recursive: true });
});

it('answers programs with JSON where it fails, and tells nobody there from no case', async () => {
  const missing = await run('status', 'FSP', '1', '--json');
  expect(missing.code).toBe(1);
  expect(JSON.parse(missing.stderr)).toMatchObject({
    error: { status: 404, code: 'cancellation-not-found', message: 'Diese Absage gibt es nicht.' },
  });
  const away = await absage(['status', 'FSP', '1', '--json', '--url', 'http://127.0.0.1:9']);
  expect(away.code).toBe(4);
  expect(JSON.parse(away.stderr)).toMatchObject({
    error: { message: expect.stringContaining('nicht erreichbar') as string },
  });
});
