import type { CancellationInput } from '../domain/case';
import { toInstant } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import type { ActivityDependencies } from './activity';

/** So long a check keeps its place without asking again: longer than any pause between two attempts that get on. */
const KEPT_MS = 10 * 60_000;

/** About as long as a check takes in Jet's queue. So few ask again before it is their turn. */
const PER_CHECK_MS = 1_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Forty houses share one Jet, so only so many checks of one house are open at once; whoever asked first comes first. Fails
 * with `check-waits` for one too many, which is tried again about when the others before it are done. The place is the
 * case's, not the worker's: if that dies, the next attempt has it. Nobody is disturbed at a simulator.
 */
export async function requirePlace(
  { checks, isSimulator }: Pick<ActivityDependencies, 'checks' | 'isSimulator'>,
  { caseId, order: { house }, policy }: CancellationInput,
): Promise<void> {
  if (!checks || isSimulator()) return;
  const nowMs = Date.now();
  const times = { at: toInstant(nowMs), until: toInstant(nowMs + KEPT_MS) };
  const before = await checks.open.enterCheck({ caseId, house }, times);
  if (before < checks.most) return;
  const pauseMs = (before - checks.most + 1) * PER_CHECK_MS;
  // A pause beyond the patience would ask a person at once.
  const longestMs = Math.min(LONGEST_PAUSE_MS, policy.attentionAfterMs / 6);
  throw new KnownFailure('check-waits', `${before} checks of ${house} are open before this one`, {
    retryAfterMs: Math.min(pauseMs, longestMs),
  });
}
