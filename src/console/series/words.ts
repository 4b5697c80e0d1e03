import { PROBLEMS, type Problem } from '../../cases/problems';
import type { SeriesItemView } from '../../cases/series-view';
import {
  SERIES_ITEM_LABELS,
  SERIES_NOTICE_LABELS,
  SERIES_STATE_LABELS,
  type SeriesItemState,
  type SeriesNoticeOutcome,
  type SeriesRunState,
} from '../../domain/series-vocabulary';
import { faultText } from '../words';

interface Sign {
  sign: string;
  text: string;
}

const STATE_SIGNS: Readonly<Record<SeriesRunState, string>> = {
  planning: '…',
  'awaiting-approval': '!',
  running: '▶',
  paused: '‖',
  aborting: '↶',
  'needs-attention': '!',
  completed: '✓',
  aborted: '↶',
  refused: '✕',
  interrupted: '!',
};

/** How far a series is, with the same kind of sign as that of a case. */
export function seriesSign(state: SeriesRunState): Sign {
  return { sign: STATE_SIGNS[state], text: SERIES_STATE_LABELS[state] };
}

const ITEM_SIGNS: Readonly<Record<SeriesItemState, string>> = {
  waiting: '○',
  running: '▶',
  'needs-attention': '!',
  completed: '✓',
  skipped: '–',
  aborted: '↶',
  refused: '✕',
  'closed-by-hand': '■',
  interrupted: '!',
};

/** One that waits is not spoken of as if it were being worked at. */
export function itemSign({ state, waitEndsAt }: Pick<SeriesItemView, 'state' | 'waitEndsAt'>): Sign {
  if (state === 'running' && waitEndsAt) return { sign: '◷', text: 'wartet auf Ö-Ticket' };
  return { sign: ITEM_SIGNS[state], text: SERIES_ITEM_LABELS[state] };
}

/** Whether a person has to do something about it. */
export function needsSomebody({ state }: Pick<SeriesItemView, 'state'>): boolean {
  return state === 'needs-attention' || state === 'interrupted';
}

/** Nothing of it goes on by itself. */
export function isSeriesEnd(state: SeriesRunState): boolean {
  return state === 'completed' || state === 'aborted' || state === 'refused';
}

/** What became of a mail to Ö-Ticket. */
export const NOTICE_OUTCOMES: Readonly<Record<SeriesNoticeOutcome, Sign>> = {
  accepted: { sign: '✓', text: SERIES_NOTICE_LABELS.accepted },
  sending: { sign: '▶', text: SERIES_NOTICE_LABELS.sending },
  'not-sent': {
    sign: '–',
    text: `${SERIES_NOTICE_LABELS['not-sent']}, diese Vorstellungen kommen in eine andere`,
  },
  refused: { sign: '✕', text: SERIES_NOTICE_LABELS.refused },
  'in-doubt': { sign: '?', text: SERIES_NOTICE_LABELS['in-doubt'] },
};

/** Why something was not carried out, in sentences. */
export function faultsOf({ code, detail, extra }: Problem): string[] {
  const errors = (extra.errors ?? []).map(faultText);
  return errors.length > 0 ? errors : [detail ?? PROBLEMS[code].title];
}
