import { ActionNotPossible, WorkersUnavailable } from '../client';
import type { Action } from '../domain/failures';
import { digest } from '../digest';
import { Problem } from './problems';
import { readView, toView, type CancellationView, type ViewSources } from './view';

const ALREADY_ENDED = 'Diese Absage ist schon beendet.';

/** What each action is called in the client. */
const CALLS = { abort: 'abort', retry: 'retryNow' } as const satisfies Record<Action, string>;

/** What somebody wants to have done to a case, and why: both are written down. */
export interface Act {
  house: string;
  eventNumber: string;
  actor: string;
  reason: string;
  /** The same key again gets the same answer, and nothing is done twice. */
  idempotencyKey?: string;
}

/** Carries out an action on the open run of a case. What the run refuses is a problem that says why. */
export async function actOn(
  sources: ViewSources,
  action: Action,
  { house, eventNumber, actor, reason, idempotencyKey }: Act,
): Promise<CancellationView> {
  const { client } = sources;
  const run = await client.find(house, eventNumber);
  if (!run) throw await missingRun(sources, house, eventNumber);
  // An ended run still answers what it was asked while it was open.
  if (run.status !== 'running' && !idempotencyKey) throw alreadyEnded();
  const updateId = idempotencyKey && digest({ action, key: idempotencyKey });
  try {
    const status = await client[CALLS[action]](house, eventNumber, { actor, reason }, updateId);
    return toView(sources, house, eventNumber, run.runId, status, false);
  } catch (error) {
    if (error instanceof ActionNotPossible || error instanceof WorkersUnavailable) throw error;
    const isOpen = (await client.find(house, eventNumber))?.status === 'running';
    throw isOpen ? error : alreadyEnded();
  }
}

async function missingRun(sources: ViewSources, house: string, eventNumber: string): Promise<Problem> {
  const isKnown = (await readView(sources, house, eventNumber)) !== null;
  return isKnown ? alreadyEnded() : new Problem('cancellation-not-found');
}

function alreadyEnded(): Problem {
  return new Problem('action-not-possible', ALREADY_ENDED);
}
