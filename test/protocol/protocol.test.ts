import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib from 'node:zlib';
import type { JournalEntry } from '../../src/domain/journal';
import { hashEntry } from '../../src/journal/chain';
import { readAttachment } from '../../src/protocol/attachment';
import { buildProtocol } from '../../src/protocol/build';
import { PROTOCOL_SCHEMA, type ProtocolDocument } from '../../src/protocol/document';
import { renderProtocolHtml } from '../../src/protocol/html';
import { protocolJson } from '../../src/protocol/json';
import { PDF_WRITER, renderProtocolPdf } from '../../src/protocol/pdf';
import { exactTime } from '../../src/domain/clock';
import { duration } from '../../src/protocol/times';
import { digestUnpacked } from '../../src/protocol/unpacked';
import { verifyProtocol, type Verdict } from '../../src/protocol/verify';
import { digest } from '../../src/digest';
import { MARKED, ProtocolCases, protocolOf, TITLE } from './protocol-cases';

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

const stepStates = ({ steps }: ProtocolDocument) =>
  Object.fromEntries(steps.map(({ name, state }) => [name, state]));

const NOTHING_DONE = {
  'mark-titles': 'open',
  'wait-for-title-transfer': 'open',
  'set-storno': 'open',
  'wait-for-storno-transfer': 'open',
  'verify-channel': 'open',
  'grant-right': 'open',
  'notify-partner': 'open',
};

describe('a completed case', () => {
  it('says what was done, by whom, and when', () => {
    const document = protocolOf(completed);
    expect(document).toMatchObject({
      schema: 'absage/protocol/1',
      rehearsal: true,
      house: { key: 'FSP', name: 'Festspielhaus St. Pölten' },
      outcome: { state: 'completed', headline: 'Absage abgeschlossen', pointOfNoReturnPassed: true },
      event: { title: TITLE, venue: 'Großer Saal', statusBefore: 'Verkaufsfreigabe' },
      order: { orderedBy: 'test', wantedMarker: 'ENTFÄLLT', usedMarker: 'ENTFÄLLT', backend: 'gateway' },
      refusal: null,
      decisions: [],
      channelShowedStornoBefore: false,
      evidence: [{ status: 'Storno', outcome: 'verified', line: 6 }],
      journal: completed,
    });
    expect(new Set(document.steps.map(({ state }) => state))).toEqual(new Set(['done']));
  });

  it('shows each write with its announcement, its save and its reading back', () => {
    const { acts } = protocolOf(completed);
    expect(acts.map(({ operation, outcome, lines }) => [operation, outcome, lines])).toEqual([
      ['save-announcement', 'ok', [2, 3]],
      ['set-storno', 'ok', [4, 5]],
      ['grant-right', 'ok', [7, 8]],
    ]);
    for (const { announcedAt, confirmedAt } of acts)
      expect(Date.parse(announcedAt!)).toBeLessThanOrEqual(Date.parse(confirmedAt!));
    expect(acts[0]?.fields[0]).toEqual({ label: 'Titel', before: TITLE, wanted: MARKED, found: MARKED });
    expect(acts[1]?.fields).toEqual([
      { label: 'Status', before: 'Verkaufsfreigabe', wanted: 'Storno', found: 'Storno' },
    ]);
  });

  it('shows the three texts before, as planned, and as last read', () => {
    expect(protocolOf(completed).texts).toMatchObject([
      { label: 'Titel', before: TITLE, planned: MARKED, found: { text: MARKED, seq: 3 } },
      { label: 'Titel (Kundensicht)', found: { text: `Dürrenmatt: ${MARKED}` } },
      {
        label: 'Externer Memotext',
        before: 'Einlass ab 19 Uhr',
        found: { text: 'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 19 Uhr' },
      },
    ]);
  });

  it('measures both waits, and the time on sale with the marker, on the clock of Jet', () => {
    const { waits, onSaleWithMarkerMs } = protocolOf(completed);
    const savedAt = (seq: number) => Date.parse(Object(completed[seq - 1]?.after).savedAt as string);
    const readAt = Date.parse(Object(completed[5]?.after).readAt as string);
    expect(waits.map(({ plannedMs, actualMs }) => [plannedMs, actualMs])).toEqual([
      [25, savedAt(5) - savedAt(3)],
      [25, readAt - savedAt(5)],
    ]);
    expect(onSaleWithMarkerMs).toBe(savedAt(5) - savedAt(3));
    expect(onSaleWithMarkerMs).toBeGreaterThanOrEqual(25);
  });

  it('names the mail with its Message-ID, its text, and the answer for each recipient', () => {
    const { notice } = protocolOf(completed);
    const { caseId, eventNumber } = protocolOf(completed);
    expect(notice?.mail).toMatchObject({
      messageId: `<cancellation.${eventNumber}.${caseId}@festspielhaus.example>`,
      to: ['absagen@oeticket.example'],
      cc: ['karten@festspielhaus.example'],
      subject: expect.stringContaining(`(VA-Nr. ${eventNumber})`),
      text: expect.stringContaining('Diese E-Mail ist die Anweisung des Veranstalters zur Rückerstattung.'),
    });
    expect(notice?.attempts.flatMap(({ recipients }) => recipients)).toEqual([
      {
        address: 'absagen@oeticket.example',
        outcome: 'accepted',
        outcomeText: 'vom Mailserver angenommen',
        reply: 'accepted',
      },
      expect.objectContaining({ address: 'karten@festspielhaus.example' }),
    ]);
  });

  it('lists what is left to be done by hand, and when the right ends', () => {
    const { toDo, right } = protocolOf(completed);
    const { validUntil } = right!.granted!;
    expect(toDo).toEqual([
      'Bei Ö-Ticket die Bestätigung abwarten, dass die Servicemail versendet wurde.',
      `Sind am ${validUntil!.split('-').reverse().join('.')} noch Rückerstattungen offen: die erweiterte Stornoberechtigung verlängern.`,
      'Käufer:innen der eigenen Kassa und des eigenen Webshops verständigen: sie bekommen keine Servicemail von Ö-Ticket.',
      'Inhaber:innen von Abonnements und Paketen verständigen.',
      'Website, Spielplan und Aushang berichtigen.',
      'Einlass, Besucherdienst und Gastronomie verständigen.',
    ]);
  });
});

