import { randomUUID } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { SeriesItemOrder } from '../../domain/series';
import { DRAFT } from '../drafts';
import { seenIn, toOrder, type Draft } from '../forms';
import type { KeptForms } from '../kept-forms';
import '../turned-away';

/** The parameter of the search that names what was chosen so far. */
export const CHOICE = 'serie';

/** One performance that was chosen, with what the clerk saw of it. */
export type ChosenItem = Pick<SeriesItemOrder, 'house' | 'eventNumber' | 'expected'> & {
  /** In a house without a gateway: what was typed from the mask, by the fields of its form. */
  typed?: Draft;
};

/** How boxes name a performance; the value of a box in the search holds what was seen of it, too. */
export function choiceKey({ house, eventNumber }: Pick<ChosenItem, 'house' | 'eventNumber'>): string {
  return `${house} ${eventNumber}`;
}

export function choiceValue(item: ChosenItem): string {
  return `${choiceKey(item)} ${item.expected.startsAt} ${item.expected.title}`;
}

export function choiceOf(value: string): ChosenItem {
  const [, house = '', eventNumber = '', startsAt = '', title = ''] =
    /^(\S+) (\S+) (\S+) (.*)$/s.exec(value) ?? [];
  return { house, eventNumber, expected: { title, startsAt } };
}

/** Where a performance of a house without a gateway is begun to be typed. */
export const TYPED_FORM = '/serien/neu/von-hand';

/** The page on which a performance of a house without a gateway is typed, for the series of a draft. */
export function typedFormPath(
  { house, eventNumber }: Pick<ChosenItem, 'house' | 'eventNumber'>,
  draftId?: string,
) {
  return `${TYPED_FORM}/${house}/${eventNumber}${draftId ? `?${CHOICE}=${draftId}` : ''}`;
}

export function seriesFormPath(draftId: string): string {
  return `/serien/neu?${DRAFT}=${draftId}`;
}

export interface SeriesDraft {
  id: string;
  fields: Draft;
  items: ChosenItem[];
}

/** No page has this address: a form that is sent never drops what is kept here. */
const KEPT_AS = '/serien/neu/entwurf';

/** What was chosen and filled in for a series, kept as drafts of single orders are: for half an hour, for this browser alone. */
export class SeriesDrafts {
  constructor(private readonly kept: KeptForms) {}

  async keep({ session }: FastifyRequest, fields: Draft, items: readonly ChosenItem[]): Promise<string> {
    const browser = session.get('browser') ?? randomUUID();
    session.set('browser', browser);
    const form = { path: KEPT_AS, page: '/serien/neu', fields: { ...fields, items: JSON.stringify(items) } };
    return (await this.kept.keep(browser, form)).id;
  }

  /** `null`: nothing names one, or it is gone, or another browser's. */
  async find(request: FastifyRequest): Promise<SeriesDraft | null> {
    const given = { ...(request.query as object), ...(request.body as object | null) } as Record<
      string,
      unknown
    >;
    return this.read(request, given[DRAFT] ?? given[CHOICE]);
  }

  /** The one with this id. */
  async read({ session }: FastifyRequest, id: unknown): Promise<SeriesDraft | null> {
    const form = await this.kept.find(session.get('browser'), id);
    if (form?.path !== KEPT_AS) return null;
    const { items = '[]', ...fields } = form.fields;
    return { id: form.id, fields, items: JSON.parse(items) as ChosenItem[] };
  }

  /** The series was ordered: its drafts have served their purpose. */
  async forget({ session }: FastifyRequest): Promise<void> {
    await this.kept.forget(session.get('browser'), KEPT_AS);
  }
}

/** The order in the form that the API expects. */
export function toSeriesOrder({ fields, items }: Pick<SeriesDraft, 'fields' | 'items'>, planHash?: string) {
  const {
    house: _house,
    eventNumber: _number,
    expected: _expected,
    ...common
  } = toOrder('', '', fields) as Record<string, unknown>;
  return { ...common, title: fields.title, items: items.map(toItemOrder), ...(planHash && { planHash }) };
}

/** One performance in the form that the API expects: what was typed is what was seen. */
export function toItemOrder({ house, eventNumber, expected, typed }: ChosenItem) {
  return { house, eventNumber, ...(typed ? { seen: seenIn(typed) } : { expected }) };
}
