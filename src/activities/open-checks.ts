import type { CancellationInput } from '../domain/case';
import { toInstant } from '../domain/clock';
import { KnownFailure } from '../domain/failures';
import { refusalLine } from '../domain/lines';
import type { JournalHead } from '../domain/types';
import { asCaseActivity, currentRun, type ActivityDependencies } from './activity';
import { readCase } from './reading';

/** So much of what Jet takes is for the checks of one house at most. */
const SHARE = 0.25;
/** So long may the checks of one house keep Jet busy in a row. Nobody who searches meanwhile waits for longer. */
const IN_A_ROW_MS = 5_000;

/** So long a check keeps its place without asking again: longer than any pause between two attempts that get on. */
const KEPT_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 5 * 60_000;

/**
 * Forty houses share one Jet, so a check of a case needs a place before it calls Jet. Only so many checks of one house are open
 * at once, and only so many get a place within some time, because a check that is over at once, of a number that does not
 * exist, takes a call of Jet as well. Whoever asked first comes first. Fails with `check-waits` for one too many, which is
 * tried again about when it is its turn. The place is the case's, not the worker's: if that dies, the next attempt has it.
 * Nobody is disturbed at a simulator.
 */
export async function requirePlace(
  { checks, isSimulator }: Pick<ActivityDependencies, 'checks' | 'isSimulator'>,
  { caseId, order: { house }, policy }: CancellationInput,
): Promise<void> {
  if (!checks || isSimulator()) return;
  const { most, jetPerSecond, open } = checks;
  const eachMs = 1_000 / (jetPerSecond * SHARE);
  const inARow = Math.max(1, Math.min(most, Math.floor((jetPerSecond * IN_A_ROW_MS) / 1_000)));
  const nowMs = Date.now();
  const missing = await open.enterCheck(
    { caseId, house },
    {
      at: toInstant(nowMs),
      until: toInstant(nowMs + KEPT_MS),
      since: toInstant(nowMs - inARow * eachMs),
      most,
      inARow,
    },
  );
  if (missing === 0) return;
  // A pause beyond the patience would ask a person at once.
  const longestMs = Math.min(LONGEST_PAUSE_MS, policy.attentionAfterMs / 6);
  throw new KnownFailure('check-waits', `${missing} checks of ${house} have to be done before this one`, {
    retryAfterMs: Math.min(missing * eachMs, longestMs),
  });
}

export function createPlaceActivities(deps: ActivityDependencies) {
  const { journal, trust } = deps;

  /**
   * Waits until the check of a case may call Jet, in the queue that is not Jet's: each attempt of an activity in that one counts
   * as a call, even if it only finds that it is not its turn. Nobody who does not come through Absage takes a place, and a case
   * that is opened or refused needs none.
   */
  const takePlace = asCaseActivity(
    ({ input }) => input.order,
    async ({ input, head }: PlaceInput): Promise<{ head: JournalHead | null }> => {
      const { isTrusted } = await trust.proveStart(currentRun(), input);
      if (!isTrusted) return { head };
      const { caseId, order } = input;
      const ref = { caseId, house: order.house, eventNumber: order.eventNumber };
      const { entries, opening } = await readCase(journal, { ref, head });
      if (!opening && !refusalLine(entries)) await requirePlace(deps, input);
      return { head };
    },
  );

  return { takePlace };
}

interface PlaceInput {
  input: CancellationInput;
  head: JournalHead | null;
}
