import { isApprovalAction, isSomebodyElse } from '../domain/approval';
import type { Action } from '../domain/vocabulary';
import { ACTION_TEXTS } from '../domain/wording';
import type { Caller } from './caller';
import type { DecisionFault, SecondPerson } from './view';

/** Why somebody whose role allows it may not decide all the same; `null`: they may. */
export function decisionFault(
  caller: Caller,
  action: Action,
  { arePeopleKnown, orderedById }: SecondPerson,
): DecisionFault | null {
  if (!isApprovalAction(action)) return null;
  if (arePeopleKnown && caller.kind === 'program')
    return { code: 'person-needed', text: ACTION_TEXTS.personNeeded };
  if (action !== 'approve' || orderedById === undefined) return null;
  const isElse = isSomebodyElse({ actor: caller.actor, actorId: caller.id }, { actorId: orderedById });
  return isElse ? null : { code: 'own-order', text: ACTION_TEXTS.ownOrder };
}
