import type { Block } from './block';
import type { ProtocolDocument } from './document';
import type { SeriesProtocolDocument } from './series-document';
import { protocolJson } from './json';
import { toPages } from './pages';
import type { ProtocolPages } from './protocol-pages';
import { Sheet, type Style } from './pdf-sheet';
import { drawTable } from './pdf-table';

/** The name of the JSON inside the PDF. */
const ATTACHMENT_NAME = 'Protokoll.json';

const TEXT: Style = { font: 'regular', size: 9.5 };
const QUIET: Style = { font: 'regular', size: 8.5, color: '#555555' };
const CELL: Style = { font: 'regular', size: 8.5 };
const CELL_HEAD: Style = { font: 'bold', size: 8, color: '#333333' };
const LABEL: Style = { font: 'bold', size: 8.5, color: '#333333' };
const CODE: Style = { font: 'code', size: 6.4 };
const RUNNING: Style = { font: 'regular', size: 7.5, color: '#555555' };

const MOODS = { good: '#1d6b3c', calm: '#4a4a4a', open: '#8a5200' } as const;
const BANNER = {
  y: 60,
  height: 22,
  fill: '#fff1c9',
  border: '#b98900',
  style: { font: 'bold', size: 9.5 },
} as const;

/**
 * Rises with every change of what is drawn from the same document, by us or by a library: otherwise the pages of an
 * older file would look forged. A digest in the tests shows when it has to rise.
 */
export const PDF_WRITER = 3;

/** The last writer that drew a name as it was written down, also the word for somebody without one. */
const WRITER_OF_WRITTEN_NAMES = 2;

/** The writers whose files can be drawn again. */
export function canDrawAs(writer: number | null): writer is number {
  return writer === PDF_WRITER || writer === WRITER_OF_WRITTEN_NAMES;
}

/** The first object of each file names who wrote it. It belongs to nothing, so another program leaves it out. */
const WRITER_MARK =
  /^%PDF-1\.7\n%\xff{4}\n\d+ 0 obj\n<<\n\/Type \/AbsageProtokoll\n\/Writer (\d+)\n>>\nendobj\n/;

/** The number of the writer whose file this is, be it whole or not; `null`: another program has written it. */
export function writerOf(pdf: Buffer): number | null {
  const [, writer] = WRITER_MARK.exec(pdf.toString('latin1', 0, 200)) ?? [];
  return writer === undefined ? null : Number(writer);
}

/**
 * The Protokoll as PDF/A-3 and PDF/UA on A4, from the document alone, with the document itself as an associated file.
 * The same document gives the same bytes. `writer`: only to draw a file of before once more.
 */
export async function renderProtocolPdf(
  document: ProtocolDocument | SeriesProtocolDocument,
  writer = PDF_WRITER,
): Promise<Buffer> {
  const pages = toPages(document, writer <= WRITER_OF_WRITTEN_NAMES);
  const sheet = new Sheet({
    title: pages.banner ? `${pages.title} (Probebetrieb)` : pages.title,
    language: document.language,
    createdAt: new Date(document.asOf),
    bannerHeight: pages.banner ? BANNER.height + 8 : 0,
  });
  sheet.doc.ref({ Type: 'AbsageProtokoll', Writer: writer }).end(undefined);
  drawOpening(sheet, pages);
  pages.blocks.forEach((block, index) => drawBlock(sheet, block, pages.blocks[index + 1]));
  drawFrames(sheet, pages, document);
  attach(sheet, document);
  return sheet.finish();
}

/** The relation makes a file an associated file; pdfkit's types lack it. */
interface AssociatedFile extends PDFKit.Mixins.PDFAttachmentOptions {
  relationship: 'Source';
}

function attach(sheet: Sheet, document: ProtocolDocument | SeriesProtocolDocument): void {
  const at = new Date(document.asOf);
  const options: AssociatedFile = {
    name: ATTACHMENT_NAME,
    type: 'application/json',
    description: 'Das Protokoll für Programme, mit allen Zeilen des Logbuchs',
    relationship: 'Source',
    creationDate: at,
    modifiedDate: at,
  };
  sheet.doc.file(Buffer.from(protocolJson(document), 'utf8'), options);
}

