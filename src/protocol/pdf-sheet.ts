import PDFDocument from 'pdfkit';
import { byNumber, isUnseen, visible } from '../domain/visible';

/*
 * A4 pages that are tagged as they are drawn. Of pdfkit's own text and tables only single lines are used: its tables
 * do not repeat their heads, and they clip a row that is longer than a page.
 */

/** The fonts by their files: under names of their own, pdfkit would read the first font twice. */
const FONTS = {
  regular: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansCondensed-Bold.ttf'),
  code: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf'),
} as const;

export interface Style {
  font: keyof typeof FONTS;
  /** In points. */
  size: number;
  color?: string;
}

/** One text, broken into lines that fit. */
export interface Lines {
  style: Style;
  texts: string[];
  lineHeight: number;
}

export type Tag = PDFKit.PDFStructureElement;

/** pdfkit's types lack the scope of a table head: the row or the column that it names. */
interface TagOptions extends PDFKit.Mixins.StructureElementOptions {
  scope?: 'Row' | 'Column';
}

const LINE_SPACING = 1.32;
const INK = '#1a1a1a';
const LEFT = 56;
const RIGHT = 56;
/** Below the running head; a banner moves it down. */
const TOP = 72;
const BOTTOM = 62;

/** A part of pdfkit's font that its types hide: a missing glyph would be an empty box, which PDF/A forbids. */
interface FontInside {
  _font: { font: { hasGlyphForCodePoint(code: number): boolean } };
}

export interface SheetSettings {
  title: string;
  language: string;
  /** The only time in the file, from the document itself, so that the same document gives the same bytes. */
  createdAt: Date;
  /** Room for a banner under the running head, in points. */
  bannerHeight: number;
}

/** A cursor on tagged pages: it draws lines, and goes on to the next page when a caller needs more room. */
export class Sheet {
  readonly doc: PDFKit.PDFDocument;
  readonly root: Tag;
  y = 0;
  private readonly widths = new Map<string, number>();
  private readonly glyphs = new Map<string, boolean>();

  constructor(private readonly settings: SheetSettings) {
    this.doc = new PDFDocument({
      size: 'A4',
      // Lines are placed by hand, down to the very bottom.
      margin: 0,
      autoFirstPage: false,
      bufferPages: true,
      font: FONTS.regular,
      pdfVersion: '1.7',
      subset: 'PDF/A-3a',
      tagged: true,
      lang: settings.language,
      displayTitle: true,
      info: {
        Title: settings.title,
        Author: 'Absage',
        Creator: 'Absage',
        Producer: 'Absage (PDFKit)',
        CreationDate: settings.createdAt,
      },
    });
    this.doc.appendXML(PDF_UA_METADATA);
    this.root = this.doc.struct('Document');
    this.doc.addStructure(this.root);
    this.nextPage();
  }

  get left(): number {
    return LEFT;
  }

  get width(): number {
    return this.doc.page.width - LEFT - RIGHT;
  }

  get top(): number {
    return TOP + this.settings.bannerHeight;
  }

  get bottom(): number {
    return this.doc.page.height - BOTTOM;
  }

  get room(): number {
    return this.bottom - this.y;
  }

  nextPage(): void {
    this.doc.addPage();
    this.y = this.top;
  }

  /** Goes on to the next page unless this height fits on the current one. */
  need(height: number): void {
    if (this.room < height && this.y > this.top) this.nextPage();
  }

  /** Opens an element of the structure below another one. */
  open(parent: Tag, type: string, options: TagOptions = {}): Tag {
    const tag = this.doc.struct(type, options);
    parent.add(tag);
    return tag;
  }

  /** Draws a part of an element; an element may have parts on several pages. */
  mark(tag: Tag, type: string, draw: () => void): void {
    const content = this.doc.markStructureContent(type);
    draw();
    this.doc.endMarkedContent();
    tag.add(content);
  }

  /** Draws lines, boxes and running heads, which a screen reader leaves out. */
  artifact(draw: () => void, type: 'Layout' | 'Pagination' = 'Layout'): void {
    this.doc.markContent('Artifact', { type });
    draw();
    this.doc.endMarkedContent();
  }

  fit(text: string, style: Style, width: number): Lines {
    const texts = this.drawable(text, style)
      .split('\n')
      .flatMap((paragraph) => this.breakParagraph(paragraph, style, width));
    return { style, texts, lineHeight: style.size * LINE_SPACING };
  }