describe('a case that ended otherwise', () => {
  it('was aborted, and its titles are as they were', async () => {
    const document = protocolOf(await cases.aborted());
    expect(document.outcome).toMatchObject({
      state: 'aborted',
      summary:
        'Vor dem Storno abgebrochen. Titel und Hinweis wurden zurückgesetzt. Der Status wurde nicht verändert.',
      pointOfNoReturnPassed: false,
    });
    expect(document.texts[0]).toMatchObject({ before: TITLE, planned: MARKED, found: { text: TITLE } });
    expect(document.decisions).toMatchObject([
      { actor: 'clerk', label: 'Absage abbrechen und Titel zurücksetzen', reason: 'Irrtum' },
    ]);
    expect(document.toDo).toEqual(['Bei Ö-Ticket nachsehen, ob dort wieder der ursprüngliche Titel steht.']);
    expect(document.acts.map(({ operation }) => operation)).toEqual([
      'save-announcement',
      'restore-announcement',
    ]);
  });

  it('was aborted before anything was written: then nothing is left to do', async () => {
    const { outcome, toDo, acts } = protocolOf(await cases.abortedAtOnce());
    expect(outcome.summary).toContain('Geschrieben war noch nichts.');
    expect([toDo, acts]).toEqual([[], []]);
  });

  it('was refused, and says why', async () => {
    const document = protocolOf(await cases.refused());
    expect(document).toMatchObject({
      outcome: {
        state: 'refused',
        headline: 'Absage nicht begonnen',
        summary:
          'Status ist Abschluss – in diesem Zustand kann nicht storniert werden. In Jet wurde nichts geschrieben.',
      },
      refusal: { code: 'status-not-cancellable' },
      acts: [],
      right: null,
    });
    expect(stepStates(document)).toEqual({ check: 'done', ...NOTHING_DONE, report: 'open' });
  });

  it('was closed by hand after a Storno whose answer was lost: that is unclear, not done', async () => {
    const document = protocolOf(await cases.closedByHand());
    expect(document.outcome).toMatchObject({ state: 'closed-by-hand', pointOfNoReturnPassed: true });
    expect(stepStates(document)).toMatchObject({ 'mark-titles': 'done', 'set-storno': 'unclear' });
    expect(document.toDo[0]).toBe(
      'In Jet nachsehen, welcher Status gilt: Storno wurde versucht, ein Ergebnis steht nicht im Logbuch.',
    );
    expect(document.acts.at(-1)).toMatchObject({ operation: 'set-storno', outcome: null, confirmedAt: null });
  });

  it('has not ended: it says so, and how far it got', async () => {
    const entries = await cases.open();
    const document = protocolOf(entries);
    expect(document.outcome).toMatchObject({
      state: 'open',
      headline: 'Absage noch nicht beendet',
      endedAt: null,
      summary:
        'Die Absage läuft noch oder wurde unterbrochen: dieses Protokoll ist vorläufig. Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.',
    });
    expect(document.asOf).toBe(entries.at(-1)?.at);
    expect(document.waits.at(-1)).toMatchObject({ step: 'wait-for-storno-transfer', actualMs: null });
    expect(document.toDo[0]).toBe(
      'Die Absage ist nicht zu Ende: ihren Stand ansehen, fortsetzen oder abbrechen.',
    );
  });

  it('has only been opened', async () => {
    const document = protocolOf(await cases.begun());
    expect(document.outcome.summary).toContain('Geschrieben ist noch nichts.');
    expect(stepStates(document)).toEqual({ check: 'done', ...NOTHING_DONE, report: 'open' });
  });

  it('has no line at all: then there is no Protokoll', () => {
    expect(buildProtocol([], protocolOf(completed).house, true)).toBeNull();
  });
});

