import { ActivityStage, expectJournalToMatchJet, type StagedCase } from '../support/activity-stage';

const TITLE = 'Der Besuch der alten Dame';
const MARKED = `${TITLE} – ENTFÄLLT`;
const OETICKET = 'absagen@oeticket.example';
const HOUSE = 'karten@festspielhaus.example';
/** A test moves the last save into the past instead of waiting. */
const REAL_WAIT = { policy: { syncIntervalMs: 15 * 60_000 } };

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

describe('a wait that an operator skipped', () => {
  const skip = async (aCase: StagedCase) => {
    const { savedAt } = await aCase.event();
    await aCase.record({ action: 'skip-wait', step: 'wait-for-title-transfer', details: { savedAt } });
  };

  it('is over for exactly the save that they have named', async () => {
    const aCase = await (await stage.prepare(REAL_WAIT)).runThrough('markTitles');
    await skip(aCase);
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'cancelled', isOurs: true });
  });

  it('begins anew with the next save', async () => {
    const aCase = await (await stage.prepare(REAL_WAIT)).runThrough('markTitles');
    await skip(aCase);
    await aCase.edit({ production: 'Zweite Fassung' });
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'not-yet' });
    expect(await aCase.calls('set-storno')).toEqual([]);
  });

  it('does not excuse a missing marker, another status or an abort', async () => {
    const aCase = await (await stage.prepare(REAL_WAIT)).runThrough('markTitles');
    await aCase.edit({ title: TITLE });
    await skip(aCase);
    expect(await aCase.stopOf('setStatusStorno')).toBe('marker-removed');
    await aCase.edit({ title: MARKED, status: 'Bereitstellung' });
    await skip(aCase);
    expect(await aCase.stopOf('setStatusStorno')).toBe('status-not-cancellable');
    await aCase.edit({ status: 'Verkaufsfreigabe' });
    await skip(aCase);
    await aCase.perform('claimAbort');
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'aborted' });
    expect(await aCase.calls('set-storno')).toEqual([]);
  });
});

describe('a marker that was taken off', () => {
  const markAgain = { action: 'decide', step: 'set-storno', choice: 'mark-again' } as const;

  it('is put on again once when an operator decided so, and waited for', async () => {
    const aCase = await (await stage.prepare(REAL_WAIT)).runThrough('markTitles');
    await aCase.edit({ title: TITLE });
    expect(await aCase.stopOf('setStatusStorno')).toBe('marker-removed');
    await aCase.record(markAgain);
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'mark-again' });
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('markTitles');
    expect(await aCase.event()).toMatchObject({ title: MARKED });
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 2 });
    expect(await aCase.perform('setStatusStorno')).toMatchObject({ kind: 'not-yet' });
    await expectJournalToMatchJet(aCase);
  });

  it('is asked about again when it is taken off again: a decision holds once', async () => {
    const aCase = await (await stage.prepare()).runThrough('markTitles');
    await aCase.edit({ title: TITLE });
    await aCase.record(markAgain);
    await aCase.perform('markTitles');
    await aCase.edit({ title: TITLE });
    expect(await aCase.stopOf('markTitles')).toBe('marker-removed');
    expect(await aCase.stopOf('setStatusStorno')).toBe('marker-removed');
  });

  it('is put on once although the answer to the save was lost', async () => {
    const aCase = await (await stage.prepare()).runThrough('markTitles');
    await aCase.edit({ title: TITLE });
    await aCase.record(markAgain);
    await aCase.arm('save-announcement', 'commit-then-reset');
    await aCase.perform('markTitles');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 2 });
    await expectJournalToMatchJet(aCase);
  });
});

