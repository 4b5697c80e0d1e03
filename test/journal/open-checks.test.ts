import type { JournalStore } from '../../src/journal/port';
import { line, OPENING, REFUSAL } from './lines';
import { describeInEachDatabase, openTwice } from './places';

describeInEachDatabase((makePlace) => {
  const both = openTwice(makePlace);

  const at = (second: number) => `2027-01-01T10:00:${String(second).padStart(2, '0')}.000Z`;
  const KEPT_SECONDS = 20;

  const LIMITS = { most: 1, inARow: 100, withinSeconds: 0 };

  type Wanted = Partial<typeof LIMITS> & { house?: string };

  const enter = (
    journal: JournalStore,
    caseId: string,
    second: number,
    { house = 'FSP', ...limits }: Wanted = {},
  ) => {
    const { most, inARow, withinSeconds } = { ...LIMITS, ...limits };
    const since = new Date(Date.parse(at(second)) - withinSeconds * 1_000).toISOString();
    const times = { at: at(second), until: at(second + KEPT_SECONDS), since };
    return journal.enterCheck({ caseId, house }, { ...times, most, inARow });
  };

  const refOf = (caseId: string) => ({ caseId, house: 'FSP', eventNumber: caseId });

  it('two workers count the same checks, in the order in which they asked first', async () => {
    expect(await enter(both.here, 'a', 1)).toBe(0);
    expect(await enter(both.there, 'c', 2)).toBe(1);
    expect(await enter(both.here, 'b', 3)).toBe(2);
    expect(await enter(both.there, 'a', 4)).toBe(0);
    expect(await enter(both.there, 'b', 5)).toBe(2);
  });

  it('another house is not counted', async () => {
    await enter(both.here, 'a', 1);
    expect(await enter(both.here, 'b', 2, { house: 'LTN' })).toBe(0);
  });

  it('a check is open no more once its case is opened, refused or aborted', async () => {
    for (const caseId of ['opened', 'refused', 'aborted']) await enter(both.here, caseId, 1, { most: 3 });
    expect(await enter(both.here, 'next', 2, { most: 3 })).toBe(1);
    await both.here.openCase(refOf('opened'), OPENING);
    await both.there.append(refOf('refused'), REFUSAL);
    await both.there.claim(refOf('aborted'), 'abort', line('abort', { kind: 'decision' }));
    expect(await enter(both.here, 'next', 3)).toBe(0);
  });

  // A check that had asked for help passed all the others.
  it('a check whose case has written to the house is open still', async () => {
    await enter(both.here, 'a', 1);
    await enter(both.here, 'b', 2);
    for (const caseId of ['a', 'b'])
      await both.here.append(refOf(caseId), line('alert', { kind: 'outcome' }));
    expect(await enter(both.there, 'b', 3)).toBe(1);
  });

  it('a check that does not ask again, because its run was terminated, gives its place back', async () => {
    await enter(both.here, 'terminated', 1);
    await enter(both.here, 'waits', 2);
    expect(await enter(both.here, 'waits', KEPT_SECONDS)).toBe(1);
    expect(await enter(both.here, 'waits', KEPT_SECONDS + 1)).toBe(0);
  });

  describe('of checks that are over soon', () => {
    const TWO_IN_TEN = { most: 9, inARow: 2, withinSeconds: 10 };
    const over = async (caseId: string, second: number) => {
      const missing = await enter(both.here, caseId, second, TWO_IN_TEN);
      if (missing === 0) await both.here.append(refOf(caseId), REFUSAL);
      return missing;
    };

    // One token that ordered made-up numbers kept every other house's searches from Jet for minutes.
    it('only so many get a place in a row, and the next ones in their order as time goes by', async () => {
      expect(await over('a', 0)).toBe(0);
      expect(await over('b', 4)).toBe(0);
      expect(await over('c', 5)).toBe(1);
      expect(await over('d', 6)).toBe(2);
      expect(await over('d', 10)).toBe(1);
      expect(await over('c', 11)).toBe(0);
      expect(await over('d', 12)).toBe(1);
      expect(await over('d', 14)).toBe(0);
    });

    it('a place that was given counts when its case was aborted, too', async () => {
      for (const caseId of ['a', 'b']) {
        await enter(both.here, caseId, 0, TWO_IN_TEN);
        await both.there.claim(refOf(caseId), 'abort', line('abort', { kind: 'decision' }));
      }
      expect(await over('c', 1)).toBe(1);
      expect(await over('c', 10)).toBe(0);
    });

    it('a check keeps the place that it has, however many came after it', async () => {
      expect(await enter(both.here, 'a', 0, TWO_IN_TEN)).toBe(0);
      expect(await enter(both.here, 'b', 0, TWO_IN_TEN)).toBe(0);
      expect(await enter(both.there, 'a', 5, TWO_IN_TEN)).toBe(0);
      expect(await enter(both.there, 'a', 12, TWO_IN_TEN)).toBe(0);
    });
  });
});
