import {
  ActivityStage,
  claimWonBy,
  expectJournalToMatchJet,
  freeze,
  freezeAtLine,
  type EventChanges,
  type StagedCase,
} from '../support/activity-stage';

const TITLE = 'Der Besuch der alten Dame';
const MARKED = `${TITLE} – ENTFÄLLT`;
const REASON = 'Die Vorstellung entfällt wegen einer technischen Störung.';
const MEMO = `${REASON}\n\nEinlass ab 19 Uhr`;

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** A wait that no test sits through: a test moves the last save into the past instead. */
const REAL_WAIT = { policy: { syncIntervalMs: 15 * 60_000 } };

/**
 * The colleague saves right after our write was announced, so the version that the write was decided on no longer
 * exists.
 */
async function attemptWhileColleagueSaves(
  aCase: StagedCase,
  step: 'markTitles' | 'setStatusStorno',
  set: EventChanges,
): Promise<string> {
  const operation = step === 'markTitles' ? 'save-announcement' : 'set-storno';
  const { frozen, reached, thaw } = freezeAtLine(stage.journal, 'after', 'intent', operation);
  const failure = aCase.failureOf(step, { worker: stage.worker({ journal: frozen }) });
  await reached;
  await aCase.edit(set);
  thaw();
  return failure;
}

describe('a colleague who saves between our read and our write', () => {
  it('loses nothing: we read again, decide again and keep what they wrote', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    const failure = await attemptWhileColleagueSaves(aCase, 'markTitles', { production: 'Zweite Fassung' });
    expect(failure).toBe('jet-version-conflict');
    await aCase.perform('markTitles');
    expect(await aCase.event()).toMatchObject({
      production: 'Zweite Fassung',
      title: MARKED,
      externalMemo: MEMO,
    });
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
  });

  it('starts the wait again when the Storno was already on its way', async () => {
    const aCase = await stage.prepare(REAL_WAIT);
    await aCase.runThrough('markTitles');
    await aCase.letPass(15 * 60_000);
    const failure = await attemptWhileColleagueSaves(aCase, 'setStatusStorno', {
      production: 'Zweite Fassung',
    });
    expect(failure).toBe('jet-version-conflict');
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'not-yet' });
    await aCase.letPass(15 * 60_000);
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'cancelled', isOurs: true });
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1, 'set-storno': 1 });
  });

  it('leaves an intent that nothing came of, which is not taken for a second effect later', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await attemptWhileColleagueSaves(aCase, 'markTitles', { production: 'Zweite Fassung' });
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('markTitles');
    await aCase.readyFor('setStatusStorno');
    await attemptWhileColleagueSaves(aCase, 'setStatusStorno', { production: 'Dritte Fassung' });
    await aCase.setStorno();
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('setStatusStorno');
    await expectJournalToMatchJet(aCase);
  });

  it.each(['before', 'after'] as const)(
    'is not overruled by an attempt that slept %s it read the event, while another one marked it',
    async (side) => {
      const aCase = await stage.prepare();
      await aCase.runUpTo('markTitles');
      const { frozen, reached, thaw } = freeze(
        stage.simulator.jet(),
        side,
        (method) => method === 'readEvent',
      );
      const failure = aCase.failureOf('markTitles', { worker: stage.worker({ jet: frozen }) });
      await reached;
      await aCase.perform('markTitles');
      await aCase.edit({ title: TITLE });
      thaw();
      expect(await failure).toBe(side === 'before' ? 'marker-removed' : 'jet-stale-read');
      expect(await aCase.event()).toMatchObject({ title: TITLE });
      expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
    },
  );

  it('is asked about when they have made of the title something that we have not seen', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await attemptWhileColleagueSaves(aCase, 'markTitles', { title: 'Der Besuch' });
    expect(await aCase.stopOf('markTitles')).toBe('event-changed');
    expect(await aCase.writes()).toEqual([]);
  });
});

describe('before the first save', () => {
  it.each<[string, EventChanges]>([
    ['moves the date', { startsAt: '2031-01-05T19:30:00.000+01:00' }],
    ['gives the event to another house', { house: 'LTN' }],
    ['renames the event', { title: 'Der Besuch' }],
    ['fills the customer title anew', { customerTitle: 'Dürrenmatt' }],
    ['writes another memo', { externalMemo: 'Einlass ab 18 Uhr' }],
  ])('a colleague who %s is asked, and nothing is written', async (_what, set) => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.edit(set);
    expect(await aCase.stopOf('markTitles')).toBe('event-changed');
    expect(await aCase.writes()).toEqual([]);
  });

  it.each(['Bereitstellung', 'Abschluss', 'Gesperrt'])('nothing is written over %s', async (status) => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.edit({ status });
    expect(await aCase.stopOf('markTitles')).toBe('status-not-cancellable');
    expect(await aCase.writes()).toEqual([]);
  });

  it('a Storno is left alone and adopted', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.edit({ status: 'Storno' });
    expect(await aCase.perform('markTitles')).toMatchObject({ kind: 'cancelled-already' });
    expect(await aCase.setStorno()).toMatchObject({ kind: 'cancelled', isOurs: false });
    await aCase.runThrough();
    expect(await aCase.writeCounts()).toEqual({ 'grant-right': 1 });
    expect(stage.mail.conversations).toHaveLength(1);
  });

  it('a deleted event stops the case', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.delete();
    expect(await aCase.stopOf('markTitles')).toBe('event-deleted');
  });
});

