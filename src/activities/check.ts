import { Context } from '@temporalio/activity';
import {
  SYNC_INTERVAL_FLOOR_MS,
  type CancellationInput,
  type CodedText,
  type EventSummary,
  type Opening,
  type RightPeriod,
} from '../domain/case';
import { readActionKey } from '../domain/action-key';
import { approvalRuleOf } from '../domain/approval';
import { actorOf, unproven, unprovenActor, type Actor } from '../domain/actor';
import { KnownFailure } from '../domain/failures';
import { seenEvent } from '../domain/guided';
import { tasksOfHouse } from '../domain/house-tasks';
import { effectKeys, headOf, type Claim, type EntryOf, type JournalEntry } from '../domain/journal';
import { endOf, refusalLine } from '../domain/lines';
import { planCancellation, type Plan, type PlannedCase } from '../domain/plan';
import { refusal } from '../domain/refusals';
import { approvedInSeries } from '../domain/series-approval';
import { itemHindrance, seriesStateOf } from '../domain/series-lines';
import { STORNO_WORD } from '../domain/status';
import type { CaseRef, House, Instant, JournalHead, Order } from '../domain/types';
import type { CaseEnd } from '../domain/vocabulary';
import { digest } from '../digest';
import type { ProvenStart } from '../trust/trust';
import { asActivity, asCaseActivity, currentRun, type ActivityDependencies } from './activity';
import { requirePlace } from './open-checks';
import { mayReplaceCases } from './put-back';
import { adoptTicks } from './series-tasks';
import { readCase, requireHouse } from './reading';

export type CheckResult =
  | {
      kind: 'refused';
      refusal: CodedText;
      warnings: CodedText[];
      event: EventSummary | null;
      head: JournalHead | null;
    }
  | {
      kind: 'opened';
      event: EventSummary;
      warnings: CodedText[];
      right: RightPeriod;
      backend: House['backend'];
      /** Who ordered it, as the journal has it. Results of before there were seals lack it. */
      actor?: string;
      /** Who that is, as the journal has it. Results of before lines said it lack it. */
      actorId?: string | null;
      /** When the case was opened. Nothing that the case caused can be older. */
      openedAt: Instant;
      /** Set when an earlier run of this case came as far as a claim: after a reset, or when the case is resumed. */
      claim: Claim | null;
      ended: CaseEnd | null;
      /** The house wants a second person to approve it. Results of before there were approvals lack it. */
      isApprovalNeeded?: boolean;
      head: JournalHead;
    };

export type OpenedCase = Extract<CheckResult, { kind: 'opened' }>;

export interface PlanResult extends Plan {
  planHash: string;
}

/**
 * Reads everything that a plan needs, and plans. Writes nothing. In a guided house it reads nothing either: the order
 * carries what the clerk saw in the mask.
 */
export async function plan(
  deps: ActivityDependencies,
  house: House,
  order: Order,
  policy: CancellationInput['policy'],
) {
  const isGuided = house.backend === 'guided';
  const event = isGuided
    ? seenEvent(order, new Date().toISOString(), house.maskLimits)
    : await deps.jet.readEvent(order.eventNumber);
  const { isUserKnown, right } =
    event && !isGuided ? await readRight(deps, house, order) : { isUserKnown: true, right: null };
  const planned = planCancellation({ order, policy, event, isUserKnown, right });
  return { planned, planHash: digest(planned.fingerprint) };
}

