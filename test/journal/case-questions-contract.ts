import { setTimeout as pause } from 'node:timers/promises';
import type { CaseRef } from '../../src/domain/types';
import type { CaseEnd } from '../../src/domain/vocabulary';
import type { NewEntry } from '../../src/domain/journal';
import type { CaseFilter, Journal } from '../../src/journal/port';
import { ending, line, OPENING, OTHER_REF, REF, REFUSAL } from './lines';

/**
 * The questions about its cases that every journal must answer: a part of the contract suite. The journal starts empty.
 */
export function describeCaseQuestions(current: () => Journal): void {
  const journal = () => current();

  describe('knows which case holds an event', () => {
    it('and that it is free before its first case, and after a refused one', async () => {
      expect(await journal().holdingCase('FSP', '104233')).toBeNull();
      await journal().append(REF, REFUSAL);
      expect(await journal().holdingCase('FSP', '104233')).toBeNull();
    });

    it.each<[CaseEnd | null, string | null]>([
      [null, 'case-1'],
      ['completed', 'case-1'],
      ['closed-by-hand', 'case-1'],
      ['aborted', null],
      ['refused', null],
    ])('when its case has the end %j', async (end, holder) => {
      await journal().openCase(REF, OPENING);
      if (end) await journal().append(REF, ending(end));
      expect(await journal().holdingCase('FSP', '104233')).toBe(holder);
      expect(await journal().holdingCase('FSP', '104234')).toBeNull();
      expect(await journal().holdingCase('LTN', '104233')).toBeNull();
    });

    it('and not the one that was aborted before', async () => {
      await journal().openCase(REF, OPENING);
      await journal().append(REF, ending('aborted'));
      await journal().openCase(OTHER_REF, OPENING);
      expect(await journal().holdingCase('FSP', '104233')).toBe('case-2');
    });
  });

  it('knows the newest case of an event, a refused one too', async () => {
    expect(await journal().latestCase('FSP', '104233')).toBeNull();
    await journal().openCase(REF, OPENING);
    await journal().append(REF, ending('aborted'));
    await laterThan(await journal().entries('case-1'));
    await journal().append(OTHER_REF, REFUSAL);
    await journal().append(REF, line('a late line of the older case'));
    expect(await journal().latestCase('FSP', '104233')).toBe('case-2');
    expect(await journal().latestCase('LTN', '104233')).toBeNull();
    expect(await journal().latestCase('FSP', '104234')).toBeNull();
  });

  it('knows the lines of all cases of an event, also of one that was never opened', async () => {
    expect(await journal().linesOfEvent('FSP', '104233')).toEqual([]);
    await journal().append(REF, line('a claim before any opening'));
    await journal().openCase(OTHER_REF, OPENING);
    await journal().append(REF, line('a late line'));
    await journal().append({ ...REF, caseId: 'case-3', eventNumber: '104234' }, OPENING);
    const lines = await journal().linesOfEvent('FSP', '104233');
    for (const { caseId } of [REF, OTHER_REF]) {
      expect(lines.filter((entry) => entry.caseId === caseId)).toEqual(await journal().entries(caseId));
    }
    expect(lines).toHaveLength(3);
    expect(await journal().linesOfEvent('LTN', '104233')).toEqual([]);
  });

  it('knows the lines of many cases at once', async () => {
    await journal().openCase(REF, OPENING);
    await journal().append(REF, line('a'));
    await journal().append({ ...OTHER_REF, eventNumber: '104234' }, REFUSAL);
    const lines = await journal().linesOfCases(['case-1', 'case-2', 'case-3']);
    expect([...lines.keys()].sort()).toEqual(['case-1', 'case-2']);
    for (const [caseId, entries] of lines) expect(entries).toEqual(await journal().entries(caseId));
    expect(await journal().linesOfCases([])).toEqual(new Map());
  });

  it('knows the cases that ended at a time or later, the one that ended first first', async () => {
    const caseOf = (number: number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${number}` });
    const ends: string[] = [];
    for (const number of [3, 1, 2]) {
      await journal().openCase(caseOf(number), OPENING);
      ends.push((await journal().append(caseOf(number), ending('completed'))).at);
      await laterThan(await journal().entries(`case-${number}`));
    }
    await journal().openCase(caseOf(4), OPENING);
    await journal().append(caseOf(5), REFUSAL);
    expect(await journal().endedSince(ends[1]!)).toEqual([caseOf(1), caseOf(2)]);
    expect(await journal().endedSince(ends[0]!)).toHaveLength(3);
  });

  it('knows the requests for an approval that nobody has answered', async () => {
    const request = (nth: number): NewEntry =>
      ({
        ...{
          actor: 'Maria Huber',
          actorId: null,
          kind: 'decision',
          step: 'check',
          operation: 'request-approval',
        },
        ...{ effectKey: `request-approval/${nth}`, outcome: 'requested', after: { planHash: `plan ${nth}` } },
      }) as unknown as NewEntry;
    const approve = { ...request(1), operation: 'approve', effectKey: 'approval/1' } as unknown as NewEntry;
    const cases = [1, 2, 3].map((number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${number}` }));
    for (const ref of cases) {
      await journal().openCase(ref, OPENING);
      await journal().append(ref, request(1));
    }
    const [answered, changed] = cases;
    await journal().append(answered!, approve);
    await journal().append(changed!, request(2));
    const open = async (houses?: string[]) =>
      (await journal().openRequests(houses)).map(({ caseId, effectKey }) => `${caseId} ${effectKey}`).sort();
    expect(await open()).toEqual(['case-2 request-approval/2', 'case-3 request-approval/1']);
    expect(await open(['FSP'])).toHaveLength(2);
    expect(await open(['LTN'])).toEqual([]);
    expect(await open([])).toEqual([]);
    await journal().append(changed!, { ...ending('aborted'), operation: 'close' } as NewEntry);
    expect(await open()).toEqual(['case-3 request-approval/1']);
  });

  it('knows the opening lines of the cases that have no end, oldest first', async () => {
    const caseOf = (number: number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${number}` });
    for (const number of [4, 3, 2]) {
      await journal().openCase(caseOf(number), OPENING);
      await journal().append(caseOf(number), line('a'));
      await laterThan(await journal().entries(`case-${number}`));
    }
    await journal().append(caseOf(1), REFUSAL);
    await journal().append(caseOf(3), ending('completed'));
    const open = await journal().openCases();
    expect(open.map(({ caseId, effectKey }) => ({ caseId, effectKey }))).toEqual([
      { caseId: 'case-4', effectKey: 'opening' },
      { caseId: 'case-2', effectKey: 'opening' },
    ]);
  });

  it('knows the opening lines of the open cases that the Storno has claimed, oldest first', async () => {
    const caseOf = (number: number) => ({ ...REF, caseId: `case-${number}`, eventNumber: `${number}` });
    for (const number of [6, 5, 4, 3, 2]) {
      await journal().openCase(caseOf(number), OPENING);
      await laterThan(await journal().entries(`case-${number}`));
    }
    await journal().append(caseOf(1), REFUSAL);
    expect(await journal().openStornoCases()).toEqual([]);
    for (const number of [2, 3, 6]) await journal().claim(caseOf(number), 'storno', line('storno'));
    await journal().claim(caseOf(5), 'abort', line('abort'));
    await journal().append(caseOf(3), ending('completed'));
    const [sixth] = await journal().entries('case-6');
    const [second] = await journal().entries('case-2');
    expect(await journal().openStornoCases()).toEqual([sixth, second]);
  });

  describe('lists cases', () => {
    const caseOf = (eventNumber: string, changes: Partial<CaseRef> = {}) => ({
      ...REF,
      caseId: `case-${eventNumber}`,
      eventNumber,
      ...changes,
    });
    const idsOf = async (filter: Partial<CaseFilter> = {}) =>
      (await journal().cases({ limit: 100, ...filter })).map(({ opening: { caseId } }) => caseId);

    beforeEach(async () => {
      await journal().openCase(caseOf('1'), OPENING);
      await journal().append(caseOf('2'), REFUSAL);
      await journal().openCase(caseOf('3'), OPENING);
      await journal().append(caseOf('3'), ending('completed'));
      await journal().openCase(caseOf('4', { house: 'LTN' }), OPENING);
      await journal().append(caseOf('4', { house: 'LTN' }), ending('aborted'));
      await journal().claim(caseOf('1'), 'storno', line('storno'));
    });

    it('newest first, each with its end and its claim', async () => {
      const cases = await journal().cases({ limit: 100 });
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
      const [newest] = await journal().entries('case-4');
      expect(cases[0]?.opening).toEqual(newest);
    });

    it.each<[Partial<CaseFilter>, string[]]>([
      [{ houses: [] }, []],
      [{ houses: ['LTN'] }, ['case-4']],
      [{ houses: ['LTN', 'FSP'] }, ['case-4', 'case-3', 'case-2', 'case-1']],
      [{ ends: [null] }, ['case-1']],
      [{ ends: ['refused'] }, ['case-2']],
      [{ ends: ['completed', 'aborted'] }, ['case-4', 'case-3']],
      [{ ends: ['refused', null] }, ['case-2', 'case-1']],
      [{ ends: [] }, []],
      [{ eventNumbers: ['1', '4', '5'] }, ['case-4', 'case-1']],
      [{ eventNumbers: ['1', '4'], houses: ['FSP'], ends: [null] }, ['case-1']],
      [{ limit: 2 }, ['case-4', 'case-3']],
      [{ eventNumbers: ['1', '2', '3'], limit: 2 }, ['case-3', 'case-2']],
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
        const [known] = await journal().cases({ ...filter, before, limit: 1 });
        before = { at: known!.opening.at, caseId: known!.opening.caseId };
        seen.push(known!.opening.caseId);
      }
      expect(seen).toEqual(['case-4', 'case-3', 'case-2', 'case-1']);
      expect(await journal().cases({ ...filter, before, limit: 1 })).toEqual([]);
    });
  });
}

/**
 * Waits until the clock that dates the lines has moved on: two lines of different cases in the same millisecond have no
 * order.
 */
async function laterThan(lines: readonly { at: string }[]): Promise<void> {
  while (lines.some(({ at }) => at >= new Date().toISOString())) await pause(1);
}