describe('during the wait', () => {
  const marked = async () => {
    const aCase = await stage.prepare();
    await aCase.runThrough('markTitles');
    return aCase;
  };

  it.each<[string, EventChanges]>([
    ['the title', { title: 'Der Besuch der alten Damen – ENTFÄLLT' }],
    ['the customer title', { customerTitle: 'Dürrenmatt: Der Besuch – ENTFÄLLT' }],
    ['the old part of the memo', { externalMemo: `${REASON}\n\nEinlass ab 18.30 Uhr` }],
  ])('a typo fixed in %s is kept, and the wait starts from that save', async (_where, set) => {
    const aCase = await stage.prepare(REAL_WAIT);
    await aCase.runThrough('markTitles');
    await aCase.letPass(15 * 60_000);
    await aCase.edit(set);
    expect(await aCase.perform('markTitles')).toMatchObject({ kind: 'marked', hasWritten: false });
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'not-yet' });
    await aCase.letPass(15 * 60_000);
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'cancelled', isOurs: true });
    expect(await aCase.event()).toMatchObject({ ...set, status: 'CANCELLED' });
    await expectJournalToMatchJet(aCase);
  });

  it.each<[string, EventChanges]>([
    ['the title', { title: TITLE }],
    ['the title, half', { title: `${TITLE} – ENTF` }],
    ['the customer title', { customerTitle: 'Dürrenmatt: Der Besuch der alten Dame' }],
    ['the memo', { externalMemo: 'Einlass ab 19 Uhr' }],
    ['everything', { title: TITLE, customerTitle: null, externalMemo: null }],
  ])('what was taken off %s stops the case before Storno, and is not put on again', async (_where, set) => {
    const aCase = await marked();
    await aCase.edit(set);
    await aCase.readyFor('setStatusStorno');
    expect(await aCase.stopOf('setStatusStorno')).toBe('marker-removed');
    expect(await aCase.stopOf('markTitles')).toBe('marker-removed');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
    expect(await stage.journal.readClaim(aCase.ref.caseId)).toBeNull();
  });

  it('a marker that is put on again by hand lets the case go on', async () => {
    const aCase = await marked();
    await aCase.edit({ title: TITLE });
    expect(await aCase.stopOf('setStatusStorno')).toBe('marker-removed');
    await aCase.edit({ title: MARKED });
    expect(await aCase.setStorno()).toMatchObject({ kind: 'cancelled' });
  });

  it.each(['Bereitstellung', 'Abschluss', 'Gesperrt', 'storno', 'STORNO'])(
    'the status %s stops the case, and nothing is written',
    async (status) => {
      const aCase = await marked();
      await aCase.edit({ status });
      await aCase.readyFor('setStatusStorno');
      expect(await aCase.stopOf('setStatusStorno')).toBe('status-not-cancellable');
      expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
      expect(await stage.journal.readClaim(aCase.ref.caseId)).toBeNull();
    },
  );

  it('a Storno set by a colleague is adopted, and cannot be aborted any more', async () => {
    const aCase = await marked();
    await aCase.edit({ status: 'Storno' });
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'cancelled', isOurs: false });
    expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('storno'));
    await aCase.runThrough();
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1, 'grant-right': 1 });
    await expectJournalToMatchJet(aCase);
  });

  it.each<[string, EventChanges]>([
    ['the date was moved', { startsAt: '2031-01-05T19:30:00.000+01:00' }],
    ['the event was given to another house', { house: 'LTN' }],
  ])('%s: the case stops', async (_what, set) => {
    const aCase = await marked();
    await aCase.edit(set);
    await aCase.readyFor('setStatusStorno');
    expect(await aCase.stopOf('setStatusStorno')).toBe('event-changed');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
  });

  it('the event was deleted: the case stops', async () => {
    const aCase = await marked();
    await aCase.delete();
    expect(await aCase.stopOf('setStatusStorno')).toBe('event-deleted');
  });
});

describe('while our answer is lost', () => {
  it('a save of ours that was done is written down also when a colleague has set Storno since', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('markTitles');
    await aCase.arm('save-announcement', 'commit-then-reset');
    expect(await aCase.failureOf('markTitles')).toBe('jet-unavailable');
    await aCase.edit({ status: 'Storno' });
    expect(await aCase.perform('markTitles')).toMatchObject({ kind: 'cancelled-already' });
    await expectJournalToMatchJet(aCase);
  });

  it.each(['Abschluss', 'Bereitstellung'])(
    'a Storno of ours is not tried again over %s, and can no longer be aborted',
    async (status) => {
      const aCase = await stage.prepare();
      await aCase.runUpTo('setStatusStorno');
      await aCase.arm('set-storno', 'commit-then-reset');
      expect(await aCase.failureOf('setStatusStorno')).toBe('jet-unavailable');
      await aCase.edit({ status });
      expect(await aCase.stopOf('setStatusStorno')).toBe('status-not-cancellable');
      expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('storno'));
      expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1, 'set-storno': 1 });
    },
  );

  it('a Storno of ours is found also when a colleague has saved the event since', async () => {
    const aCase = await stage.prepare();
    await aCase.runUpTo('setStatusStorno');
    await aCase.arm('set-storno', 'commit-then-reset');
    expect(await aCase.failureOf('setStatusStorno')).toBe('jet-unavailable');
    await aCase.edit({ production: 'Zweite Fassung' });
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'cancelled', isOurs: true });
    await expectJournalToMatchJet(aCase);
  });
});

it('a Storno that a colleague has set right before ours is not set again, and the case goes on', async () => {
  const aCase = await stage.prepare();
  await aCase.runUpTo('setStatusStorno');
  expect(await attemptWhileColleagueSaves(aCase, 'setStatusStorno', { status: 'Storno' })).toBe(
    'jet-version-conflict',
  );
  await aCase.runThrough();
  expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1, 'grant-right': 1 });
  expect(await aCase.perform('claimAbort')).toEqual(claimWonBy('storno'));
});
