import type { FieldError } from '../cases/problems';
import type { StepProgress } from '../domain/case';
import { clockOn } from '../domain/clock';
import { columnOf } from '../domain/rows';
import {
  MASK_LABELS,
  READ_BACK_FIELDS,
  STATE_ROWS,
  STEP_ROWS,
  STEPS,
  isWatched,
  WIKI_TITLES,
  type CaseState,
  type StepName,
} from '../domain/vocabulary';

/** The sign beside a state's name is there because colour must never be the only signal. */
const STATE_SIGNS: Record<CaseState, string> = {
  checking: '…',
  running: '▶',
  waiting: '◷',
  'needs-attention': '!',
  'awaiting-approval': '!',
  aborting: '↶',
  aborted: '↶',
  refused: '✕',
  completed: '✓',
  'closed-by-hand': '■',
  interrupted: '!',
};

/** What the badge of a state shows. */
export function badgeOf(state: CaseState): { sign: string; text: string } {
  return { sign: STATE_SIGNS[state], text: STATE_ROWS[state].label };
}

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

/** One that was begun and whose outcome nobody knows. */
export const UNCLEAR = { sign: '?', text: 'ungewiss' };

/** The lists of the overview, in their order. */
export const GROUPS = {
  needs: { title: 'Braucht Sie', empty: 'Im Moment nichts.' },
  waiting: { title: 'Wartet auf Ö-Ticket', empty: 'Keine.' },
  running: { title: 'Läuft', empty: 'Keine.' },
  done: { title: 'Erledigt', empty: 'Noch keine.' },
} as const;

export type Group = keyof typeof GROUPS;

export function groupOf(state: CaseState, step: StepName): Group {
  if (state === 'needs-attention' || state === 'awaiting-approval' || state === 'interrupted') return 'needs';
  if (state === 'waiting') return 'waiting';
  if (state === 'running') return isWatched(step) ? 'waiting' : 'running';
  return state === 'checking' || state === 'aborting' ? 'running' : 'done';
}

/** The four steps of the wiki, and which of ours belong to each. */
export const WIKI_STEPS = Object.entries(WIKI_TITLES).map(([key, title]) => {
  const number = Number(key);
  return { number, title, steps: STEPS.filter((step) => STEP_ROWS[step].wikiStep === number) };
});

/** The label of an order's `reason`. The `reason` of an action goes into the journal alone, under another label. */
export const ORDER_REASON_LABEL = 'Hinweis für Ö-Ticket';

/** The labels of the fields of searches, orders and actions, by their path in the request. */
export const FIELD_LABELS: Readonly<Record<string, string>> = {
  title: 'Name der Serie',
  items: 'Auswahl',
  marker: 'Zusatz',
  reason: 'Begründung',
  'contact.name': 'Rückfragen an',
  'contact.phone': 'Telefon',
  'contact.email': 'E-Mail',
  rightValidUntil: 'Stornoberechtigung bis',
  eventNumber: MASK_LABELS.eventNumber,
  house: 'Haus',
  from: 'Tag',
  to: 'Tag',
  text: 'Suchtext',
  cursor: 'Seite',
  step: 'Schritt',
  attentionId: 'Frage',
  choice: 'Entscheidung',
  ...below('seen', MASK_LABELS),
  ...below('readBack', columnOf(READ_BACK_FIELDS, 'label')),
};

function below(path: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([field, label]) => [`${path}.${field}`, label]));
}

/** A fault of one field, as a sentence. */
export function faultText({ path, text }: FieldError): string {
  return `${FIELD_LABELS[path] ?? path} ${text}`;
}

/** Sentences that the clerk can start from. */
export const REASON_TEMPLATES: readonly string[] = [
  'Die Vorstellung muss wegen eines technischen Gebrechens an der Bühne leider entfallen.',
  'Die Vorstellung muss wegen eines kurzfristigen Ausfalls im Ensemble leider entfallen.',
  'Die Vorstellung muss wegen des Wetters leider entfallen.',
  'Die Veranstaltung wird aus organisatorischen Gründen leider abgesagt.',
];

/** `18.17 Uhr` for today; with the date for any other day. */
export function dayAndClock(instant: string): string {
  return clockOn(instant, new Date().toISOString());
}