describe('what people did', () => {
  it('a skipped wait is told with who, when and why', async () => {
    const document = protocolOf(await cases.skippedWait());
    const [wait] = document.waits;
    expect(wait).toMatchObject({ plannedMs: 60_000, skipped: { actor: 'clerk', reason: 'so entschieden' } });
    expect(wait!.actualMs).toBeLessThan(60_000);
    expect(stepStates(document)).toMatchObject({
      'wait-for-title-transfer': 'skipped',
      'set-storno': 'done',
    });
    expect(renderProtocolHtml(document)).toContain('Begründung: so entschieden');
  });

  it('waived steps are left to be done, and not called done', async () => {
    const document = protocolOf(await cases.waivedSteps());
    expect(stepStates(document)).toMatchObject({ 'grant-right': 'waived', 'notify-partner': 'waived' });
    expect(document.outcome.summary).toBe(
      'Der Status ist Storno, die Übertragung wurde in Connect Online kontrolliert, auf die erweiterte Stornoberechtigung wurde verzichtet, auf die E-Mail an Ö-Ticket wurde verzichtet.',
    );
    expect(document.right).toMatchObject({
      granted: null,
      text: 'Darauf hat clerk verzichtet: so entschieden',
    });
    expect(document.toDo).toEqual(
      expect.arrayContaining([
        'Die erweiterte Stornoberechtigung gesondert vergeben: ohne sie kann Ö-Ticket Rückerstattungen nicht buchen.',
        'Ö-Ticket verständigen und die Rückerstattung anweisen: von hier ging keine E-Mail hinaus.',
      ]),
    );
  });

  it('a mail that was sent again shows both attempts, and the question that was answered', async () => {
    const document = protocolOf(await cases.sentAgain());
    expect(
      document.notice?.attempts.map(({ recipients }) => recipients.map(({ outcome }) => outcome)),
    ).toEqual([['in-doubt', 'accepted'], ['accepted']]);
    expect(document.decisions).toMatchObject([
      {
        answer: 'die E-Mail noch einmal senden',
        question: expect.stringMatching(/^Wir wissen nicht sicher, ob die E-Mail angekommen ist\./),
      },
    ]);
    expect(stepStates(document)['notify-partner']).toBe('done');
  });

  it('a mail that a person calls arrived is confirmed, not accepted', async () => {
    const document = protocolOf(await cases.sentAgain('treat-as-sent'));
    expect(document.notice?.text).toBe('Eine Person hat bestätigt, dass die E-Mail gesendet wurde.');
    expect(stepStates(document)['notify-partner']).toBe('by-hand');
  });

  it('a mail in doubt is left to be asked about', async () => {
    const document = protocolOf(await cases.mailInDoubt());
    expect(stepStates(document)['notify-partner']).toBe('unclear');
    expect(document.toDo).toContain('Bei Ö-Ticket nachfragen, ob die E-Mail angekommen ist.');
  });

  it('a marker that a colleague took off and a person had put on again stands there twice', async () => {
    const document = protocolOf(await cases.markedAgain());
    expect(document.acts.map(({ operation }) => operation)).toEqual([
      'save-announcement',
      'save-announcement',
      'set-storno',
      'grant-right',
    ]);
    expect(document.decisions[0]).toMatchObject({ answer: 'Zusatz und Hinweis noch einmal anbringen' });
    expect(document.waits[0]?.from).toBe(document.acts[1]?.savedAt);
  });

  it('a save by a colleague during the wait is noticed', async () => {
    const document = protocolOf(await cases.savedByColleague());
    expect(document.waits[0]?.note).toContain('noch einmal gespeichert');
    expect(protocolOf(completed).waits[0]?.note).toBeNull();
  });

  it('a Storno that was there before is adopted, and no title was needed', async () => {
    const document = protocolOf(await cases.wasStorno());
    expect(stepStates(document)).toMatchObject({
      'mark-titles': 'not-needed',
      'wait-for-title-transfer': 'not-needed',
      'set-storno': 'done',
    });
    expect(document.acts).toMatchObject([
      { operation: 'adopt-storno', outcomeText: 'nicht von Absage gesetzt, beim Lesen vorgefunden' },
    ]);
    expect(document.onSaleWithMarkerMs).toBeNull();
  });

  it('a house without a gateway has done each step in Jet by hand, with a name', async () => {
    const document = protocolOf(await cases.guided());
    expect(stepStates(document)).toMatchObject({
      'mark-titles': 'by-hand',
      'set-storno': 'by-hand',
      'verify-channel': 'by-hand',
      'grant-right': 'by-hand',
      'notify-partner': 'done',
    });
    expect(document.acts.map(({ hands, actor, lines }) => [hands, actor, lines.length])).toEqual([
      ['person', 'Herr Gruber', 2],
      ['person', 'Herr Gruber', 2],
      ['person', 'Herr Gruber', 2],
    ]);
    expect(document.decisions.map(({ label }) => label)).toEqual([
      'Titel und Hinweis speichern: von Hand erledigt',
      'Status auf Storno setzen: von Hand erledigt',
      'Connect Online ansehen: von Hand erledigt',
      'Erweiterte Stornoberechtigung vergeben: von Hand erledigt',
    ]);
    expect(document.channelShowedStornoBefore).toBeNull();
    expect(document.waits[0]?.actualMs).toBeGreaterThanOrEqual(25);
  });
});

