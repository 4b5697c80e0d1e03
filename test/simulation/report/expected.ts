import { isEnd } from '../../../src/domain/vocabulary';
import { CASE_STATES } from '../../../src/domain/vocabulary';
import { CHOICES } from '../../../src/domain/vocabulary';
import { FAILURES } from '../../../src/domain/failures';
import { REFUSAL_TEXTS } from '../../../src/domain/wording';
import type { Coverage } from './coverage';
import { EDITS, MISHAPS, UPDATES } from '../people';
import { FAULTS } from '../ports';
import {
  ANSWERED_TROUBLES,
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
    ].map(({ name }) => name),
    MONTH_OF_SILENCE,
  ],
  mishap: [...MISHAPS, 'ordered again after an abort', 'the watch sees another status'],
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
  'attention: check-waits':
    'a simulator is not disturbed: test/api/open-checks.test.ts has a gateway that is none',
};

/** From this number of schedules on, everything must have happened. */
export const ENOUGH_SCHEDULES = 2_500;

export function holesOf(coverage: Coverage): string[] {
  return Object.entries(EXPECTED)
    .flatMap(([kind, names]) => coverage.holes(kind, names))
    .filter((hole) => !(hole in IMPOSSIBLE));
}