describe('a text that a colleague has changed', () => {
  it('is kept and marked when an operator decided so', async () => {
    const aCase = await (await stage.prepare()).runThrough('checkEvent');
    await aCase.edit({ title: 'Der Besuch', externalMemo: 'Einlass ab 18 Uhr' });
    expect(await aCase.stopOf('markTitles')).toBe('event-changed');
    await aCase.record({ action: 'decide', step: 'mark-titles', choice: 'keep-theirs' });
    await aCase.perform('markTitles');
    expect(await aCase.event()).toMatchObject({
      title: 'Der Besuch – ENTFÄLLT',
      externalMemo: 'Die Vorstellung entfällt wegen einer technischen Störung.\n\nEinlass ab 18 Uhr',
    });
    await aCase.perform('claimAbort');
    await aCase.perform('restoreTitles');
    expect(await aCase.event()).toMatchObject({ title: 'Der Besuch', externalMemo: 'Einlass ab 18 Uhr' });
    await expectJournalToMatchJet(aCase);
  });

  it.each([
    ['write-original', TITLE],
    ['keep-theirs', 'Der Besuch'],
  ] as const)('is treated as decided by %s when the titles are restored', async (choice, title) => {
    const aCase = await (await stage.prepare()).runThrough('markTitles');
    await aCase.edit({ title: 'Der Besuch' });
    await aCase.perform('claimAbort');
    expect(await aCase.stopOf('restoreTitles')).toBe('event-changed');
    await aCase.record({ action: 'decide', step: 'mark-titles', choice });
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('restoreTitles');
    expect(await aCase.event()).toMatchObject({ title, externalMemo: 'Einlass ab 19 Uhr' });
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 2 });
    await expectJournalToMatchJet(aCase);
  });
});

describe('a mail in doubt', () => {
  const inDoubt = async (...script: ('accepted' | 'in-doubt' | 'refused')[][]) => {
    const aCase = await (await stage.prepare()).runUpTo('sendPartnerNotice');
    stage.mail.script.push(['in-doubt', 'in-doubt'], ...script);
    expect(await aCase.stopOf('sendPartnerNotice')).toBe('mail-in-doubt');
    return aCase;
  };
  const decide = (aCase: StagedCase, choice: 'send-again' | 'treat-as-sent') =>
    aCase.record({ action: 'decide', step: 'notify-partner', choice });
  const sendings = () => stage.mail.conversations.length;

  it('is sent exactly once more when an operator decided so, with the same Message-ID', async () => {
    const aCase = await inDoubt();
    await decide(aCase, 'send-again');
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('sendPartnerNotice');
    expect(sendings()).toBe(2);
    expect(new Set(stage.mail.conversations.map(({ messageId }) => messageId)).size).toBe(1);
  });

  it('asks again when it is in doubt again: a decision holds for one attempt', async () => {
    const aCase = await inDoubt(['in-doubt', 'accepted']);
    await decide(aCase, 'send-again');
    for (let nth = 1; nth <= 3; nth += 1) {
      expect(await aCase.stopOf('sendPartnerNotice')).toBe('mail-in-doubt');
    }
    expect(sendings()).toBe(2);
    await decide(aCase, 'send-again');
    await aCase.perform('sendPartnerNotice');
    const last = stage.mail.conversations.at(-1);
    expect(last?.outcomes.map(({ address }) => address)).toEqual([OETICKET]);
  });

  it('is not sent again when an operator treats it as sent', async () => {
    const aCase = await inDoubt();
    await decide(aCase, 'treat-as-sent');
    for (let nth = 1; nth <= 3; nth += 1) await aCase.perform('sendPartnerNotice');
    expect(sendings()).toBe(1);
  });

  it('that is treated as sent for one is still sent to whom it was refused', async () => {
    const aCase = await (await stage.prepare()).runUpTo('sendPartnerNotice');
    stage.mail.script.push(['in-doubt', 'refused']);
    expect(await aCase.stopOf('sendPartnerNotice')).toBe('mail-in-doubt');
    await decide(aCase, 'treat-as-sent');
    await aCase.perform('sendPartnerNotice');
    expect(stage.mail.conversations.at(-1)?.outcomes.map(({ address }) => address)).toEqual([HOUSE]);
  });
});

describe('a step that an operator waived', () => {
  it('of the right is not done, and the mail is sent all the same', async () => {
    const aCase = await (await stage.prepare()).runUpTo('grantExtendedRight');
    await aCase.record({ action: 'waive-step', step: 'grant-right' });
    expect(await aCase.perform('grantExtendedRight')).toMatchObject({ isWaived: true, hasWritten: false });
    await aCase.perform('sendPartnerNotice');
    expect(await aCase.calls('grant-right')).toEqual([]);
    expect(stage.mail.conversations).toHaveLength(1);
  });

  it('of the mail sends none', async () => {
    const aCase = await (await stage.prepare()).runUpTo('sendPartnerNotice');
    await aCase.record({ action: 'waive-step', step: 'notify-partner' });
    expect(await aCase.perform('sendPartnerNotice')).toMatchObject({ acceptedAt: null });
    expect(stage.mail.conversations).toEqual([]);
  });
});
