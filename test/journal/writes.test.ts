import { line, OPENING, REF } from './lines';
import { describeInEachDatabase, openTwice } from './places';

const ON = { on: true, since: null, by: null, reason: null };
const BY = { actor: 'Ada', actorId: 'token:ada' };

describeInEachDatabase((makePlace) => {
  const opened = openTwice(makePlace);

  it('is on where nobody has switched it', async () => {
    expect(await opened.here.writesState()).toEqual(ON);
  });

  it('is what another process has switched, at once, with who, when and why', async () => {
    const startedAt = new Date().toISOString();
    const off = await opened.here.switchWrites({ ...BY, on: false, reason: 'Titel falsch' });
    expect(off).toEqual({ on: false, since: expect.any(String), by: 'Ada', reason: 'Titel falsch' });
    expect(off.since! >= startedAt && off.since! <= new Date().toISOString()).toBe(true);
    expect(await opened.there.writesState()).toEqual(off);
    const on = await opened.there.switchWrites({ ...BY, actor: 'Bea', on: true, reason: 'geklärt' });
    expect(await opened.here.writesState()).toEqual(on);
    expect(on).toMatchObject({ on: true, by: 'Bea', reason: 'geklärt' });
  });

  it('stays with who switched it first', async () => {
    const off = await opened.here.switchWrites({ ...BY, on: false, reason: 'Titel falsch' });
    expect(await opened.there.switchWrites({ ...BY, actor: 'Bea', on: false, reason: 'auch' })).toEqual(off);
    const lines = await opened.here.installationLines();
    expect(lines.filter(({ operation }) => operation === 'switch-writes')).toHaveLength(1);
  });

  it('is switched once by two processes at once, and again each time', async () => {
    for (const on of [false, true, false])
      await Promise.all([
        opened.here.switchWrites({ ...BY, on, reason: 'hier' }),
        opened.there.switchWrites({ ...BY, on, reason: 'dort' }),
      ]);
    const lines = await opened.here.installationLines();
    expect(lines).toMatchObject([false, true, false].map((on) => ({ actor: 'Ada', after: { on } })));
  });

  it('names an attempt whose process has died until it is surely over, and no longer', async () => {
    const { here, there } = opened;
    await here.openCase(REF, OPENING);
    const attempt = (id: string, mayLastMs: number) =>
      here.append(REF, line(id), { id, ref: REF, step: 'mark-titles', mayLastMs });
    await attempt('asked-today', 60_000);
    // Longer ago than the clocks of two workers may differ.
    await attempt('died-yesterday', -6 * 60_000);
    await there.switchWrites({ ...BY, on: false, reason: 'Titel falsch' });
    expect(await there.attemptsAtWork()).toMatchObject([
      { id: 'asked-today', ref: REF, step: 'mark-titles' },
    ]);
    await expect(attempt('too-late', 60_000)).rejects.toThrow('writes-off');
    await there.switchWrites({ ...BY, on: true, reason: 'geklärt' });
    await attempt('next', 60_000);
    await here.endAttempt('next');
    expect(await there.attemptsAtWork()).toMatchObject([{ id: 'asked-today' }]);
    await attempt('last', 60_000);
    const outcome = await here.appendLast(REF, line('what came of it'), { id: 'last' });
    expect((await there.entries(REF.caseId)).at(-1)).toEqual(outcome);
    expect(await there.attemptsAtWork()).toMatchObject([{ id: 'asked-today' }]);
  });

  it('is told to a house by one of its cases, and by none that has seen another switch than the newest', async () => {
    const { here, there } = opened;
    const first = { ...REF, caseId: 'case-1', eventNumber: '104233' };
    const second = { ...REF, caseId: 'case-2', eventNumber: '104234' };
    for (const ref of [first, second]) await here.openCase(ref, OPENING);
    const switched = async (on: boolean) =>
      (await there.switchWrites({ ...BY, on, reason: 'Titel falsch' })).since!;
    const since = await switched(false);
    expect(await here.tellerOf(first, since)).toBe('case-1');
    expect(await there.tellerOf(second, since)).toBe('case-1');
    const isOnSince = await switched(true);
    expect(await there.tellerOf(second, since)).toBeNull();
    expect(await there.tellerOf(second, isOnSince)).toBeNull();
    const again = await switched(false);
    expect(await there.tellerOf(second, since)).toBeNull();
    expect(await there.tellerOf(second, again)).toBe('case-2');
    expect(await here.tellerOf(first, again)).toBe('case-2');
  });
});
