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
  });
});
