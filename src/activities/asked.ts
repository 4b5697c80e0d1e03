import { ApplicationFailure } from '@temporalio/common';
import { NOT_PROVEN, type AskedUpdate } from '../domain/seal';
import type { RunAction } from '../domain/vocabulary';
import { ACTION_TEXTS } from '../domain/wording';
import type { Trust } from '../trust/trust';
import { currentRun, type StepInput } from './activity';

/** The input of an activity that does what somebody has asked for. */
export interface AskedInput extends StepInput {
  /** The request as it came, with what proves it. A run of before there were seals does not pass it on. */
  asked?: AskedUpdate;
}

/** Who asked, as the journal records it. Throws where nobody may ask for that without a proof: the update then fails. */
export function actorOf(trust: Trust, action: RunAction, { ref, actor, asked }: AskedInput): string {
  const stated = { updateId: '', request: { actor, reason: '' } };
  const proven = trust.proveUpdate(currentRun(), ref.caseId, action, asked ?? stated);
  if (proven !== null) return proven;
  throw ApplicationFailure.nonRetryable(ACTION_TEXTS.notProven, NOT_PROVEN);
}