describe('times', () => {
  it('are Vienna’s, to the second', () => {
    expect(exactTime('2026-07-01T16:17:05.999Z')).toBe('01.07.2026, 18.17.05');
    expect(exactTime('2026-12-31T23:30:00.000Z')).toBe('01.01.2027, 00.30.00');
  });

  it.each([
    [0, '0 Sek.'],
    [999, 'unter 1 Sek.'],
    [20_000, '20 Sek.'],
    [903_400, '15 Min. 3 Sek.'],
    [3_600_000, '1 Std.'],
  ])('of %i ms are spoken of as %s', (ms, text) => expect(duration(ms)).toBe(text));
});

describe('the page', () => {
  it('is made from the JSON alone', () => {
    const document = protocolOf(completed);
    const page = renderProtocolHtml(document);
    const again = JSON.parse(protocolJson(document)) as ProtocolDocument;
    expect(again).toEqual(document);
    expect(renderProtocolHtml(again)).toBe(page);
    for (const text of [
      'Absage abgeschlossen',
      'Von Hand noch zu tun',
      'Unterschriften',
      ...hashesOf(completed),
    ])
      expect(page).toContain(text);
  });

  it('says at its beginning and its end that it was only a rehearsal, and nothing of it in earnest', () => {
    const banner = 'PROBEBETRIEB – nichts wurde übertragen';
    expect(renderProtocolHtml(protocolOf(completed)).split(banner)).toHaveLength(3);
    expect(renderProtocolHtml(protocolOf(completed, false))).not.toContain('PROBEBETRIEB');
  });

  it('does not say of a rehearsal with a real Jet that nothing was written, and is verified all the same', async () => {
    const document = protocolOf(completed, true, true);
    const page = renderProtocolHtml(document);
    expect(page).toContain('PROBEBETRIEB mit echtem Jet');
    expect(page).not.toContain('nichts wurde übertragen');
    expect(await verifyProtocol(Buffer.from(protocolJson(document)))).toMatchObject({ isWhole: true });
  });

  it('shows a title that looks like a script as text, and unseen characters by their numbers', async () => {
    const title = '<script>alert(1)</script> & "x" \u202Eabsage';
    const page = renderProtocolHtml(protocolOf(await cases.completed({ title, customerTitle: '\u0000<b>' })));
    for (const raw of ['<script', '<b>', '\u202e', '\u0000']) expect(page).not.toContain(raw);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; [U+202E]absage');
    expect(page).toContain('[U+0000]&lt;b&gt;');
  });

  it('has neither script nor style of its own', () => {
    const page = renderProtocolHtml(protocolOf(completed));
    expect(page).not.toMatch(/<script|<style|style=|onclick/);
    expect(page).toContain('<link rel="stylesheet" href="/assets/console.css"/>');
    expect(page).toContain('<html lang="de-AT">');
  });
});

