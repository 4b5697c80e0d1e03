import type { StornoWrites } from './cases';
import type { Summary } from './statistics';

/** One row of the table. */
export interface Figure {
  name: string;
  unit: string;
  value: number;
  /** The lowest measurement behind the value, where there are several. */
  lowest?: number;
  highest?: number;
  target?: { atMost: number } | { atLeast: number };
}

/** The result of one part of the bench. */
export interface PartResult {
  figures: Figure[];
  /** The measurements behind the figures, for the JSON file. */
  details: unknown;
  stornoWrites?: StornoWrites;
}

/** A figure that is the median of several measurements. */
export function medianFigure(
  name: string,
  unit: string,
  { p50, min, max }: Summary,
  target?: Figure['target'],
): Figure {
  return { name, unit, value: p50, lowest: min, highest: max, target };
}

export function isMet({ value, target }: Figure): boolean | null {
  if (!target) return null;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}

/** The table of the figures, in Markdown. */
export function toTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, unit, value, lowest, highest, target } = figure;
    const spread =
      lowest === undefined || highest === undefined ? '' : `${digits(lowest)} – ${digits(highest)}`;
    const wanted = target ? ('atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`) : '';
    const verdict = { true: 'yes', false: '**no**', null: '' }[String(isMet(figure))] ?? '';
    return [name, `${digits(value)} ${unit}`.trim(), spread, wanted, verdict];
  });
  const lines = [['figure', 'value', 'spread', 'target', 'met'], Array<string>(5).fill('---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Keeps the significant digits. */
function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
