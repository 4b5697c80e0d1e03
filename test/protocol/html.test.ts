import type { JournalEntry } from '../../src/domain/journal';
import type { ProtocolDocument } from '../../src/protocol/document';
import { renderProtocolHtml } from '../../src/protocol/html';
import { protocolJson } from '../../src/protocol/json';
import { verifyProtocol } from '../../src/protocol/verify';
import { ofBefore, ProtocolCases, protocolOf } from './protocol-cases';

let cases: ProtocolCases;
let completed: JournalEntry[];

beforeAll(async () => {
  cases = await ProtocolCases.open();
  completed = await cases.completed();
});
afterAll(() => cases.close());

it('the page is made from the JSON alone', () => {
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

it('the page is headed by the performance, and leads back to the case', () => {
  const links = { pdf: '/x.pdf', json: '/x.json', back: '/absagen/FSP/1', backText: 'Zurück zur Absage' };
  const page = renderProtocolHtml(protocolOf(completed), links);
  expect(page).toMatch(/<h1>Protokoll der Absage FSP \d+: Der Besuch der alten Dame<\/h1>/);
  expect(page).toContain('<a href="/absagen/FSP/1">Zurück zur Absage</a>');
});

it('the page says at its beginning and its end that it was only a rehearsal, and nothing of it in earnest', () => {
  const banner = 'PROBEBETRIEB – nichts wurde übertragen';
  expect(renderProtocolHtml(protocolOf(completed)).split(banner)).toHaveLength(3);
  expect(renderProtocolHtml(protocolOf(ofBefore(completed), false))).not.toContain('PROBEBETRIEB');
});

it('the page does not say of a rehearsal with a real Jet that nothing was written, and is verified all the same', async () => {
  const document = await cases.signed(await cases.completedInEarnest());
  const page = renderProtocolHtml(document);
  expect(page).toContain('PROBEBETRIEB mit echtem Jet');
  expect(page).not.toContain('nichts wurde übertragen');
  expect(await verifyProtocol(Buffer.from(protocolJson(document)))).toMatchObject({ isWhole: true });
});

it('what is not known counts as real: a case of before does not say that nothing was written', () => {
  const page = renderProtocolHtml(protocolOf(ofBefore(completed)));
  expect(page).toContain('PROBEBETRIEB mit echtem Jet');
});

it('the page shows a title that looks like a script as text, and unseen characters by their numbers', async () => {
  const title = '<script>alert(1)</script> & "x" \u202Eabsage';
  const page = renderProtocolHtml(protocolOf(await cases.completed({ title, customerTitle: '\u0000<b>' })));
  for (const raw of ['<script', '<b>', '\u202e', '\u0000']) expect(page).not.toContain(raw);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; [U+202E]absage');
  expect(page).toContain('[U+0000]&lt;b&gt;');
});

it('the page shows by its number whatever takes no room or looks like a blank, and leaves an emoji whole', async () => {
  const title = 'Fa\u00adust\u00a0I\u3164 \u{e0001}\u034f 👨‍👩‍👧‍👦';
  const page = renderProtocolHtml(protocolOf(await cases.completed({ title, customerTitle: null })));
  expect(page).toContain('Fa[U+00AD]ust[U+00A0]I[U+3164] [U+E0001][U+034F] 👨‍👩‍👧‍👦');
  for (const raw of ['\u00ad', '\u00a0', '\u3164', '\u034f']) expect(page).not.toContain(raw);
});

it('the page writes no blank of its own that would be shown by its number', () => {
  // The one number is the example in the sentence about them.
  expect(renderProtocolHtml(protocolOf(completed)).match(/\[U\+[^\]]*\]/g)).toEqual(['[U+1F3AD]']);
});

it('the page has neither script nor style of its own', () => {
  const page = renderProtocolHtml(protocolOf(completed));
  expect(page).not.toMatch(/<script|<style|style=|onclick/);
  expect(page).toContain('<link rel="stylesheet" href="/assets/console.css"/>');
  expect(page).toContain('<html lang="de-AT">');
});

const hashesOf = (entries: readonly JournalEntry[]) => entries.map(({ hash }) => hash);
