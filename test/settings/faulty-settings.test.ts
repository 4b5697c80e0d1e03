import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { isFor, type PartName } from '../../src/settings/parts';
import { keysFileIn, sealKeysIn, signingKeyIn } from '../support/production';

const ROOT = join(__dirname, '..', '..');
const ROLES = ['worker', 'server', 'up', 'simulator'];

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'absage-faulty-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts a role on a machine with faulty settings. It must end by itself and say why. */
async function start(role: string, settings: Record<string, string>) {
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'cli.js'), role], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ABSAGE_DATA: join(folder, 'data'), ...settings },
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  clearTimeout(patience);
  return { code, stdout, stderr };
}

/** Expects exactly one message, without secrets, and that the role began nothing. */
async function expectRefusal(role: string, settings: Record<string, string>, faults: string[]) {
  const { code, stdout, stderr } = await start(role, settings);
  const [head, ...lines] = stderr.trimEnd().split('\n');
  expect([code, stdout, head]).toEqual([2, '', 'Die Einstellungen sind fehlerhaft:']);
  expect(lines.toSorted()).toEqual(faults.map((fault) => `  - ${fault}`).toSorted());
  expect(stderr).not.toContain('canary');
  expect(existsSync(join(folder, 'data'))).toBe(false);
}

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const DURATION = 'braucht eine Dauer größer null mit Einheit (ms, s, m, h), höchstens 24h, z. B. 15m';
const PORT = 'braucht eine ganze Zahl von 1 bis 65535';

/** A part reads its own settings, and names what is no setting at all. */
const isOwn = (role: string, fault: string) => {
  const [name = ''] = fault.split(' ');
  if (role === 'up' || fault.includes('keine Einstellung')) return true;
  return isFor(role as PartName, name) || isFor(role as PartName, name.replace(/_FILE$/, ''));
};

it.each(ROLES)('%s says every value of its own that it cannot take, at once', (role) =>
  expectRefusal(
    role,
    {
      ABSAGE_MODE: 'Probe',
      ABSAGE_SYNC_INTERVAL: '0s',
      ABSAGE_POLL_INTERVAL: '-1s',
      ABSAGE_ATTENTION_AFTER: '9600h',
      ABSAGE_JET_TIMEOUT: '15',
      ABSAGE_JET_RATE: '0',
      ABSAGE_JET_CONCURRENCY: '1e3',
      ABSAGE_PORT: '0',
      ABSAGE_SIMULATOR_PORT: '65536',
      ABSAGE_MAIL_PORT: '/var/run/mail',
      ABSAGE_MAIL_UI_PORT: '-8026',
      ABSAGE_JET_URL: 'https://anna:canary@jet.example/jet/v1',
      ABSAGE_JET_TOKEN: 'canary with blanks',
      ABSAGE_SMTP_URL: 'smtp://anna:canary@mail.example.org:0',
      ABSAGE_REHEARSAL_MAIL_TO: 'anna@haus.example, berta@haus.example',
      ABSAGE_DATABASE_URL: 'mysql://anna:canary@rechner/logbuch',
      ABSAGE_PUBLIC_URL: 'javascript:alert(1)',
      ABSAGE_LOG_LEVEL: 'laut',
      ABSAGE_INTERVAL: '15m',
      ABSAGE_HOUSES_FILE: join(folder, 'nowhere'),
    },
    [
      'ABSAGE_INTERVAL ist keine Einstellung. Ist ABSAGE_SYNC_INTERVAL gemeint?',
      'ABSAGE_HOUSES_FILE nennt eine Datei, die nicht gelesen werden kann',
      'ABSAGE_MODE kennt nur rehearsal und production',
      ...['SYNC_INTERVAL', 'POLL_INTERVAL', 'ATTENTION_AFTER', 'JET_TIMEOUT'].map(
        (name) => `ABSAGE_${name} ${DURATION}`,
      ),
      'ABSAGE_JET_RATE braucht eine ganze Zahl von 1 bis 10000',
      'ABSAGE_JET_CONCURRENCY braucht eine ganze Zahl von 1 bis 1000',
      ...['PORT', 'SIMULATOR_PORT', 'MAIL_PORT', 'MAIL_UI_PORT'].map((name) => `ABSAGE_${name} ${PORT}`),
      'ABSAGE_JET_URL braucht eine Adresse ohne Zugangsdaten, Abfrage und Sprungmarke',
      'ABSAGE_JET_TOKEN braucht ein Token aus sichtbaren ASCII-Zeichen',
      'ABSAGE_SMTP_URL braucht die Form smtp://benutzer:passwort@rechner:587, Benutzer und Passwort nach Bedarf, sonst nichts',
      'ABSAGE_REHEARSAL_MAIL_TO ist keine einzelne E-Mail-Adresse',
      'ABSAGE_DATABASE_URL braucht eine Adresse, die mit file:// oder postgres:// oder postgresql:// beginnt',
      'ABSAGE_PUBLIC_URL braucht eine Adresse, die mit http:// oder https:// beginnt',
      'ABSAGE_LOG_LEVEL kennt nur trace, debug, info, warn, error, fatal, silent',
    ].filter((fault) => isOwn(role, fault)),
  ),
);

