import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Announcement } from '../../src/domain/types';
import {
  ActivityStage,
  anEnvironment,
  claimWonBy,
  expectJournalToMatchJet,
  freeze,
  freezeAtLine,
  type EventChanges,
  type StagedCase,
} from '../support/activity-stage';

const TITLE = 'Der Besuch der alten Dame';
const CUSTOMER_TITLE = 'Dürrenmatt: Der Besuch der alten Dame';
const MEMO = 'Einlass ab 19 Uhr';
const ORIGINALS = { title: TITLE, customerTitle: CUSTOMER_TITLE, externalMemo: MEMO };
const REASON = 'Die Vorstellung entfällt wegen einer technischen Störung.';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** A case whose titles are marked. */
const marked = async (event: EventChanges = {}): Promise<StagedCase> => {
  const aCase = await stage.prepare({ event });
  return aCase.runThrough('markTitles');
};

const statusWrites = async (aCase: StagedCase) => (await aCase.calls('set-storno')).length;

describe('the claim', () => {
  it('of an abort that comes first keeps Storno from being tried', async () => {
    const aCase = await marked();
    expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('abort'));
    await aCase.readyFor('setStatusStorno');
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'aborted' });
    expect(await statusWrites(aCase)).toBe(0);
    await aCase.perform('restoreTitles');
    expect(await aCase.event()).toMatchObject({ ...ORIGINALS, status: 'ON_SALE' });
  });

  it.each([['commit-then-reset'], ['error-500']])(
    'of a Storno that was tried (%s) keeps an abort from being accepted',
    async (kind) => {
      const aCase = await marked();
      await aCase.readyFor('setStatusStorno');
      await aCase.arm('set-storno', kind);
      expect(await aCase.failureOf('setStatusStorno')).toBe('jet-unavailable');
      expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('storno'));
      expect(await aCase.perform('readClaim')).toEqual({ claim: 'storno' });
      expect(await aCase.setStorno()).toMatchObject({ kind: 'cancelled' });
    },
  );

  it('tells a run that has not looked yet what there is to undo', async () => {
    const aCase = await marked();
    expect(await aCase.perform('claimAbort')).toMatchObject({
      opened: { kind: 'opened', backend: 'gateway', event: { title: { before: TITLE } } },
    });
  });

  it('says that there is nothing to undo where nothing was ever opened', async () => {
    const aCase = await stage.prepare();
    expect(await aCase.perform('claimAbort')).toEqual({ winner: 'abort', opened: null });
  });

  it('is won by exactly one of Storno and abort when both come at once', async () => {
    const ready = {
      title: `${TITLE} – ENTFÄLLT`,
      customerTitle: `${CUSTOMER_TITLE} – ENTFÄLLT`,
      externalMemo: REASON,
    };
    const cases = await stage.prepareAll(Array.from({ length: 12 }, () => ({ event: ready })));
    const rival = await stage.openJournal();
    const winners = new Set<string>();
    for (const [index, aCase] of cases.entries()) {
      await aCase.runThrough('markTitles');
      const claim = () => aCase.attempt('claimAbort', { worker: stage.worker({ journal: rival }) });
      // The abort has come before Storno in the first case and comes after it in the last one. So each of the two wins
      // at least once, and some of the cases between, where the abort starts later and later, meet the moment itself.
      const early = index === 0 ? await claim() : null;
      const setting = aCase.attempt('setStatusStorno');
      if (index === cases.length - 1) await setting;
      const [storno, abort] = await Promise.all([setting, early ?? pause(index * 3).then(claim)]);
      const expected = abort.winner === 'abort' ? ['aborted', 0] : ['cancelled', 1];
      expect([storno.kind, await statusWrites(aCase)]).toEqual(expected);
      winners.add(abort.winner);
    }
    await rival.close();
    expect(winners.size).toBe(2);
  });

  it.each(['markTitles', 'setStatusStorno'] as const)(
    'of an abort that was carried out is known to a run that wakes up at %s, which asks nobody about the marker',
    async (activity) => {
      const aCase = await marked();
      await aCase.perform('claimAbort');
      await aCase.perform('restoreTitles');
      await aCase.readyFor('setStatusStorno');
      expect(await aCase.perform(activity)).toMatchObject({ kind: 'aborted' });
      expect(await statusWrites(aCase)).toBe(0);
      expect(await aCase.event()).toMatchObject({ ...ORIGINALS, status: 'ON_SALE' });
    },
  );

  it('of an abort keeps a save from being begun', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough('checkEvent');
    await aCase.perform('claimAbort');
    expect(await aCase.perform('markTitles')).toMatchObject({ kind: 'aborted' });
    await aCase.perform('restoreTitles');
    expect(await aCase.writes()).toEqual([]);
  });

  it('that is won requests the cancellation of the very run, and one that is lost does not', async () => {
    const requests: unknown[] = [];
    const client = {
      withAbortSignal: (_signal: unknown, work: () => unknown) => work(),
      workflow: { getHandle: (...id: unknown[]) => ({ cancel: () => Promise.resolve(requests.push(id)) }) },
    } as unknown as Client;
    const aCase = await marked();
    const environment = anEnvironment(aCase.ref, client);
    const { workflowId, runId } = environment.context.info.workflowExecution!;
    await aCase.attempt('claimAbort', { environment });
    expect(requests).toEqual([[workflowId, runId]]);

    const late = await marked();
    await late.readyFor('setStatusStorno');
    await late.setStorno();
    await late.attempt('claimAbort', { environment: anEnvironment(late.ref, client) });
    expect(requests).toHaveLength(1);
  });
});

