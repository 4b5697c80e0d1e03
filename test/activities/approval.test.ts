import type { RecordedAction } from '../../src/activities/operator-decisions';
import { sealedUpdate } from '../../src/domain/seal';
import { effectKeys } from '../../src/domain/journal';
import type { ApprovalAction } from '../../src/domain/vocabulary';
import { ACTION_TEXTS } from '../../src/domain/wording';
import { ActivityStage, anEnvironment, type StagedCase } from '../support/activity-stage';
import { aTrust, seal } from '../support/trust';

/* What a lead has said counts for the request that they have seen, whatever a run makes of it: the activity that writes it down judges alone. */

const LEAD = { actorId: 'token:lead', role: 'lead' } as const;
const HOUR = 3_600_000;

let stage: ActivityStage;
beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

async function asked(): Promise<StagedCase> {
  const approval = { expiresMs: 4 * HOUR, to: [] };
  const aCase = await stage.prepare({ policy: { approval } });
  await aCase.perform('checkEvent');
  await settle(aCase);
  return aCase;
}

/** By Temporal's clock. */
function environmentAt({ ref }: StagedCase, ms: number) {
  return anEnvironment(ref, undefined, { scheduledTimestampMs: ms, currentAttemptScheduledTimestampMs: ms });
}

/** As the run does. */
async function settle(aCase: StagedCase): Promise<string> {
  const { settleApproval } = stage.worker();
  const input = { ref: aCase.ref, actor: aCase.input.orderedBy, head: null };
  const settled = await environmentAt(aCase, Date.now()).run(settleApproval, input);
  return (settled as Awaited<ReturnType<typeof settleApproval>>).kind;
}

interface Said {
  planHash: string;
  /** The request for which the run writes it down. */
  number?: number;
  /** When it came. */
  atMs?: number;
}

/** What a lead has sealed, written down by a run. */
function say(aCase: StagedCase, action: ApprovalAction, { planHash, number = 1, atMs = Date.now() }: Said) {
  const run = environmentAt(aCase, atMs);
  const { workflowId } = run.context.info.workflowExecution!;
  const request = {
    ...{ actor: 'Lea Leitung', reason: 'Gesehen' },
    ...(action === 'approve' && { planHash }),
  };
  const content = sealedUpdate(workflowId, aCase.ref.caseId, action, { updateId: 'api/1', request });
  const { recordAction } = stage.worker({ trust: aTrust() });
  const recorded: RecordedAction = {
    ...{ ref: aCase.ref, actor: 'Lea Leitung', head: null, reason: 'Gesehen' },
    ...{ step: 'check', action, details: { planHash }, effectKey: effectKeys.approval(number) },
    asked: { updateId: 'api/1', request: { ...request, seal: seal(content, LEAD) } },
  };
  return run.run(recordAction, recorded);
}

const hashes = async (aCase: StagedCase) =>
  (await aCase.entries()).flatMap((line) =>
    line.operation === 'request-approval' ? [line.after.planHash] : [],
  );
const ends = async (aCase: StagedCase) =>
  (await aCase.entries()).flatMap((line) =>
    line.operation === 'request-approval' ? [Date.parse(line.after.expiresAt)] : [],
  );
const words = async (aCase: StagedCase) =>
  (await aCase.entries()).filter(({ operation }) => ['approve', 'override', 'reject'].includes(operation));

it('counts once, for the plan that was seen', async () => {
  const aCase = await asked();
  const [planHash = ''] = await hashes(aCase);
  await say(aCase, 'approve', { planHash });
  expect(await words(aCase)).toMatchObject([{ operation: 'approve', actorId: LEAD.actorId }]);
  expect(await settle(aCase)).toBe('settled');
});

it('does not count for the plan that came after it', async () => {
  const aCase = await asked();
  const [planHash = ''] = await hashes(aCase);
  await say(aCase, 'approve', { planHash });
  await aCase.edit({ externalMemo: 'Einlass ab 18 Uhr' });
  expect(await settle(aCase)).toBe('awaiting');
  expect(await hashes(aCase)).toHaveLength(2);
  await expect(say(aCase, 'approve', { planHash, number: 2 })).rejects.toThrow(ACTION_TEXTS.anotherPlan);
  await expect(say(aCase, 'approve', { planHash, number: 3 })).rejects.toThrow(ACTION_TEXTS.nothingToApprove);
  expect(await words(aCase)).toHaveLength(1);
});

it.each(['approve', 'override'] as const)(
  'an %s that comes after the end of the request is too late',
  async (action) => {
    const aCase = await asked();
    const [planHash = ''] = await hashes(aCase);
    // Counted from what the request says itself: however long ago that is by now.
    const [endsAtMs = NaN] = await ends(aCase);
    const late = say(aCase, action, { planHash, atMs: endsAtMs + 2_000 });
    await expect(late).rejects.toThrow(ACTION_TEXTS.approvalOver);
    expect(await words(aCase)).toEqual([]);
    await say(aCase, action, { planHash, atMs: endsAtMs - 2_000 });
    expect(await words(aCase)).toHaveLength(1);
  },
);

it('a no is never too late', async () => {
  const aCase = await asked();
  const [planHash = ''] = await hashes(aCase);
  await say(aCase, 'reject', { planHash, atMs: Date.now() + 5 * HOUR });
  expect(await settle(aCase)).toBe('refused');
});
