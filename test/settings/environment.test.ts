import { ConfigError, inspectConfig, loadConfig } from '../../src/settings/environment';

function faultsOf(
  environment: Record<string, string>,
  readFile?: (path: string) => string,
): readonly string[] {
  try {
    loadConfig(environment, readFile);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('needs no setting at all', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      mode: 'rehearsal',
      syncIntervalMs: 900_000,
      pollIntervalMs: 2_000,
      attentionAfterMs: 60_000,
      housesFile: null,
      jet: { url: 'http://127.0.0.1:8091/jet/v1', timeoutMs: 8_000, ratePerSecond: 50, concurrency: 4 },
      smtp: { server: { host: '127.0.0.1', port: 8025, credentials: null }, rehearsalTo: null },
      host: '127.0.0.1',
      port: 8080,
      temporalUiUrl: 'http://127.0.0.1:8233',
      publicUrl: 'http://127.0.0.1:8080',
    });
    expect(config.databaseUrl).toMatch(/^file:\/\/\/.*\/data\/journal\.sqlite$/);
  });

  it('lists all faults at once', () => {
    const faults = faultsOf({
      ABSAGE_SYNC_INTERVAL: '15',
      ABSAGE_PORT: '0',
      ABSAGE_MODE: 'probe',
      ABSAGE_SMTP_URL: 'http://mail',
      ABSAGE_LOG_LEVEL: 'loud',
    });
    expect(faults).toHaveLength(5);
    expect(faults.join('\n')).toMatch(/ABSAGE_SYNC_INTERVAL braucht eine Dauer/);
  });

  it.each(['15', '15 m', '0s', '-1s', '1.5s', '25h', '15M', 'P15M', '1e3s'])(
    'refuses the duration %s',
    (text) => {
      expect(faultsOf({ ABSAGE_SYNC_INTERVAL: text })).toHaveLength(1);
    },
  );

  it.each([
    ['20s', 20_000],
    ['15m', 900_000],
    ['500ms', 500],
    ['24h', 86_400_000],
  ])('reads the duration %s', (text, expectedMs) => {
    expect(loadConfig({ ABSAGE_SYNC_INTERVAL: text }).syncIntervalMs).toBe(expectedMs);
  });

  it('treats an empty value as not given', () => {
    expect(loadConfig({ ABSAGE_PORT: '', ABSAGE_SYNC_INTERVAL: '' }).port).toBe(8080);
  });

  it('reads a secret from a file, without the line break at its end', () => {
    const config = loadConfig({ ABSAGE_JET_TOKEN_FILE: '/run/token' }, (path) =>
      `${path} of Jet\n`.replaceAll(' ', '-'),
    );
    expect(config.jet.token).toBe('/run/token-of-Jet');
  });

  it('refuses a setting that is given twice', () => {
    const faults = faultsOf({ ABSAGE_JET_TOKEN: 'a', ABSAGE_JET_TOKEN_FILE: '/run/token' }, () => 'b');
    expect(faults).toEqual(['ABSAGE_JET_TOKEN ist zweimal angegeben, auch als ABSAGE_JET_TOKEN_FILE']);
  });

  it('names a file that cannot be read', () => {
    expect(faultsOf({ ABSAGE_JET_TOKEN_FILE: '/nowhere/token' })).toEqual([
      'ABSAGE_JET_TOKEN_FILE nennt eine Datei, die nicht gelesen werden kann',
    ]);
  });

  it('never shows a secret', () => {
    const secret = 'Geheim nis';
    const faults = faultsOf({
      ABSAGE_JET_TOKEN: secret,
      ABSAGE_SMTP_URL: `https://user:${secret}@mail`,
      ABSAGE_JET_URL: `https://user:${secret}@jet/jet/v1`,
    });
    expect(faults).toHaveLength(3);
    expect(faults.join('\n')).not.toContain(secret);
  });

  it('refuses a gateway address that carries a password', () => {
    expect(faultsOf({ ABSAGE_JET_URL: 'https://user:word@jet/jet/v1' })).toEqual([
      'ABSAGE_JET_URL braucht eine Adresse ohne Zugangsdaten, Abfrage und Sprungmarke',
    ]);
  });

  it.each([
    ['ABSAGE_SYNC_INTERVALL', 'ABSAGE_SYNC_INTERVAL'],
    ['ABSAGE_SYNCINTERVAL', 'ABSAGE_SYNC_INTERVAL'],
    ['ABSAGE_INTERVAL', 'ABSAGE_SYNC_INTERVAL'],
    ['ABSAGE_HOUSE', 'ABSAGE_HOUSES'],
    ['ABSAGE_JET_TOKENS_FILE', 'ABSAGE_JET_TOKEN'],
  ])('asks whether %s is a slip', (name, meant) => {
    expect(faultsOf({ [name]: 'x' })).toEqual([`${name} ist keine Einstellung. Ist ${meant} gemeint?`]);
  });

  it.each([
    'ABSAGE_LOG_LEVEL',
    'ABSAGE_URL',
    'ABSAGE_ACTOR',
    'ABSAGE_TOKEN',
    'ABSAGE_TOKEN_FILE',
    'ABSAGE_SERVICE_HOST',
    'ABSAGE_REPOSITORY',
  ])('leaves %s alone', (name) => expect(faultsOf({ [name]: 'info' })).toEqual([]));

  it('wants a rehearsal recipient for a mail server beyond this machine', () => {
    const ABSAGE_SMTP_URL = 'smtps://mail.example.org';
    expect(faultsOf({ ABSAGE_SMTP_URL })).toHaveLength(1);
    expect(faultsOf({ ABSAGE_SMTP_URL, ABSAGE_REHEARSAL_MAIL_TO: 'probe@example.org' })).toEqual([]);
    expect(faultsOf({ ABSAGE_SMTP_URL: 'smtp://[::1]:2525' })).toEqual([]);
  });

  it('listens on this machine only in rehearsal', () => {
    expect(faultsOf({ ABSAGE_HOST: '0.0.0.0' })).toHaveLength(1);
    expect(loadConfig({ ABSAGE_HOST: '[::1]' }).host).toBe('::1');
  });

  it.each(['smtp://mail.example.org:0', 'smtp://mail.example.org/folder', 'smtp://:word@mail.example.org'])(
    'refuses the mail server %s',
    (ABSAGE_SMTP_URL) => {
      expect(faultsOf({ ABSAGE_SMTP_URL, ABSAGE_REHEARSAL_MAIL_TO: 'probe@example.org' })).toHaveLength(1);
    },
  );
});

