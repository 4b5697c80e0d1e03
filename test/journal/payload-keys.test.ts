import { openJournal } from '../../src/journal/open';
import { describeInEachDatabase } from './places';

describeInEachDatabase((makePlace) => {
  it('notes the first and the last use of each key, from any process, and keeps them', async () => {
    const place = await makePlace();
    const worker = await openJournal(place.url);
    const server = await openJournal(place.url);
    expect(await worker.keyUses()).toEqual([]);
    await Promise.all([worker.noteKeyUse('k1'), server.noteKeyUse('k1')]);
    const [first] = await server.keyUses();
    await server.noteKeyUse('k2');
    // Until the clock, which counts whole milliseconds, has gone on.
    do await worker.noteKeyUse('k1');
    while ((await worker.keyUses())[0]?.lastUsedAt === first?.lastUsedAt);
    await worker.close();
    await server.close();

    const later = await openJournal(place.url);
    const uses = await later.keyUses();
    await later.close();
    expect(uses.map(({ id, firstUsedAt }) => [id, firstUsedAt])).toEqual([
      ['k1', first?.firstUsedAt],
      ['k2', uses[1]?.firstUsedAt],
    ]);
    expect(uses[0]!.lastUsedAt > first!.lastUsedAt).toBe(true);
    expect(uses[1]!.lastUsedAt).toBe(uses[1]!.firstUsedAt);
    await place.remove();
  });
});
