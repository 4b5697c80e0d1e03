import { ABORT_MUTANTS } from './abort';
import { CHANNEL_MUTANTS } from './channel';
import { HOUSE_ALERT_MUTANTS } from './house-alert';
import { JOURNAL_MUTANTS } from './journal';
import { PARTNER_NOTICE_MUTANTS } from './partner-notice';
import { RUN_MUTANTS } from './run';
import { SERIES_MUTANTS } from './series';
import { STILL_STORNO_MUTANTS } from './still-storno';
import { STORNO_MUTANTS } from './storno';
import { TITLES_MUTANTS } from './titles';
import { APPROVAL_MUTANTS } from './approval';
import { TRUST_MUTANTS } from './trust';
import { WRITES_OFF_MUTANTS } from './writes-off';
import type { Mutant } from './mutant';

/** Each mutant takes away something that keeps a case safe. A simulation that does not notice it has lost its teeth. */
export const MUTANTS: readonly Mutant[] = [
  ...STORNO_MUTANTS,
  ...TITLES_MUTANTS,
  ...ABORT_MUTANTS,
  ...CHANNEL_MUTANTS,
  ...STILL_STORNO_MUTANTS,
  ...PARTNER_NOTICE_MUTANTS,
  ...HOUSE_ALERT_MUTANTS,
  ...JOURNAL_MUTANTS,
  ...RUN_MUTANTS,
  ...APPROVAL_MUTANTS,
  ...TRUST_MUTANTS,
  ...SERIES_MUTANTS,
  ...WRITES_OFF_MUTANTS,
];