// The unit of the worker alone names it: the doctor, which reads the settings that all share, was red.
it('asks a worker alone for the name of its build', () => {
  const environment = { ABSAGE_WORKER_VERSIONING: 'on' };
  const named = { ...environment, ABSAGE_BUILD_ID: '1.4.0' };
  expect(inspectConfig(environment, undefined, 'worker').faults).toEqual([
    expect.stringMatching(/^ABSAGE_BUILD_ID fehlt/),
  ]);
  expect(inspectConfig(named, undefined, 'worker')).toMatchObject({
    config: { buildId: '1.4.0' },
    faults: [],
  });
  expect(inspectConfig(environment, undefined, 'server').faults).toEqual([]);
  expect(inspectConfig(environment).faults).toEqual([]);
});

describe('loadConfig in production', () => {
  const COMPLETE = {
    ABSAGE_MODE: 'production',
    ABSAGE_API_TOKENS_FILE: '/etc/absage/tokens.json',
    ABSAGE_PAYLOAD_KEYS_FILE: '/etc/absage/keys.json',
    ABSAGE_SEAL_KEY_FILE: '/etc/absage/keys.json',
    ABSAGE_SIGNING_KEY_FILE: '/etc/absage/signing.pem',
    ABSAGE_HOUSES: '/etc/absage/houses.json',
    ABSAGE_JET_URL: 'https://jet.example/jet/v1',
    ABSAGE_JET_TOKEN: 'Geheimnis',
    ABSAGE_SMTP_URL: 'smtp://mail.example.org',
  };

  it('takes what is complete, with the long waits and gentle limits', () => {
    expect(loadConfig(COMPLETE)).toMatchObject({
      mode: 'production',
      syncIntervalMs: 900_000,
      pollIntervalMs: 30_000,
      attentionAfterMs: 1_800_000,
      jet: { ratePerSecond: 1, concurrency: 1 },
      host: '127.0.0.1',
    });
  });

  it('lists everything that is missing in one message', () => {
    const faults = faultsOf({ ABSAGE_MODE: 'production', ABSAGE_SYNC_INTERVAL: '20s' });
    expect(faults.map((fault) => fault.split(' ').slice(0, 2).join(' '))).toEqual([
      'ABSAGE_API_TOKENS_FILE fehlt:',
      'ABSAGE_HOUSES fehlt:',
      'ABSAGE_JET_URL fehlt:',
      'ABSAGE_JET_TOKEN fehlt:',
      'ABSAGE_SMTP_URL fehlt:',
      'ABSAGE_PAYLOAD_KEYS_FILE fehlt:',
      'ABSAGE_SEAL_KEY_FILE fehlt:',
      'ABSAGE_SIGNING_KEY_FILE fehlt:',
      'ABSAGE_SYNC_INTERVAL muss',
    ]);
  });

  it('lists what is missing beside what cannot be read', () => {
    const { ABSAGE_HOUSES: _missing, ...rest } = COMPLETE;
    const faults = faultsOf({ ...rest, ABSAGE_PORT: 'http' });
    expect(faults).toEqual([
      expect.stringContaining('ABSAGE_PORT'),
      expect.stringContaining('ABSAGE_HOUSES fehlt'),
    ]);
  });

  it('tells of a file that cannot be read once, not as missing too', () => {
    const { ABSAGE_JET_TOKEN: _missing, ...rest } = COMPLETE;
    expect(faultsOf({ ...rest, ABSAGE_JET_TOKEN_FILE: '/nowhere/token' })).toEqual([
      'ABSAGE_JET_TOKEN_FILE nennt eine Datei, die nicht gelesen werden kann',
    ]);
  });

  it.each(Object.keys(COMPLETE).filter((name) => name !== 'ABSAGE_MODE'))(
    'does not start without %s',
    (name) => {
      const faults = faultsOf({ ...COMPLETE, [name]: '' });
      expect(faults).toEqual([expect.stringMatching(`^${name} fehlt: `)]);
    },
  );

  it("refuses the simulator's token, also from a file", () => {
    expect(faultsOf({ ...COMPLETE, ABSAGE_JET_TOKEN: 'simulator' })).toHaveLength(1);
    const { ABSAGE_JET_TOKEN: _replaced, ...rest } = COMPLETE;
    expect(faultsOf({ ...rest, ABSAGE_JET_TOKEN_FILE: '/run/token' }, () => 'simulator\n')).toHaveLength(1);
  });

  it.each([
    ['899999ms', 1],
    ['15m', 0],
    ['1h', 0],
  ])('with the interval %s finds %i fault', (ABSAGE_SYNC_INTERVAL, count) => {
    expect(faultsOf({ ...COMPLETE, ABSAGE_SYNC_INTERVAL })).toHaveLength(count);
  });

  it('listens beyond this machine only when it is told to', () => {
    const ABSAGE_PUBLIC_URL = 'https://absage.example';
    expect(loadConfig({ ...COMPLETE, ABSAGE_PUBLIC_URL, ABSAGE_HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });
});

describe('the name that Absage says to a mail server', () => {
  it.each([
    [{}, '[127.0.0.1]'],
    [{ ABSAGE_PUBLIC_URL: 'https://absage.example:8443' }, 'absage.example'],
    [{ ABSAGE_PUBLIC_URL: 'https://bühne.example' }, 'xn--bhne-0ra.example'],
    [{ ABSAGE_PUBLIC_URL: 'http://localhost:8080' }, '[127.0.0.1]'],
    [{ ABSAGE_PUBLIC_URL: 'http://192.0.2.1:8080' }, '[192.0.2.1]'],
    [{ ABSAGE_PUBLIC_URL: 'http://[2001:db8::1]:8080' }, '[IPv6:2001:db8::1]'],
    [
      { ABSAGE_PUBLIC_URL: 'https://absage.example', ABSAGE_SMTP_NAME: 'Mail.Bühne.example' },
      'mail.xn--bhne-0ra.example',
    ],
    [{ ABSAGE_SMTP_NAME: '[192.0.2.1]' }, '[192.0.2.1]'],
    [{ ABSAGE_SMTP_NAME: '[IPv6:2001:db8::1]' }, '[IPv6:2001:db8::1]'],
  ])('%j is %s', (environment: Record<string, string>, name) => {
    expect(loadConfig(environment).smtp.name).toBe(name);
  });

  it.each([
    'a b',
    '-mail.example',
    'mail..example',
    '192.0.2.1',
    '[mail]',
    'mail.example\r\nMAIL FROM:<a@b>',
    'https://x',
  ])('cannot be %j', (name) =>
    expect(faultsOf({ ABSAGE_SMTP_NAME: name })).toEqual([
      expect.stringContaining('braucht einen Rechnernamen'),
    ]),
  );
});

it.each(['https://absage.example/absage', 'https://absage.example/absage/', 'https://absage.example//'])(
  'refuses the public address %s, under whose path nothing would be found',
  (address) =>
    expect(faultsOf({ ABSAGE_PUBLIC_URL: address })).toEqual([
      'ABSAGE_PUBLIC_URL braucht eine Adresse ohne Pfad: unter einem Pfad ist die Konsole nicht erreichbar',
    ]),
);
