import { toInstant, toMs } from '../../src/domain/clock';
import { decideStorno } from '../../src/domain/decisions';
import { latestSave, remainingWaitMs } from '../../src/domain/saves';
import type { JetEvent } from '../../src/domain/types';
import { anEvent, aPolicy } from '../support/examples';
import { anOpening, theMarkedTexts } from '../support/openings';

const INTERVAL_MS = aPolicy().syncIntervalMs;
const { readAt: READ_AT } = anEvent();
const savedBefore = (ms: number) => toInstant(toMs(READ_AT) - ms);

/** Decides for a marked event whose wait is over. */
const decide = (event: Partial<JetEvent> = {}, isSkipped = false, savedBy?: string) =>
  decideStorno(
    anEvent({ ...theMarkedTexts(), savedAt: savedBefore(INTERVAL_MS), ...event }),
    anOpening(),
    isSkipped,
    savedBy,
  );

describe('the guard before Storno', () => {
  it('lets it be written a whole interval after the save', () => {
    expect(decide()).toEqual({ kind: 'write' });
  });

  it('says what is left of the wait, and since when', () => {
    const savedAt = savedBefore(INTERVAL_MS - 1);
    expect(decide({ savedAt })).toEqual({ kind: 'not-yet', remainingMs: 1, savedAt });
  });

  it('counts from the latest moment at which the save can have been made', () => {
    const savedBy = savedBefore(INTERVAL_MS - 45_000);
    expect(decide({}, false, savedBy)).toMatchObject({ kind: 'not-yet', remainingMs: 45_000 });
  });

  it('takes the wait for over when a person has skipped it', () => {
    const savedAt = savedBefore(1_000);
    expect(decide({ savedAt })).toMatchObject({ kind: 'not-yet' });
    expect(decide({ savedAt }, true)).toEqual({ kind: 'write' });
  });

  it('takes a marker for ours that a colleague has typed with another blank or dash', () => {
    const title = 'Der Besuch der alten Dame\u00a0-\u2009ENTFÄLLT';
    expect(decide({ title, externalMemo: theMarkedTexts().externalMemo.replace(' ', '\u202f') })).toEqual({
      kind: 'write',
    });
  });

  it('finds a Storno that is there already', () => {
    expect(decide({ status: 'CANCELLED' })).toEqual({ kind: 'cancelled-already' });
  });

  it.each(['PROVISIONED', 'CLOSED', 'UNKNOWN'] as const)('never lets it be written from %s', (status) => {
    const decision = decide({ status, statusText: 'Abschluss' });
    expect(decision).toMatchObject({ kind: 'stop', code: 'status-not-cancellable' });
    expect(decision).toHaveProperty('detail', expect.stringContaining('Abschluss'));
  });

  it.each<[string, Partial<JetEvent>]>([
    ['of another house', { house: 'LTH' }],
    ['that was moved', { startsAt: '2027-01-06T19:30:00.000+01:00' }],
  ])('stops before an event %s, even if it is Storno', (_which, event) => {
    const decision = decide({ ...event, status: 'CANCELLED' });
    expect(decision).toMatchObject({ kind: 'stop', code: 'event-changed' });
  });

  it.each(['title', 'customerTitle', 'externalMemo'] as const)('misses what was taken off %s', (field) => {
    const { before, after } = anOpening().event[field];
    const decision = decide({ [field]: before });
    expect(decision).toMatchObject({ kind: 'stop', code: 'marker-removed' });
    expect(decision).toHaveProperty('detail', expect.stringContaining(field));
    expect(decision).toHaveProperty('conflicts', [{ field, before, ours: after, now: before }]);
  });

  it.each([null, '', '  '])('misses nothing in the customer title %j', (customerTitle) => {
    expect(decide({ customerTitle })).toEqual({ kind: 'write' });
  });
});

describe('what is left of a wait', () => {
  it.each([
    ['at the save', 0, 900_000],
    ['later', 1, 899_999],
    ['at its end', 900_000, 0],
    ['after its end', 900_001, 0],
    ['with a save ahead of the clock', -1, 900_000],
  ])('%s', (_when, elapsedMs, expected) => {
    expect(remainingWaitMs(READ_AT, toInstant(toMs(READ_AT) + elapsedMs), 900_000)).toBe(expected);
  });
});

describe('when a save was made at the latest', () => {
  const readAt = '2026-11-04T18:10:00.250+01:00';
  const latest = (savedAt: string, seenAt: string | null = null, read = readAt) =>
    toMs(latestSave({ savedAt, readAt: read }, seenAt));

  it.each([
    ['exactly', '2026-11-04T18:00:41.250+01:00', '2026-11-04T18:00:41.250+01:00'],
    ['to the second', '2026-11-04T18:00:41.000+01:00', '2026-11-04T18:00:41.999+01:00'],
    // A mask that shows whole minutes made the wait up to a minute shorter.
    ['to the minute', '2026-11-04T18:00:00.000+01:00', '2026-11-04T18:00:59.999+01:00'],
  ])('is as uncertain as Jet shows it: %s', (_unit, savedAt, expected) => {
    expect(latest(savedAt)).toBe(toMs(expected));
  });

  it('is known better by the read that first showed it, and by the present one', () => {
    const savedAt = '2026-11-04T18:00:00.000+01:00';
    expect(latest(savedAt, '2026-11-04T18:00:12.500+01:00')).toBe(toMs('2026-11-04T18:00:12.500+01:00'));
    expect(latest(savedAt, null, '2026-11-04T18:00:07.100+01:00')).toBe(
      toMs('2026-11-04T18:00:07.100+01:00'),
    );
  });

  it('is never before what Jet itself says', () => {
    const savedAt = '2026-11-04T18:00:00.000+01:00';
    expect(latest(savedAt, '2026-11-04T17:59:00.500+01:00')).toBe(toMs(savedAt));
  });
});