const hashesOf = (entries: readonly JournalEntry[]) => entries.map(({ hash }) => hash);

describe('the PDF', () => {
  it('carries the JSON of the very same document', () => {
    expect(readAttachment(pdf)?.toString('utf8')).toBe(protocolJson(protocolOf(completed)));
  });

  it('is the same, byte for byte, whenever it is made of the same document', async () => {
    const again = JSON.parse(protocolJson(protocolOf(completed))) as ProtocolDocument;
    expect((await renderProtocolPdf(again)).equals(pdf)).toBe(true);
  }, 90_000);

  it('says of itself that it is PDF/A-3a and PDF/UA-1, tagged, in German, with embedded fonts', () => {
    const text = pdf.toString('latin1');
    for (const marker of [
      '%PDF-1.7',
      '<pdfaid:part>3</pdfaid:part>',
      '<pdfaid:conformance>A</pdfaid:conformance>',
      '<pdfuaid:part>1</pdfuaid:part>',
      '<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>',
      '/Marked true',
      '/Lang (de-AT)',
      '/DisplayDocTitle true',
      '/AFRelationship /Source',
      '/OutputIntents',
      '/FontFile2',
      '/Scope /Column',
      '/Scope /Row',
    ])
      expect(text).toContain(marker);
    expect(text).not.toMatch(/\/BaseFont \/(Helvetica|Times|Courier)/);
    expect(text.match(/\/Type \/Page\n/g)?.length).toBeGreaterThan(3);
    expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
  });

  it('survives titles that no font has, and texts longer than a page', async () => {
    const title = '🎭 \u202e\u0000 שלום 中文';
    const reason = `Zeile\n${'Wörter '.repeat(250)}`.trim();
    const limits = { title: 60, customerTitle: 80, externalMemo: 10_000 };
    const entries = await cases.completed({ title, customerTitle: 'x'.repeat(70), limits }, reason);
    const drawn = await renderProtocolPdf(protocolOf(entries));
    const kept = JSON.parse(readAttachment(drawn)?.toString('utf8') ?? '') as ProtocolDocument;
    expect(kept.event?.title).toBe(title);
  }, 90_000);
});

