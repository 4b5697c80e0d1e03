interface EffectRow {
  /** In the Protokoll. */
  label: string;
  /** In a column of the journal on a terminal. */
  shortLabel: string;
}

/** What Absage does, or has a person do, as the lines of the journal call it. */
export const EFFECT_ROWS = {
  check: { label: 'Prüfung', shortLabel: 'Prüfen' },
  'save-announcement': {
    label: 'Titel und Hinweis speichern',
    shortLabel: 'Titel und Hinweis speichern',
  },
  'restore-announcement': {
    label: 'Titel und Hinweis zurücksetzen',
    shortLabel: 'Titel zurücksetzen',
  },
  'set-storno': { label: 'Status auf Storno setzen', shortLabel: 'Status auf Storno setzen' },
  'adopt-storno': { label: 'Storno war schon gesetzt: übernommen', shortLabel: 'Storno übernehmen' },
  'read-channel': { label: 'Connect Online ansehen', shortLabel: 'Connect Online ansehen' },
  'grant-right': {
    label: 'Erweiterte Stornoberechtigung vergeben',
    shortLabel: 'Stornoberechtigung vergeben',
  },
  'send-partner-notice': { label: 'E-Mail an Ö-Ticket', shortLabel: 'E-Mail an Ö-Ticket' },
  'alert-house': { label: 'E-Mail an das Haus', shortLabel: 'Haus verständigen' },
  close: { label: 'Abschluss', shortLabel: 'Abschließen' },
} as const satisfies Record<string, EffectRow>;

export type Effect = keyof typeof EFFECT_ROWS;
