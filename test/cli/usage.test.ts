import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawGateway } from '../support/raw-gateway';
import { absage } from './run-cli';

const CANCEL = ['cancel', 'FSP', '104233', '--reason', 'Sturm'];
const ORDER = [...CANCEL, '--marker', 'ENTFÄLLT'];

describe('a slip on the command line', () => {
  it.each<[string, string[], string]>([
    ['no command', [], 'Aufruf: absage [Optionen] [Befehl]'],
    ['an unknown command', ['lst'], "Unbekannter Befehl: 'lst'\n(Ist list gemeint?)\n"],
    ['no house', ['status'], "Es fehlt die Angabe 'haus'\n"],
    ['no number', ['status', 'FSP'], "Es fehlt die Angabe 'nummer'\n"],
    ['one thing too many', ['status', 'FSP', '104233', 'x'], 'Zu viele Angaben\n'],
    ['no marker', CANCEL, "Es fehlt die Option '--marker <zusatz>'\n"],
    ['no reason', ['abort', 'FSP', '104233'], "Es fehlt die Option '--reason <text>'\n"],
    ['an unknown option', [...ORDER, '--jason'], "Unbekannte Option: '--jason'\n(Ist --json gemeint?)\n"],
    ['an option without its value', ['list', '--state'], "Zur Option '--state <stand>' fehlt die Angabe\n"],
    [
      'the marker of another procedure',
      [...CANCEL, '--marker', 'VERSCHOBEN'],
      "Die Option '--marker <zusatz>' kann nicht 'VERSCHOBEN' sein. Eine Verschiebung oder Verlegung ist ein anderes Verfahren",
    ],
    ['--yes alone', [...ORDER, '--yes'], '--yes braucht --expect-title und --expect-start'],
    [
      '--yes without a start',
      [...ORDER, '--yes', '--expect-title', 'Faust'],
      '--yes braucht --expect-title und --expect-start',
    ],
    [
      'a name with a line break',
      ['list', '--actor', 'Anna\nBerta'],
      "Die Option '--actor <name>' kann nicht 'Anna\nBerta' sein. Ein Name hat keine Steuerzeichen.\n",
    ],
  ])('%s: one German sentence, exit code 2', async (_name, args, sentence) => {
    const { code, stdout, stderr } = await absage(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.slice(0, sentence.length)).toBe(sentence);
  });

  it('explains a command in German', async () => {
    const { code, stdout } = await absage(['cancel', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Aufruf: absage cancel [Optionen] <haus> <nummer>');
    expect(stdout).toContain('bitte keine');
    expect(stdout).not.toMatch(/options|default|usage|command\b/i);
  });
});

describe('an API that is not as it should be', () => {
  let server: RawGateway;
  beforeAll(async () => {
    server = await RawGateway.start();
  });
  afterAll(() => server.stop());
  const url = () => new URL(server.url).origin;
  const status = () => absage(['status', 'FSP', '104233', '--url', `${url()}/`]);

  it('is away: one sentence, exit code 4', async () => {
    const away = 'http://127.0.0.1:1';
    expect(await absage(['list'], { env: { ABSAGE_URL: away } })).toEqual({
      code: 4,
      stdout: '',
      stderr: `Absage ist unter ${away} nicht erreichbar. Läuft es (absage server, zur Probe npm start), und stimmt die Adresse (ABSAGE_URL)?\n`,
    });
  });

  it.each([
    ['a page in HTML', '<html>Guten Tag</html>'],
    ['nothing', ''],
    ['a text', '"guten Tag"'],
  ])('answers %s: one sentence, exit code 4', async (_name, body) => {
    server.answerWith(200, body);
    expect(await status()).toEqual({
      code: 4,
      stdout: '',
      stderr: `Unter ${url()} antwortet etwas, das nicht Absage ist.\n`,
    });
  });

  it('has no problem of its own to tell', async () => {
    server.answerWith(502, {});
    expect(await status()).toMatchObject({
      code: 1,
      stderr: 'Hier antwortet etwas anderes als Absage (HTTP 502). Bitte --url prüfen.\n',
    });
  });

  it('is away for a while: a watch waits for it, and says so once', async () => {
    const view = { house: 'FSP', eventNumber: '104233', state: 'aborted', steps: [], allowedActions: [] };
    const answers = [503, 500, 200];
    server.answer = (response) => {
      response.writeHead(answers.shift() ?? 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(view));
    };
    const { code, stdout, stderr } = await absage(['watch', 'FSP', '104233', '--url', url()]);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toBe(
      'Absage antwortet gerade nicht. Die Absage läuft weiter, es wird weiter nachgesehen …\nAbsage abgebrochen.\n',
    );
  });

  it('knows that something keeps failing: a watch says it when it begins, and not with each try', async () => {
    const view = { house: 'FSP', eventNumber: '104233', state: 'running', steps: [], allowedActions: [] };
    const tries = (code: string, attempt: number) => ({
      ...view,
      attention: null,
      warnings: [],
      tries: { code, text: `${code}, ${attempt}. Versuch.` },
    });
    const answers: object[] = [
      tries('jet-unavailable', 3),
      tries('jet-unavailable', 4),
      tries('journal-unavailable', 3),
      tries('channel-not-showing-storno', 3),
      { ...view, state: 'aborted' },
    ];
    server.answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answers.shift()));
    };
    const { stdout } = await absage(['watch', 'FSP', '104233', '--url', url()]);
    expect(stdout).toBe(
      '! jet-unavailable, 3. Versuch.\n! journal-unavailable, 3. Versuch.\nAbsage abgebrochen.\n',
    );
  });

  it('has more pages than one: a list has them all', async () => {
    const row = {
      house: 'FSP',
      state: 'completed',
      startsAt: '2040-01-05T19:30:00.000+01:00',
      title: 'Faust',
    };
    server.answer = (response, { url: asked = '' }) => {
      const isLast = asked.includes('cursor=next');
      response.writeHead(200, { 'content-type': 'application/json' });
      const cancellations = [{ ...row, eventNumber: isLast ? '2' : '1' }];
      response.end(JSON.stringify({ cancellations, nextCursor: isLast ? null : 'next' }));
    };
    const { stdout } = await absage(['list', '--house', 'FSP', '--url', url()]);
    expect(stdout).toBe(
      'FSP 1             abgeschlossen           Do., 5. Jänner 2040, 19.30 Uhr  Faust\nFSP 2             abgeschlossen           Do., 5. Jänner 2040, 19.30 Uhr  Faust\n',
    );
    expect(server.requests.at(-1)?.url).toBe('/v1/cancellations?house=FSP&cursor=next');
  });

  it('has more to print than the reader takes', async () => {
    const cancellations = Array.from({ length: 5_000 }, (_, index) => ({
      house: 'FSP',
      eventNumber: String(index + 1),
      state: 'completed',
    }));
    server.answerWith(200, { cancellations, nextCursor: null });
    const outcome = await absage(['list', '--json', '--url', url()], { isImpatient: true });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it('is asked for exactly what was typed', async () => {
    server.answerWith(404, { title: 'Diese Adresse gibt es nicht.', code: 'not-found' });
    await absage(['status', 'FSP/..', '1?x#y', '--url', url(), '--actor', 'Käthe Ő']);
    const { url: asked, headers } = server.requests.at(-1)!;
    expect(asked).toBe('/v1/cancellations/FSP%2F../1%3Fx%23y');
    expect(Buffer.from(String(headers['x-absage-actor']), 'latin1').toString()).toBe('Käthe Ő');
  });
});

it.each<[string, BufferEncoding, string]>([
  [
    'Windows-1252',
    'latin1',
    'ist nicht in UTF-8 gespeichert: bitte im Editor mit der Kodierung UTF-8 speichern.',
  ],
  ['a text that is no JSON', 'utf8', 'kann nicht als JSON gelesen werden.'],
])('refuses %s in place of what was seen in the mask, and orders nothing', async (_name, encoding, fault) => {
  const folder = mkdtempSync(join(tmpdir(), 'absage-seen-'));
  const file = join(folder, 'seen.json');
  writeFileSync(file, 'Bühne', encoding);
  const api = await RawGateway.start();
  api.answerWith(200, { houses: [{ key: 'FSP', name: 'Haus', backend: 'guided' }] });
  const { code, stderr } = await absage([...ORDER, '--seen', file, '--url', new URL(api.url).origin]);
  expect(code).toBe(1);
  expect(stderr).toContain(`${file} ${fault}`);
  expect(api.requests.map(({ method }) => method)).toEqual(['GET']);
  await api.stop();
  rmSync(folder, { recursive: true });
});
