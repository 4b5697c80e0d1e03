import { isChainWhole } from '../../src/journal/chain';
import type { NewEntry, NewOpening } from '../../src/domain/journal';
import type { Journal } from '../../src/journal/port';
import { describeCaseQuestions } from './case-questions-contract';
import { ending, line, OPENING, OTHER_REF, REF, unwritable } from './lines';

/** A place for a journal, empty at first. */
export interface JournalPlace {
  /** Opens the journal as another process would. The first call creates it. */
  open(): Promise<Journal>;
  /** Keeps every reader and writer from the journal until the returned function is called. */
  block(): (() => void) | Promise<() => Promise<void>>;
  remove(): void | Promise<void>;
}

/** The features that a journal may lack. */
interface Lacks {
  /** No other program can lock the journal. */
  block?: true;
}

/** What every journal must do, wherever it keeps its lines. */
export function describeJournal(
  name: string,
  makePlace: () => JournalPlace | Promise<JournalPlace>,
  lacks: Lacks = {},
): void {
  describe(name, () => {
    let place: JournalPlace;
    let journal: Journal;
    const opened: Journal[] = [];

    const open = async () => {
      const another = await place.open();
      opened.push(another);
      return another;
    };
    const keysOf = async (caseId: string) =>
      (await journal.entries(caseId)).map(({ effectKey }) => effectKey);

    beforeEach(async () => {
      place = await makePlace();
      journal = await open();
    });

    afterEach(async () => {
      for (const one of opened.splice(0)) await one.close();
      await place.remove();
    });

    describe('keeps lines', () => {
      it('chained, each case by itself, and notices a changed one', async () => {
        await journal.append(REF, line('a', { after: { title: 'Ä' } }));
        await journal.append(REF, line('b'));
        await journal.append(OTHER_REF, line('a'));
        const entries = await journal.entries('case-1');
        expect(entries.map(({ seq }) => seq)).toEqual([1, 2]);
        expect(isChainWhole(entries)).toBe(true);
        const [first, second] = entries;
        expect(isChainWhole([{ ...first!, actor: 'other' }, second!])).toBe(false);
        expect(isChainWhole([second!])).toBe(false);
      });

      it('with all that was given, and the time', async () => {
        const before = { title: 'Ä "x"\n🎭', customerTitle: null };
        const given = line('a', { kind: 'outcome', before, after: [1, true], outcome: 'ok' });
        const startedAt = new Date().toISOString();
        const written = await journal.append(REF, given);
        expect(written).toMatchObject({ ...REF, ...given, seq: 1, previousHash: '0'.repeat(64) });
        expect(written.at >= startedAt && written.at <= new Date().toISOString()).toBe(true);
        expect(await journal.entries('case-1')).toEqual([written]);
      });

      it('as they will be read back: what is not there is null, and no value is undefined', async () => {
        const written = await journal.append(REF, line('a', { after: { at: new Date(0), no: undefined } }));
        expect(written).toMatchObject({ before: null, outcome: null });
        expect(written.after).toStrictEqual({ at: '1970-01-01T00:00:00.000Z' });
        expect(await journal.entries('case-1')).toStrictEqual([written]);
      });

      it('and none for a case that it does not know', async () => {
        expect(await journal.entries('case-1')).toEqual([]);
      });

      it('once for the same effect', async () => {
        const once = await journal.append(REF, line('a', { after: 1 }));
        expect(await journal.append(REF, line('a', { after: 2 }))).toEqual(once);
        expect(await journal.entries('case-1')).toHaveLength(1);
      });

      it('and says who is the first to begin an effect', async () => {
        expect(await journal.appendNew(REF, line('a'))).toMatchObject({ seq: 1, effectKey: 'a' });
        expect(await journal.appendNew(REF, line('a'))).toBeNull();
        expect(await journal.appendNew(OTHER_REF, line('a'))).not.toBeNull();
        expect(await keysOf('case-1')).toEqual(['a']);
      });

      it('and loses nothing of the others where one cannot be written', async () => {
        const ends = await Promise.allSettled([
          journal.append(REF, line('a')),
          journal.append(REF, unwritable('cannot be written')),
          journal.claim(OTHER_REF, 'abort', line('abort')),
        ]);
        expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        const rival = await open();
        expect(await rival.entries('case-1')).toHaveLength(1);
        expect(await rival.readClaim('case-2')).toBe('abort');
      });

      it('and notices that a line which a caller has seen is gone', async () => {
        const { seq, hash } = await journal.append(REF, line('a'));
        await expect(journal.requireHead('case-1', { seq, hash })).resolves.toBeUndefined();
        for (const [caseId, head] of [
          ['case-1', { seq: seq + 1, hash }],
          ['case-1', { seq, hash: '0'.repeat(64) }],
          ['case-2', { seq, hash }],
        ] as const)
          await expect(journal.requireHead(caseId, head)).rejects.toMatchObject({ code: 'journal-behind' });
      });

      it('and lets a caller go on who has not seen the newest line yet', async () => {
        const head = await journal.append(REF, line('a'));
        await journal.append(REF, line('b'));
        await expect(journal.requireHead('case-1', head)).resolves.toBeUndefined();
      });
    });

    describe('gives a case to exactly one of Storno and abort', () => {
      it('whichever process asks, and whichever asks again', async () => {
        const rival = await open();
        const winners = await Promise.all([
          journal.claim(REF, 'storno', line('storno')),
          rival.claim(REF, 'abort', line('abort')),
        ]);
        expect(new Set(winners).size).toBe(1);
        expect(await journal.claim(REF, winners[0], line('again'))).toBe(winners[0]);
        const lost = winners[0] === 'storno' ? 'abort' : 'storno';
        expect(await journal.claim(REF, lost, line('late'))).toBe(winners[0]);
        expect(await keysOf('case-1')).toEqual([winners[0], 'again']);
        expect(await rival.readClaim('case-1')).toBe(winners[0]);
      });

      it('and writes the line of a claim once', async () => {
        for (const _attempt of [1, 2]) expect(await journal.claim(REF, 'storno', line('a'))).toBe('storno');
        expect(await keysOf('case-1')).toEqual(['a']);
      });

      it('and to neither before one has asked', async () => {
        await journal.append(REF, line('a'));
        expect(await journal.readClaim('case-1')).toBeNull();
      });

      it('and not without the line of the claim', async () => {
        await expect(journal.claim(REF, 'abort', unwritable('abort'))).rejects.toThrow();
        expect(await journal.readClaim('case-1')).toBeNull();
        expect(await journal.claim(REF, 'storno', line('storno'))).toBe('storno');
      });

      it('so that no effect begins once an abort has its claim', async () => {
        await journal.claim(REF, 'abort', line('abort'));
        expect(await journal.appendUnlessOver(REF, line('late'))).toBeNull();
        expect(await journal.entries('case-1')).toHaveLength(1);
      });

      it('so that no effect begins once its case has ended', async () => {
        const once = await journal.appendUnlessEnded(REF, line('a'));
        expect(await journal.appendNewUnlessEnded(REF, line('b'))).toMatchObject({ seq: 2 });
        expect(await journal.appendNewUnlessEnded(REF, line('b'))).toBeNull();
        expect(await journal.appendUnlessEnded(REF, line('a'))).toEqual(once);
        await journal.append(REF, ending('closed-by-hand'));
        expect(await journal.appendUnlessOver(REF, line('late'))).toBeNull();
        expect(await journal.appendUnlessEnded(REF, line('late'))).toBeNull();
        expect(await journal.appendNewUnlessEnded(REF, line('late'))).toBeNull();
        expect(await journal.entries('case-1')).toHaveLength(3);
      });

      it('so that nothing is proven by a look that another one has followed', async () => {
        const look = (effectKey: string) => ({ ...line(effectKey), operation: 'read-event' }) as NewEntry;
        const first = await journal.append(REF, look('a'));
        const once = await journal.appendAfterLook(REF, line('proof'), first);
        expect(once).toMatchObject({ seq: 2 });
        expect(await journal.appendAfterLook(REF, line('proof'), first)).toEqual(once);
        const second = await journal.append(REF, look('b'));
        expect(await journal.appendAfterLook(REF, line('late'), first)).toBeNull();
        expect(await journal.appendAfterLook(REF, line('next'), second)).toMatchObject({ seq: 4 });
      });

      it('so that what rests on all lines is written only right after them', async () => {
        const first = await journal.append(REF, line('a'));
        const once = await journal.appendNext(REF, line('next'), first);
        expect(once).toMatchObject({ seq: 2 });
        await journal.append(REF, line('b'));
        expect(await journal.appendNext(REF, line('next'), first)).toEqual(once);
        expect(await journal.appendNext(REF, line('late'), first)).toBeNull();
        expect(await journal.entries('case-1')).toHaveLength(3);
      });

      it('so that no Storno is noted as found that was tried since', async () => {
        const tried = (effectKey: string) =>
          ({ ...line(effectKey), step: 'set-storno', operation: 'set-storno' }) as NewEntry;
        const found = { ...tried('found'), operation: 'adopt-storno' } as NewEntry;
        const read = await journal.append(REF, line('read'));
        await journal.claim(REF, 'storno', tried('ours'));
        expect(await journal.claimFound(REF, 'storno', found, read)).toBeNull();
        expect(await journal.entries('case-1')).toHaveLength(2);
        expect(await journal.claimFound(REF, 'storno', found, { seq: 2 })).toBe('storno');
        expect(await journal.entries('case-1')).toHaveLength(3);
      });

      it('so that effects go on, each once, while no abort has its claim', async () => {
        const once = await journal.appendUnlessOver(REF, line('a'));
        await journal.claim(REF, 'storno', line('storno'));
        expect(await journal.appendUnlessOver(REF, line('a'))).toEqual(once);
        expect(await journal.appendUnlessOver(REF, line('b'))).toMatchObject({ seq: 3 });
      });
    });

    describe('opens one case per house and event number', () => {
      it('until that case has been aborted', async () => {
        expect(await journal.openCase(REF, OPENING)).toHaveProperty('opened');
        expect(await journal.openCase(OTHER_REF, OPENING)).toEqual({ takenBy: 'case-1' });
        expect(await journal.entries('case-2')).toEqual([]);
        await journal.append(REF, ending('aborted'));
        expect(await journal.openCase(OTHER_REF, OPENING)).toHaveProperty('opened');
        await journal.append(OTHER_REF, ending('completed'));
        expect(await journal.openCase({ ...REF, caseId: 'case-3' }, OPENING)).toEqual({ takenBy: 'case-2' });
      });

      // One house's token used to block the event of another one, for good.
      it('whatever another house does with that number', async () => {
        const foreign = { ...REF, caseId: 'case-of-ltn', house: 'LTN' };
        expect(await journal.openCase(foreign, OPENING)).toHaveProperty('opened');
        await journal.append(foreign, ending('completed'));
        expect(await journal.openCase(REF, OPENING)).toHaveProperty('opened');
        expect(await journal.holdingCase('FSP', '104233')).toBe('case-1');
        expect(await journal.holdingCase('LTN', '104233')).toBe('case-of-ltn');
      });

      it('and the same case again with the line that is there', async () => {
        const first = await journal.openCase(REF, OPENING);
        expect(await journal.openCase(REF, OPENING)).toEqual(first);
        expect(await journal.entries('case-1')).toHaveLength(1);
      });

      it('whatever the other event numbers are doing', async () => {
        await journal.openCase(REF, OPENING);
        const another = { ...OTHER_REF, eventNumber: '104234' };
        expect(await journal.openCase(another, OPENING)).toHaveProperty('opened');
      });

      describe('or one more in the place of a case that has ended', () => {
        const CASE_3 = { ...REF, caseId: 'case-3' };
        const CASE_4 = { ...REF, caseId: 'case-4' };
        const inPlaceOf = (replaces: string) =>
          ({ ...OPENING, after: { replaces } }) as unknown as NewOpening;

        it.each(['completed', 'closed-by-hand'])('when that is %s', async (end) => {
          await journal.openCase(REF, OPENING);
          await journal.append(REF, ending(end));
          expect(await journal.openCase(OTHER_REF, inPlaceOf('case-1'))).toHaveProperty('opened');
          expect(await journal.holdingCase('FSP', '104233')).toBe('case-2');
        });

        it('but never in the place of one that has not ended', async () => {
          await journal.openCase(REF, OPENING);
          expect(await journal.openCase(OTHER_REF, inPlaceOf('case-1'))).toEqual({ takenBy: 'case-1' });
        });

        it('only once, and not in the place of another case than the one that holds the event', async () => {
          await journal.openCase(REF, OPENING);
          await journal.append(REF, ending('completed'));
          await journal.openCase(OTHER_REF, inPlaceOf('case-1'));
          expect(await journal.openCase(CASE_3, inPlaceOf('case-1'))).toEqual({ takenBy: 'case-2' });
          await journal.append(OTHER_REF, ending('completed'));
          expect(await journal.openCase(CASE_3, inPlaceOf('case-1'))).toEqual({ takenBy: 'case-2' });
          expect(await journal.openCase(CASE_3, inPlaceOf('case-2'))).toHaveProperty('opened');
          expect(await journal.openCase(CASE_4, OPENING)).toEqual({ takenBy: 'case-3' });
        });

        it('and the event is free when that one was aborted: the older case holds it no more', async () => {
          await journal.openCase(REF, OPENING);
          await journal.append(REF, ending('completed'));
          await journal.openCase(OTHER_REF, inPlaceOf('case-1'));
          await journal.append(OTHER_REF, ending('aborted'));
          expect(await journal.holdingCase('FSP', '104233')).toBeNull();
          expect(await journal.openCase(CASE_3, OPENING)).toHaveProperty('opened');
        });
      });

      it('also when two processes ask at once', async () => {
        const rival = await open();
        const answers = await Promise.all([
          journal.openCase(REF, OPENING),
          rival.openCase(OTHER_REF, OPENING),
        ]);
        expect(answers.filter((answer) => 'opened' in answer)).toHaveLength(1);
      });
    });

    describe('belongs to several processes', () => {
      it('that open it at the same moment: it is made once, and all of them can write', async () => {
        const fresh = await makePlace();
        const all = await Promise.all(Array.from({ length: 6 }, () => fresh.open()));
        await Promise.all(all.map((one, index) => one.append(REF, line(`from ${index}`))));
        expect(await all[0]!.entries('case-1')).toHaveLength(all.length);
        for (const one of all) await one.close();
        await fresh.remove();
      });

      it('that write at once: each case keeps one chain', async () => {
        const writers = [journal, await open(), await open()];
        await Promise.all(
          writers.flatMap((writer, index) =>
            Array.from({ length: 10 }, (_, nth) => writer.append(REF, line(`${index}/${nth}`))),
          ),
        );
        const entries = await journal.entries('case-1');
        expect(entries).toHaveLength(30);
        expect(isChainWhole(entries)).toBe(true);
      });

      it('and the next one finds what the last one wrote', async () => {
        const written = await journal.append(REF, line('a'));
        await journal.claim(REF, 'storno', line('storno'));
        await opened.pop()?.close();
        journal = await open();
        expect((await journal.entries('case-1'))[0]).toEqual(written);
        expect(await journal.readClaim('case-1')).toBe('storno');
      });
    });

    describeCaseQuestions(() => journal);

    if (!lacks.block) {
      it('says that it is unavailable instead of losing a line', async () => {
        const release = await place.block();
        const asked = [
          journal.append(REF, line('a')),
          journal.appendNew(REF, line('a')),
          journal.appendUnlessOver(REF, line('a')),
          journal.claim(REF, 'storno', line('a')),
          journal.openCase(REF, OPENING),
          journal.readClaim('case-1'),
          journal.requireHead('case-1', { seq: 1, hash: '' }),
          journal.entries('case-1'),
          journal.holdingCase('FSP', '104233'),
          journal.openCases(),
          journal.openStornoCases(),
          journal.latestCase('FSP', '104233'),
          journal.cases({ limit: 1 }),
        ];
        const codes = await Promise.all(
          asked.map((answer) =>
            answer.then(
              () => 'answered',
              ({ code }: { code: string }) => code,
            ),
          ),
        );
        await release();
        expect(codes).toEqual(asked.map(() => 'journal-unavailable'));
        expect(await journal.append(REF, line('a'))).toMatchObject({ seq: 1 });
        expect(await journal.readClaim('case-1')).toBeNull();
        expect(await journal.entries('case-1')).toHaveLength(1);
      });
    }
  });
}
