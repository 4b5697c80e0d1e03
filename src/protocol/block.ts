import { exactTime } from '../domain/clock';

/*
 * The parts of which the pages consist, without saying how they look: HTML and PDF both show exactly these blocks.
 */

export interface Column {
  title: string;
  /** The column's share of the width. */
  weight: number;
  /** Set for hashes and JSON. */
  isCode?: boolean;
}

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'paragraph'; text: string; tone?: 'quiet' | 'warning' }
  | { kind: 'facts'; caption: string; rows: { label: string; value: string; isCode?: boolean }[] }
  | { kind: 'table'; caption: string; columns: Column[]; rows: string[][] }
  | { kind: 'list'; items: string[]; hasBoxes?: boolean }
  | { kind: 'letter'; caption: string; text: string }
  | { kind: 'signatures'; lines: string[] };

export const EMPTY = '(leer)';
export const NONE = '–';

export function heading(text: string): Block {
  return { kind: 'heading', text };
}

/** What a house has ticked in a to-do list: the task, when, by whom, and their note. */
export function tickedTable(caption: string, rows: string[][]): Block {
  const columns = [
    { title: 'Aufgabe', weight: 45 },
    { title: 'Abgehakt', weight: 19 },
    { title: 'Von', weight: 16 },
    { title: 'Anmerkung', weight: 24 },
  ];
  return { kind: 'table', caption, columns, rows };
}

export function shown(text: string | null): string {
  return text === null || text === '' ? EMPTY : text;
}

export function timeOrNone(instant: string | null): string {
  return instant === null ? NONE : exactTime(instant);
}
