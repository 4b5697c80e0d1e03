import type { FieldError } from '../cases/problems';
import { columnOf } from '../domain/rows';
import {
  MASK_LABELS,
  READ_BACK_FIELDS,
  STATE_ROWS,
  STEP_ROWS,
  STEPS,
  WATCHED_STEPS,
  WIKI_TITLES,
  type CaseState,
  type StepName,
} from '../domain/vocabulary';

/** Beside the name of a state on its badge: colour is never the only signal. */
const SIGNS: Record<CaseState, string> = {
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

/** What stands on a badge. */
export function badgeOf(state: CaseState): { sign: string; text: string } {
  return { sign: SIGNS[state], text: STATE_ROWS[state].label };
}

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
  if (state === 'running') return WATCHED_STEPS.includes(step) ? 'waiting' : 'running';
  return state === 'checking' || state === 'aborting' ? 'running' : 'done';
}

/** The wiki's four steps, and which of ours belong to each. */
export const WIKI_STEPS = Object.entries(WIKI_TITLES).map(([key, title]) => {
  const number = Number(key);
  return { number, title, steps: STEPS.filter((step) => STEP_ROWS[step].wikiStep === number) };
});

/** The labels of some fields, each below the name that its group has in a form. */
function within(group: string, labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).map(([name, label]) => [`${group}.${name}`, label]));
}

/** What an order or an action names, as the forms call it. */
export const FIELD_LABELS: Readonly<Record<string, string>> = {
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
  ...within('seen', MASK_LABELS),
  ...within('readBack', columnOf(READ_BACK_FIELDS, 'label')),
};

/** What is wrong with a field of a form. */
export function faultText({ path, text }: FieldError): string {
  return `${FIELD_LABELS[path] ?? path} ${text}`;
}

/** Sentences to start from; what a person writes instead is as good. */
export const REASON_TEMPLATES: readonly string[] = [
  'Die Vorstellung muss wegen eines technischen Gebrechens an der Bühne leider entfallen.',
  'Die Vorstellung muss wegen einer Erkrankung im Ensemble leider entfallen.',
  'Die Vorstellung muss wegen des Wetters leider entfallen.',
  'Die Veranstaltung wird aus organisatorischen Gründen leider abgesagt.',
];
