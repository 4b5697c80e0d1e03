import { describeInEachDatabase, openTwice } from './places';

describeInEachDatabase((makePlace) => {
  const both = openTwice(makePlace);

  const at = (minute: number) => `2027-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const session = (idHash: string, minute = 0) => ({
    idHash,
    tokenSha256: 'f'.repeat(64),
    startedAt: at(minute),
    activeAt: at(minute),
  });

  it('a session that one server begins is known to the other, and ends for both', async () => {
    await both.here.sessions.add(session('a'));
    expect(await both.there.sessions.find('a')).toEqual(session('a'));
    await both.there.sessions.remove('a');
    expect(await both.here.sessions.find('a')).toBeNull();
  });

  it('activity counts on both, moves only forward, and brings no ended session back', async () => {
    await both.here.sessions.add(session('a', 5));
    await both.there.sessions.touch('a', at(7));
    await both.here.sessions.touch('a', at(6));
    expect(await both.here.sessions.find('a')).toMatchObject({ startedAt: at(5), activeAt: at(7) });
    await both.here.sessions.remove('a');
    await both.there.sessions.touch('a', at(9));
    expect(await both.here.sessions.find('a')).toBeNull();
  });

  it('what began or was used too long ago is removed', async () => {
    for (const minute of [1, 2, 3]) await both.here.sessions.add(session(`s${minute}`, minute));
    await both.here.sessions.touch('s1', at(30));
    await both.here.sessions.touch('s3', at(30));
    await both.here.sessions.removeOlder({ startedAt: at(2), activeAt: at(10) });
    const left = await Promise.all(['s1', 's2', 's3'].map((id) => both.there.sessions.find(id)));
    expect(left.map((one) => one !== null)).toEqual([false, false, true]);
  });
});