it('the cancellation of the run is requested again when the first request failed', async () => {
  let requests = 0;
  const cancel = () => {
    requests += 1;
    return requests === 1 ? Promise.reject(new Error('the server is away')) : Promise.resolve();
  };
  const client = {
    withAbortSignal: (_signal: unknown, work: () => unknown) => work(),
    workflow: { getHandle: () => ({ cancel }) },
  } as unknown as Client;
  const aCase = await marked();
  const claim = () => aCase.attempt('claimAbort', { environment: anEnvironment(aCase.ref, client) });
  await expect(claim()).rejects.toThrow('the server is away');
  expect(await claim()).toEqual(claimWonBy('abort'));
  expect(requests).toBe(2);
});

describe('an attempt that was frozen and wakes up after the titles were restored', () => {
  const wakeUpAfterRestore = async (
    aCase: StagedCase,
    frozen: ReturnType<typeof freeze<object>>,
    deps: object,
  ) => {
    const zombie = Promise.allSettled([aCase.attempt('markTitles', { worker: stage.worker(deps) })]);
    await frozen.reached;
    await aCase.perform('claimAbort');
    await aCase.perform('restoreTitles');
    frozen.thaw();
    return (await zombie)[0]!;
  };

  it('between read and intent finds the abort, and writes nothing', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    const frozen = freezeAtLine(stage.journal, 'before', 'intent', 'save-announcement');
    const end = await wakeUpAfterRestore(aCase, frozen, { journal: frozen.frozen });
    expect(end).toMatchObject({ status: 'fulfilled', value: { kind: 'aborted' } });
    expect(await aCase.writes()).toEqual([]);
  });

  it('between intent and write finds its version gone', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    const frozen = freeze(stage.simulator.jet(), 'before', (method) => method === 'saveAnnouncement');
    const end = await wakeUpAfterRestore(aCase, frozen, { jet: frozen.frozen });
    expect(end).toMatchObject({ status: 'rejected', reason: { type: 'jet-version-conflict' } });
    expect(await aCase.event()).toMatchObject({ ...ORIGINALS, status: 'ON_SALE' });
  });

  it('to restore, before its read, finds everything done, and writes nothing', async () => {
    const aCase = await marked();
    await aCase.perform('claimAbort');
    const frozen = freeze(stage.simulator.jet(), 'before', (method) => method === 'readEvent');
    const zombie = aCase.attempt('restoreTitles', { worker: stage.worker({ jet: frozen.frozen }) });
    await frozen.reached;
    await aCase.perform('restoreTitles');
    frozen.thaw();
    await zombie;
    expect(await aCase.event()).toMatchObject(ORIGINALS);
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 2 });
  });

  it('of Storno, before its claim, finds the abort and writes nothing', async () => {
    const aCase = await marked();
    await aCase.readyFor('setStatusStorno');
    const frozen = freezeAtLine(stage.journal, 'before', 'intent', 'set-storno');
    const zombie = aCase.attempt('setStatusStorno', { worker: stage.worker({ journal: frozen.frozen }) });
    await frozen.reached;
    expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('abort'));
    await aCase.perform('restoreTitles');
    frozen.thaw();
    expect(await zombie).toMatchObject({ kind: 'aborted' });
    expect(await statusWrites(aCase)).toBe(0);
  });

  it('of Storno, after its claim, has won already', async () => {
    const aCase = await marked();
    await aCase.readyFor('setStatusStorno');
    const frozen = freezeAtLine(stage.journal, 'after', 'intent', 'set-storno');
    const zombie = aCase.attempt('setStatusStorno', { worker: stage.worker({ journal: frozen.frozen }) });
    await frozen.reached;
    expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('storno'));
    frozen.thaw();
    expect(await zombie).toMatchObject({ kind: 'cancelled' });
  });
});

