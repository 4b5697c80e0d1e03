import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digest } from '../../src/digest';
import type { JournalEntry } from '../../src/domain/journal';
import { hashEntry } from '../../src/journal/chain';
import type { ProtocolDocument } from '../../src/protocol/document';
import { protocolJson } from '../../src/protocol/json';
import { renderProtocolPdf } from '../../src/protocol/pdf';
import { verifyProtocol, type Verdict } from '../../src/protocol/verify';
import { ProtocolCases, protocolOf } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];
/** Of the completed case: drawing takes its time. */
let pdf: Buffer;

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
  pdf = await renderProtocolPdf(protocolOf(completed));
}, 90_000);
afterAll(() => cases.close());

const bytesOf = (document: object) => Buffer.from(JSON.stringify(document), 'utf8');

/** A forger can compute hashes, too. */
function resealed({ sha256: _sha256, ...content }: ProtocolDocument): ProtocolDocument {
  return { ...content, sha256: digest(content) };
}

const faultsOf = (verdict: Verdict) =>
  verdict.kind === 'protocol' ? verdict.findings.filter(({ holds }) => holds === false) : null;

it.each([
  ['completed', () => cases.completed()],
  ['aborted', () => cases.aborted()],
  ['refused', () => cases.refused()],
  ['closed by hand', () => cases.closedByHand()],
  ['open', () => cases.open()],
  ['guided', () => cases.guided()],
])('finds nothing wrong with a protocol that is %s, as JSON', async (_name, make) => {
  const verdict = await verifyProtocol(Buffer.from(protocolJson(protocolOf(await make()))));
  expect(verdict).toMatchObject({ kind: 'protocol', isWhole: true });
  expect(faultsOf(verdict)).toEqual([]);
});

it('finds nothing wrong with a PDF, and that its pages show this document', async () => {
  const verdict = await verifyProtocol(pdf);
  expect(verdict).toMatchObject({ isWhole: true, lastHash: completed.at(-1)?.hash });
  expect((verdict as { findings: unknown[] }).findings.at(-1)).toEqual({
    holds: true,
    text: 'Die gedruckten Seiten zeigen genau dieses Dokument.',
  });
}, 90_000);

it('does not call pages proven that were drawn otherwise', async () => {
  const changed = Buffer.from(pdf.toString('latin1').replace('(Absage)', '(Anders)'), 'latin1');
  const verdict = await verifyProtocol(changed);
  expect((verdict as { findings: { holds: unknown }[] }).findings.at(-1)?.holds).toBeNull();
}, 90_000);

it('finds a changed byte in any line', async () => {
  const document = protocolOf(completed);
  for (const [index, line] of document.journal.entries()) {
    const journal = document.journal.with(index, { ...line, actor: `${line.actor}.` });
    const verdict = await verifyProtocol(bytesOf(resealed({ ...document, journal })));
    expect(verdict).toMatchObject({ kind: 'protocol', isWhole: false });
    expect(faultsOf(verdict)?.[0]?.text).toBe(`Verändert: Zeile ${line.seq} des Logbuchs.`);
  }
});

it('finds a line that was taken out, put in, or moved', async () => {
  const document = protocolOf(completed);
  const { journal } = document;
  for (const forged of [
    journal.toSpliced(3, 1),
    journal.toSpliced(3, 0, journal[2]!),
    journal.toReversed(),
  ]) {
    const verdict = await verifyProtocol(bytesOf(resealed({ ...document, journal: forged })));
    expect(
      faultsOf(verdict)
        ?.map(({ text }) => text)
        .join(),
    ).toContain('Die Kette ist unterbrochen');
  }
});

it('finds a line of another case, with a hash that fits', async () => {
  const document = protocolOf(completed);
  const [{ hash: _hash, ...first }, ...rest] = document.journal as [JournalEntry, ...JournalEntry[]];
  const foreign = { ...first, eventNumber: '1' };
  const journal = [{ ...foreign, hash: hashEntry(foreign) }, ...rest];
  const verdict = await verifyProtocol(bytesOf(resealed({ ...document, journal })));
  expect(faultsOf(verdict)?.[0]?.text).toBe('Zeile 1 gehört zu einem anderen Fall.');
});

it('finds a document that says something else than its lines, though all hashes fit', async () => {
  const document = protocolOf(await cases.aborted());
  const { outcome } = protocolOf(completed);
  const verdict = await verifyProtocol(bytesOf(resealed({ ...document, outcome })));
  expect(faultsOf(verdict)).toEqual([
    { holds: false, text: 'Das Protokoll sagt etwas anderes als die Zeilen des Logbuchs (outcome).' },
  ]);
});

it('finds a change that nobody has sealed again', async () => {
  const verdict = await verifyProtocol(bytesOf({ ...protocolOf(completed), rehearsal: false }));
  expect(faultsOf(verdict)?.[0]?.text).toBe(
    'Die Prüfsumme des Dokuments stimmt nicht: es wurde etwas verändert.',
  );
});

it('says of another version what it can prove, and that it cannot prove the rest', async () => {
  const document = { ...protocolOf(completed), schema: 'absage/protocol/0' } as unknown as ProtocolDocument;
  const verdict = await verifyProtocol(bytesOf(resealed(document)));
  expect((verdict as { findings: { holds: unknown }[] }).findings.map(({ holds }) => holds)).toEqual([
    true,
    true,
    true,
    null,
  ]);
});

it.each([
  ['nothing', ''],
  ['other JSON', '{"schema":"absage/protocol/1"}'],
  ['null', 'null'],
  ['a PDF without a protocol', '%PDF-1.7\n'],
  ['lines that are none', '{"schema":"absage/protocol/1","house":{},"outcome":{},"journal":[1],"sha256":""}'],
])('does not take %s for a protocol', async (_name, text) => {
  expect(await verifyProtocol(Buffer.from(text))).toMatchObject({ kind: 'not-a-protocol' });
});

it('calls lines that make no sense broken, and does not fail', async () => {
  const journal = [{ ...completed[0]!, after: null } as unknown as JournalEntry];
  const verdict = await verifyProtocol(bytesOf(resealed({ ...protocolOf(completed), journal })));
  expect(verdict).toMatchObject({ kind: 'protocol', isWhole: false });
});

/**
 * Documents of each version, as they were made once. When one of these is no longer what its lines give, a protocol
 * that somebody has filed looks forged: raise the version in `src/protocol/document.ts` and keep one of the new kind.
 */
describe('a protocol that was filed once', () => {
  const folder = join(__dirname, 'kept');
  it.each(readdirSync(folder))('stays whole: %s', async (name) => {
    const verdict = await verifyProtocol(readFileSync(join(folder, name)));
    expect(faults(verdict)).toEqual([]);
    expect(verdict).toMatchObject({ isWhole: true });
  });
  const faults = (verdict: Verdict) =>
    verdict.kind === 'protocol' ? verdict.findings.filter(({ holds }) => holds === false) : verdict;
});
