import { decideEvidence } from '../../src/domain/evidence';
import type { ChannelEventInfo } from '../../src/domain/types';

const GAP_MS = 60_000;
const STORNO_AT = '2026-11-04T18:00:00.000+01:00';
const LATER = '2026-11-04T18:20:00.000+01:00';

type Known = Parameters<typeof decideEvidence>[1];

const decide = (row: Partial<ChannelEventInfo> | null, known: Partial<Known> = {}) =>
  decideEvidence(
    row && {
      eventNumber: '104233',
      status: 'Storno',
      title: null,
      transferredAt: null,
      readAt: LATER,
      ...row,
    },
    { stornoSavedAt: STORNO_AT, isOurStorno: true, showedStornoBefore: false, sightedAt: null, ...known },
    GAP_MS,
  );

describe('what Connect Online shows', () => {
  it.each([
    ['at the moment of our Storno', STORNO_AT],
    ['after it', LATER],
    ['named in another zone', '2026-11-04T17:00:00Z'],
  ])('is proof when it was transferred %s', (_when, transferredAt) => {
    expect(decide({ transferredAt })).toEqual({ kind: 'verified' });
  });

  it('is no proof when it was transferred before, and says when', () => {
    const decision = decide({ transferredAt: '2026-11-04T16:59:59.999Z' });
    expect(decision).toMatchObject({ kind: 'not-yet' });
    expect(decision).toHaveProperty('detail', expect.stringContaining('16:59:59'));
  });

  it.each([
    ['to the minute', '2026-11-04T18:00:00.000+01:00', '2026-11-04T18:00:41.250+01:00'],
    ['to the second', '2026-11-04T18:00:41.000+01:00', '2026-11-04T18:00:41.250+01:00'],
  ])(
    'compares a transfer time that is cut %s as coarsely as it is',
    (_unit, transferredAt, stornoSavedAt) => {
      // Used to ask for a person for ever: the proof looked a little older than the Storno.
      expect(decide({ transferredAt }, { stornoSavedAt })).toEqual({ kind: 'verified' });
      const older = { transferredAt: '2026-11-04T17:59:00.000+01:00' };
      expect(decide(older, { stornoSavedAt })).toMatchObject({ kind: 'not-yet' });
      // An older Storno could have been transferred within the same minute.
      for (const doubt of [{ showedStornoBefore: true }, { isOurStorno: false }])
        expect(decide({ transferredAt }, { stornoSavedAt, ...doubt })).toMatchObject({ kind: 'not-yet' });
    },
  );

  it.each([
    ['no row', null],
    ['another word', { status: 'storno' }],
  ])('proves nothing with %s; a sighting is lost by it', (_which, row) => {
    expect(decide(row)).toMatchObject({ kind: 'not-yet', detail: expect.stringMatching(/row|storno/) });
    expect(decide(row, { sightedAt: STORNO_AT })).toEqual({ kind: 'sighting-lost' });
  });

  it('is a first sighting where it shows no transfer time', () => {
    expect(decide({})).toEqual({ kind: 'first-sighting' });
  });

  it.each([
    ['Storno was there before ours', { showedStornoBefore: true }],
    ['the Storno is not ours', { isOurStorno: false }],
  ])('is not even a sighting where %s', (_where, known) => {
    expect(decide({}, { ...known, sightedAt: STORNO_AT })).toMatchObject({ kind: 'not-yet' });
  });

  it.each([
    ['a whole gap later', '2026-11-04T18:19:00.000+01:00', 'verified'],
    ['a moment too early', '2026-11-04T18:19:00.001+01:00', 'not-yet'],
  ])('is proof in a second look %s', (_when, sightedAt, kind) => {
    expect(decide({}, { sightedAt })).toMatchObject({ kind });
  });
});
