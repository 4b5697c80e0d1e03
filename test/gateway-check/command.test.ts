import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CLAUSE_IDS } from '../../src/gateway-check/clauses';

const ROOT = join(__dirname, '../..');
const CLI = join(ROOT, 'dist', 'cli.js');
const SKELETON = join(ROOT, 'examples/gateway/gateway.mjs');
const TOKEN = 'KanarienvogelTokenDesGateways';

let folder: string;
let gateway: ChildProcess;
let url: string;

beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'absage-gateway-'))));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  const env = { PATH: process.env.PATH, GATEWAY_TOKEN: TOKEN, GATEWAY_PORT: '0' };
  gateway = spawn(process.execPath, [SKELETON], { env });
  const [said] = (await once(gateway.stdout!, 'data')) as [Buffer];
  url = said.toString().trim();
});
afterEach(async () => {
  const ended = once(gateway, 'exit');
  gateway.kill();
  await ended;
});

/** Runs the built command as a developer does, with nothing but the two settings that he has. */
async function check(args: readonly string[], input = '', settings: Record<string, string> = {}) {
  const child = spawn(process.execPath, [CLI, 'gateway', 'check', ...args], {
    env: {
      PATH: process.env.PATH,
      ABSAGE_JET_URL: url,
      ABSAGE_JET_TOKEN: TOKEN,
      ABSAGE_JET_RATE: '10000',
      ...settings,
    },
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  expect(stdout + stderr).not.toContain(TOKEN);
  return { code, stdout, stderr };
}

const WRITE = ['--house', 'FSP', '--write', '--test-event', '1003'];

it('ends with 0 where nothing is broken, and has a line for each clause that was tried', async () => {
  const { code, stdout } = await check(['--house', 'FSP']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok +version-stable +Solange niemand speichert, bleibt version gleich\. \(.+\)$/m);
  expect(stdout).toMatch(/Klauseln gehalten, 0 gebrochen, \d+ nicht geprüft\.\n$/);
});

it('ends with 1 where a clause is broken, and says what was sent, expected and seen, and what would go wrong', async () => {
  const { code, stdout } = await check(['--house', 'FSP'], '', { ABSAGE_JET_URL: `${url}/nirgends` });
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /^GEBROCHEN +health .*\n +gesendet: GET \/health\n +erwartet: 200.*\n +gesehen: +HTTP 404 not-found\n +Folge: +Absage weiß/m,
  );
});

it('says of what could not be tried why not', async () => {
  const { code, stdout } = await check(['--house', 'FSP', '--event', '12345']);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^– +nicht geprüft, 12345 ist nicht lesbar: HTTP 404 event-not-found: .*version-stable/m,
  );
});

it('gives each clause as JSON, and as a report for a build server', async () => {
  const file = join(folder, 'junit.xml');
  const { code, stdout, stderr } = await check([...WRITE, '--yes', '--json', '--junit', file]);
  expect(code).toBe(0);
  const report = JSON.parse(stdout) as { ok: boolean; checks: object[]; leftBehind: string[] };
  expect(report).toMatchObject({ ok: true, leftBehind: [expect.stringContaining('Stornoberechtigung')] });
  expect(report.checks.map((each) => (each as { id: string }).id)).toEqual(CLAUSE_IDS);
  expect(report.checks).toContainEqual({
    id: 'put-back',
    clause: 'Die Texte von vorher lassen sich wieder schreiben.',
    state: 'ok',
    sent: null,
    expected: 'beide Titel und der Memotext wie vor der Prüfung',
    seen: 'die Texte von vorher stehen wieder dort',
    risk: expect.any(String),
  });
  expect(stderr).toContain('Titel: TEST Gateway');
  const xml = readFileSync(file, 'utf8');
  expect(xml).toContain(`<testsuite name="jet-gateway" tests="${CLAUSE_IDS.length}" failures="0"`);
  expect(xml.match(/<testcase /g)).toHaveLength(CLAUSE_IDS.length);
});

it('asks before it writes, and takes anything but ja for no', async () => {
  for (const input of ['', 'nein\n', 'j\n']) {
    const { code, stderr } = await check(WRITE, input);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/Weiter\? \(ja\/nein\) Nichts geschrieben\.\n$/),
    ]);
  }
  expect((await check(WRITE, 'ja\n')).code).toBe(0);
});

it('asks for number and title before a Storno, which --yes does not answer', async () => {
  const wish = [...WRITE, '--yes', '--storno', '--json'];
  const stateOf = (stdout: string) => {
    const { checks } = JSON.parse(stdout) as { checks: { id: string; state: string }[] };
    return checks.find(({ id }) => id === 'storno-sets')?.state;
  };
  for (const input of ['', '1004\nTEST Gateway\n', '1003\nTEST\n', 'ja\nja\n'])
    expect(stateOf((await check(wish, input)).stdout)).toBe('not-tried');
  expect(stateOf((await check(wish, '1003\nTEST Gateway\n')).stdout)).toBe('ok');
});

it.each([
  [[], 'Es fehlt die Option'],
  [['--house', 'NIX'], 'Das Haus NIX steht nicht in der Häuserdatei'],
  [['--house', 'FSP', '--write'], 'Zu --write gehört --test-event NUMMER.'],
  [['--house', 'FSP', '--test-event', '1003'], '--test-event gilt nur mit --write'],
  [['--house', 'FSP', '--storno'], '--storno gilt nur mit --write'],
  [['--house', 'FSP', '--yes'], '--yes gilt nur mit --write'],
  [['--house', 'FSP', '--event', 'acht'], 'acht ist keine Nummer einer Veranstaltung.'],
  [['--house', 'FSP', '--write', '--yes', '--test-event', '1001'], 'der Titel von 1001 ist nicht TEST'],
])('ends with 2 for %j', async (args, sentence) => {
  const { code, stdout, stderr } = await check(args);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(sentence);
});

it('ends with 2 where nobody answers, also as JSON', async () => {
  const nowhere = { ABSAGE_JET_URL: 'http://127.0.0.1:9/jet/v1' };
  const { code, stderr } = await check(['--house', 'FSP', '--json'], '', nowhere);
  expect(code).toBe(2);
  expect(JSON.parse(stderr)).toEqual({ error: { message: expect.stringContaining('antwortet nicht') } });
});
