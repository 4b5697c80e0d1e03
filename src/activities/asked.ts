import { ApplicationFailure } from '@temporalio/common';
import { digest } from '../digest';
import type { Actor } from '../domain/actor';
import { isInstant, toMs } from '../domain/clock';
import { roleMay, whoMay } from '../domain/rights';
import { isSeal, NOT_POSSIBLE, NOT_PROVEN, type AskedUpdate } from '../domain/seal';
import type { SeriesAction } from '../domain/series-vocabulary';
import type { Instant } from '../domain/types';
import type { RunAction } from '../domain/vocabulary';
import { ACTION_TEXTS } from '../domain/wording';
import type { Trust } from '../trust/trust';
import { currentRun, type StepInput } from './activity';

/** The input of an activity that does what somebody has asked for. */
export interface AskedInput extends StepInput {
  /** The request as it came, with what proves it. A run of before there were seals does not pass it on. */
  asked?: AskedUpdate;
}

/**
 * Who asked, as the journal records it. `done`: what is about to be written down of the request. Throws where nobody may ask
 * for that without a proof, or where the proven role does not suffice: the update then fails.
 */
export function provenActorOf(
  trust: Trust,
  action: RunAction,
  { ref, actor, asked }: AskedInput,
  done: object,
): Actor {
  const isAsAsked = asked !== undefined && isPartOf(done, asked.request);
  const stated = { updateId: '', request: { actor, reason: '' } };
  const proven = trust.proveUpdate(currentRun(), ref.caseId, action, isAsAsked ? asked : stated);
  return proven ?? refuseUnproven(action, asked);
}

/** The update fails: nobody may ask for that without a proof, or the role that is proven does not suffice. */
export function refuseUnproven(action: RunAction | SeriesAction, asked: AskedUpdate | undefined): never {
  const seal = asked?.request.seal;
  if (isSeal(seal) && !roleMay(seal.role, action))
    throw ApplicationFailure.nonRetryable(whoMay(action), NOT_POSSIBLE);
  throw ApplicationFailure.nonRetryable(ACTION_TEXTS.notProven, NOT_PROVEN);
}

/** A seal vouches for the request, not for what the run makes of it. What the run adds of its own is no part of it. */
function isPartOf(done: object, request: object): boolean {
  const wanted = new Map(Object.entries(request));
  return Object.entries(done).every(([name, value]) => !wanted.has(name) || isSame(value, wanted.get(name)));
}

function isSame(one: unknown, other: unknown): boolean {
  const areInstants = [one, other].every((value) => typeof value === 'string' && isInstant(value));
  return areInstants ? toMs(one as Instant) === toMs(other as Instant) : digest(one) === digest(other);
}
