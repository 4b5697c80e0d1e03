import type { JournalEntry } from '../../src/domain/journal';
import { hashEntry, NO_PREVIOUS_HASH } from '../../src/journal/chain';
import { PDF_WRITER, renderProtocolPdf } from '../../src/protocol/pdf';
import { renderProtocolHtml } from '../../src/protocol/html';
import { verifyProtocol } from '../../src/protocol/verify';
import { ProtocolCases, protocolOf } from './protocol-cases';

let cases: ProtocolCases;

beforeAll(async () => {
  cases = await ProtocolCases.open();
});
afterAll(() => cases.close());

/** The lines as they are written when the program has given no name. */
function byNobody(entries: readonly JournalEntry[]): JournalEntry[] {
  let previousHash = NO_PREVIOUS_HASH;
  return entries.map(({ hash: _hash, signature: _signature, actorId: _actorId, ...entry }) => {
    const after = entry.after as { input?: object } | null;
    const line = {
      ...entry,
      actor: entry.actor === 'Absage' ? entry.actor : 'rehearsal',
      after: after?.input ? { ...after, input: { ...after.input, orderedBy: 'rehearsal' } } : after,
      previousHash,
    } as Omit<JournalEntry, 'hash'>;
    previousHash = hashEntry(line);
    return { ...line, hash: previousHash } as JournalEntry;
  });
}

const MAKE: [string, () => Promise<JournalEntry[]>][] = [
  ['completed', () => cases.completed()],
  ['aborted', () => cases.aborted()],
  ['closed by hand', () => cases.closedByHand()],
  ['guided', () => cases.guided()],
];

it.each(MAKE)('the page of a case that was %s names nobody where no name was given', async (_how, make) => {
  const page = renderProtocolHtml(protocolOf(byNobody(await make())));
  expect(page).toContain('Unbekannt');
  expect(page.match(/.{0,40}((von|hat|hand:|hat:) rehearsal|>rehearsal<).{0,20}/gi)).toBeNull();
});

it.each([2, PDF_WRITER])(
  'a PDF that writer %j has drawn of such a case shows its document',
  async (writer) => {
    const pdf = await renderProtocolPdf(protocolOf(byNobody(await cases.aborted())), writer);
    const verdict = await verifyProtocol(pdf);
    const findings = verdict.kind === 'protocol' ? verdict.findings : [];
    expect(findings.filter(({ holds }) => holds === false)).toEqual([]);
    expect(findings.map(({ text }) => text)).toContain('Die gedruckten Seiten zeigen genau dieses Dokument.');
  },
);
