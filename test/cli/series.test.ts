import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SeriesView } from '../../src/cases/series-view';
import { verifyProtocol } from '../../src/protocol/verify';
import { loadHouses } from '../../src/settings/houses';
import { ApiStage, seriesTiming } from '../support/api-stage';
import { absage } from './run-cli';

let stage: ApiStage;
let folder: string;
let env: { ABSAGE_URL: string; ABSAGE_ACTOR: string };
const WORDS = ['--title', 'Sturm', '--marker', 'ENTFÄLLT', '--reason', 'Sturm am Wochenende.'];

const houses = new Map(loadHouses(null));

beforeAll(async () => {
  // One mail for all of a house, however long the last of them takes.
  seriesTiming.noticeAfterMs = 10 * 60_000;
  stage = await ApiStage.open({ houses });
  folder = mkdtempSync(join(tmpdir(), 'absage-series-'));
  env = { ABSAGE_URL: await stage.listen(), ABSAGE_ACTOR: 'Käthe' };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await stage.close();
});

const run = (args: string[], input = '') => absage(['series', ...args], { env, input });

function fileWith(text: string): string {
  const file = join(folder, 'vorstellungen.csv');
  writeFileSync(file, text);
  return file;
}

it('orders what a table names, once it was shown and agreed to, and tells of each performance and of the mail', async () => {
  const [one, other] = [await stage.event(), await stage.event({ title: 'Was, ihr wollt' })];
  const named = `FSP;${other.eventNumber};"Was, ihr wollt";${other.startsAt}`;
  const file = fileWith(`house;eventNumber;title;startsAt\r\nFSP;${one.eventNumber};;\r\n${named}\r\n`);
  const refused = await run(['order', '--file', file, ...WORDS], 'nein\n');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('Es wurde nichts begonnen.')]);
  expect(refused.stderr).toContain('Alle 2 können abgesagt werden.');
  const { code, stdout } = await run(['order', '--file', file, ...WORDS], 'ja\n');
  expect([code, stdout]).toEqual([0, expect.stringContaining('zu Ende: 2 von 2 fertig')]);
  expect(stdout).toContain(`FSP ${other.eventNumber} · Was, ihr wollt – fertig`);
  expect(stdout).toMatch(/E-Mail FSP\/1 an Ö-Ticket \(VA-Nr\. \d+, \d+\): angenommen/);
  const listed = await run(['list']);
  expect(listed.stdout).toContain('Sturm – zu Ende\n  2 von 2 fertig\n  von Käthe');
});

it('begins nothing where one cannot be cancelled, and says which and why', async () => {
  const [one, other] = [await stage.event(), await stage.event({ status: 'Abschluss' })];
  const file = fileWith(`house,eventNumber\nFSP,${one.eventNumber}\nFSP,${other.eventNumber}\n`);
  const { code, stderr } = await run(['order', '--yes', '--file', file, ...WORDS]);
  expect(code).toBe(1);
  expect(stderr).toContain(`✕ FSP ${other.eventNumber}`);
  expect(stderr).toContain('Status ist Abschluss');
  expect(stderr).toContain('1 von 2 können so nicht abgesagt werden.');
});

it('pauses, continues and aborts with a reason, and answers programs with the series', async () => {
  const file = fileWith(`house,eventNumber\nFSP,${(await stage.event()).eventNumber}\n`);
  const { stdout } = await stage.withTiming({ syncIntervalMs: 600_000 }, () =>
    run(['order', '--yes', '--no-watch', '--json', '--file', file, ...WORDS]),
  );
  const { id } = JSON.parse(stdout) as SeriesView;
  const because = ['--reason', 'Probe', '--json'];
  const viewOf = async (...args: string[]) => JSON.parse((await run(args)).stdout) as SeriesView;
  expect(await viewOf('pause', id, ...because)).toMatchObject({ id, state: 'paused' });
  expect((await run(['pause', id, '--reason', 'Probe'])).stderr).toContain('ist schon angehalten');
  expect((await viewOf('continue', id, ...because)).state).not.toBe('paused');
  expect(await viewOf('abort', id, ...because)).toMatchObject({ id });
  const watched = await run(['watch', id]);
  expect([watched.code, watched.stdout]).toEqual([1, expect.stringContaining('abgebrochen')]);
});

