import { Problem } from './problems';
import type { CaseSources } from './sources';

/** The gateway is asked every second. */
const RETRY_AFTER_SECONDS = 2;

/** Before anything that may lead to a write in Jet. Throws the problem `gateway-unknown`. */
export function requireSimulatorOrLogIn({ isLogInMissing }: Pick<CaseSources, 'isLogInMissing'>): void {
  if (!isLogInMissing()) return;
  throw new Problem('gateway-unknown', undefined, {}, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
