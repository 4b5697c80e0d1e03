import { overheadMs, verificationMs } from '../../src/domain/case-times';
import { linesOf, minute, type Told } from '../support/lines';
import { anOpening } from '../support/openings';

/* The ordinary case: ordered at minute 0, two waits of a quarter of an hour, and what Absage itself took. */

const MINUTE_MS = 60_000;
const opening = anOpening();
const { policy } = opening.input;
const INTERVAL = policy.syncIntervalMs / MINUTE_MS;
const STORNO_AT = 1 + INTERVAL;
const PROVEN_AT = STORNO_AT + INTERVAL + 2;

const OPENING: Told = {
  kind: 'opening',
  step: 'check',
  operation: 'check',
  after: { ...opening, input: { ...opening.input, orderedAt: minute(0) } },
  outcome: 'ok',
  at: minute(1),
} as Told;
const STORNO = {
  kind: 'outcome',
  step: 'set-storno',
  operation: 'set-storno',
  after: { status: 'Storno', version: '3', savedAt: minute(STORNO_AT) },
  outcome: 'ok',
  at: minute(STORNO_AT),
} as Told;
const PROOF = {
  kind: 'evidence',
  step: 'verify-channel',
  operation: 'read-channel',
  after: { status: 'Storno', readAt: minute(PROVEN_AT) },
  outcome: 'verified',
  at: minute(PROVEN_AT),
} as Told;
const ended = (outcome: string) =>
  ({
    kind: 'end',
    step: 'report',
    operation: 'close',
    outcome,
    at: minute(PROVEN_AT + 1),
  }) as Told;
const decision = (operation: string, step: string, after: object = {}) =>
  ({ kind: 'decision', step, operation, after, at: minute(2) }) as unknown as Told;
const SKIP = decision('skip-wait', 'wait-for-storno-transfer', { savedAt: minute(STORNO_AT) });

describe('the time that Absage itself took', () => {
  it('is from the order to the end, without the two intervals', () => {
    const entries = linesOf(OPENING, STORNO, PROOF, ended('completed'));
    expect(overheadMs(entries)).toBe((PROVEN_AT + 1 - 2 * INTERVAL) * MINUTE_MS);
  });

  it('counts from the first line where an order of before does not say when it was placed', () => {
    const { orderedAt: _when, ...input } = { orderedAt: null, ...opening.input };
    const older = { ...OPENING, after: { ...opening, input } } as Told;
    const entries = linesOf(older, STORNO, PROOF, ended('completed'));
    expect(overheadMs(entries)).toBe((PROVEN_AT - 2 * INTERVAL) * MINUTE_MS);
  });

  it.each([
    ['a case that is not over', [OPENING, STORNO, PROOF]],
    ['one that was aborted', [OPENING, ended('aborted')]],
    ['one whose wait somebody has skipped', [OPENING, STORNO, SKIP, PROOF, ended('completed')]],
    [
      'one that somebody was asked about',
      [OPENING, decision('decide', 'set-storno'), STORNO, PROOF, ended('completed')],
    ],
    [
      'one with a step that was done by hand',
      [OPENING, { ...STORNO, outcome: 'by-hand' } as Told, PROOF, ended('completed')],
    ],
    ['lines without an opening', [STORNO, PROOF, ended('completed')]],
  ])('is not told of %s', (_what, told) => {
    expect(overheadMs(linesOf(...told))).toBeNull();
  });

  it('is told of a case that took over a Storno which it found, or waited for a second person', () => {
    for (const operation of ['adopt-storno', 'request-approval'])
      expect(
        overheadMs(linesOf(OPENING, decision(operation, 'set-storno'), STORNO, PROOF, ended('completed'))),
      ).not.toBeNull();
  });
});

describe('the time until Ö-Ticket was seen to show it', () => {
  it('is from the end of the second wait to the proof', () => {
    expect(verificationMs(linesOf(OPENING, STORNO, PROOF))).toBe(2 * MINUTE_MS);
  });

  it.each([
    ['a case without a proof', [OPENING, STORNO]],
    ['one whose second wait somebody has skipped', [OPENING, STORNO, SKIP, PROOF]],
    ['a proof by a person', [OPENING, STORNO, { ...PROOF, outcome: 'adopted' } as Told]],
  ])('is not told of %s', (_what, told) => {
    expect(verificationMs(linesOf(...told))).toBeNull();
  });
});