function drawOpening(sheet: Sheet, { title, banner, headline, lead, mood }: ProtocolPages): void {
  if (banner) {
    // Tagged here, so that a screen reader speaks it once; on the other pages it is only drawn.
    const tag = sheet.open(sheet.root, 'P');
    sheet.artifact(() => drawBannerBox(sheet));
    sheet.mark(tag, 'P', () => drawBannerText(sheet, banner));
    tag.end();
  }
  say(sheet, 'H1', title, { font: 'regular', size: 12, color: '#444444' });
  sheet.y += 6;
  const color = MOODS[mood];
  const x = sheet.left + 14;
  const width = sheet.width - 14;
  const { y } = sheet;
  const head = sheet.fit(headline, { font: 'bold', size: 23, color }, width);
  const text = sheet.fit(lead, { font: 'regular', size: 10.5 }, width);
  const height = head.texts.length * head.lineHeight + text.texts.length * text.lineHeight + 6;
  sheet.artifact(() => void sheet.doc.rect(sheet.left, y + 2, 4, height).fill(color));
  const h2 = sheet.open(sheet.root, 'H2');
  sheet.flow(h2, 'H2', head, x);
  h2.end();
  sheet.y += 2;
  const p = sheet.open(sheet.root, 'P');
  sheet.flow(p, 'P', text, x);
  p.end();
  sheet.y += 16;
}

function say(sheet: Sheet, type: string, text: string, style: Style): void {
  const tag = sheet.open(sheet.root, type);
  sheet.flow(tag, type, sheet.fit(text, style, sheet.width));
  tag.end();
}

/** Room for the first lines after a heading, so that a heading never ends a page. */
const ROOM_AFTER_HEADING = 90;
const ROOM_FOR_TABLE = 180;
const SIGNATURE_HEIGHT = 58;

function drawBlock(sheet: Sheet, block: Block, next: Block | undefined): void {
  switch (block.kind) {
    case 'heading': {
      sheet.need(roomFor(next));
      if (sheet.y > sheet.top) sheet.y += 8;
      say(sheet, 'H2', block.text, { font: 'bold', size: 13 });
      sheet.y += 4;
      return;
    }
    case 'paragraph':
      say(sheet, 'P', block.text, block.tone === 'quiet' ? QUIET : TEXT);
      sheet.y += 6;
      return;
    case 'facts':
      return drawTable(sheet, {
        caption: block.caption,
        weights: [28, 72],
        head: null,
        rows: block.rows.map(({ label, value, isCode }) => [
          { text: label, style: LABEL, scope: 'Row' },
          { text: value, style: isCode ? { ...CODE, size: 7.5 } : { ...CELL, size: 9 } },
        ]),
      });
    case 'table':
      return drawTable(sheet, {
        caption: block.caption,
        weights: block.columns.map(({ weight }) => weight),
        head: block.columns.map(({ title }) => ({ text: title, style: CELL_HEAD, scope: 'Column' })),
        rows: block.rows.map((row) =>
          row.map((text, index) => ({
            text,
            style: block.columns[index]?.isCode ? CODE : CELL,
            ...(index === 0 && { scope: 'Row' as const }),
          })),
        ),
      });
    case 'list':
      return drawList(sheet, block.items, block.hasBoxes ?? false);
    case 'letter':
      return drawLetter(sheet, block.caption, block.text);
    case 'signatures':
      return drawSignatures(sheet, block.lines);
  }
}

function roomFor(next: Block | undefined): number {
  if (next?.kind === 'signatures') return 30 + next.lines.length * SIGNATURE_HEIGHT;
  return next?.kind === 'table' || next?.kind === 'facts' ? ROOM_FOR_TABLE : ROOM_AFTER_HEADING;
}

