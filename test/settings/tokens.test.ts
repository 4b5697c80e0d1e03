import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/settings/environment';
import { describeNewToken, readToken } from '../../src/cli/token';
import { createToken, grantToken, hashToken, loadTokens, type TokenWish } from '../../src/settings/tokens';

const folder = mkdtempSync(join(tmpdir(), 'absage-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUSES = new Map([
  ['FSP', null],
  ['LTN', null],
]);
const SHA256 = createHash('sha256').update('a token').digest('hex');
const ENTRY = { sha256: SHA256, actor: 'Kartenbüro FSP', role: 'clerk', houses: ['FSP'] };

function load(content: unknown) {
  const file = join(folder, 'tokens.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return loadTokens(file, HOUSES);
}

function faultsOf(content: unknown): string {
  try {
    load(content);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.join('\n');
    throw error;
  }
  return '';
}

describe('loadTokens', () => {
  it('knows who acts with a token, and for which houses', () => {
    const everywhere = {
      sha256: hashToken('another').toString('hex'),
      actor: 'Bereitschaft',
      role: 'lead',
      houses: '*',
    };
    expect(load({ tokens: [ENTRY, everywhere] })).toEqual([
      { sha256: SHA256, actor: 'Kartenbüro FSP', role: 'clerk', houses: new Set(['FSP']) },
      { sha256: everywhere.sha256, actor: 'Bereitschaft', role: 'lead', houses: 'all' },
    ]);
  });

  it('knows the lasting name of a caller, their role, and the end of the last day in Vienna', () => {
    const entry = { ...ENTRY, name: 'fsp-kassa', role: 'clerk', expires: '2027-06-30' };
    expect(load({ tokens: [entry] })[0]).toMatchObject({
      name: 'fsp-kassa',
      role: 'clerk',
      expires: '2027-07-01T00:00:00+02:00',
    });
  });

  it('takes a name of 200 characters, however many units they need', () => {
    const actor = '\u{1f3ad}'.repeat(200);
    expect(load({ tokens: [{ ...ENTRY, actor }] })[0]?.actor).toBe(actor);
  });

  it('takes a hash in capitals', () => {
    expect(load({ tokens: [{ ...ENTRY, sha256: SHA256.toUpperCase() }] })[0]?.sha256).toBe(SHA256);
  });

  it('lists every fault with its place', () => {
    const faults = faultsOf({
      tokens: [
        { ...ENTRY, sha256: 'short' },
        { ...ENTRY, actor: ' \n ', houses: ['XXX', 'FSP', 'FSP'] },
        { sha256: SHA256, actor: 'Kasse' },
      ],
    });
    expect(faults).toMatch(/tokens\.0\.sha256 braucht 64 Ziffern/);
    expect(faults).toMatch(/tokens\.1\.actor darf nicht leer sein/);
    expect(faults).toMatch(/tokens\.1\.houses nennt ein Haus zweimal/);
    expect(faults).toMatch(/tokens\.1\.houses nennt unbekannte Häuser: XXX/);
    expect(faults).toMatch(/tokens\.2\.houses braucht eine Liste von Häusern oder "\*"/);
  });

  it.each([
    ['no entry', { tokens: [] }, /mindestens ein Token/],
    ['no house', { tokens: [{ ...ENTRY, houses: [] }] }, /mindestens ein Haus/],
    ['one house as text', { tokens: [{ ...ENTRY, houses: 'FSP' }] }, /Liste von Häusern/],
    ['an actor of two lines', { tokens: [{ ...ENTRY, actor: 'Kasse\nnebenan' }] }, /nur eine Zeile/],
    ['an endless actor', { tokens: [{ ...ENTRY, actor: 'x'.repeat(201) }] }, /zu lang/],
    ['what it does not know', { tokens: [{ ...ENTRY, rolle: 'admin' }] }, /Unbekannter Schlüssel: "rolle"/],
    [
      'a role that does not exist',
      { tokens: [{ ...ENTRY, role: 'boss' }] },
      /kennt nur viewer, clerk, lead, admin/,
    ],
    [
      'an entry without a role, and says what to write',
      { tokens: [ENTRY, { ...ENTRY, role: undefined, sha256: '0'.repeat(64) }] },
      /tokens\.1\.role fehlt: "role": "lead" lässt dem Token alles, was es bisher durfte/,
    ],
    ['a day that does not exist', { tokens: [{ ...ENTRY, expires: '2027-02-30' }] }, /einen Tag/],
    ['a time without a zone', { tokens: [{ ...ENTRY, expires: '2027-02-20T10:00' }] }, /mit Zone/],
    ['a token twice', { tokens: [ENTRY, { ...ENTRY, actor: 'Wer anderer' }] }, /zweimal/],
    ['a list without its name', [ENTRY], /Ungültige Eingabe/],
  ])('refuses %s', (_what, content, fault) => {
    expect(faultsOf(content)).toMatch(fault);
  });

  it('names the line that is no JSON, and quotes nothing of it', () => {
    const { token } = createToken('Kasse', '*');
    const faults = faultsOf(`{ "tokens": [\n  ${token}\n] }`);
    expect(faults).toMatch(/kann nicht als JSON gelesen werden \(Zeile 2\)/);
    expect(faults).not.toContain(token.slice(0, 12));
  });

  it('names a file that is missing', () => {
    expect(() => loadTokens(join(folder, 'none.json'), HOUSES)).toThrow(/none\.json .* \(ENOENT\)/);
  });
});

describe('createToken', () => {
  it('makes 256 random bits that fit into a header', () => {
    const tokens = Array.from({ length: 100 }, () => createToken('Kasse', '*').token);
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(token).toMatch(/^absage_[A-Za-z0-9_-]{43}$/);
  });

  it('gives an entry that the tokens file takes, without the token', () => {
    const { token, entry } = createToken(' Kartenbüro FSP ', ['FSP', 'LTN']);
    expect(JSON.stringify(entry)).not.toContain(token);
    expect(load({ tokens: [entry] })).toEqual([
      {
        sha256: hashToken(token).toString('hex'),
        name: 'Kartenbüro FSP',
        actor: 'Kartenbüro FSP',
        role: 'lead',
        houses: new Set(['FSP', 'LTN']),
      },
    ]);
  });
});

describe('grantToken', () => {
  const faultsOfWish = (wish: TokenWish, houses: typeof HOUSES | null = HOUSES) => {
    const granted = grantToken(wish, houses);
    return 'faults' in granted ? granted.faults.join('\n') : '';
  };

  it('grants what was wished, each house once', () => {
    const granted = grantToken({ actor: 'Kasse', role: 'lead', house: ['FSP', 'LTN', 'FSP'] }, HOUSES);
    expect(granted).toMatchObject({ entry: { actor: 'Kasse', role: 'lead', houses: ['FSP', 'LTN'] } });
    expect(grantToken({ actor: 'Kasse', role: 'lead', allHouses: true }, HOUSES)).toMatchObject({
      entry: { houses: '*' },
    });
  });

  it('grants a lasting name, a role and an end', () => {
    const wish = { actor: 'Kasse', name: 'fsp-kassa', role: 'clerk', expires: '2027-06-30', house: ['FSP'] };
    const { entry } = grantToken(wish, HOUSES) as ReturnType<typeof createToken>;
    expect(entry).toMatchObject({ name: 'fsp-kassa', role: 'clerk', expires: '2027-06-30' });
    expect(load({ tokens: [entry] })).toHaveLength(1);
  });

  it.each<[string, TokenWish, RegExp]>([
    [
      'a role that does not exist',
      { actor: 'Kasse', role: 'boss', house: ['FSP'] },
      /--role kennt nur viewer/,
    ],
    [
      'a day that does not exist',
      { actor: 'Kasse', role: 'lead', expires: '30.6.', house: ['FSP'] },
      /--expires braucht einen Tag/,
    ],
    ['no house', { actor: 'Kasse', role: 'lead' }, /braucht --house/],
    [
      'one house and all of them',
      { actor: 'Kasse', role: 'lead', house: ['FSP'], allHouses: true },
      /braucht --house/,
    ],
    [
      'a house that is not there',
      { actor: 'Kasse', role: 'lead', house: ['FSP', 'XXX'] },
      /--house kennt XXX nicht/,
    ],
    ['nobody', { actor: ' ', role: 'lead', house: ['FSP'] }, /--actor darf nicht leer sein/],
  ])('refuses %s', (_what, wish, fault) => expect(faultsOfWish(wish)).toMatch(fault));

  it('takes any key while the houses are not known', () => {
    expect(faultsOfWish({ actor: 'Kasse', role: 'lead', house: ['NEU'] }, null)).toBe('');
    expect(faultsOfWish({ actor: 'Kasse', role: 'lead', house: ['neu'] }, null)).toMatch(/kennt neu nicht/);
  });

  it('shows the token once, and beside it the entry as the file takes it', () => {
    const { token, entry } = createToken('Kasse', ['FSP']);
    const text = describeNewToken(token, entry);
    expect(text.split(token)).toHaveLength(2);
    const line = text.split('\n').find((each) => each.includes('{')) ?? '';
    expect(load({ tokens: [JSON.parse(line)] })).toHaveLength(1);
  });
});

describe('readToken', () => {
  const file = join(folder, 'token');
  const read = (environment: Record<string, string>) => () => readToken(environment);

  it('reads the environment or a file, without blanks around it', () => {
    writeFileSync(file, 'absage_x\n');
    expect(readToken({})).toBeNull();
    expect(readToken({ ABSAGE_TOKEN: ' absage_y ' })).toBe('absage_y');
    expect(readToken({ ABSAGE_TOKEN_FILE: file })).toBe('absage_x');
  });

  it('refuses what leaves it open which one is meant, or cannot stand in a header', () => {
    expect(read({ ABSAGE_TOKEN: 'a', ABSAGE_TOKEN_FILE: file })).toThrow(/zweimal/);
    expect(read({ ABSAGE_TOKEN_FILE: join(folder, 'none') })).toThrow(/nicht gelesen/);
    writeFileSync(file, '\n');
    expect(read({ ABSAGE_TOKEN_FILE: file })).toThrow('ABSAGE_TOKEN_FILE enthält kein Token.');
  });

  it('does not quote a token that is none', () => {
    expect(read({ ABSAGE_TOKEN: 'geheim und mehr' })).toThrow(/^ABSAGE_TOKEN enthält kein Token\.$/);
  });
});
