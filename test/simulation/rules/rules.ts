import { countMoments } from '../report/coverage';
import { ABORT_RULES } from './abort';
import { APPROVAL_RULES } from './approval';
import { CASES_RULES } from './cases';
import { CHANNEL_RULES } from './channel';
import { JOURNAL_RULES } from './journal';
import { LIVENESS_RULES } from './liveness';
import { PARTNER_NOTICE_RULES } from './partner-notice';
import type { Moments, Rule, Watch } from './rule';
import { see, type Judged } from './seen';
import { RIGHT_HANDS_RULES } from './right-hands';
import { SHOWN_RULES } from './shown';
import { STILL_STORNO_RULES } from './still-storno';
import { STORNO_RULES } from './storno';
import { TITLES_RULES } from './titles';
import { Violation } from './violation';
import { WRITES_OFF_RULES } from './writes-off';

/**
 * Every rule. A new one is an entry in the file of its family, or a file with a line here. If one event breaks two
 * rules, the first one reports it.
 */
const RULES: readonly Rule[] = [
  ...TITLES_RULES,
  ...STORNO_RULES,
  ...APPROVAL_RULES,
  ...ABORT_RULES,
  ...CHANNEL_RULES,
  ...STILL_STORNO_RULES,
  ...PARTNER_NOTICE_RULES,
  ...CASES_RULES,
  ...JOURNAL_RULES,
  ...RIGHT_HANDS_RULES,
  ...WRITES_OFF_RULES,
  ...SHOWN_RULES,
  ...LIVENESS_RULES,
];

/** All rules watching one schedule. */
export class Rules {
  readonly violations: Violation[] = [];
  private readonly watches: readonly Watch[];

  constructor(world: Judged, rules: readonly Rule[] = RULES) {
    const seen = see(world);
    const watching = rules.map(({ id, watch }) =>
      watch(seen, (holds, detail) => {
        if (!holds) this.violations.push(new Violation(id, detail));
      }),
    );
    this.watches = [seen.watch, countMoments(world), ...watching];
  }

  /** Calls every rule that looks at this moment. */
  at<M extends keyof Moments>(moment: M, ...given: Parameters<Moments[M]>): void {
    for (const watch of this.watches) {
      const look = watch[moment] as ((...all: Parameters<Moments[M]>) => void) | undefined;
      look?.(...given);
    }
  }
}
