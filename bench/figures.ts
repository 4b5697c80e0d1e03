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
    const { name, unit, value, target } = figure;
    const verdict = { true: 'yes', false: '**no**', null: '' }[String(isMet(figure))] ?? '';
    return [name, `${digits(value)} ${unit}`.trim(), spreadOf(figure), target ? aimOf(target) : '', verdict];
  });
  return table(['figure', 'value', 'spread', 'target', 'met'], rows);
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function spreadOf({ lowest, highest }: Figure): string {
  return lowest === undefined || highest === undefined ? '' : `${digits(lowest)} – ${digits(highest)}`;
}

export function aimOf(target: NonNullable<Figure['target']>): string {
  return 'atMost' in target ? `≤ ${target.atMost}` : `≥ ${target.atLeast}`;
}

/** Keeps the significant digits. */
export function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
