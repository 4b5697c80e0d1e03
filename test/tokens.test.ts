import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../src/config';
import { createToken, hashToken, loadTokens } from '../src/tokens';

const folder = mkdtempSync(join(tmpdir(), 'absage-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));

const HOUSES = new Map([
  ['FSP', null],
  ['LTN', null],
]);
const SHA256 = createHash('sha256').update('a token').digest('hex');
const ENTRY = { sha256: SHA256, actor: 'Kartenbüro FSP', houses: ['FSP'] };

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
    const everywhere = { sha256: hashToken('another').toString('hex'), actor: 'Bereitschaft', houses: '*' };
    expect(load({ tokens: [ENTRY, everywhere] })).toEqual([
      { sha256: SHA256, actor: 'Kartenbüro FSP', houses: new Set(['FSP']) },
      { sha256: everywhere.sha256, actor: 'Bereitschaft', houses: 'all' },
    ]);
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
    ['what it does not know', { tokens: [{ ...ENTRY, role: 'admin' }] }, /Unbekannter Schlüssel: "role"/],
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
        actor: 'Kartenbüro FSP',
        houses: new Set(['FSP', 'LTN']),
      },
    ]);
  });
});
