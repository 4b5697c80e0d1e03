import { createWatch } from '../../src/activities';
import { knownStorno } from '../../src/domain/storno-lines';
import type { CaseRef } from '../../src/domain/types';
import { ActivityStage, anEnvironment, type StagedCase } from '../support/activity-stage';
import { aHouse } from '../support/examples';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

const eventNumbers = (read: readonly CaseRef[]) => read.map(({ eventNumber }) => eventNumber);

// A busy Jet leaves the watch no turn. Whoever stood behind the first one would never be looked at.
it('goes on with a round that was broken off behind the case whose read failed', async () => {
  const cases = await stage.prepareAll([{}, {}, {}]);
  for (const each of cases) await each.runThrough('setStatusStorno');
  const read: CaseRef[] = [];
  let isBusy = true;
  const lookAround = createWatch({
    journal: stage.journal,
    readEvent: (ref) => {
      read.push(ref);
      return isBusy ? Promise.reject(new Error('no turn')) : stage.simulator.jet().readEvent(ref.eventNumber);
    },
    lookAgain: () => Promise.reject(new Error('each of them is Storno')),
  });

  for (let round = 0; round < 3; round += 1) await lookAround();
  const [first, second, third] = eventNumbers(read);
  expect(new Set([first, second, third])).toEqual(new Set(cases.map(({ ref }) => ref.eventNumber)));

  isBusy = false;
  await lookAround();
  expect(eventNumbers(read).slice(3)).toEqual([first, second, third]);
});

// Ten thousand cases in their first wait kept the database busy for nothing.
it('reads no line of a case that is not Storno, and pauses by those that are', async () => {
  const [marked, storno] = await stage.prepareAll([{ policy: { pollIntervalMs: 1 } }, {}]);
  await marked!.runThrough('markTitles');
  await storno!.runThrough('setStatusStorno');
  const entries = jest.fn(stage.journal.entries);
  const pauseMs = await createWatch({
    journal: { ...stage.journal, entries },
    readEvent: ({ eventNumber }) => stage.simulator.jet().readEvent(eventNumber),
    lookAgain: () => Promise.resolve(),
  })();
  const readCases = entries.mock.calls.map(([caseId]) => caseId);
  expect(readCases).toContain(storno!.ref.caseId);
  expect(readCases).not.toContain(marked!.ref.caseId);
  expect(pauseMs).toBe(storno!.input.policy.pollIntervalMs);
});

// A signal that comes between two steps is let pass: the case would learn of it only when its wait is over.
it('tells a run of the same thing again that takes no note of it, ever more seldom', async () => {
  const aCase = await stage.prepare();
  await aCase.runThrough('setStatusStorno');
  await aCase.edit({ status: 'Abschluss' });
  const told: number[] = [];
  let round = 0;
  const lookAround = createWatch({
    journal: stage.journal,
    readEvent: ({ eventNumber }) => stage.simulator.jet().readEvent(eventNumber),
    lookAgain: async ({ caseId }) => void (caseId === aCase.ref.caseId && told.push(round)),
  });
  for (round = 1; round <= 30; round += 1) await lookAround();
  expect(told).toEqual([1, 5, 13, 29]);

  await aCase.edit({ status: 'Bereitstellung' });
  await lookAround();
  expect(told.at(-1)).toBe(round);
});

describe('asks for cases by the claim of the Storno, which is there as soon as a line tells of one:', () => {
  const houses = new Map([['FSP', aHouse({ backend: 'guided' })]]);
  const ask = (aCase: StagedCase, name: 'openTask' | 'confirmStep', more: object) => {
    const work = stage.worker({ houses })[name] as (input: unknown) => Promise<unknown>;
    return anEnvironment(aCase.ref).run(work, { ref: aCase.ref, actor: 'clerk', head: aCase.head, ...more });
  };
  const marked = async () => (await stage.prepare()).runThrough('markTitles');

  const WAYS: [how: string, isLookedAt: boolean, prepare: () => Promise<StagedCase>][] = [
    ['Absage set it', true, async () => (await stage.prepare()).runThrough('setStatusStorno')],
    [
      'Absage set it, and the answer was lost',
      true,
      async () => {
        const aCase = await marked();
        await aCase.arm('set-storno', 'commit-then-reset');
        await aCase.setStorno();
        return aCase;
      },
    ],
    [
      'a colleague set it',
      true,
      async () => {
        const aCase = await marked();
        await aCase.edit({ status: 'Storno' });
        expect(await aCase.setStorno()).toMatchObject({ isOurs: false });
        return aCase;
      },
    ],
    [
      'an operator set it in the place of Absage',
      true,
      async () => {
        const aCase = await marked();
        await aCase.edit({ status: 'Storno' });
        const confirmed = { attentionId: 'attention-1', reason: 'In Jet gesetzt', isAborting: false };
        const readBack = { status: 'Storno', title: (await aCase.event()).title };
        await ask(aCase, 'confirmStep', { ...confirmed, step: 'set-storno', readBack });
        return aCase;
      },
    ],
    [
      'it was Storno before, in a house without a gateway',
      false,
      async () => {
        const aCase = await stage.prepare({ event: { status: 'Storno' } });
        const { status: _status, statusText: status, version: _version, ...mask } = await aCase.event();
        Object.assign(aCase.input.order, { seen: { ...mask, status } });
        await aCase.perform('checkEvent', stage.worker({ houses }));
        await ask(aCase, 'openTask', { task: 'set-storno' });
        return aCase;
      },
    ],
  ];

  it.each(WAYS)('%s', async (_how, isLookedAt, prepare) => {
    const aCase = await prepare();
    expect(knownStorno(await aCase.entries())).not.toBeNull();
    const caseIds = (await stage.journal.openStornoCases()).map(({ caseId }) => caseId);
    expect(caseIds).toContain(aCase.ref.caseId);

    await aCase.edit({ status: 'Abschluss' });
    const told: string[] = [];
    await createWatch({
      journal: stage.journal,
      readEvent: ({ eventNumber }) => stage.simulator.jet().readEvent(eventNumber),
      lookAgain: async ({ caseId }) => void told.push(caseId),
    })();
    expect(told.includes(aCase.ref.caseId)).toBe(isLookedAt);
  });
});
