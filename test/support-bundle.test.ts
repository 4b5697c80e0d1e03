import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { pack } from '../src/support/bundle';
import { createConcealer, type Concealed } from '../src/support/conceal';
import { linesOfCase } from '../src/support/log-lines';
import { secretsIn } from '../src/support/secrets';

const CASE_ID = '00123456-7890-4123-8123-456789012345';

let concealed: Concealed;

beforeEach(() => (concealed = new Map()));

const concealer = (known: { secrets?: string[]; personal?: string[] } = {}) =>
  createConcealer({ secrets: [], personal: [], ...known }, concealed);

describe('what is taken out of a bundle', () => {
  it.each([
    'karten+absage@bühne.example',
    "o'brien@haus.example",
    '+43 660 998877',
    '+43 (0)2742 90 80 80-600',
    '0043 1 4000',
    '0660/1234567',
    '02742 908080',
    '203.0.113.7',
  ])('holds no %s', (mark) => {
    const { text, value } = concealer();
    expect(text(`Bitte an ${mark}, danke.`)).not.toContain(mark);
    expect(JSON.stringify(value({ deep: [{ reason: `(${mark})`, [mark]: 1 }] }))).not.toContain(mark);
  });

  it.each([
    '2026-12-05T19:30:00.000+01:00',
    'Sa., 05.12.2026, 19.30 Uhr',
    'VA-Nr. 420261205',
    CASE_ID,
    '66af06300123456789012345678901234567890a',
    '127.0.0.1:7233',
    '1.32.2',
    '15.000 ms',
  ])('leaves %s as it is', (plain) => {
    expect(concealer().text(`seit ${plain} so`)).toBe(`seit ${plain} so`);
    expect(concealed.size).toBe(0);
  });

  it('finds a secret and a part of the contact wherever they stand', () => {
    const { text } = concealer({ secrets: ['s3cret-token'], personal: ['Theodora Kanari'] });
    expect(text('Bearer s3cret-token for Theodora Kanari')).toBe('Bearer [Geheimnis] for [Kontaktdaten]');
  });

  it('takes a member that is a contact, and leaves one that is sealed', () => {
    const { value } = concealer();
    expect(value({ contact: { name: 'T. K.' }, order: { contact: { sealed: 'abc' }, phone: 'x' } })).toEqual({
      contact: '[Kontaktdaten]',
      order: { contact: { sealed: 'abc' }, phone: '[Kontaktdaten]' },
    });
  });
});

describe('the secrets of an installation', () => {
  it('are its values, its files and the passwords in addresses', () => {
    const folder = mkdtempSync(join(tmpdir(), 'absage-secrets-'));
    try {
      const file = (name: string, content: string) => {
        writeFileSync(join(folder, name), content);
        return join(folder, name);
      };
      const found = secretsIn(
        {
          ABSAGE_OIDC_CLIENT_SECRET: 'client-secret',
          ABSAGE_JET_TOKEN_FILE: file('jet', 'jet-token\n'),
          ABSAGE_SMTP_URL: 'smtp://user:p%40ssword@mail.example',
          ABSAGE_DATABASE_URL_FILE: file('db', 'postgres://absage:db-password@db.example/absage'),
          ABSAGE_PAYLOAD_KEYS_FILE: file('keys', '{"keys":[{"id":"a","key":"AbCdEfGhIjKlMnOpQr"}]}'),
          ABSAGE_SIGNING_KEY_FILE: file(
            'pem',
            '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----',
          ),
          TEMPORAL_API_KEY: 'cloud-key',
          ABSAGE_PORT: '8080',
          PATH: '/usr/bin',
        },
        [file('console.key', 'f00df00d')],
      );
      expect(found).toEqual(
        expect.arrayContaining([
          'client-secret',
          'jet-token',
          'p@ssword',
          'db-password',
          'AbCdEfGhIjKlMnOpQr',
          'MC4CAQAw',
          'cloud-key',
          'f00df00d',
        ]),
      );
      expect(found).not.toContain('8080');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('a bundle', () => {
  it('holds what could be read, and says what is missing and what was taken out', async () => {
    const { bytes, missing } = await pack(
      [
        { name: 'view.json', read: () => Promise.resolve({ reason: 'Tel. +43 660 998877' }) },
        { name: 'history.json', read: () => Promise.reject(new Error('Temporal antwortet nicht')) },
      ],
      concealer(),
      concealed,
    );
    const files = Object.fromEntries(
      Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]),
    );
    expect(Object.keys(files).sort()).toEqual(['left-out.txt', 'view.json']);
    expect(JSON.parse(files['view.json'] ?? '')).toEqual({ reason: 'Tel. [Telefonnummer]' });
    expect(missing).toEqual(['history.json: Temporal antwortet nicht']);
    expect(files['left-out.txt']).toContain('history.json: Temporal antwortet nicht');
    expect(files['left-out.txt']).toContain('[Telefonnummer]: 1 Mal');
  });

  it('holds the lines of this case alone, and none of the log of security', () => {
    const log = [
      JSON.stringify({ msg: 'ours', caseId: CASE_ID, contact: { name: 'T. K.' } }),
      JSON.stringify({ msg: 'another case', caseId: 'other' }),
      JSON.stringify({ msg: 'who came', security: 'log-in', route: `/${CASE_ID}` }),
      `a line that is no JSON, of ${CASE_ID}, by a@haus.example`,
    ].join('\n');
    expect(linesOfCase(log, [CASE_ID], concealer())).toEqual([
      JSON.stringify({ msg: 'ours', caseId: CASE_ID, contact: '[Kontaktdaten]' }),
      `a line that is no JSON, of ${CASE_ID}, by [E-Mail-Adresse]`,
    ]);
  });
});