it('says what is asked for, is not approved by whoever ordered it, and by another one once for all', async () => {
  const FSP = houses.get('FSP')!;
  houses.set('FSP', { ...FSP, approval: { needed: 'series', expiresMs: 3_600_000, to: [] } });
  try {
    const [one, other] = [await stage.event(), await stage.event()];
    const file = fileWith(`house,eventNumber\nFSP,${one.eventNumber}\nFSP,${other.eventNumber}\n`);
    const ordered = await run(['order', '--yes', '--no-watch', '--json', '--file', file, ...WORDS]);
    const { id } = JSON.parse(ordered.stdout) as SeriesView;
    const watched = await run(['watch', id]);
    expect([watched.code, watched.stdout]).toEqual([3, expect.stringContaining('wartet auf Freigabe')]);
    expect(watched.stdout).toMatch(/Freigabe FSP \(VA-Nr\. \d+, \d+\): wartet bis .* auf eine zweite Person/);
    const words = ['approve', id, '--house', 'FSP', '--reason', 'Gesehen.'];
    const own = await run(words);
    expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('gibt sie nicht selbst frei')]);
    const lead = await run([...words, '--actor', 'Lea']);
    expect(lead.stderr).toMatch(new RegExp(`${one.eventNumber} · .* → .*ENTFÄLLT`));
    expect(lead.stdout).toContain('Freigegeben von Lea um');
    expect((await run(['watch', id])).stdout).toContain('zu Ende: 2 von 2 fertig');
    expect((await run([...words, '--actor', 'Lea'])).stderr).toContain('In FSP wartet im Moment nichts');
  } finally {
    houses.set('FSP', FSP);
  }
});

it('shows the to-do list of the series, ticks it in all performances or in some, and writes its Protokoll', async () => {
  const [one, other] = [await stage.event(), await stage.event()];
  const file = fileWith(`house,eventNumber\nFSP,${one.eventNumber}\nFSP,${other.eventNumber}\n`);
  const ordered = await run(['order', '--yes', '--json', '--file', file, ...WORDS]);
  const { id } = JSON.parse(ordered.stdout) as SeriesView;
  const listed = await run(['tasks', id]);
  expect(listed.code).toBe(0);
  expect(listed.stdout).toMatch(/^☐ FSP: .* \[website\]$/m);
  const some = await run(['tasks', id, '--done', 'website', '--only', one.eventNumber]);
  expect(some.stdout).toMatch(
    new RegExp(`☐ FSP: .* \\[website\\]\n    noch offen bei VA-Nr\\. ${other.eventNumber}\n`),
  );
  const all = await run(['tasks', id, '--done', 'website', '--note', 'Startseite auch.']);
  expect(all.stdout).toMatch(/☑ FSP: .* \[website\]\n {4}.*Käthe: Startseite auch\./);
  expect((await run(['tasks', id, '--undone', 'website'])).stdout).toMatch(/☐ FSP: .* \[website\]/);
  const wrong = await run(['tasks', id, '--note', 'Zu nichts.']);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--note gehört zu --done')]);

  const json = await run(['protocol', id]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    ...{ schema: 'absage/series-protocol/1', seriesId: id },
    items: [{ state: 'completed' }, { state: 'completed' }],
  });
  const pdf = join(folder, 'serie.pdf');
  expect((await run(['protocol', id, '--pdf', pdf])).stderr).toContain(`Geschrieben: ${pdf}`);
  expect(await verifyProtocol(readFileSync(pdf))).toMatchObject({ proof: 'whole' });
});

it.each([
  ['a table without its first line', 'FSP,104233\n', 'die erste Zeile nennt die Spalten'],
  ['an object without performances', '{"a": 1}', 'enthält keine Vorstellungen'],
])('refuses %s', async (_what, text, why) => {
  const { code, stderr } = await run(['plan', '--file', fileWith(text), ...WORDS]);
  expect([code, stderr]).toEqual([1, expect.stringContaining(why)]);
});