function drawList(sheet: Sheet, items: readonly string[], hasBoxes: boolean): void {
  const indent = hasBoxes ? 18 : 12;
  const list = sheet.open(sheet.root, 'L');
  for (const item of items) {
    const lines = sheet.fit(item, TEXT, sheet.width - indent);
    sheet.need(Math.min(lines.texts.length, 3) * lines.lineHeight);
    const { y } = sheet;
    sheet.artifact(() => {
      if (hasBoxes)
        sheet.doc
          .lineWidth(0.8)
          .strokeColor('#333333')
          .rect(sheet.left + 1, y + 1.5, 9, 9)
          .stroke();
      else sheet.doc.circle(sheet.left + 3, y + 6, 1.6).fill('#333333');
    });
    const li = sheet.open(list, 'LI');
    const body = sheet.open(li, 'LBody');
    sheet.flow(body, 'LBody', lines, sheet.left + indent);
    body.end();
    li.end();
    sheet.y += 4;
  }
  list.end();
  sheet.y += 6;
}

/** The text of a mail as it was sent, beside a vertical line. */
function drawLetter(sheet: Sheet, caption: string, text: string): void {
  sheet.need(60);
  say(sheet, 'P', caption, { ...LABEL, color: '#444444' });
  sheet.y += 3;
  const tag = sheet.open(sheet.root, 'P');
  const lines = sheet.fit(text, CELL, sheet.width - 12);
  const rest = [...lines.texts];
  while (rest.length > 0) {
    sheet.need(lines.lineHeight);
    const texts = rest.splice(0, Math.max(1, Math.floor(sheet.room / lines.lineHeight)));
    const { y } = sheet;
    sheet.artifact(
      () => void sheet.doc.rect(sheet.left, y, 1.5, texts.length * lines.lineHeight).fill('#b8b8b8'),
    );
    sheet.flow(tag, 'P', { ...lines, texts }, sheet.left + 12);
  }
  tag.end();
  sheet.y += 8;
}

function drawSignatures(sheet: Sheet, labels: readonly string[]): void {
  for (const label of labels) {
    sheet.need(SIGNATURE_HEIGHT);
    sheet.y += 34;
    sheet.artifact(() => sheet.rule(sheet.y, sheet.left, 320, { color: '#333333', thickness: 0.8 }));
    sheet.y += 4;
    say(sheet, 'P', label, QUIET);
    sheet.y += 6;
  }
}

/** Draws the edges of every page: the subject, the banner of a rehearsal, and the page number with the total. */
function drawFrames(sheet: Sheet, pages: ProtocolPages, { sha256 }: { sha256: string }): void {
  const { doc } = sheet;
  const { count } = doc.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    doc.switchToPage(index);
    sheet.artifact(() => {
      edge(sheet, 36, pages.subject, pages.title);
      sheet.rule(52);
      if (pages.banner && index > 0) {
        drawBannerBox(sheet);
        drawBannerText(sheet, pages.banner);
      }
      sheet.rule(doc.page.height - 46);
      edge(
        sheet,
        doc.page.height - 40,
        `Prüfsumme des Dokuments: ${sha256.slice(0, 32)}…`,
        `Seite ${index + 1} von ${count}`,
      );
    }, 'Pagination');
  }
}

function edge(sheet: Sheet, y: number, left: string, right: string): void {
  const end = sheet.fit(right, RUNNING, sheet.width);
  const endWidth = sheet.widthOf(end.texts[0] ?? '', RUNNING);
  const begin = sheet.fit(left, RUNNING, sheet.width - endWidth - 16);
  sheet.draw({ ...begin, texts: begin.texts.slice(0, 1) }, sheet.left, y);
  sheet.draw(end, sheet.left + sheet.width - endWidth, y);
}

function drawBannerBox(sheet: Sheet): void {
  const { y, height, fill, border } = BANNER;
  sheet.doc.lineWidth(0.8).rect(sheet.left, y, sheet.width, height).fillAndStroke(fill, border);
}

function drawBannerText(sheet: Sheet, text: string): void {
  const { y, height, style } = BANNER;
  const lines = sheet.fit(text, style, sheet.width - 12);
  const textWidth = sheet.widthOf(lines.texts[0] ?? '', style);
  sheet.draw(lines, sheet.left + (sheet.width - textWidth) / 2, y + (height - lines.lineHeight) / 2 + 1);
}
