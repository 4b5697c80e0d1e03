/** What people can do with a series as a whole. What there is to do with one performance is its case's own. */
export const SERIES_ACTIONS = [
  'pause-series',
  'continue-series',
  'skip-items',
  'abort-series',
  'retry-items',
  'decide-series-notice',
  'approve-series',
  'reject-series',
  'override-series',
] as const;
export type SeriesAction = (typeof SERIES_ACTIONS)[number];

/** What a second person says to the performances of their house. */
export const SERIES_APPROVAL_ACTIONS = [
  'approve-series',
  'reject-series',
  'override-series',
] as const satisfies SeriesAction[];
export type SeriesApprovalAction = (typeof SERIES_APPROVAL_ACTIONS)[number];

export function isSeriesApproval(action: SeriesAction): action is SeriesApprovalAction {
  return (SERIES_APPROVAL_ACTIONS as readonly SeriesAction[]).includes(action);
}

/** As buttons and addresses name them. */
export const SERIES_ACTION_LABELS: Readonly<Record<SeriesAction, string>> = {
  'pause-series': 'Anhalten',
  'continue-series': 'Fortsetzen',
  'skip-items': 'Auslassen',
  'abort-series': 'Abbrechen',
  'retry-items': 'Noch einmal versuchen',
  'decide-series-notice': 'Entscheiden',
  'approve-series': 'Freigeben',
  'reject-series': 'Ablehnen',
  'override-series': 'Ohne Freigabe beginnen',
};

/** How far a series is. */
export const SERIES_STATE_LABELS = {
  planning: 'wird geprüft',
  'awaiting-approval': 'wartet auf Freigabe',
  running: 'läuft',
  paused: 'angehalten',
  aborting: 'wird abgebrochen',
  'needs-attention': 'braucht Sie',
  completed: 'zu Ende',
  aborted: 'abgebrochen',
  refused: 'nicht begonnen',
  interrupted: 'unterbrochen',
} as const;
export type SeriesRunState = keyof typeof SERIES_STATE_LABELS;

/** How far one performance of it is, for its table. */
export const SERIES_ITEM_LABELS = {
  waiting: 'noch nicht begonnen',
  running: 'läuft',
  'needs-attention': 'braucht Sie',
  completed: 'fertig',
  skipped: 'ausgelassen',
  aborted: 'abgebrochen',
  refused: 'nicht abgesagt',
  'closed-by-hand': 'von Hand geschlossen',
  interrupted: 'unterbrochen',
} as const;
export type SeriesItemState = keyof typeof SERIES_ITEM_LABELS;

/** What became of a mail to Ö-Ticket about several performances. */
export const SERIES_NOTICE_LABELS = {
  accepted: 'angenommen',
  sending: 'wird gesendet',
  'not-sent': 'nicht gesendet',
  refused: 'vom Mailserver abgelehnt',
  'in-doubt': 'ungewiss, ob sie angekommen ist',
} as const;
export type SeriesNoticeOutcome = keyof typeof SERIES_NOTICE_LABELS;
