import { keysOf } from './rows';

interface EffectRow {
  /** In the Protokoll. */
  label: string;
  /** In a column of the journal on a terminal. */
  shortLabel: string;
  /** Its lines say what stands in a mask of Jet afterwards: the Protokoll lists them as acts. */
  isWrite: boolean;
}

/** What Absage does, or has a person do, as the lines of the journal call it. */
export const EFFECT_ROWS = {
  check: { label: 'Prüfung', shortLabel: 'Prüfen', isWrite: false },
  'request-approval': { label: 'Freigabe erbeten', shortLabel: 'Freigabe erbitten', isWrite: false },
  'recheck-plan': {
    label: 'Vorhaben noch einmal geprüft',
    shortLabel: 'Noch einmal prüfen',
    isWrite: false,
  },
  'end-approval': { label: 'Freigabe hinfällig', shortLabel: 'Freigabe hinfällig', isWrite: false },
  'save-announcement': {
    label: 'Titel und Hinweis speichern',
    shortLabel: 'Titel und Hinweis speichern',
    isWrite: true,
  },
  'restore-announcement': {
    label: 'Titel und Hinweis zurücksetzen',
    shortLabel: 'Titel zurücksetzen',
    isWrite: true,
  },
  'set-storno': { label: 'Status auf Storno setzen', shortLabel: 'Status auf Storno setzen', isWrite: true },
  'adopt-storno': {
    label: 'Storno war schon gesetzt: übernommen',
    shortLabel: 'Storno übernehmen',
    isWrite: true,
  },
  'read-event': { label: 'Status in Jet nachsehen', shortLabel: 'Status nachsehen', isWrite: false },
  'read-channel': { label: 'Connect Online ansehen', shortLabel: 'Connect Online ansehen', isWrite: false },
  'grant-right': {
    label: 'Erweiterte Stornoberechtigung vergeben',
    shortLabel: 'Stornoberechtigung vergeben',
    isWrite: true,
  },
  'send-partner-notice': { label: 'E-Mail an Ö-Ticket', shortLabel: 'E-Mail an Ö-Ticket', isWrite: false },
  'claim-notice': {
    label: 'Wer die E-Mail an Ö-Ticket sendet',
    shortLabel: 'E-Mail zuordnen',
    isWrite: false,
  },
  'alert-house': { label: 'E-Mail an das Haus', shortLabel: 'Haus verständigen', isWrite: false },
  'tick-task': { label: 'Aufgabe des Hauses', shortLabel: 'Aufgabe des Hauses', isWrite: false },
  close: { label: 'Abschluss', shortLabel: 'Abschließen', isWrite: false },
} as const satisfies Record<string, EffectRow>;

export type Effect = keyof typeof EFFECT_ROWS;

type Rows = typeof EFFECT_ROWS;
export type WriteEffect = { [E in Effect]: Rows[E]['isWrite'] extends true ? E : never }[Effect];

const WRITES: readonly string[] = keysOf(EFFECT_ROWS).filter((effect) => EFFECT_ROWS[effect].isWrite);

export function isWriteEffect(operation: string): operation is WriteEffect {
  return WRITES.includes(operation);
}