describe('verification', () => {
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

  const changeText = (change: (text: string) => string) =>
    Buffer.from(change(pdf.toString('latin1')), 'latin1');

  it.each<[string, () => Buffer]>([
    ['another author', () => changeText((text) => text.replace('(Absage)', '(Anders)'))],
    ['a line after its end', () => Buffer.concat([pdf, Buffer.from('% gesehen\n')])],
    ['another page drawn over it by an update', () => Buffer.concat([pdf, anUpdate()])],
    [
      'a position that leads elsewhere',
      () => changeText((text) => text.replace(/(?<=\n)0(?=\d{9} 0{5} n)/, '1')),
    ],
    ['no end', () => pdf.subarray(0, -100)],
  ])(
    'finds a PDF changed that has %s',
    async (_name, change) => {
      const verdict = await verifyProtocol(change());
      expect(verdict).toMatchObject({ kind: 'protocol', proof: 'changed', isWhole: false });
      expect(faultsOf(verdict)).toEqual([
        { holds: false, text: expect.stringMatching(/^Das PDF wurde verändert/) as string },
      ]);
    },
    90_000,
  );

  /** What an editor appends when it paints over a page. */
  function anUpdate(): Buffer {
    const page = '900 0 obj\n<<\n/Length 5\n>>\nstream\nq Q n\nendstream\nendobj\n';
    return Buffer.from(`${page}xref\n900 1\n0000000000 00000 n \nstartxref\n1\n%%EOF\n`);
  }

  it('takes pages for the same that only another zlib has packed', async () => {
    const { deflateSync } = zlib;
    const packing = jest
      .spyOn(zlib, 'deflateSync')
      .mockImplementation((data) => deflateSync(data, { level: 1 }));
    const packed = await renderProtocolPdf(protocolOf(completed)).finally(() => packing.mockRestore());
    expect(packed.equals(pdf)).toBe(false);
    expect(await verifyProtocol(packed)).toMatchObject({ proof: 'whole' });
    const other = packed.toString('latin1').replace(/(?<=\n)0(?=\d{9} 0{5} n)/, '1');
    expect(await verifyProtocol(Buffer.from(other, 'latin1'))).toMatchObject({ proof: 'changed' });
  }, 90_000);

  it.each([
    ['as one program writes it', '/Type /EmbeddedFile /Length {} /Filter /FlateDecode', '\n'],
    ['with its length elsewhere', '/Filter/FlateDecode/Length 2 0 R/Type/EmbeddedFile', '\r\n'],
  ])(
    'finds the document in a PDF saved again, %s, and does not call its pages proven',
    async (_name, dictionary, end) => {
      const packed = zlib.deflateSync(protocolJson(protocolOf(completed)));
      const again = Buffer.concat([
        Buffer.from('%PDF-1.7\n%\xbf\xf7\xa2\xfe\n1 0 obj\n', 'latin1'),
        Buffer.from(`<< ${dictionary.replace('{}', `${packed.length}`)} >>${end}stream${end}`),
        packed,
        Buffer.from(`${end}endstream\nendobj\n2 0 obj\n${packed.length}\nendobj\n%%EOF\n`),
      ]);
      const verdict = await verifyProtocol(again);
      expect(verdict).toMatchObject({ kind: 'protocol', proof: 'unproven', isWhole: false });
      expect(faultsOf(verdict)).toEqual([]);
    },
  );

  it('does not choose between two documents in one PDF', async () => {
    const file = (text: string) => `1 0 obj\n<< /Type /EmbeddedFile >>\nstream\n${text}\nendstream\nendobj\n`;
    const verdict = await verifyProtocol(Buffer.from(`%PDF-1.7\n${file('{}')}${file('{"a":1}')}`));
    expect(verdict).toMatchObject({ kind: 'not-a-protocol' });
  });

  it.each<[string, () => Buffer]>([
    ['a PDF before its attachment', () => pdf.subarray(0, 20_000)],
    ['a JSON', () => Buffer.from(protocolJson(protocolOf(completed))).subarray(0, -1)],
  ])('knows a protocol that was cut off: %s', async (_name, cut) => {
    expect(await verifyProtocol(cut())).toMatchObject({ kind: 'unreadable' });
  });

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
    expect(verdict).toMatchObject({ proof: 'unproven' });
    expect((verdict as { findings: { holds: unknown }[] }).findings.map(({ holds }) => holds)).toEqual([
      true,
      true,
      true,
      null,
    ]);
    const drawn = await verifyProtocol(await renderProtocolPdf(resealed(document)));
    expect(drawn).toMatchObject({ proof: 'unproven' });
    expect(faultsOf(drawn)).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['other JSON', '{"schema":"absage/protocol/1"}'],
    ['null', 'null'],
    ['a PDF without a protocol', '%PDF-1.7\n'],
    [
      'lines that are none',
      '{"schema":"absage/protocol/1","house":{},"outcome":{},"journal":[1],"sha256":""}',
    ],
  ])('does not take %s for a protocol', async (_name, text) => {
    expect(await verifyProtocol(Buffer.from(text))).toMatchObject({ kind: 'not-a-protocol' });
  });

  it('calls lines that make no sense broken, and does not fail', async () => {
    const journal = [{ ...completed[0]!, after: null } as unknown as JournalEntry];
    const verdict = await verifyProtocol(bytesOf(resealed({ ...protocolOf(completed), journal })));
    expect(verdict).toMatchObject({ kind: 'protocol', isWhole: false });
  });
});