/** Whether Connect Online shows Storno before anything was done. In a guided house nobody looks. */
export async function channelShowsStorno(
  { jet }: ActivityDependencies,
  { backend }: House,
  eventNumber: string,
): Promise<boolean> {
  if (backend === 'guided') return false;
  return (await jet.readChannelInfo(eventNumber))?.status === STORNO_WORD;
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
  const { jet, journal, houses, trust, isSimulator } = deps;

  /** For `POST /v1/plans`: reads and plans exactly as the run's own check does. */
  const planOrder = asActivity(
    async ({ order, policy }: Pick<CancellationInput, 'order' | 'policy'>): Promise<PlanResult> => {
      const house = requireHouse(houses, order.house);
      const { planned, planHash } = await plan(deps, house, order, policy);
      return { ...planned.plan, planHash };
    },
  );

  /**
   * The first step. It checks everything that can be checked, and writes down the original texts before any write. When
   * the case has been opened before, its first line counts and the event is not read again, because the event may
   * already carry our marker.
   */
  const checkEvent = asCaseActivity(
    ({ input }) => input.order,
    async ({ input: asked, head }: CheckInput): Promise<CheckResult> => {
      const proof = await trust.proveStart(currentRun(), asked);
      if (!proof.isTrusted) return NOT_SEALED;
      const input = asProven(asked, proof, houses.get(asked.order.house));
      const { order, caseId } = input;
      const orderer = ordererOf(input, proof);
      const ref = { caseId, house: order.house, eventNumber: order.eventNumber };
      const { entries, opening } = await readCase(journal, { ref, head });
      if (opening) {
        await noteResumption(ref, input, proof);
        if (input.series) await adoptTicks(deps, ref, input.series.id);
        return openedCase(entries, opening, await journal.readClaim(caseId));
      }

      const earlier = refusalLine(entries);
      if (earlier) return refusedBy(earlier);

      await requirePlace(deps, input);
      const refuse = async (reason: CodedText, planned?: PlannedCase): Promise<CheckResult> => {
        const warnings = planned?.plan.warnings ?? [];
        const event = planned?.opening?.event ?? null;
        const entry = await journal.append(ref, {
          ...orderer,
          kind: 'refusal',
          step: 'check',
          operation: 'check',
          effectKey: effectKeys.firstLine,
          after: { input, event, refusal: reason, warnings, isSimulator: isSimulator() },
          outcome: reason.code,
        });
        return entry.kind === 'opening' ? goOn(entry) : refusedBy(entry);
      };
      /** Another attempt of this same check may have written the first line before this one. Then that line counts. */
      const goOn = async (first: EntryOf<'check', 'opening'>): Promise<CheckResult> => {
        const resumed = await noteResumption(ref, input, proof);
        if (input.series) await adoptTicks(deps, ref, input.series.id);
        return openedCase([first, ...resumed], first.after, await journal.readClaim(caseId));
      };

      const house = houses.get(order.house);
      if (!house) return refuse(refusal('house-not-configured'));
      const isGuided = house.backend === 'guided';
      if (isGuided !== (order.seen !== undefined)) {
        return refuse(refusal(isGuided ? 'seen-missing' : 'invalid-order'));
      }
      if (!isGuided && input.policy.syncIntervalMs < SYNC_INTERVAL_FLOOR_MS) {
        const health = await jet.health();
        if (!health.isSimulator) return refuse(refusal('interval-too-short'));
      }

      const series = input.series ? seriesStateOf(await deps.series.seriesLines(input.series.id)) : null;
      const hindrance = input.series && (series ? itemHindrance(series, { caseId }) : 'not-in-series');
      if (hindrance === 'wait') throw waitsForSeries();
      if (hindrance) return refuse(refusal(hindrance));

      const { planned, planHash } = await plan(deps, house, order, input.policy);
      const [firstRefusal] = planned.plan.refusals;
      if (firstRefusal || !planned.opening)
        return refuse(firstRefusal ?? refusal('event-not-found'), planned);
      const wantedPlan = series?.plan?.after.items[caseId] ?? order.planHash;
      if (wantedPlan && wantedPlan !== planHash) return refuse(refusal('plan-changed'), planned);
      const approved = series && approvedInSeries(series, caseId);

      const channelShowedStorno = await channelShowsStorno(deps, house, order.eventNumber);
      const { backend } = house;
      const written: Opening = {
        ...planned.opening,
        input,
        channelShowedStorno,
        backend,
        isSimulator: isSimulator(),
        tasks: tasksOfHouse(house),
        contacts: house.contacts,
        // Of exactly this plan, or the series hinders the opening.
        ...(approved && { approvedInSeries: { ...approved, planHash } }),
      };
      const open = (after: Opening) =>
        journal.openCase(ref, {
          ...orderer,
          kind: 'opening',
          step: 'check',
          operation: 'check',
          effectKey: effectKeys.firstLine,
          after,
          outcome: 'ok',
        });
      let result = await open(written);
      if ('takenBy' in result && (await mayReplaceCases(deps, house, order.eventNumber)))
        result = await open({ ...written, replaces: result.takenBy });
      if ('takenBy' in result) {
        const hasEnded = endOf(await journal.entries(result.takenBy)) !== null;
        return refuse(refusal(hasEnded ? 'already-completed' : 'already-cancelling'), planned);
      }
      if ('hinderedBy' in result) {
        if (result.hinderedBy === 'wait') throw waitsForSeries();
        return refuse(refusal(result.hinderedBy), planned);
      }
      return result.opened.kind === 'refusal' ? refusedBy(result.opened) : goOn(result.opened);
    },
  );

  /** An operator resumed an interrupted case, opened or not: the journal records who and why, once. Resolves to that line. */
  async function noteResumption(
    ref: CaseRef,
    { resumption }: CancellationInput,
    proof: ProvenStart,
  ): Promise<JournalEntry[]> {
    if (!resumption) return [];
    const { runId = '' } = Context.current().info.workflowExecution ?? {};
    const line = await journal.append(ref, {
      ...namedIn(proof, resumption.actor),
      kind: 'decision',
      step: 'check',
      operation: 'resume',
      // A reset carries out this same decision again. The effect key keeps it from becoming a second line.
      effectKey: effectKeys.resume(resumption.id ?? runId),
      after: { reason: resumption.reason, key: readActionKey(resumption.key) },
      outcome: 'accepted',
    });
    return [line];
  }

  return { planOrder, checkEvent };
}