  /** Draws lines from a point on. The caller makes sure that they fit on the page. */
  draw({ style, texts, lineHeight }: Lines, x: number, y: number): void {
    const { font, size, color = INK } = style;
    this.doc.font(FONTS[font]).fontSize(size).fillColor(color);
    texts.forEach((text, index) => {
      if (text !== '') this.doc.text(text, x, y + index * lineHeight, { lineBreak: false });
    });
  }

  /** Draws a paragraph below the last one, over as many pages as it takes. */
  flow(tag: Tag, type: string, lines: Lines, x = LEFT): void {
    const rest = [...lines.texts];
    while (rest.length > 0) {
      this.need(lines.lineHeight);
      const count = Math.max(1, Math.floor(this.room / lines.lineHeight));
      const texts = rest.splice(0, count);
      const { y } = this;
      this.mark(tag, type, () => this.draw({ ...lines, texts }, x, y));
      this.y += texts.length * lines.lineHeight;
    }
  }

  rule(y: number, x = LEFT, width = this.width, { color = '#b8b8b8', thickness = 0.5 } = {}): void {
    this.doc
      .lineWidth(thickness)
      .strokeColor(color)
      .moveTo(x, y)
      .lineTo(x + width, y)
      .stroke();
  }

  widthOf(text: string, style: Style): number {
    return [...text].reduce((sum, character) => sum + this.characterWidth(character, style), 0);
  }

  finish(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    return new Promise((resolve, reject) => {
      this.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.doc.on('end', () => resolve(Buffer.concat(chunks)));
      this.doc.on('error', reject);
      this.root.end();
      this.doc.end();
    });
  }

  /** Replaces characters that the font lacks by their numbers, and what joins the parts of an emoji with them. */
  private drawable(text: string, { font }: Style): string {
    const isDrawable = (character: string) =>
      character === '\n' || (this.hasGlyph(character, font) && !isUnseen(character));
    return [...visible(text)]
      .map((character) => (isDrawable(character) ? character : byNumber(character)))
      .join('');
  }

  private hasGlyph(character: string, font: Style['font']): boolean {
    const key = `${font}/${character}`;
    let known = this.glyphs.get(key);
    if (known === undefined) {
      this.doc.font(FONTS[font]);
      const { _font } = this.doc as unknown as FontInside;
      known = _font.font.hasGlyphForCodePoint(character.codePointAt(0) ?? 0);
      this.glyphs.set(key, known);
    }
    return known;
  }

  private characterWidth(character: string, { font, size }: Style): number {
    const key = `${font}/${character}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = this.doc.font(FONTS[font]).fontSize(1_000).widthOfString(character);
      this.widths.set(key, width);
    }
    return (width * size) / 1_000;
  }

  /** Breaks at blanks, and where there are none at the width's end: hashes and JSON have no blanks. */
  private breakParagraph(paragraph: string, style: Style, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    let lineWidth = 0;
    const push = () => {
      lines.push(line.trimEnd());
      line = '';
      lineWidth = 0;
    };
    for (const word of paragraph.match(/ +|[^ ]+/g) ?? []) {
      const isBlank = word.startsWith(' ');
      const wordWidth = this.widthOf(word, style);
      if (lineWidth + wordWidth > width && line !== '' && wordWidth <= width && !isBlank) push();
      if (lineWidth + wordWidth <= width) {
        if (isBlank && line === '' && lines.length > 0) continue;
        line += word;
        lineWidth += wordWidth;
        continue;
      }
      if (isBlank) continue;
      for (const character of word) {
        const characterWidth = this.characterWidth(character, style);
        if (lineWidth + characterWidth > width && line !== '') push();
        line += character;
        lineWidth += characterWidth;
      }
    }
    push();
    return lines;
  }
}

/**
 * pdfkit declares the file as PDF/A. The same metadata has to declare PDF/UA as well, and PDF/A allows only properties
 * that are described there: hence the extension schema.
 */
const PDF_UA_METADATA = `
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
  <pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about=""
  xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
  xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
  <pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>part</pdfaProperty:name>
      <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
      <pdfaProperty:category>internal</pdfaProperty:category>
      <pdfaProperty:description>Part of ISO 14289 to which the file conforms</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
  </rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
`;
