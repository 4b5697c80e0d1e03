import { Problem } from '../cases/problems';
import { viennaInstant } from '../domain/clock';
import { keysOf } from '../domain/rows';
import { fieldRow, isReadBackField, type ActionDetail, type FieldKind } from '../domain/vocabulary';

/** The fields of a form by their names, as text. */
export type Draft = Readonly<Record<string, string | undefined>>;

/** Reads the body of a form. A field that is given twice counts as missing. */
export function toDraft(body: unknown): Draft {
  const fields = Object.entries((body ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    fields.flatMap(([name, value]) =>
      typeof value === 'string' && !OUR_OWN.includes(name) ? [[name, value]] : [],
    ),
  );
}

/** A field of a form that can be given several times. */
export function textsOf(body: unknown, name: string): string[] {
  const given = (body as Record<string, unknown> | undefined)?.[name] ?? [];
  return [given].flat().filter((text) => typeof text === 'string');
}

/** The boxes that are ticked in a form, and how they are kept in one field of a draft. */
export const TICKED = 'wahl';
const BETWEEN = '\n';

export function keptTicks(body: unknown): Draft {
  const ticked = textsOf(body, TICKED);
  return ticked.length > 0 ? { [TICKED]: ticked.join(BETWEEN) } : {};
}

/** `undefined`: the draft knows of none. */
export function ticksIn(draft: Draft): string[] | undefined {
  return draft[TICKED]?.split(BETWEEN);
}

/** Fields that are about the form, and not about the order or the action. */
const OUR_OWN: readonly string[] = ['_csrf', 'intent'];

/** The order in the form that the API expects. Fields that were left empty are left out. */
export function toOrder(house: string, eventNumber: string, draft: Draft): object {
  const given = (name: string) => draft[name] || undefined;
  const contact = {
    name: given('contact.name'),
    phone: given('contact.phone'),
    email: given('contact.email'),
  };
  return withoutUndefined({
    house,
    eventNumber,
    marker: draft.marker,
    reason: draft.reason,
    ...(draft['seen.title'] === undefined
      ? {
          expected: withoutUndefined({
            title: draft['expected.title'],
            startsAt: draft['expected.startsAt'],
          }),
        }
      : { seen: seenIn(draft) }),
    contact: Object.values(contact).some(Boolean) ? withoutUndefined(contact) : undefined,
    rightValidUntil: given('rightValidUntil'),
    planHash: given('planHash'),
    allowPastEvent: draft.allowPastEvent === 'true' ? true : undefined,
  });
}

/** What a clerk has typed from the mask, in the form that the API expects. */
export function seenIn(draft: Draft): object {
  const field = (name: string) => draft[`seen.${name}`] ?? '';
  const unusedField = (name: string) => field(name) || null;
  return {
    title: field('title'),
    customerTitle: unusedField('customerTitle'),
    externalMemo: unusedField('externalMemo'),
    status: field('status').trim(),
    startsAt: instantOf('seen.startsAt', field('startsAt')),
    venue: field('venue'),
    location: field('location'),
    organiser: field('organiser'),
    production: unusedField('production'),
  };
}

/** The field with a reason that a form offers; what is typed beside it stands behind it. */
export const REASON_CHOICE = 'anlass';

/** The body of an action in the form that the API expects. */
export function toAction(draft: Draft): object {
  const { caseId, step } = draft;
  const words = [draft[REASON_CHOICE], draft.reason?.trim()].filter(Boolean).join(' ');
  const reason = words || draft.reason;
  const details = keysOf(DETAILS).map((name) => [name, DETAILS[name](draft)] as const);
  return withoutUndefined({ reason, caseId, step, ...Object.fromEntries(details) });
}

const DETAILS: Record<ActionDetail, (draft: Draft) => unknown> = {
  planHash: ({ planHash }) => planHash,
  savedAt: ({ savedAt }) => savedAt,
  titlesVisibleAtPartner: ({ titlesVisibleAtPartner }) =>
    titlesVisibleAtPartner === 'true' ? true : undefined,
  attentionId: ({ attentionId }) => attentionId,
  choice: ({ choice }) => choice,
  readBack: readBackIn,
};

/** What a field of each kind is sent as; `undefined`: it is left out. */
const VALUES: Record<FieldKind, (value: string, path: string) => string | null | undefined> = {
  text: (value) => value,
  'optional-text': (value) => value || null,
  'optional-lines': (value) => value || null,
  status: (value) => value,
  day: (value) => value,
  instant: (value, path) => (value ? instantOf(path, value) : undefined),
  'optional-instant': (value, path) => (value ? instantOf(path, value) : undefined),
};

function readBackIn(draft: Draft): object | undefined {
  const fields = Object.entries(draft).flatMap(([path, typed = '']) => {
    const name = /^readBack\.(\w+)$/.exec(path)?.[1];
    if (!name) return [];
    const value = isReadBackField(name) ? VALUES[fieldRow(name).kind](typed, path) : typed;
    return value === undefined ? [] : [[name, value] as const];
  });
  return fields.length > 0 ? (Object.fromEntries(fields) as object) : undefined;
}

/** The instant of a wall-clock time in Vienna, as a browser's field gives it. Seconds are dropped. */
function instantOf(path: string, wallClock: string): string {
  const instant = viennaInstant(wallClock.slice(0, 'JJJJ-MM-TTThh:mm'.length));
  if (instant) return instant;
  const text = 'gibt es nicht, oder wegen der Zeitumstellung zweimal';
  throw new Problem('invalid-value', undefined, { errors: [{ path, text }] });
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}
