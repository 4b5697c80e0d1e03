import { approvalOf, isApprovalAction } from '../domain/approval';
import { openingLine } from '../domain/lines';
import type { RunAction } from '../domain/vocabulary';
import { ACTION_TEXTS } from '../domain/wording';
import { forCaller } from './for-caller';
import type { Caller } from './caller';
import { viewOf } from './case-view';
import { decisionFault } from './decision-fault';
import { Problem } from './problems';
import type { CaseSources } from './sources';
import { readLinesOf, type FoundCase, type WantedCase } from './which-case';

/**
 * Four eyes, before the run is asked: who may not decide learns why. The activity that writes the decision down judges the
 * same once more, because others reach the run, too.
 */
export async function requireSecondPerson(
  sources: CaseSources,
  caller: Caller,
  action: RunAction,
  { wanted, found, request }: { wanted: WantedCase; found: FoundCase; request: object },
): Promise<void> {
  if (!isApprovalAction(action)) return;
  const entries = found.caseId ? await readLinesOf(sources.journal, wanted, found.caseId) : [];
  const opening = openingLine(entries);
  const { arePeopleKnown = false } = sources;
  const orderedById = opening ? (opening.actorId ?? null) : undefined;
  const fault = decisionFault(caller, action, { arePeopleKnown, orderedById });
  if (fault) throw new Problem(fault.code, fault.text);
  // A role that may be gone is enough for everything but this.
  if (caller.areRolesOld && action !== 'reject')
    throw new Problem('action-not-possible', ACTION_TEXTS.rolesAreOld);
  if (action !== 'approve' || !opening) return;
  const approval = approvalOf(entries);
  if (!approval || approval.decision || ('planHash' in request && request.planHash === approval.planHash))
    return;
  const view = await viewOf(sources, wanted);
  throw new Problem(
    'plan-changed',
    ACTION_TEXTS.anotherPlan,
    view ? { cancellation: forCaller(caller, view) } : {},
  );
}
