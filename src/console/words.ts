import type { FieldError } from '../cases/problems';
import type { StepProgress } from '../domain/case';
import { clockTime, dayAndTime, viennaDate } from '../domain/clock';
import type { CaseState, StepName } from '../domain/vocabulary';

/** The states of a case. The sign beside the text is there because colour must never be the only signal. */
export const STATES: Record<CaseState, { sign: string; text: string }> = {
  checking: { sign: '…', text: 'wird geprüft' },
  running: { sign: '▶', text: 'läuft' },
  waiting: { sign: '◷', text: 'wartet auf Ö-Ticket' },
  'needs-attention': { sign: '!', text: 'braucht Sie' },
  'awaiting-approval': { sign: '!', text: 'wartet auf Freigabe' },
  aborting: { sign: '↶', text: 'wird abgebrochen' },
  aborted: { sign: '↶', text: 'abgebrochen' },
  refused: { sign: '✕', text: 'nicht begonnen' },
  completed: { sign: '✓', text: 'abgeschlossen' },
  'closed-by-hand': { sign: '■', text: 'von Hand geschlossen' },
  interrupted: { sign: '!', text: 'unterbrochen' },
};

/** The states of a step, with the same kind of sign. */
export const STEP_STATES: Record<StepProgress['state'], { sign: string; text: string }> = {
  upcoming: { sign: '○', text: 'kommt noch' },
  current: { sign: '▶', text: 'jetzt' },
  done: { sign: '✓', text: 'erledigt' },
  'by-hand': { sign: '✓', text: 'von Hand erledigt' },
  waived: { sign: '–', text: 'darauf wurde verzichtet' },
  skipped: { sign: '–', text: 'übersprungen' },
};

/** An upcoming step of a case that has ended: it will never run. */
export const NEVER = { sign: '–', text: 'nicht ausgeführt' };

/** The lists of the overview, in their order. */
export const GROUPS = {
  needs: { title: 'Braucht Sie', empty: 'Nichts. Es geht alles von selbst weiter.' },
  waiting: { title: 'Wartet auf Ö-Ticket', empty: 'Keine.' },
  running: { title: 'Läuft', empty: 'Keine.' },
  done: { title: 'Erledigt', empty: 'Noch keine.' },
} as const;

export type Group = keyof typeof GROUPS;

export function groupOf(state: CaseState, step: StepName): Group {
  if (state === 'needs-attention' || state === 'awaiting-approval' || state === 'interrupted') return 'needs';
  if (state === 'waiting') return 'waiting';
  if (state === 'running') return step === 'verify-channel' ? 'waiting' : 'running';
  return state === 'checking' || state === 'aborting' ? 'running' : 'done';
}

/** The four steps of the wiki, and which of ours belong to each. */
export const WIKI_STEPS: readonly { number: number; title: string; steps: readonly StepName[] }[] = [
  {
    number: 1,
    title: 'Titel, Hinweis und Storno',
    steps: ['mark-titles', 'wait-for-title-transfer', 'set-storno', 'wait-for-storno-transfer'],
  },
  { number: 2, title: 'Kontrolle in Connect Online', steps: ['verify-channel'] },
  { number: 3, title: 'Erweiterte Stornoberechtigung', steps: ['grant-right'] },
  { number: 4, title: 'E-Mail an Ö-Ticket', steps: ['notify-partner'] },
];

/** The fields of Jet's masks, as the masks label them. The only place in the console that spells these labels. */
export const MASK_LABELS = {
  title: 'Titel',
  customerTitle: 'Titel (Kundensicht)',
  externalMemo: 'Externer Memotext',
  status: 'Status',
  startsAt: 'Beginn',
  venue: 'Spielstätte',
  location: 'Spielort',
  organiser: 'Veranstalter',
  production: 'Produktion',
  transferredAt: 'Übertragen am',
  validFrom: 'Gültig von',
  validUntil: 'Gültig bis',
} as const;

/** The label of an order's `reason`. The `reason` of an action goes into the journal alone, under another label. */
export const ORDER_REASON_LABEL = 'Hinweis für Ö-Ticket';

/** The labels of the fields of searches, orders and actions, by their path in the request. */
export const FIELD_LABELS: Readonly<Record<string, string>> = {
  marker: 'Zusatz',
  reason: 'Begründung',
  'contact.name': 'Rückfragen an',
  'contact.phone': 'Telefon',
  'contact.email': 'E-Mail',
  rightValidUntil: 'Stornoberechtigung bis',
  eventNumber: 'VA-Nummer',
  house: 'Haus',
  from: 'Tag',
  to: 'Tag',
  text: 'Suchtext',
  cursor: 'Seite',
  step: 'Schritt',
  attentionId: 'Frage',
  choice: 'Entscheidung',
  ...below('seen', 'title', 'customerTitle', 'externalMemo', 'status', 'startsAt', 'venue', 'location'),
  ...below('seen', 'organiser', 'production'),
  ...below('readBack', 'title', 'customerTitle', 'externalMemo', 'status'),
  ...below('readBack', 'transferredAt', 'validFrom', 'validUntil'),
  'readBack.sentAt': 'Gesendet am',
};

function below(path: string, ...fields: readonly (keyof typeof MASK_LABELS)[]): Record<string, string> {
  return Object.fromEntries(fields.map((field) => [`${path}.${field}`, MASK_LABELS[field]]));
}

/** A fault of one field, as a sentence. */
export function faultText({ path, text }: FieldError): string {
  return `${FIELD_LABELS[path] ?? path} ${text}`;
}

/** Sentences that the clerk can start from. */
export const REASON_TEMPLATES: readonly string[] = [
  'Die Vorstellung muss wegen eines technischen Gebrechens an der Bühne leider entfallen.',
  'Die Vorstellung muss wegen einer Erkrankung im Ensemble leider entfallen.',
  'Die Vorstellung muss wegen des Wetters leider entfallen.',
  'Die Veranstaltung wird aus organisatorischen Gründen leider abgesagt.',
];

/** `18.17 Uhr` for today; with the date for any other day. */
export function dayAndClock(instant: string): string {
  const isToday = viennaDate(instant) === viennaDate(new Date().toISOString());
  return isToday ? clockTime(instant) : dayAndTime(instant);
}
