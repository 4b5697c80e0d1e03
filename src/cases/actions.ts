import { randomUUID } from 'node:crypto';
import { ActionInDoubt, ActionNotPossible, isOpenRun, WorkersUnavailable } from '../client';
import type { CancellationInput } from '../domain/case';
import { openingOf } from '../domain/lines';
import type { RunAction } from '../domain/vocabulary';
import { ACTION_TEXTS } from '../domain/wording';
import { digest } from '../digest';
import { requireHouse, type Caller } from './caller';
import { newestLines, newestView, readView } from './newest-case';
import { orderDigest } from './orders';
import { Problem } from './problems';
import { requirePatience } from './retry-pace';
import type { CaseSources } from './sources';
import { RUN_PAUSED, toView, type CancellationView } from './view';

/** What a caller asks of a case, and why. The journal records both. */
export interface Act {
  house: string;
  eventNumber: string;
  /** The reason, and the further details of the action. */
  request: { reason: string };
  /** A repeated key gets the first answer again, and nothing is done twice. */
  idempotencyKey?: string;
}

/** Carries out an action on the open run of a case. If the run refuses it, a problem says why. */
export async function actOn(
  sources: CaseSources,
  caller: Caller,
  action: RunAction,
  { house, eventNumber, request, idempotencyKey }: Act,
): Promise<CancellationView> {
  requireHouse(sources.houses, caller, house);
  const { client } = sources;
  const run = await client.find(house, eventNumber);
  if (!run) throw await missingRun(sources, house, eventNumber);
  if (run.status === 'paused') throw new Problem('action-not-possible', ACTION_TEXTS.paused);
  // An ended run still answers an action that it was asked while it was open.
  if (!isOpenRun(run) && !idempotencyKey) throw await closedRun(sources, house, eventNumber);
  const key = idempotencyKey && digest({ action, key: idempotencyKey });
  if (action === 'retry') await requirePatience(sources, run.caseId, key);
  try {
    const status = await client.act(action, house, eventNumber, { ...request, actor: caller.actor }, key);
    return toView(sources, house, eventNumber, run.runId, status, false);
  } catch (error) {
    if (ANSWERS.some((answer) => error instanceof answer)) throw error;
    const now = await client.find(house, eventNumber);
    throw now && isOpenRun(now) ? error : await closedRun(sources, house, eventNumber);
  }
}

/** Failures of an action that already say what became of it. */
const ANSWERS = [ActionInDoubt, ActionNotPossible, WorkersUnavailable];

/** Resumes an interrupted case: a new run of the same case continues from what Jet and the journal show. */
export async function resumeCase(
  sources: CaseSources,
  caller: Caller,
  { house, eventNumber, request }: Act,
): Promise<CancellationView> {
  const view = await readView(sources, caller, house, eventNumber);
  if (view.state !== 'interrupted') throw notInterrupted(view);
  const input = await findInput(sources, house, eventNumber);
  if (!input) throw new Problem('cancellation-not-found');
  const resumption = { id: randomUUID(), actor: caller.actor, reason: request.reason };
  const wanted = orderDigest(input.order, input.policy.marker);
  const { isNew } = await sources.client.start({ ...input, resumption }, wanted);
  const present = (await newestView(sources, house, eventNumber)) ?? view;
  // Another request was faster, or the run is open all the same: this request has changed nothing.
  if (!isNew) throw notInterrupted(present);
  return present;
}

function notInterrupted({ attention }: CancellationView): Problem {
  const isPaused = attention?.code === RUN_PAUSED;
  return new Problem('action-not-possible', isPaused ? ACTION_TEXTS.paused : ACTION_TEXTS.notInterrupted);
}

/** The input that the case began with, from the journal, or from the run if it never wrote its first line. */
async function findInput(
  sources: CaseSources,
  house: string,
  eventNumber: string,
): Promise<CancellationInput | null> {
  const entries = (await newestLines(sources, house, eventNumber)) ?? [];
  const opening = openingOf(entries);
  if (opening) return opening.input;
  const run = await sources.client.find(house, eventNumber);
  return run && sources.client.readInput(run);
}

async function closedRun(sources: CaseSources, house: string, eventNumber: string): Promise<Problem> {
  const view = await newestView(sources, house, eventNumber);
  const isInterrupted = view?.state === 'interrupted';
  return new Problem('action-not-possible', isInterrupted ? ACTION_TEXTS.interrupted : ACTION_TEXTS.ended);
}

async function missingRun(sources: CaseSources, house: string, eventNumber: string): Promise<Problem> {
  const isKnown = (await newestView(sources, house, eventNumber)) !== null;
  return isKnown ? closedRun(sources, house, eventNumber) : new Problem('cancellation-not-found');
}
