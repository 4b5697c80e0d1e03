import type { Lines, Sheet, Style, Tag } from './pdf-sheet';

export interface Cell {
  text: string;
  style: Style;
  /** Set for a head cell: whether it names its row or its column. */
  scope?: 'Row' | 'Column';
}

export interface Grid {
  caption: string;
  /** The columns' shares of the width. */
  weights: number[];
  /** The head, which is drawn again at the top of each further page. */
  head: Cell[] | null;
  rows: Cell[][];
}

const PADDING = { x: 4, y: 3.5 };
const HEAD_FILL = '#eeeeea';
const CAPTION: Style = { font: 'bold', size: 8.5, color: '#444444' };

/** A row of at least this height may begin on one page and continue on the next. */
const SPLIT_FROM = 110;
const LEAST_PART = 50;

/** Draws a table over as many pages as it takes: one table in the structure, with its head drawn again on each page. */
export function drawTable(sheet: Sheet, grid: Grid): void {
  const total = grid.weights.reduce((sum, weight) => sum + weight, 0);
  const widths = grid.weights.map((weight) => (weight / total) * sheet.width);
  const table = sheet.open(sheet.root, 'Table');
  const head = grid.head && fitRow(sheet, grid.head, widths);
  const [firstRow] = grid.rows;
  const firstHeight = firstRow ? heightOf(fitRow(sheet, firstRow, widths)) : 0;
  sheet.need(20 + (head ? heightOf(head) : 0) + Math.min(firstHeight, SPLIT_FROM));

  const caption = sheet.open(table, 'Caption');
  sheet.flow(caption, 'Caption', sheet.fit(grid.caption, CAPTION, sheet.width));
  caption.end();
  sheet.y += 3;
  if (grid.head && head) drawRow(sheet, table, grid.head, head, widths, HEAD_FILL);
  else sheet.artifact(() => sheet.rule(sheet.y));

  const breakPage = () => {
    sheet.nextPage();
    if (head) drawHeadAgain(sheet, head, widths);
    else sheet.artifact(() => sheet.rule(sheet.y));
  };
  for (const row of grid.rows) {
    const lines = fitRow(sheet, row, widths);
    const height = heightOf(lines);
    const maySplit = height > SPLIT_FROM && sheet.room > LEAST_PART;
    if (height > sheet.room && !maySplit) breakPage();
    drawRow(sheet, table, row, lines, widths, null, breakPage);
  }
  table.end();
  sheet.y += 10;
}

function fitRow(sheet: Sheet, row: readonly Cell[], widths: readonly number[]): Lines[] {
  return row.map(({ text, style }, index) => sheet.fit(text, style, (widths[index] ?? 0) - 2 * PADDING.x));
}

function heightOf(row: readonly Lines[]): number {
  return Math.max(...row.map(({ texts, lineHeight }) => texts.length * lineHeight)) + 2 * PADDING.y;
}

/** Draws the cells as elements of their own; the cells of a long row have a part on each of its pages. */
function drawRow(
  sheet: Sheet,
  table: Tag,
  cells: readonly Cell[],
  lines: readonly Lines[],
  widths: readonly number[],
  fill: string | null,
  breakPage: () => void = () => sheet.nextPage(),
): void {
  const row = sheet.open(table, 'TR');
  const tags = cells.map(({ scope }) => sheet.open(row, scope ? 'TH' : 'TD', scope ? { scope } : {}));
  let rest = lines.map((each) => [...each.texts]);
  for (let isFirst = true; isFirst || rest.some((texts) => texts.length > 0); isFirst = false) {
    if (!isFirst) breakPage();
    const room = sheet.room - 2 * PADDING.y;
    const parts = lines.map((each, index) => ({
      ...each,
      texts: (rest[index] ?? []).slice(0, Math.max(1, Math.floor((room + 0.01) / each.lineHeight))),
    }));
    rest = rest.map((texts, index) => texts.slice(parts[index]?.texts.length));
    drawPart(sheet, parts, widths, fill, (index, draw) => {
      const tag = tags[index];
      if (tag && (isFirst || (parts[index]?.texts.length ?? 0) > 0))
        sheet.mark(tag, cells[index]?.scope ? 'TH' : 'TD', draw);
    });
  }
  for (const tag of tags) tag.end();
  row.end();
}

/** For the eye only: a screen reader has spoken the head once already. */
function drawHeadAgain(sheet: Sheet, head: readonly Lines[], widths: readonly number[]): void {
  drawPart(sheet, head, widths, HEAD_FILL, (_index, draw) => sheet.artifact(draw, 'Pagination'));
}

function drawPart(
  sheet: Sheet,
  parts: readonly Lines[],
  widths: readonly number[],
  fill: string | null,
  place: (index: number, draw: () => void) => void,
): void {
  const height = heightOf(parts);
  const { y } = sheet;
  if (fill !== null) sheet.artifact(() => void sheet.doc.rect(sheet.left, y, sheet.width, height).fill(fill));
  let x = sheet.left;
  parts.forEach((part, index) => {
    const at = x + PADDING.x;
    place(index, () => sheet.draw(part, at, y + PADDING.y));
    x += widths[index] ?? 0;
  });
  sheet.y = y + height;
  sheet.artifact(() => sheet.rule(sheet.y));
}
