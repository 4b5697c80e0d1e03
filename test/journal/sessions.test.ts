import type { JournalStore } from '../../src/journal/port';
import { openJournal } from '../../src/journal/open';
import { describeInEachDatabase } from './places';

describeInEachDatabase((makePlace) => {
  let place: Awaited<ReturnType<typeof makePlace>>;
  let here: JournalStore;
  /** As another server on the same database. */
  let there: JournalStore;

  beforeEach(async () => {
    place = await makePlace();
    here = await openJournal(place.url);
    there = await openJournal(place.url);
  });
  afterEach(async () => {
    await here.close();
    await there.close();
    await place.remove();
  });

  const at = (minute: number) => `2027-01-01T10:${String(minute).padStart(2, '0')}:00.000Z`;
  const session = (idHash: string, minute = 0) => ({
    idHash,
    tokenSha256: 'f'.repeat(64),
    startedAt: at(minute),
    activeAt: at(minute),
  });

  it('a session that one server begins is known to the other, and ends for both', async () => {
    await here.sessions.add(session('a'));
    expect(await there.sessions.find('a')).toEqual(session('a'));
    await there.sessions.remove('a');
    expect(await here.sessions.find('a')).toBeNull();
  });

  it('activity counts on both, moves only forward, and brings no ended session back', async () => {
    await here.sessions.add(session('a', 5));
    await there.sessions.touch('a', at(7));
    await here.sessions.touch('a', at(6));
    expect(await here.sessions.find('a')).toMatchObject({ startedAt: at(5), activeAt: at(7) });
    await here.sessions.remove('a');
    await there.sessions.touch('a', at(9));
    expect(await here.sessions.find('a')).toBeNull();
  });

  it('what began or was used too long ago is removed', async () => {
    for (const minute of [1, 2, 3]) await here.sessions.add(session(`s${minute}`, minute));
    await here.sessions.touch('s1', at(30));
    await here.sessions.touch('s3', at(30));
    await here.sessions.removeOlder({ startedAt: at(2), activeAt: at(10) });
    const left = await Promise.all(['s1', 's2', 's3'].map((id) => there.sessions.find(id)));
    expect(left.map((one) => one !== null)).toEqual([false, false, true]);
  });
});
