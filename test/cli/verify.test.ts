import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digest } from '../../src/digest';
import { endProofText } from '../../src/domain/end-proof';
import type { ProtocolDocument } from '../../src/protocol/document';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { savedAgain } from '../docs/forged-pdfs';
import { absage } from './run-cli';

const KEPT = join(__dirname, '../protocol/kept/4-completed.json');
const document = JSON.parse(readFileSync(KEPT, 'utf8')) as ProtocolDocument;

const FINGERPRINT = document.proof!.signingKeys[0]!.after.fingerprint;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'absage-verify-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('verify', () => {
  it('finds a protocol whole, with exit code 0, without the API', async () => {
    const { code, stdout, stderr } = await absage(['verify', KEPT], {
      env: { ABSAGE_URL: 'http://127.0.0.1:1' },
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`Protokoll der Absage FSP ${document.eventNumber}: Absage abgeschlossen
PROBEBETRIEB – nichts wurde übertragen
  ✓ Die Prüfsumme des Dokuments stimmt.
  ✓ Die Zeilen in dieser Datei sind unverändert: ${document.journal.length}.
  ✓ Von Zeile 1 bis Zeile ${document.journal.length} fehlt keine. Was danach kam, zeigt die Kette nicht.
  ✓ Jede Zeile ist unterschrieben.
  ✓ In der Kette der Fälle hat dieser Fall die Nummer 1.
  ✓ Das ganze Dokument ist unterschrieben, mit dem Schlüssel ${FINGERPRINT}.
  ✓ Mit Zeile 13 ist der Fall zu Ende. Danach kamen nur Zeilen, die dort stehen dürfen (E-Mail an das Haus: 2).
  ✓ Aus den Zeilen des Logbuchs entsteht wieder genau dieses Protokoll.
Das Protokoll ist unversehrt.
Wessen Schlüssel das ist, ist damit nicht bewiesen: dafür gibt es --key und --mail.
Zum Vergleich mit dem Logbuch, die Prüfsumme der letzten Zeile: ${document.journal.at(-1)?.hash}
`);
  });

  it('compares it with the key and with the mail that somebody has kept', async () => {
    const end = document.journal.find(({ kind }) => kind === 'end')!;
    const mail = endProofText({ ...end, fingerprint: FINGERPRINT }).join('\n');
    const files = ['--key', file('key.txt', FINGERPRINT), '--mail', file('mail.txt', mail)];
    const { code, stdout } = await absage(['verify', KEPT, ...files]);
    expect(code).toBe(0);
    expect(stdout).toContain('  ✓ Unterschrieben ist mit dem angegebenen Schlüssel.\n');
    expect(stdout).toContain('  ✓ Das Ende, Zeile 13, ist das aus der E-Mail');
    expect(stdout).not.toContain('nicht bewiesen');
    for (const typed of [FINGERPRINT, FINGERPRINT.toUpperCase()])
      expect((await absage(['verify', KEPT, '--key', typed])).code).toBe(0);
    const foreign = ['--key', file('foreign.txt', 'f'.repeat(64))];
    expect((await absage(['verify', KEPT, ...foreign])).code).toBe(1);
  });

  it.each(['--key', '--mail'])('says that the file for %s is not one: exit code 2', async (option) => {
    const nothing = await absage(['verify', KEPT, option, file('nothing.txt', 'nichts')]);
    expect([nothing.code, nothing.stdout]).toEqual([2, expect.stringContaining(option)]);
    const missing = await absage(['verify', KEPT, option, join(folder, 'missing')]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('nicht lesbar')]);
  });

  it('calls what nobody has signed not proven: exit code 3', async () => {
    const { code, stdout } = await absage(['verify', join(__dirname, '../protocol/kept/3-completed.json')]);
    expect(code).toBe(3);
    expect(stdout).toContain('  ? Dieses Protokoll ist nicht unterschrieben');
  });

  it('takes the JSON out of a PDF, and compares its pages', async () => {
    const { code, stdout } = await absage(['verify', file('p.pdf', await renderProtocolPdf(document))]);
    expect(code).toBe(0);
    expect(stdout).toContain('  ✓ Die gedruckten Seiten zeigen genau dieses Dokument.\n');
  });

  it('says what does not hold, with exit code 1', async () => {
    const [first, ...rest] = document.journal;
    const changed = { ...document, journal: [{ ...first, actor: 'Test' }, ...rest] };
    const { code, stdout } = await absage(['verify', file('changed.json', JSON.stringify(changed))]);
    expect(code).toBe(1);
    expect(stdout).toContain('  ✗ Verändert: Zeile 1 des Logbuchs.\n');
    expect(stdout).toContain('ACHTUNG: Dieses Protokoll ist nicht unversehrt. Es beweist nichts.\n');
  });

  it.each<[string, (pdf: Buffer) => Buffer, string]>([
    ['was changed', (pdf) => Buffer.concat([pdf, Buffer.from('% gesehen\n')]), '  ✗ Das PDF wurde verändert'],
    ['was cut off', (pdf) => pdf.subarray(0, 20_000), 'unvollständig oder beschädigt'],
  ])('does not call a PDF whole that %s: exit code 1', async (_name, change, text) => {
    const { code, stdout } = await absage([
      'verify',
      file('c.pdf', change(await renderProtocolPdf(document))),
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain(text);
  });

  it('calls the lines whole and the pages not proven of a PDF saved by another program: exit code 3', async () => {
    const { code, stdout } = await absage(['verify', file('again.pdf', savedAgain(document))]);
    expect(code).toBe(3);
    expect(stdout).toContain('  ? Ob die gedruckten Seiten genau dieses Dokument zeigen, ist nicht bewiesen');
    expect(stdout).toContain('Die Zeilen des Logbuchs sind unversehrt. Was mit ? bezeichnet ist');
    expect(stdout).not.toContain('Das Protokoll ist unversehrt.');
  });

  it('calls a document of another version not proven: exit code 3', async () => {
    const unsigned = JSON.parse(
      readFileSync(join(__dirname, '../protocol/kept/1-completed.json'), 'utf8'),
    ) as ProtocolDocument;
    const { sha256: _sha256, ...content } = { ...unsigned, schema: 'absage/protocol/0' };
    const older = { ...content, sha256: digest(content) };
    const { code, stdout } = await absage(['verify', file('older.json', JSON.stringify(older))]);
    expect(code).toBe(3);
    expect(stdout).toContain('  ? Dieses Protokoll ist in einer anderen Fassung gemacht');
  });

  it.each([
    ['another file', () => file('other.json', '{}'), 'Diese Datei ist kein Protokoll von Absage.'],
    ['a PDF of somebody else', () => file('o.pdf', '%PDF-1.7\n'), 'In diesem PDF ist kein Protokoll'],
    ['no file at all', () => join(folder, 'missing'), 'Diese Datei ist nicht lesbar'],
  ])('does not take %s for a protocol: exit code 2', async (_name, path, text) => {
    const { code, stdout, stderr } = await absage(['verify', path()]);
    expect(code).toBe(2);
    expect(stdout + stderr).toContain(text);
  });

  it('keeps words of the file on their line, so that none looks like a finding', async () => {
    const outcome = { ...document.outcome, headline: 'Absage\n  ✓ Alles stimmt.\r\n  ✓ Auch das.' };
    const { stdout } = await absage(['verify', file('lines.json', JSON.stringify({ ...document, outcome }))]);
    expect(stdout).toContain(`FSP ${document.eventNumber}: Absage ✓ Alles stimmt. ✓ Auch das.\n`);
  });

  it('gives its findings as JSON', async () => {
    const { code, stdout } = await absage(['verify', KEPT, '--json']);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { kind: 'protocol', proof: 'whole', isWhole: true },
    ]);
  });
});
