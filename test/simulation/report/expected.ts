import { isEnd } from '../../../src/domain/vocabulary';
import { CASE_STATES } from '../../../src/domain/vocabulary';
import { CHOICES } from '../../../src/domain/vocabulary';
import { FAILURES } from '../../../src/domain/failures';
import { REFUSAL_TEXTS } from '../../../src/domain/wording';
import type { Coverage } from './coverage';
import { EDITS, MISHAPS, UPDATES } from '../people';
import { FAULTS } from '../ports';
import { SERIES_UPDATES } from '../../../src/workflows/series-messages';
import { LATER_SERIES_TROUBLES, SERIES_TROUBLES } from '../series/troubles';
import { SERIES_MISHAPS } from '../series/people';
import { ORDERED_BESIDE } from '../series/world';
import { SWITCHED_OFF } from '../switch';
import {
  ANSWERED_TROUBLES,
  APPROVED_TROUBLES,
  LATER_TROUBLES,
  LATEST_TROUBLES,
  MONTH_OF_SILENCE,
  NEWEST_TROUBLES,
  TROUBLES,
  WATCHED_TROUBLES,
} from '../troubles';

/**
 * If one of these never happens, the nemesis has lost its teeth. The lists come from the code that makes these things
 * happen.
 */
const EXPECTED: Record<string, readonly string[]> = {
  house: ['gateway', 'guided'],
  fault: FAULTS,
  trouble: [
    ...[
      ...TROUBLES,
      ...LATER_TROUBLES,
      ...LATEST_TROUBLES,
      ...NEWEST_TROUBLES,
      ...WATCHED_TROUBLES,
      ...ANSWERED_TROUBLES,
      ...APPROVED_TROUBLES,
    ].map(({ name }) => name),
    MONTH_OF_SILENCE,
  ],
  mishap: [...MISHAPS, 'ordered again after an abort', 'the watch sees another status', SWITCHED_OFF],
  edit: EDITS,
  state: CASE_STATES,
  end: CASE_STATES.filter(isEnd),
  attention: Object.keys(FAILURES),
  choice: CHOICES,
  action: [...Object.values(UPDATES), 'resume'].flatMap((name) => [`${name} accepted`, `${name} refused`]),
  refusal: [...Object.keys(REFUSAL_TEXTS), 'status-not-cancellable'],
  'late attempt': [
    'checkEvent',
    'markTitles',
    'restoreTitles',
    'setStatusStorno',
    'verifyChannel',
    'grantExtendedRight',
    'sendPartnerNotice',
    'claimAbort',
    'confirmStep',
    'openTask',
    'closeCase',
  ],
  history: ['of a case without trouble'],
};

/** Things that cannot happen here, each with the reason. */
export const IMPOSSIBLE: Readonly<Record<string, string>> = {
  'refusal: not-sealed': 'a rehearsal takes a run that carries no seal',
  'attention: result-not-ours':
    'nobody answers a step in its place here: test/api/forged-results.test.ts does, on a real server',
  'attention: writes-off': 'it is a warning: nobody is asked for it',
  'attention: check-waits':
    'a simulator is not disturbed: test/api/open-checks.test.ts has a gateway that is none',
  'refusal: held-by-stranger':
    'nobody starts foreign workflows here: test/api/right-hands.test.ts does, on a real server',
  'refusal: not-in-series': 'a world of one case has no series',
  'refusal: run-ended': 'a world of one case has no series',
  'refusal: not-approved': 'a world of one case has no series',
  'refusal: skipped-in-series': 'a world of one case has no series',
  'refusal: series-aborted': 'a world of one case has no series',
};

/** The same for schedules of series. */
const EXPECTED_OF_SERIES: Record<string, readonly string[]> = {
  house: ['gateway', 'guided'],
  'series: action': [
    ...Object.values(SERIES_UPDATES).map(({ name }) => `${name} accepted`),
    // What is only asked where something is open to be decided is refused too seldom to be waited for.
    ...['pause', 'continue', 'skip', 'abort', 'retry', 'approve'].map((name) => `${name} refused`),
    'resume',
    'retry after the end',
  ],
  'series: mishap': [...SERIES_MISHAPS, ORDERED_BESIDE],
  mishap: [SWITCHED_OFF],
  'series: trouble': [...SERIES_TROUBLES, ...LATER_SERIES_TROUBLES].map(({ name }) => name),
  'series: line': [
    ...['accepted', 'not-sent', 'in-doubt', 'refused'].map((outcome) => `note-series-notice ${outcome}`),
    ...['ok', 'plan-changed'].map((outcome) => `plan-series ${outcome}`),
    ...['completed', 'aborted', 'refused'].map((end) => `end-series ${end}`),
    'release-series-notice',
    'refuse-item already-cancelling',
    'refuse-item run-ended',
  ],
  refusal: ['skipped-in-series', 'series-aborted'],
  end: CASE_STATES.filter(isEnd).map((end) => `case ${end}`),
  'late attempt': ['sendSeriesNotice', 'decideOnSeries', 'surveySeries'],
};

/** From this number of schedules on, everything must have happened. */
export const ENOUGH_SCHEDULES = 2_500;
export const ENOUGH_SERIES = 600;

export function holesOf(coverage: Coverage): string[] {
  return holesIn(EXPECTED, coverage);
}

export function holesOfSeries(coverage: Coverage): string[] {
  return holesIn(EXPECTED_OF_SERIES, coverage);
}

function holesIn(expected: typeof EXPECTED, coverage: Coverage): string[] {
  return Object.entries(expected)
    .flatMap(([kind, names]) => coverage.holes(kind, names))
    .filter((hole) => !(hole in IMPOSSIBLE));
}
