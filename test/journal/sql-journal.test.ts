import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { isChainWhole } from '../../src/journal/chain';
import type { CaseFilter, Journal } from '../../src/journal/port';
import type { NewEntry } from '../../src/domain/journal';
import { openJournal } from '../../src/journal/open';

const ref = { caseId: 'case-1', house: 'FSP', eventNumber: '104233' };
const otherRef = { ...ref, caseId: 'case-2' };

function line(effectKey: string, changes: Partial<NewEntry> = {}): NewEntry {
  return { actor: 'test', kind: 'intent', step: 'mark-titles', operation: 'save', effectKey, ...changes };
}

/** SQLite counts its transactions in the file's header. */
function countCommits(file: string): number {
  return readFileSync(file).readUInt32BE(24);
}

describe('the journal', () => {
  let folder: string;
  let path: string;
  let journal: Journal;
  const opened: Journal[] = [];

  const open = async () => {
    const another = await openJournal(pathToFileURL(path).href);
    opened.push(another);
    return another;
  };

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'absage-journal-'));
    path = join(folder, 'journal.sqlite');
    journal = await open();
  });

  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    rmSync(folder, { recursive: true });
  });

  it('waits for the disk at every commit, and keeps no log beside the file', async () => {
    const exec = jest.spyOn(Database.prototype, 'exec');
    await open();
    const database = exec.mock.contexts[0] as Database.Database;
    exec.mockRestore();
    const FULL = 2;
    expect(database.pragma('synchronous')).toMatchObject([{ synchronous: FULL }]);
    expect(database.pragma('journal_mode')).toMatchObject([{ journal_mode: 'delete' }]);
  });

  it('chains the lines of a case, and notices a changed one', async () => {
    await journal.append(ref, line('a', { after: { title: 'Ä' } }));
    await journal.append(ref, line('b'));
    await journal.append(otherRef, line('a'));
    const entries = await journal.entries('case-1');
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(isChainWhole(entries)).toBe(true);
    const [first, second] = entries;
    expect(isChainWhole([{ ...first!, actor: 'other' }, second!])).toBe(false);
    expect(isChainWhole([second!])).toBe(false);
  });

  it('writes the same effect once', async () => {
    const once = await journal.append(ref, line('a', { after: 1 }));
    expect(await journal.append(ref, line('a', { after: 2 }))).toEqual(once);
    expect(await journal.entries('case-1')).toHaveLength(1);
  });

  it('cannot be changed or shortened', async () => {
    await journal.append(ref, line('a'));
    const raw = new Database(path);
    expect(() => raw.exec("update entry set actor = 'x'")).toThrow('append-only');
    expect(() => raw.exec('delete from entry')).toThrow('append-only');
    raw.close();
  });

  it('gives a case to exactly one of Storno and abort, whoever asks again', async () => {
    const rival = await open();
    const winners = await Promise.all([
      journal.claim(ref, 'storno', line('storno')),
      rival.claim(ref, 'abort', line('abort')),
    ]);
    expect(new Set(winners).size).toBe(1);
    expect(await journal.claim(ref, winners[0]!, line('again'))).toBe(winners[0]);
    const lost = winners[0] === 'storno' ? 'abort' : 'storno';
    expect(await journal.claim(ref, lost, line('late'))).toBe(winners[0]);
    expect((await journal.entries('case-1')).map(({ effectKey }) => effectKey)).not.toContain('late');
  });

  it('lets no effect begin once an abort has its claim', async () => {
    await journal.claim(ref, 'abort', line('abort'));
    expect(await journal.appendUnlessAborted(ref, line('late'))).toBeNull();
    expect(await journal.entries('case-1')).toHaveLength(1);
  });

  it('opens one case per event number, until that case has been aborted', async () => {
    const opening = line('opening', { kind: 'opening' });
    expect(await journal.openCase(ref, opening)).toHaveProperty('opened');
    expect(await journal.openCase({ ...otherRef, house: 'LTN' }, opening)).toEqual({ takenBy: 'case-1' });
    await journal.append(ref, line('end', { kind: 'end', outcome: 'aborted' }));
    expect(await journal.openCase(otherRef, opening)).toHaveProperty('opened');
    await journal.append(otherRef, line('end', { kind: 'end', outcome: 'completed' }));
    expect(await journal.openCase({ ...ref, caseId: 'case-3' }, opening)).toEqual({ takenBy: 'case-2' });
  });

  it('notices that a line which somebody has seen is gone', async () => {
    const { seq, hash } = await journal.append(ref, line('a'));
    await expect(journal.requireHead('case-1', { seq, hash })).resolves.toBeUndefined();
    await expect(journal.requireHead('case-1', { seq: seq + 1, hash })).rejects.toMatchObject({
      code: 'journal-behind',
    });
    await expect(journal.requireHead('case-2', { seq, hash })).rejects.toMatchObject({
      code: 'journal-behind',
    });
  });

  it('is made once by several that open it at the same moment, and all of them can write', async () => {
    const fresh = join(folder, 'fresh.sqlite');
    const url = pathToFileURL(fresh).href;
    const all = await Promise.all(Array.from({ length: 6 }, () => openJournal(url)));
    opened.push(...all);
    await Promise.all(all.map((one, index) => one.append(ref, line(`from ${index}`))));
    expect(await all[0]!.entries('case-1')).toHaveLength(all.length);
  });

  it('keeps one chain per case while several processes write at once', async () => {
    const writers = [journal, await open(), await open()];
    await Promise.all(
      writers.flatMap((writer, index) =>
        Array.from({ length: 10 }, (_, nth) => writer.append(ref, line(`${index}/${nth}`))),
      ),
    );
    const entries = await journal.entries('case-1');
    expect(entries).toHaveLength(30);
    expect(isChainWhole(entries)).toBe(true);
  });

  it('writes what comes at once with few commits, each case in its own chain', async () => {
    const refs = Array.from({ length: 20 }, (_, index) => ({ ...ref, caseId: `case-${index}` }));
    const before = countCommits(path);
    await Promise.all(
      refs.flatMap((one) => [journal.append(one, line('a')), journal.append(one, line('b'))]),
    );
    expect(countCommits(path) - before).toBeLessThan(refs.length);
    for (const { caseId } of refs) {
      const entries = await journal.entries(caseId);
      expect(entries).toHaveLength(2);
      expect(isChainWhole(entries)).toBe(true);
    }
  });

  it('loses nothing of the others where one cannot be written', async () => {
    const cyclic: { self?: unknown } = {};
    cyclic.self = cyclic;
    const ends = await Promise.allSettled([
      journal.append(ref, line('a')),
      journal.append(ref, line('cannot be written', { after: cyclic })),
      journal.claim(otherRef, 'abort', line('abort')),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const rival = await open();
    expect(await rival.entries('case-1')).toHaveLength(1);
    expect(await rival.readClaim('case-2')).toBe('abort');
  });

  describe('lists cases', () => {
    const opening = line('opening', { kind: 'opening' });
    const refusal = line('refusal', { kind: 'refusal' });
    const end = (outcome: string) => line('end', { kind: 'end', outcome });
    const caseOf = (eventNumber: string, changes: Partial<typeof ref> = {}) => ({
      ...ref,
      caseId: `case-${eventNumber}`,
      eventNumber,
      ...changes,
    });
    const idsOf = async (filter: Partial<CaseFilter> = {}) =>
      (await journal.cases({ limit: 100, ...filter })).map(({ opening: { caseId } }) => caseId);

    beforeEach(async () => {
      await journal.openCase(caseOf('1'), opening);
      await journal.append(caseOf('2'), refusal);
      await journal.openCase(caseOf('3'), opening);
      await journal.append(caseOf('3'), end('completed'));
      await journal.openCase(caseOf('4', { house: 'LTN' }), opening);
      await journal.append(caseOf('4', { house: 'LTN' }), end('aborted'));
      await journal.claim(caseOf('1'), 'storno', line('storno'));
    });

    it('newest first, each with its end and its claim', async () => {
      const cases = await journal.cases({ limit: 100 });
      expect(cases.map(({ opening: { caseId }, ...rest }) => ({ caseId, ...rest }))).toEqual([
        { caseId: 'case-4', end: 'aborted', hasStornoClaim: false },
        { caseId: 'case-3', end: 'completed', hasStornoClaim: false },
        { caseId: 'case-2', end: null, hasStornoClaim: false },
        { caseId: 'case-1', end: null, hasStornoClaim: true },
      ]);
      expect(cases.map(({ opening: { kind } }) => kind)).toEqual([
        'opening',
        'opening',
        'refusal',
        'opening',
      ]);
    });

    it.each<[Partial<CaseFilter>, string[]]>([
      [{ houses: ['LTN'] }, ['case-4']],
      [{ ends: [null] }, ['case-1']],
      [{ ends: ['refused'] }, ['case-2']],
      [{ ends: ['completed', 'aborted'] }, ['case-4', 'case-3']],
      [{ ends: ['refused', null] }, ['case-2', 'case-1']],
      [{ ends: [] }, []],
      [{ eventNumbers: ['1', '4', '5'] }, ['case-4', 'case-1']],
      [{ eventNumbers: ['1', '4'], houses: ['FSP'], ends: [null] }, ['case-1']],
      [{ limit: 2 }, ['case-4', 'case-3']],
    ])('with %j', async (filter, caseIds) => {
      expect(await idsOf(filter)).toEqual(caseIds);
    });

    it.each([
      {},
      { eventNumbers: ['1', '2', '3', '4'] },
      { ends: [null, 'refused', 'completed', 'aborted'] },
    ] as const)('page by page, each once, with %j', async (filter) => {
      const seen: string[] = [];
      let before: CaseFilter['before'];
      for (let page = 0; page < 4; page += 1) {
        const [known] = await journal.cases({ ...filter, before, limit: 1 });
        before = { at: known!.opening.at, caseId: known!.opening.caseId };
        seen.push(known!.opening.caseId);
      }
      expect(seen).toEqual(['case-4', 'case-3', 'case-2', 'case-1']);
      expect(await journal.cases({ ...filter, before, limit: 1 })).toEqual([]);
    });
  });

  it('says that it is unavailable instead of losing a line', async () => {
    const locker = new Database(path);
    locker.exec('begin immediate');
    await expect(journal.append(ref, line('a'))).rejects.toMatchObject({ code: 'journal-unavailable' });
    locker.exec('rollback');
    locker.close();
    await journal.append(ref, line('a'));
    expect(await journal.entries('case-1')).toHaveLength(1);
  });
});
