import { approvalFault, approvedInSeries, nextApprovalStep } from '../../src/domain/series-approval';
import { itemHindrance, seriesStateOf, type SeriesLine } from '../../src/domain/series-lines';
import { aPolicy } from '../support/examples';

/* Which house is asked for what, by whom it is decided, and until when. */

const KARL = { actor: 'Karl', actorId: 'token:karl' };
const LEA = { actor: 'Lea', actorId: 'token:lea' };
const NOW = '2027-01-01T10:00:00.000Z';
const HOUR_MS = 3_600_000;
const SOON = '2027-01-01T12:00:00.000Z';
const LATER = '2027-01-02T18:30:00.000Z';
const CASES = ['case-1', 'case-2'];

type Written = Pick<SeriesLine, 'operation' | 'after' | 'outcome' | 'effectKey'> & Partial<typeof KARL>;

function linesOf(...more: Written[]): SeriesLine[] {
  const order: Written = {
    ...KARL,
    operation: 'order-series',
    effectKey: 'order',
    outcome: '',
    after: {
      title: 'Erkrankung',
      marker: 'ENTFÄLLT',
      reason: 'Entfällt.',
      orderedAt: NOW,
      policies: { FSP: { ...aPolicy(), approval: { expiresMs: 4 * HOUR_MS, to: [] } }, OPR: aPolicy() },
      items: [
        { caseId: 'case-1', house: 'FSP', eventNumber: '1', expected: { title: 'A', startsAt: SOON } },
        { caseId: 'case-2', house: 'FSP', eventNumber: '2', expected: { title: 'B', startsAt: LATER } },
        { caseId: 'case-3', house: 'OPR', eventNumber: '3', expected: { title: 'C', startsAt: LATER } },
      ],
    },
  };
  const plan: Written = {
    operation: 'plan-series',
    effectKey: 'plan',
    outcome: 'ok',
    after: { planHash: '', items: {} },
  };
  return [order, plan, ...more].map(
    (line, index) => ({ ...KARL, at: NOW, seq: index + 1, ...line }) as SeriesLine,
  );
}

const read = (caseId: string, refusal?: string): Written => ({
  operation: 'plan-item',
  effectKey: `plan-item/${caseId}`,
  outcome: refusal ?? 'ok',
  after: {
    ...{ caseId, planHash: `plan of ${caseId}`, event: null, warnings: [] },
    ...(refusal && { refusal: { code: refusal, text: '' } }),
  },
});
const asked: Written = {
  operation: 'request-series-approval',
  effectKey: 'approval/FSP/1/request',
  outcome: 'requested',
  after: {
    ...{ house: 'FSP', number: 1, planHash: 'all', expiresAt: '2027-01-01T14:00:00.000Z' },
    items: { 'case-1': 'plan of case-1', 'case-2': 'plan of case-2' },
  },
};
const approved: Written = {
  ...LEA,
  operation: 'approve-series',
  effectKey: 'approval/FSP/1',
  outcome: 'accepted',
  after: { house: 'FSP', number: 1, planHash: 'all', reason: 'Gut.', updateId: 'u' },
};
const next = (lines: SeriesLine[], now = NOW, waiting = CASES) =>
  nextApprovalStep(lines, seriesStateOf(lines)!, waiting, 'FSP', now);

it('reads first, asks once for all, and until the last curtain, not the first one', () => {
  expect(next(linesOf())).toEqual({ kind: 'plan', caseIds: CASES });
  const lines = linesOf(read('case-1'), read('case-2'));
  expect(next(lines)).toMatchObject({
    kind: 'ask',
    number: 1,
    plans: { 'case-1': 'plan of case-1', 'case-2': 'plan of case-2' },
    // Four hours, though the soonest performance begins in two.
    expiresAt: '2027-01-01T14:00:00.000Z',
  });
  expect(next(linesOf(read('case-1'), read('case-2'), asked))).toBeNull();
  expect(nextApprovalStep(lines, seriesStateOf(lines)!, ['case-3'], 'OPR', NOW)).toBeNull();
});

it('asks for nothing that cannot be cancelled', () => {
  const lines = linesOf(read('case-1', 'event-past'), read('case-2'));
  expect(next(lines)).toMatchObject({ kind: 'refuse', caseId: 'case-1', refusal: { code: 'event-past' } });
});

it('ends what nobody has decided in time, and what is not waited for any more', () => {
  const lines = linesOf(read('case-1'), read('case-2'), asked);
  expect(next(lines, '2027-01-01T13:59:58.000Z')).toBeNull();
  expect(next(lines, '2027-01-01T14:00:00.000Z')).toMatchObject({ kind: 'end', outcome: 'expired' });
  expect(next(lines, NOW, [])).toMatchObject({ kind: 'end', outcome: 'withdrawn' });
});

describe('a word counts', () => {
  const state = seriesStateOf(linesOf(read('case-1'), read('case-2'), asked))!;
  const said = { house: 'FSP', planHash: 'all', by: LEA, at: NOW };
  const fault = (
    word: Partial<typeof said>,
    action: Parameters<typeof approvalFault>[0] = 'approve-series',
  ) => approvalFault(action, state, CASES, { ...said, ...word })?.code ?? null;

  it.each([
    [{}, null],
    [{ by: KARL }, 'own-order'],
    [{ by: { actor: 'Lea', actorId: 'web-ui:Lea' } }, 'own-order'],
    [{ planHash: 'another' }, 'plan-changed'],
    [{ house: 'OPR' }, 'action-not-possible'],
    [{ at: '2027-01-01T14:00:02.000Z' }, 'action-not-possible'],
  ])('to approve: %j', (word, code) => {
    expect(fault(word)).toBe(code);
  });

  it('to override by whoever ordered it, and to reject even late', () => {
    expect(fault({ by: KARL }, 'override-series')).toBeNull();
    expect(fault({ at: '2027-01-01T15:00:00.000Z' }, 'override-series')).toBe('action-not-possible');
    expect(fault({ at: '2027-01-01T15:00:00.000Z' }, 'reject-series')).toBeNull();
  });
});

it('lets begin exactly what somebody else has approved', () => {
  const state = seriesStateOf(linesOf(read('case-1'), read('case-2'), asked, approved))!;
  expect(itemHindrance(state, { caseId: 'case-1', planHash: 'plan of case-1' })).toBeNull();
  expect(itemHindrance(state, { caseId: 'case-1', planHash: 'another' })).toBe('plan-changed');
  expect(approvedInSeries(state, 'case-1')).toMatchObject({ decision: { kind: 'approved', by: 'Lea' } });
  const own = seriesStateOf(linesOf(read('case-1'), read('case-2'), asked, { ...approved, ...KARL }))!;
  expect(itemHindrance(own, { caseId: 'case-1' })).toBe('not-approved');
  expect(itemHindrance(own, { caseId: 'case-3' })).toBeNull();
  expect(approvedInSeries(own, 'case-3')).toBeNull();
});
