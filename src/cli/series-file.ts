import { titleAsNamed } from '../domain/visible';
import type { Api, SeriesItemBody } from './http';
import { readJson, readText } from './order';

/**
 * The performances in a file: JSON as the API takes it (an order, or its `items` alone), or a table with the columns
 * `house,eventNumber` and, where it names them, `title,startsAt`. What the file leaves out is read in Jet: the person sees it
 * in the plan.
 *
 * @example
 * house,eventNumber
 * FSP,104233
 */
export async function readItems(api: Api, file: string): Promise<SeriesItemBody[]> {
  const text = readText(file);
  const items = /^\s*[[{]/.test(text) ? itemsInJson(file, text) : itemsInTable(file, text);
  const complete: SeriesItemBody[] = [];
  for (const item of items) complete.push(await completed(api, item));
  return complete;
}

async function completed(api: Api, { expected, ...item }: SeriesItemBody): Promise<SeriesItemBody> {
  if (item.seen) return item;
  if (expected?.title && expected.startsAt) return { ...item, expected };
  const event = await api.event(item.house, item.eventNumber);
  const title = expected?.title || titleAsNamed(event.title);
  const startsAt = expected?.startsAt || event.startsAt;
  return { ...item, expected: { title, startsAt } };
}

function itemsInJson(file: string, text: string): SeriesItemBody[] {
  const read = readJson<SeriesItemBody[] | { items?: SeriesItemBody[] }>(file, text);
  const items = Array.isArray(read) ? read : read.items;
  if (Array.isArray(items)) return items;
  throw new Error(`${file} enthält keine Vorstellungen: erwartet wird "items".`);
}

const COLUMNS = ['house', 'eventNumber', 'title', 'startsAt'];

function itemsInTable(file: string, text: string): SeriesItemBody[] {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  // Where a comma is the decimal sign, spreadsheets save with semicolons.
  const separator = header.includes(';') ? ';' : ',';
  const names = cellsOf(header, separator);
  const unknown = names.find((name) => !COLUMNS.includes(name));
  if (unknown !== undefined || !names.includes('house') || !names.includes('eventNumber'))
    throw new Error(
      `${file}: die erste Zeile nennt die Spalten, möglich sind house,eventNumber,title,startsAt.`,
    );
  return lines.map((line) => {
    const cells = cellsOf(line, separator);
    const cell = (name: string) => cells[names.indexOf(name)] ?? '';
    return {
      house: cell('house'),
      eventNumber: cell('eventNumber'),
      expected: { title: cell('title'), startsAt: cell('startsAt') },
    };
  });
}

/** A cell in quotes can hold the separator, and quotes as two. */
function cellsOf(line: string, separator: string): string[] {
  const cells = line.matchAll(
    new RegExp(`(?:^|${separator})\\s*(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g'),
  );
  return [...cells].map(([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain.trim());
}