/**
 * Documents of each version, as they were made once. When one of these is no longer what its lines give, a protocol
 * that somebody has filed looks forged: raise the version in `src/protocol/document.ts` and keep one of the new kind.
 */
describe('a protocol that was filed once', () => {
  const folder = join(__dirname, 'kept');
  const keptIn = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as ProtocolDocument;

  it.each(readdirSync(folder))('stays as whole as its version can be proven: %s', async (name) => {
    const isCurrent = keptIn(name).schema === PROTOCOL_SCHEMA;
    const verdict = await verifyProtocol(readFileSync(join(folder, name)));
    expect(verdict).toMatchObject({ kind: 'protocol', proof: isCurrent ? 'whole' : 'unproven' });
  });

  /** When these are no longer the same, a PDF that somebody has filed looks forged: raise `PDF_WRITER`, and keep them. */
  it('is drawn as this writer has always drawn it', async () => {
    const names = ['1-aborted.json', '1-completed.json', '1-guided.json'];
    const digests: (string | null)[] = [];
    for (const name of names) digests.push(digestUnpacked(await renderProtocolPdf(keptIn(name))));
    expect({ writer: PDF_WRITER, digests }).toEqual({
      writer: 1,
      digests: [
        'f51c3975eb2479dce9b174718abcf6a97b66435e871959b1d66498cd290757c7',
        '2e6feb9b55005ae924e2996b3c4c27b54cdd2c0231aa8dc374afcda428281e00',
        'fa70659792afa766f3d3e6a67d98710a1aef6773d4673de49b35bcbd49d00f87',
      ],
    });
  }, 90_000);
});
