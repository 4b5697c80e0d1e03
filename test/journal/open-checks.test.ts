import type { JournalStore } from '../../src/journal/port';
import { openJournal } from '../../src/journal/open';
import { line, OPENING, REFUSAL } from './lines';
import { describeInEachDatabase } from './places';

describeInEachDatabase((makePlace) => {
  let place: Awaited<ReturnType<typeof makePlace>>;
  let here: JournalStore;
  /** As another worker on the same database. */
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

  const at = (second: number) => `2027-01-01T10:00:${String(second).padStart(2, '0')}.000Z`;
  const KEPT_SECONDS = 20;

  const enter = (journal: JournalStore, caseId: string, second: number, house = 'FSP') =>
    journal.enterCheck({ caseId, house }, { at: at(second), until: at(second + KEPT_SECONDS) });

  const refOf = (caseId: string) => ({ caseId, house: 'FSP', eventNumber: caseId });

  it('two workers count the same checks, in the order in which they asked first', async () => {
    expect(await enter(here, 'a', 1)).toBe(0);
    expect(await enter(there, 'c', 2)).toBe(1);
    expect(await enter(here, 'b', 3)).toBe(2);
    expect(await enter(there, 'a', 4)).toBe(0);
    expect(await enter(there, 'b', 5)).toBe(2);
  });

  it('another house is not counted', async () => {
    await enter(here, 'a', 1);
    expect(await enter(here, 'b', 2, 'LTN')).toBe(0);
  });

  it('a check is open no more once its case is opened, refused or aborted', async () => {
    for (const caseId of ['opened', 'refused', 'aborted']) await enter(here, caseId, 1);
    await here.openCase(refOf('opened'), OPENING);
    await there.append(refOf('refused'), REFUSAL);
    await there.claim(refOf('aborted'), 'abort', line('abort', { kind: 'decision' }));
    expect(await enter(here, 'next', 2)).toBe(0);
  });

  // A check that had asked for help passed all the others.
  it('a check whose case has written to the house is open still', async () => {
    await enter(here, 'a', 1);
    await enter(here, 'b', 2);
    for (const caseId of ['a', 'b']) await here.append(refOf(caseId), line('alert', { kind: 'outcome' }));
    expect(await enter(there, 'b', 3)).toBe(1);
  });

  it('a check that does not ask again, because its run was terminated, gives its place back', async () => {
    await enter(here, 'terminated', 1);
    await enter(here, 'waits', 2);
    expect(await enter(here, 'waits', KEPT_SECONDS + 1)).toBe(1);
    expect(await enter(here, 'waits', KEPT_SECONDS + 2)).toBe(0);
  });
});