const MISSING = {
  tokens:
    'ABSAGE_API_TOKENS_FILE fehlt: ohne Anmeldung dürfte jeder absagen (absage tokens create macht ein Token)',
  houses: 'ABSAGE_HOUSES fehlt: die Beispielhäuser gelten nur im Probebetrieb',
  jet: 'ABSAGE_JET_URL fehlt: den Simulator gibt es nur im Probebetrieb',
  jetToken: 'ABSAGE_JET_TOKEN fehlt: das Gateway verlangt ein Token',
  mail: 'ABSAGE_SMTP_URL fehlt: den E-Mail-Fänger gibt es nur im Probebetrieb',
  keys: 'ABSAGE_PAYLOAD_KEYS_FILE fehlt: in Temporal stünden Hinweise und Kontaktdaten unverschlüsselt (absage keys create DATEI macht die Schlüssel)',
  seal: 'ABSAGE_SEAL_KEY_FILE fehlt: wer Temporal erreicht, könnte sonst unter jedem Namen absagen (absage keys create DATEI macht den Schlüssel)',
  signing:
    'ABSAGE_SIGNING_KEY_FILE fehlt: ohne Unterschrift könnte jeder, der die Datenbank erreicht, das Logbuch neu schreiben (absage keys create-signing DATEI macht den Schlüssel)',
};

/** Only `up` would start one. */
const NO_TEMPORAL =
  'TEMPORAL_ADDRESS fehlt: im Echtbetrieb gehört Absage an einen eigenen Temporal-Server. Seinen Entwicklungsserver, an dem sich niemand anmelden muss, startet Absage nur mit ABSAGE_EMBEDDED_TEMPORAL=yes, für eine Installation auf einem einzigen Rechner, den sonst niemand benutzt';

it.each([
  ['up', [...Object.values(MISSING), NO_TEMPORAL]],
  [
    'worker',
    [
      MISSING.houses,
      MISSING.jet,
      MISSING.jetToken,
      MISSING.mail,
      MISSING.keys,
      MISSING.seal,
      MISSING.signing,
    ],
  ],
  [
    'server',
    [MISSING.tokens, MISSING.houses, MISSING.jet, MISSING.mail, MISSING.keys, MISSING.seal, MISSING.signing],
  ],
  ['simulator', []],
])('%s does not begin in production without all that it needs, nor a second too early', (role, missing) =>
  expectRefusal(role, { ABSAGE_MODE: 'production', ABSAGE_SYNC_INTERVAL: '899s' }, [
    ...missing,
    'ABSAGE_SYNC_INTERVAL muss in production mindestens 15m sein',
  ]),
);