describe('the restore', () => {
  const restore = async (aCase: StagedCase) => {
    await aCase.perform('claimAbort');
    await aCase.perform('restoreTitles');
    return aCase.event();
  };

  it.each<[string, Partial<Announcement>]>([
    ['ordinary ones', {}],
    ['decomposed letters', { title: 'Die Mo\u0308we', customerTitle: 'Tschechow: Die Mo\u0308we' }],
    ['a title at its limit', { title: 'x'.repeat(60), customerTitle: '👩‍👩‍👧‍👦'.repeat(7) }],
    ['no customer title and no memo', { customerTitle: null, externalMemo: null }],
    ['empty fields', { customerTitle: '', externalMemo: '' }],
    ['fields of nothing but blanks', { customerTitle: '  ', externalMemo: ' \r\n' }],
    ['CR LF in the memo', { externalMemo: 'Freie Platzwahl.\r\nBei Regen im Stadtsaal.\r\n' }],
    ['a memo that begins with blank lines', { externalMemo: '\n\nEinlass' }],
    ['blanks around the title', { title: ' Faust ', customerTitle: '\u00a0Faust\u00a0' }],
    ['markup and quotes', { title: '<b>"Faust"</b>; =HYPERLINK()', externalMemo: '{{x}}\n.\n' }],
  ])('brings the texts back byte for byte: %s', async (_which, texts) => {
    const aCase = await stage.prepare({ event: texts });
    await aCase.runThrough('markTitles');
    expect((await aCase.event()).title).not.toBe(texts.title ?? TITLE);
    expect(await restore(aCase)).toMatchObject({ ...ORIGINALS, ...texts, status: 'ON_SALE' });
    expect(await statusWrites(aCase)).toBe(0);
    await expectJournalToMatchJet(aCase);
  });

  it('saves once also when there is nothing to take off: a frozen attempt must find its version gone', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.arm('save-announcement', 'error-500');
    expect(await aCase.failureOf('markTitles')).toBe('jet-unavailable');
    const { version } = await aCase.event();
    await restore(aCase);
    expect((await aCase.event()).version).not.toBe(version);
    expect(await aCase.writes()).toMatchObject([{ operation: 'save-announcement', after: {} }]);
  });

  it('writes nothing when nothing was ever to be written', async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough('checkEvent');
    await restore(aCase);
    expect(await aCase.writes()).toEqual([]);
  });

  it.each([2, 3])('saves once when it is carried out %i times', async (times) => {
    const aCase = await marked();
    await restore(aCase);
    for (let nth = 2; nth <= times; nth += 1) await aCase.perform('restoreTitles');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 2 });
    await expectJournalToMatchJet(aCase);
  });

  it.each<[string, EventChanges, Partial<Announcement>]>([
    ['the title', { title: `${TITLE}n – ENTFÄLLT` }, { title: `${TITLE}n` }],
    ['the customer title', { customerTitle: 'Der Besuch – ENTFÄLLT' }, { customerTitle: 'Der Besuch' }],
    ['the end of the memo', { externalMemo: `${REASON}\n\n${MEMO}.` }, { externalMemo: `${MEMO}.` }],
    [
      'the begin of the memo',
      { externalMemo: `Neu\n\n${REASON}\n\n${MEMO}` },
      { externalMemo: `Neu\n\n${MEMO}` },
    ],
    ['the whole memo', { externalMemo: 'Neu' }, { externalMemo: 'Neu' }],
    ['the title by hand, back', { title: TITLE }, {}],
    ['the venue', { venue: 'Kleiner Saal' }, {}],
  ])('keeps what a colleague has made of %s, and takes off only what is ours', async (_where, set, kept) => {
    const aCase = await marked();
    await aCase.edit(set);
    expect(await restore(aCase)).toMatchObject({ ...ORIGINALS, ...kept, ...(set.venue ? set : {}) });
    await expectJournalToMatchJet(aCase);
  });

  it('keeps what a colleague has made of the title while the answer to our save was lost', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.arm('save-announcement', 'commit-then-reset');
    expect(await aCase.failureOf('markTitles')).toBe('jet-unavailable');
    await aCase.edit({ title: `${TITLE}n – ENTFÄLLT` });
    await aCase.perform('markTitles');
    expect(await restore(aCase)).toMatchObject({ ...ORIGINALS, title: `${TITLE}n` });
  });

  it('keeps what a colleague has made of the title before we wrote the missing memo', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    const jet = stage.simulator.jet();
    const forgetful = {
      ...jet,
      saveAnnouncement: ((number, texts, precondition) =>
        jet.saveAnnouncement(
          number,
          { ...texts, externalMemo: MEMO },
          precondition,
        )) as typeof jet.saveAnnouncement,
    };
    expect(await aCase.failureOf('markTitles', { worker: stage.worker({ jet: forgetful }) })).toBe(
      'jet-stale-read',
    );
    await aCase.edit({ title: `${TITLE}n – ENTFÄLLT` });
    await aCase.perform('markTitles');
    expect(await restore(aCase)).toMatchObject({ ...ORIGINALS, title: `${TITLE}n` });
  });

  it('knows its own work again when it has kept a text of a colleague and its answer was lost', async () => {
    const aCase = await marked();
    await aCase.edit({ title: `${TITLE}n – ENTFÄLLT`, externalMemo: `${REASON}\n\nNeu` });
    await aCase.perform('claimAbort');
    await aCase.arm('save-announcement', 'commit-then-reset');
    await aCase.perform('restoreTitles');
    expect(await aCase.event()).toMatchObject({
      ...ORIGINALS,
      title: `${TITLE}n`,
      externalMemo: 'Neu',
    });
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 2 });
    await expectJournalToMatchJet(aCase);
  });

  it('brings the title back that Jet has stored truncated', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.arm('save-announcement', 'truncate-value');
    expect(await aCase.stopOf('markTitles')).toBe('jet-rejected-value');
    expect(await restore(aCase)).toMatchObject(ORIGINALS);
  });

  it.each<[string, EventChanges]>([
    ['a title without the marker that nobody has seen before', { title: 'Der Besuch' }],
    ['another customer title without the marker', { customerTitle: 'Dürrenmatt' }],
    ['a title with our marker cut in half', { title: `${TITLE}n – ENTF` }],
  ])('asks a person about %s, and writes nothing', async (_what, set) => {
    const aCase = await marked();
    await aCase.edit(set);
    await aCase.perform('claimAbort');
    expect(await aCase.stopOf('restoreTitles')).toBe('event-changed');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
  });

  it('asks a person when a colleague has meanwhile set Storno, and writes nothing', async () => {
    const aCase = await marked();
    await aCase.perform('claimAbort');
    await aCase.edit({ status: 'Storno' });
    expect(await aCase.stopOf('restoreTitles')).toBe('event-changed');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
    expect((await aCase.event()).status).toBe('CANCELLED');
  });

  it.each(['Bereitstellung', 'Abschluss'])(
    'brings the texts back under %s, and leaves the status',
    async (status) => {
      const aCase = await marked();
      await aCase.edit({ status });
      expect(await restore(aCase)).toMatchObject({ ...ORIGINALS, statusText: status });
    },
  );

  it('reads again when a colleague saves between its read and its write', async () => {
    const aCase = await marked();
    await aCase.perform('claimAbort');
    const { frozen, reached, thaw } = freeze(
      stage.simulator.jet(),
      'before',
      (method) => method === 'saveAnnouncement',
    );
    const failure = aCase.failureOf('restoreTitles', { worker: stage.worker({ jet: frozen }) });
    await reached;
    await aCase.edit({ title: `${TITLE}n – ENTFÄLLT` });
    thaw();
    expect(await failure).toBe('jet-version-conflict');
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('restoreTitles');
    expect(await aCase.event()).toMatchObject({ ...ORIGINALS, title: `${TITLE}n` });
    await expectJournalToMatchJet(aCase);
  });

  it('of a case that has ended leaves the marks of the next case alone', async () => {
    const aCase = await marked();
    await restore(aCase);
    await stage.journal.append(aCase.ref, {
      actor: 'test',
      actorId: 'token:test',
      kind: 'end',
      step: 'report',
      operation: 'close',
      effectKey: 'end',
      outcome: 'aborted',
    });
    const next = aCase.rival();
    await next.runThrough('markTitles');
    await aCase.perform('restoreTitles');
    expect((await next.event()).title).toBe(`${TITLE} – ENTFÄLLT`);
  });
});

it.each([
  ['another blank', `${TITLE}\u00a0– ENTFÄLLT`],
  ['another dash', `${TITLE} ‒\u202fENTFÄLLT`],
  ['a soft hyphen', `${TITLE} – ENT\u00adFÄLLT`],
])(
  'a marker typed anew with %s stands, is not put on twice, and comes off with an abort',
  async (_what, title) => {
    const aCase = await marked();
    await aCase.edit({ title });
    await aCase.perform('markTitles');
    expect(await aCase.event()).toMatchObject({ title });
    await aCase.perform('claimAbort');
    await aCase.perform('restoreTitles');
    expect(await aCase.event()).toMatchObject({ ...ORIGINALS, status: 'ON_SALE' });
  },
);
