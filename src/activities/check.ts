import type {
  CancellationInput,
  CaseEnd,
  CodedText,
  EventSummary,
  JournalHead,
  Opening,
} from '../domain/case';
import { planCancellation, refusal, type Plan, type PlannedCase } from '../domain/plan';
import type { House, Order } from '../domain/types';
import { digest } from '../digest';
import { headOf, type Claim, type JournalEntry } from '../journal/port';
import { asActivity, readCase, type ActivityDependencies } from './activity';
import { KnownFailure } from '../domain/failures';

/** The interval under which nothing may run against a real Jet, in milliseconds (wiki: 15 minutes). */
export const REAL_INTERVAL_FLOOR_MS = 15 * 60_000;

export type CheckResult =
  | {
      kind: 'refused';
      refusal: CodedText;
      warnings: CodedText[];
      event: EventSummary | null;
      head: JournalHead;
    }
  | {
      kind: 'opened';
      event: EventSummary;
      warnings: CodedText[];
      /** Set when this case has been further once: after a reset, or when it is taken up again. */
      claim: Claim | null;
      ended: CaseEnd | null;
      head: JournalHead;
    };

export interface PlanResult extends Plan {
  planHash: string;
}

/** Reads everything that a plan needs, and plans. Nothing is written. */
async function plan(
  deps: ActivityDependencies,
  house: House,
  order: Order,
  policy: CancellationInput['policy'],
) {
  const event = await deps.jet.readEvent(order.eventNumber);
  const { isUserKnown, right } = event
    ? await readRight(deps, house, order)
    : { isUserKnown: true, right: null };
  const planned = planCancellation({ order, policy, event, isUserKnown, right });
  return { planned, planHash: digest(planned.fingerprint) };
}

async function readRight(deps: ActivityDependencies, house: House, order: Order) {
  try {
    return { isUserKnown: true, right: await deps.jet.readRight(house.connectOnlineUser, order.eventNumber) };
  } catch (error) {
    if (error instanceof KnownFailure && error.code === 'right-not-granted')
      return { isUserKnown: false, right: null };
    throw error;
  }
}

export function createCheckActivities(deps: ActivityDependencies) {
  const { jet, journal, houses } = deps;

  /** For `POST /v1/plans`: the same reading and the same function as the run's own check. */
  const planOrder = asActivity(
    async ({ order, policy }: Pick<CancellationInput, 'order' | 'policy'>): Promise<PlanResult> => {
      const house = houses.get(order.house);
      if (!house) throw new KnownFailure('house-not-configured', `house ${order.house}`);
      const { planned, planHash } = await plan(deps, house, order, policy);
      return { ...planned.plan, planHash };
    },
  );

  /**
   * The first step. Everything that can be checked is checked here, and the originals are written down before
   * any write. Of a case that has been opened once, that first line holds: the event may carry our marker now.
   */
  const checkEvent = asActivity(
    async ({ input, head }: { input: CancellationInput; head: JournalHead | null }): Promise<CheckResult> => {
      const { order, caseId } = input;
      const ref = { caseId, house: order.house, eventNumber: order.eventNumber };
      const { entries, opening } = await readCase(journal, { ref, actor: input.orderedBy, head });
      if (opening) return resume(entries, opening, await journal.readClaim(caseId));

      const refuse = async (reason: CodedText, planned?: PlannedCase): Promise<CheckResult> => {
        const warnings = planned?.plan.warnings ?? [];
        const event = planned?.opening?.event ?? null;
        const entry = await journal.append(ref, {
          actor: input.orderedBy,
          kind: 'refusal',
          step: 'check',
          operation: 'check',
          effectKey: 'refusal',
          after: { input, event, refusal: reason, warnings },
          outcome: reason.code,
        });
        return { kind: 'refused', refusal: reason, warnings, event, head: headOf(entry) };
      };

      const house = houses.get(order.house);
      if (!house) return refuse(refusal('house-not-configured'));
      if (house.backend === 'guided') return refuse(refusal('guided-not-available'));
      const { isSimulator } = await jet.health();
      if (!isSimulator && input.policy.syncIntervalMs < REAL_INTERVAL_FLOOR_MS) {
        return refuse(refusal('interval-too-short'));
      }

      const { planned, planHash } = await plan(deps, house, order, input.policy);
      const [firstRefusal] = planned.plan.refusals;
      if (firstRefusal || !planned.opening)
        return refuse(firstRefusal ?? refusal('event-not-found'), planned);
      if (order.planHash && order.planHash !== planHash) return refuse(refusal('plan-changed'), planned);

      const row = await jet.readChannelInfo(order.eventNumber);
      const written: Opening = { ...planned.opening, input, channelShowedStorno: row?.status === 'Storno' };
      const result = await journal.openCase(ref, {
        actor: input.orderedBy,
        kind: 'opening',
        step: 'check',
        operation: 'check',
        effectKey: 'opening',
        after: written,
        outcome: 'ok',
      });
      if ('takenBy' in result) return refuse(refusal('already-completed'), planned);
      return resume([result.opened], written, await journal.readClaim(caseId));
    },
  );

  return { planOrder, checkEvent };
}

function resume(entries: JournalEntry[], opening: Opening, claim: Claim | null): CheckResult {
  const last = entries.at(-1);
  if (!last) throw new KnownFailure('journal-behind', 'an opening without a line');
  const end = entries.find((entry) => entry.kind === 'end');
  return {
    kind: 'opened',
    event: opening.event,
    warnings: opening.warnings,
    claim,
    ended: (end?.outcome as CaseEnd | undefined) ?? null,
    head: headOf(last),
  };
}
