import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'libsql';
import { isChainWhole } from '../../src/journal/chain';
import type { Journal, NewEntry } from '../../src/journal/port';
import { openSqlJournal } from '../../src/journal/sql-journal';

const ref = { caseId: 'case-1', house: 'FSP', eventNumber: '104233' };
const otherRef = { ...ref, caseId: 'case-2' };

function line(effectKey: string, changes: Partial<NewEntry> = {}): NewEntry {
  return { actor: 'test', kind: 'intent', step: 'mark-titles', operation: 'save', effectKey, ...changes };
}

describe('the journal', () => {
  let folder: string;
  let path: string;
  let journal: Journal;
  const opened: Journal[] = [];

  const open = async () => {
    const another = await openSqlJournal(pathToFileURL(path).href);
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