/** What has not begun does not begin while its series is paused: nothing is lost, and nothing is read from Jet. */
function waitsForSeries(): KnownFailure {
  return new KnownFailure('check-waits', 'the series does not let it begin now');
}

interface CheckInput {
  input: CancellationInput;
  head: JournalHead | null;
}

/** Nothing is written: the case may be another one's. */
const NOT_SEALED: CheckResult = {
  kind: 'refused',
  refusal: refusal('not-sealed'),
  warnings: [],
  event: null,
  head: null,
};

/** The input without its seal, which counts only now, and with names that say whether anybody has checked them. */
function asProven(
  { seal: _seal, ...input }: CancellationInput,
  { isProven }: ProvenStart,
  house: House | undefined,
): CancellationInput {
  if (isProven) return input;
  const { orderedBy, resumption, policy } = input;
  // Whoever starts a run by hand says what they want: whether a second person is asked is the house's to say.
  const approval = house && approvalRuleOf(house, input.series !== undefined);
  return {
    ...input,
    policy: { ...policy, ...(approval && { approval }) },
    orderedBy: unproven(orderedBy),
    ...(resumption && { resumption: { ...resumption, actor: unproven(resumption.actor) } }),
  };
}

/** Whoever resumes a case has sealed that start, so of its orderer only the name is known there. */
function ordererOf({ orderedBy, resumption }: CancellationInput, proof: ProvenStart): Actor {
  return namedIn(resumption ? { ...proof, actorId: null } : proof, orderedBy);
}

/** Somebody whom a start names, once its names say whether anybody has checked them. */
function namedIn({ isProven, actorId }: ProvenStart, actor: string): Actor {
  return isProven ? { actor, actorId } : unprovenActor(actor);
}

/** A refusal stands, even if its first answer was lost. */
function refusedBy(entry: EntryOf<'check', 'refusal'>): CheckResult {
  const { refusal: reason, warnings, event } = entry.after;
  return { kind: 'refused', refusal: reason, warnings, event, head: headOf(entry) };
}

/** What a run needs to know about a case that was opened earlier, however long ago. */
export function openedCase(entries: JournalEntry[], opening: Opening, claim: Claim | null): OpenedCase {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) throw new KnownFailure('journal-behind', 'an opening without a line');
  return {
    kind: 'opened',
    event: opening.event,
    warnings: opening.warnings,
    right: opening.right,
    backend: opening.backend,
    ...actorOf(first),
    openedAt: first.at,
    claim,
    ended: endOf(entries),
    ...(opening.input.policy.approval && { isApprovalNeeded: true }),
    head: headOf(last),
  };
}
