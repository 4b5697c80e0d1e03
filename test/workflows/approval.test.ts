import type { CancellationStatus } from '../../src/domain/case';
import { abortUpdate, approveUpdate, overrideUpdate, rejectUpdate } from '../../src/workflows/messages';
import {
  MARKED,
  MINUTE,
  QUICK,
  TimeSkippingStage,
  TITLE,
  type CaseChanges,
} from '../support/time-skipping-stage';

let stage: TimeSkippingStage;

beforeAll(async () => {
  stage = await TimeSkippingStage.open();
}, 120_000);
afterAll(() => stage.close());
beforeEach(() => stage.reset());
afterEach(() => stage.settle());

const LEAD = { actorId: 'token:lead', role: 'lead' } as const;
const BY_LEAD = { actor: 'Die Leitung' };
const HOUR = 60 * MINUTE;
const RULE = { expiresMs: 4 * HOUR, to: ['leitung@festspielhaus.example'] };
const isAsked = ({ state }: CancellationStatus) => state === 'awaiting-approval';

async function asked(changes: CaseChanges = {}) {
  const input = await stage.prepare({ ...changes, policy: { ...QUICK, approval: RULE, ...changes.policy } });
  const handle = await stage.start({ ...input, isOrderMailed: true });
  const status = await stage.until(handle, isAsked);
  return { handle, planHash: status.approval!.planHash, status };
}

async function operations(handle: Parameters<typeof stage.entries>[0]): Promise<string[]> {
  const entries = await stage.entries(handle);
  return entries.filter(({ operation }) => operation !== 'alert-house').map(({ operation }) => operation);
}

describe('a case that a second person has to approve', () => {
  it('writes nothing before that, and asks by mail', async () => {
    const { handle, status } = await asked();
    expect(status).toMatchObject({
      step: 'check',
      approval: { requestedBy: 'test', decision: null, changes: [] },
      allowedActions: ['abort', 'approve', 'reject', 'override'],
    });
    await stage.until(handle, () => stage.mail.told.length > 0);
    expect(stage.mail.told).toEqual(['approval']);
    expect(stage.mail.alerts[0]).toMatchObject({ to: RULE.to });
    expect(stage.mail.alerts[0]?.text).toContain('braucht eine zweite Person');
    expect(await operations(handle)).toEqual(['check', 'request-approval']);
    expect(stage.jet.event?.title).toBe(TITLE);
  });

  it('goes on once somebody else has said yes to exactly this plan', async () => {
    const { handle, planHash } = await asked();
    expect(await stage.refusal(handle, approveUpdate, { planHash: 'another' }, LEAD)).toMatch(
      'steht inzwischen anders',
    );
    const status = await stage.act(handle, approveUpdate, { ...BY_LEAD, planHash }, LEAD);
    expect(status.approval?.decision).toMatchObject({ kind: 'approved', by: 'Die Leitung' });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect((await operations(handle)).slice(0, 5)).toEqual([
      ...['check', 'request-approval', 'approve', 'recheck-plan', 'save-announcement'],
    ]);
    expect(stage.jet.event?.title).toBe(MARKED);
    expect(stage.mail.told).toContain('ordered');
  });

  it('is never approved by whoever ordered it, whatever name they give', async () => {
    const { handle, planHash } = await asked();
    expect(await stage.refusal(handle, approveUpdate, { actor: 'Wer anderer', planHash })).toMatch(
      'zweite Person',
    );
    expect(await operations(handle)).toEqual(['check', 'request-approval']);
    await stage.act(handle, abortUpdate, {});
    expect(await stage.untilEnd(handle)).toBe('CANCELLED aborted');
  });

  it('is not begun when somebody rejects it, and says who and why', async () => {
    const { handle } = await asked();
    await stage.act(handle, rejectUpdate, { ...BY_LEAD, reason: 'Es wird doch gespielt' }, LEAD);
    expect(await stage.untilEnd(handle)).toBe('FAILED refused');
    expect(await stage.status(handle)).toMatchObject({
      refusal: { code: 'rejected' },
      approval: { decision: { kind: 'rejected', by: 'Die Leitung', reason: 'Es wird doch gespielt' } },
    });
    expect(stage.mail.ends).toEqual(['refused']);
    expect(stage.jet.event?.title).toBe(TITLE);
  });

  it('is not begun when nobody decides in time', async () => {
    const { handle } = await asked();
    expect(await stage.untilEnd(handle)).toBe('FAILED refused');
    expect(await stage.status(handle)).toMatchObject({
      refusal: { code: 'approval-expired' },
      approval: { decision: { kind: 'expired', by: 'Absage' } },
    });
  });

  it('begins without a second person in an emergency, loudly', async () => {
    const { handle } = await asked();
    await stage.act(handle, overrideUpdate, { reason: 'Brand im Saal' });
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    const ordered = stage.mail.alerts.find(({ text }) => text.includes('OHNE FREIGABE'));
    expect(ordered?.to).toEqual(['dienst@festspielhaus.example', ...RULE.to]);
    expect(ordered?.text).toContain('Brand im Saal');
  });

  it('asks anew when what was approved stands otherwise in Jet, and shows both', async () => {
    const { handle, planHash } = await asked();
    await stage.jet.edit({ externalMemo: 'Einlass ab 18 Uhr' });
    await stage.act(handle, approveUpdate, { ...BY_LEAD, planHash }, LEAD);
    const again = await stage.until(
      handle,
      (status) => isAsked(status) && status.approval?.planHash !== planHash,
    );
    expect(again.approval).toMatchObject({
      decision: null,
      changes: [{ field: 'externalMemo', before: 'Einlass ab 19 Uhr', now: 'Einlass ab 18 Uhr' }],
    });
    expect(stage.jet.event?.title).toBe(TITLE);
    await stage.act(handle, approveUpdate, { ...BY_LEAD, planHash: again.approval!.planHash }, LEAD);
    expect(await stage.untilEnd(handle)).toBe('COMPLETED completed');
    expect(stage.jet.event?.externalMemo).toMatch(/Einlass ab 18 Uhr$/);
  });

  it('ends as refused when it cannot be carried out any more', async () => {
    const { handle, planHash } = await asked();
    await stage.jet.edit({ status: 'PROVISIONED', statusText: 'Bereitstellung' });
    await stage.act(handle, approveUpdate, { ...BY_LEAD, planHash }, LEAD);
    expect(await stage.untilEnd(handle)).toBe('FAILED refused');
    expect(await stage.status(handle)).toMatchObject({ refusal: { code: 'status-not-cancellable' } });
  });
});

it('in a house without a gateway, the first task after an approval is mailed', async () => {
  const { handle, planHash } = await asked({ seen: {} });
  await stage.act(handle, approveUpdate, { ...BY_LEAD, planHash }, LEAD);
  await stage.untilAsked(handle, 'person-step');
  await stage.until(handle, () => stage.mail.told.includes('attention'));
});