describe('a production whose settings are whole', () => {
  let keys = '';
  let sealKeys = '';
  let signingKey = '';
  beforeAll(() => {
    keys = keysFileIn(folder);
    sealKeys = sealKeysIn(folder);
    signingKey = signingKeyIn(folder);
  });
  const settings = (houses: string, tokens: string) => ({
    ABSAGE_MODE: 'production',
    ABSAGE_JET_URL: 'http://127.0.0.1:1/jet/v1',
    ABSAGE_JET_TOKEN: 'canary',
    ABSAGE_SMTP_URL: 'smtp://anna:canary@mail.example.org',
    ABSAGE_HOUSES: houses,
    ABSAGE_API_TOKENS_FILE: tokens,
    ABSAGE_PAYLOAD_KEYS_FILE: keys,
    ABSAGE_SEAL_KEY_FILE: sealKeys,
    ABSAGE_SIGNING_KEY_FILE: signingKey,
  });
  const samples = JSON.parse(readFileSync(join(ROOT, 'houses.sample.json'), 'utf8')) as {
    houses: Record<string, unknown>[];
  };

  it.each(['worker', 'server', 'up'])('but not its files: %s names every place in them', (role) => {
    const [house] = samples.houses;
    const houses = write('houses.json', {
      houses: [
        { ...house, key: 'FSP', color: 'canary' },
        {
          ...house,
          key: 'fsp',
          boxOffice: { name: ' ', email: 'canary <anna@haus.example>', phone: 'a\nb' },
          partnerNotice: { to: 'a@haus.example, b@haus.example', cc: ['canary'], from: 'anna@' },
          alerts: { to: 'anna@haus.example\r\nBcc: canary@haus.example' },
          rightReserveMonths: 0,
          marker: { position: 'in der Mitte' },
        },
      ],
    });
    const tokens = write('tokens.json', { tokens: [{ sha256: 'canary', actor: '', houses: [] }] });
    const inSecond = (place: string) => `${houses}: houses.1.${place}`;
    const mailbox = 'ist keine einzelne E-Mail-Adresse';
    // The houses of the tokens can be checked only when the houses can be read.
    return expectRefusal(role, settings(houses, tokens), [
      `${houses}: houses.0 Unbekannter Schlüssel: "color"`,
      inSecond('key braucht 2 bis 8 Großbuchstaben oder Ziffern'),
      inSecond('boxOffice.name darf nicht leer sein'),
      inSecond(`boxOffice.email ${mailbox}`),
      inSecond('boxOffice.phone darf nur eine Zeile haben'),
      inSecond(`partnerNotice.to ${mailbox}`),
      inSecond(`partnerNotice.from ${mailbox}`),
      inSecond(`partnerNotice.cc.0 ${mailbox}`),
      inSecond('alerts.to enthält ein Zeichen, das man nicht sieht (U+000D)'),
      inSecond('rightReserveMonths Zu klein: erwartet, dass number >=1 ist'),
      inSecond('marker.position Ungültige Option: erwartet eine von "suffix"|"prefix"'),
      ...(role === 'up' ? [NO_TEMPORAL] : []),
    ]);
  });

  it("a worker does not read the tokens: a fault in there is the API's", () => {
    const [house] = samples.houses;
    const houses = write('houses.json', { houses: [{ ...house, color: 'canary' }] });
    const fault = `${houses}: houses.0 Unbekannter Schlüssel: "color"`;
    return expectRefusal('worker', settings(houses, write('tokens.json', 'canary')), [fault]);
  });

  it.each(['worker', 'server'])(
    'N9: %s seals with no key that encrypts, whatever its file is called',
    async (role) => {
      const houses = write('houses.json', samples);
      const entry = { sha256: '0'.repeat(64), actor: 'Anna', role: 'lead', houses: '*' };
      const whole = settings(houses, write('tokens.json', { tokens: [entry] }));
      const copy = write('copy.json', readFileSync(keys, 'utf8'));
      for (const file of [keys, copy])
        await expectRefusal(role, { ...whole, ABSAGE_SEAL_KEY_FILE: file }, [
          'ABSAGE_SEAL_KEY_FILE und ABSAGE_PAYLOAD_KEYS_FILE nennen dieselben Schlüssel: bitte für das Siegel mit absage keys create eine eigene Datei machen. Offene Absagen gehen mit ihr weiter',
        ]);
    },
  );

  it('but the file of its tokens: the API does not begin, and quotes none of it', () => {
    const houses = write('houses.json', samples);
    const tokens = write('tokens.json', '{ "tokens": [\n  canary\n] }');
    return expectRefusal('server', settings(houses, tokens), [
      `${tokens} kann nicht als JSON gelesen werden (Zeile 2)`,
    ]);
  });

  it.each([
    ['simulator', 'den Simulator'],
    ['mail-catcher', 'den E-Mail-Fänger'],
  ])('has no place for %s', (role, what) => {
    const entry = { sha256: '0'.repeat(64), actor: 'Anna', role: 'lead', houses: '*' };
    const tokens = write('tokens.json', { tokens: [entry] });
    return expectRefusal(role, settings(write('houses.json', samples), tokens), [
      `ABSAGE_MODE ist production, ${what} gibt es nur im Probebetrieb`,
    ]);
  });
});
