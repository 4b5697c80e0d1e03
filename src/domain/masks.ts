import type { Instant, LocalDate } from './types';

/*
 * The masks of Jet, in the words of their menus and labels. Each of these words stands here once: people compare what
 * Absage says with what they see in the mask.
 */

const SALES_DATA = ['Kartenverkauf Basis', 'Verkaufsstammdaten', 'Veranstaltungen'] as const;

/** The way to each mask, as the menus name it. */
export const MASKS = {
  event: [...SALES_DATA, 'Veranstaltungen bearbeiten'],
  channel: [...SALES_DATA, 'Connect Online Veranstaltungsinformationen'],
  rights: ['Systemverwaltung', 'Berechtigungen', 'Erweiterte Stornoberechtigungen'],
} as const;

/**
 * What the masks call their fields. Do not change a label: `acts.ts` of the Protokoll looks up the fields of old tasks by
 * it.
 */
export const MASK_LABELS = {
  eventNumber: 'VA-Nummer',
  title: 'Titel',
  customerTitle: 'Titel (Kundensicht)',
  externalMemo: 'Externer Memotext',
  status: 'Status',
  startsAt: 'Beginn',
  venue: 'Spielstätte',
  location: 'Spielort',
  organiser: 'Veranstalter',
  house: 'Haus',
  production: 'Produktion',
  user: 'Benutzer',
  validFrom: 'Gültig von',
  validUntil: 'Gültig bis',
} as const;

/** What each kind of field is read back as. `optional…`: the field may be empty. */
export interface FieldValues {
  text: string;
  'optional-text': string | null;
  /** May have line breaks. */
  'optional-lines': string | null;
  status: string;
  day: LocalDate;
  instant: Instant;
  'optional-instant': Instant | undefined;
}
export type FieldKind = keyof FieldValues;

interface FieldRow {
  /** As the mask calls it, or as a person does who did it elsewhere. */
  label: string;
  kind: FieldKind;
  /** What the command line calls the value. */
  value: string;
  /** What the command line's help says of it, where the label is not enough. */
  help?: string;
}

/** Everything that a person can read back from a mask after a step. */
export const READ_BACK_FIELDS = {
  title: { label: MASK_LABELS.title, kind: 'text', value: 'titel' },
  customerTitle: { label: MASK_LABELS.customerTitle, kind: 'optional-text', value: 'titel' },
  externalMemo: { label: MASK_LABELS.externalMemo, kind: 'optional-lines', value: 'text' },
  status: { label: MASK_LABELS.status, kind: 'status', value: 'status' },
  transferredAt: {
    label: 'Übertragen am',
    kind: 'optional-instant',
    value: 'zeitpunkt',
    help: 'wann der Storno übertragen wurde, wo es dasteht',
  },
  validFrom: {
    label: MASK_LABELS.validFrom,
    kind: 'day',
    value: 'datum',
    help: `${MASK_LABELS.validFrom}, z. B. 2026-12-12`,
  },
  validUntil: { label: MASK_LABELS.validUntil, kind: 'day', value: 'datum' },
  sentAt: {
    label: 'Gesendet am',
    kind: 'instant',
    value: 'zeitpunkt',
    help: 'wann die E-Mail gesendet wurde',
  },
} as const satisfies Record<string, FieldRow>;

export type ReadBackField = keyof typeof READ_BACK_FIELDS;

export function isReadBackField(name: string): name is ReadBackField {
  return Object.hasOwn(READ_BACK_FIELDS, name);
}

/** The row of a field, with the rows' common type. */
export function fieldRow(field: ReadBackField): FieldRow {
  return READ_BACK_FIELDS[field];
}

/** Whether the mask may leave a field empty: it is then read back as `null`. */
export function mayBeEmpty(field: ReadBackField): boolean {
  const { kind } = fieldRow(field);
  return kind === 'optional-text' || kind === 'optional-lines';
}
