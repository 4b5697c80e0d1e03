import {
  ActivityStage,
  expectJournalToMatchJet,
  freezeAtLine,
  PROCEDURE,
  type CaseActivity,
  type Freezer,
  type StagedCase,
} from '../support/activity-stage';
import type { Journal } from '../../src/journal/port';
import { LONGEST_CONVERSATION_MS } from '../../src/mail/port';

/** The time-out of one call, for tests that let the gateway hang. */
const SHORT_TIMEOUT_MS = 120;

/** Every write: its step, its name in Jet, its name in the journal. */
const WRITES = [
  { step: 'markTitles', operation: 'save-announcement', name: 'save-announcement', read: 'read-event' },
  { step: 'setStatusStorno', operation: 'set-storno', name: 'set-storno', read: 'read-event' },
  { step: 'grantExtendedRight', operation: 'grant-right', name: 'grant-right', read: 'read-right' },
] as const;
/** The one write of an abort. */
const UNDOING = {
  step: 'restoreTitles',
  operation: 'save-announcement',
  name: 'restore-announcement',
  read: 'read-event',
} as const;

type Write = (typeof WRITES)[number] | typeof UNDOING;

const BEFORE_COMMIT = [
  'error-500',
  'maintenance',
  'too-many-requests',
  'reset',
  'hang',
  'drip',
  'html-page',
  'empty',
  'redirect',
  'wrong-event',
];

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => stage.close());

/** Moves the clock so far ahead that a sending begun just now must be over, and by this much more. */
function letSendingBeOver(andMs = 1_000, begunAtMs = Date.now()): void {
  const awake = begunAtMs + LONGEST_CONVERSATION_MS + 2_000 + andMs;
  jest.spyOn(Date, 'now').mockImplementation(() => awake);
}

/**
 * Carries one case to its end and another one back to its beginning, with trouble at every write. Each write must be
 * done exactly once, as Jet's log shows, and the journal must show the same.
 */
async function carryOutWith(
  trouble: (aCase: StagedCase, write: Write) => Promise<void>,
  expected: { outcome: string; inJournal?: string } = { outcome: 'ok' },
): Promise<void> {
  const [forth, back] = (await stage.prepareAll([{}, {}])) as [StagedCase, StagedCase];
  forth.worker = back.worker = stage.worker({ jet: stage.simulator.jet({ timeoutMs: SHORT_TIMEOUT_MS }) });

  const write = async (aCase: StagedCase, one: Write) => {
    const { length: doneBefore } = await aCase.writes();
    await trouble(aCase, one);
    await aCase.perform(one.step);
    const effects = (await aCase.writes()).slice(doneBefore);
    expect(effects).toMatchObject([{ operation: one.operation, outcome: expected.outcome }]);
    const noted = [one.step, await lastOutcome(aCase, one.name)];
    expect(noted).toEqual([one.step, expected.inJournal ?? expect.any(String)]);
    await expectJournalToMatchJet(aCase);
  };

  for (const step of PROCEDURE) {
    await forth.readyFor(step);
    const one = WRITES.find((candidate) => candidate.step === step);
    await (one ? write(forth, one) : forth.perform(step));
  }
  expect(stage.mail.conversations).toHaveLength(1);
  await back.runThrough('markTitles');
  await back.perform('claimAbort');
  await write(back, UNDOING);
}

/** A case right before a step. */
async function beginBefore(step: CaseActivity): Promise<StagedCase> {
  return (await stage.prepare()).runUpTo(step);
}

const lastOutcome = async (aCase: StagedCase, operation: string) =>
  (await aCase.entries()).findLast((entry) => entry.kind === 'outcome' && entry.operation === operation)
    ?.outcome;

describe('a write whose answer is lost', () => {
  it.each(['commit-then-reset', 'commit-then-hang'])('(%s) is found, and not written twice', (kind) =>
    carryOutWith((aCase, { operation }) => aCase.arm(operation, kind), {
      outcome: kind,
      inJournal: 'found',
    }),
  );
});

describe('a write that was not done', () => {
  it.each(BEFORE_COMMIT)('(%s) is done once on retry', (kind) =>
    carryOutWith((aCase, { operation }) => aCase.arm(operation, kind)),
  );
});

describe('a read-back', () => {
  it.each(['error-500', 'reset', 'html-page', 'wrong-event'])(
    'that fails (%s) is made again, the write is not',
    // A read that is lost with a connection that was kept is sent once more.
    (kind) =>
      carryOutWith((aCase, { read }) => aCase.arm(read, kind, { nth: 2, count: kind === 'reset' ? 2 : 1 })),
  );

  it('that still shows the old state, time and again, is not taken for a failure', () =>
    carryOutWith((aCase, { read }) => aCase.arm(read, 'stale-read', { nth: 2, count: 4 })));

  it('that shows a truncated title stops the case: nothing is appended twice, Storno is refused', async () => {
    const aCase = await beginBefore('markTitles');
    await aCase.arm('save-announcement', 'truncate-value');
    expect(await aCase.stopOf('markTitles')).toBe('jet-rejected-value');
    expect((await aCase.event()).title).toBe('Der Besuch der alten Dame – ENTF');
    expect(await aCase.stopOf('markTitles')).toBe('event-changed');
    await aCase.readyFor('setStatusStorno');
    expect(await aCase.stopOf('setStatusStorno')).toBe('marker-removed');
    expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
    expect(await lastOutcome(aCase, 'save-announcement')).toBe('differs');
    await expectJournalToMatchJet(aCase);
  });

  it('that shows the title saved and the memo not: only the memo is written then, and the wait starts again', async () => {
    const aCase = await beginBefore('markTitles');
    const jet = stage.simulator.jet();
    let nth = 0;
    const forgetful: typeof jet = {
      ...jet,
      saveAnnouncement: (eventNumber, texts, precondition) => {
        nth += 1;
        const saved = nth === 1 ? { ...texts, externalMemo: 'Einlass ab 19 Uhr' } : texts;
        return jet.saveAnnouncement(eventNumber, saved, precondition);
      },
    };
    const marked = await aCase.perform('markTitles', stage.worker({ jet: forgetful }));
    const saves = await aCase.writes();
    expect(saves.map(({ after }) => Object.keys(after ?? {}))).toEqual([
      ['title', 'customerTitle'],
      ['externalMemo'],
    ]);
    expect(Date.parse(Object(marked).savedAt)).toBe(Date.parse(saves[1]!.at));
    await expectJournalToMatchJet(aCase);
  });
});

describe('a process that dies', () => {
  /** Freezes the first process. `wakeUp` lets it go on, and waits for its end. */
  async function die(aCase: StagedCase, step: CaseActivity, { frozen, reached, thaw }: Freezer<Journal>) {
    const first = aCase.attempt(step, { worker: stage.worker({ journal: frozen }) });
    const end = Promise.allSettled([first]);
    await reached;
    return {
      async wakeUp() {
        thaw();
        await end;
      },
    };
  }

  it.each([
    ['before the intent is written down', 'before', 'intent'],
    ['between intent and effect', 'after', 'intent'],
    ['between effect and outcome', 'before', 'outcome'],
    ['after the outcome was written down', 'after', 'outcome'],
  ] as const)(
    '%s does no harm, nor when it wakes up after another has done its step',
    async (_when, side, kind) => {
      const dead: { aCase: StagedCase; wakeUp: () => Promise<void> }[] = [];
      await carryOutWith(async (aCase, { step, name }) => {
        const { wakeUp } = await die(aCase, step, freezeAtLine(stage.journal, side, kind, name));
        dead.push({ aCase, wakeUp });
      });
      for (const { aCase, wakeUp } of dead) {
        const before = { effects: await aCase.writes(), lines: await aCase.entries() };
        await wakeUp();
        expect({ effects: await aCase.writes(), lines: await aCase.entries() }).toEqual(before);
      }
    },
  );

  it('between the acceptance of the mail and its line leaves the mail in doubt for good', async () => {
    const aCase = await beginBefore('sendPartnerNotice');
    const dead = await die(
      aCase,
      'sendPartnerNotice',
      freezeAtLine(stage.journal, 'before', 'outcome', 'send-partner-notice'),
    );
    letSendingBeOver();
    for (let nth = 1; nth <= 3; nth += 1)
      expect(await aCase.stopOf('sendPartnerNotice')).toBe('mail-in-doubt');
    await dead.wakeUp();
    expect(stage.mail.conversations).toHaveLength(1);
    expect(await lastOutcome(aCase, 'send-partner-notice')).toBe('in-doubt');
  });

  it('between the intent to mail and the mail leaves it in doubt, and does not send when it wakes up', async () => {
    const aCase = await beginBefore('sendPartnerNotice');
    const dead = await die(
      aCase,
      'sendPartnerNotice',
      freezeAtLine(stage.journal, 'after', 'intent', 'send-partner-notice'),
    );
    letSendingBeOver();
    expect(await aCase.stopOf('sendPartnerNotice')).toBe('mail-in-doubt');
    await dead.wakeUp();
    expect(stage.mail.conversations).toEqual([]);
  });

  it('whose mail is only slow leaves no doubt: what became of it is waited for', async () => {
    const aCase = await beginBefore('sendPartnerNotice');
    const { frozen, reached, thaw } = freezeAtLine(stage.journal, 'before', 'outcome', 'send-partner-notice');
    const slow = aCase.attempt('sendPartnerNotice', { worker: stage.worker({ journal: frozen }) });
    await reached;
    // When the other attempt looks, the sending has so long left before it must be over: the slow one ends within that.
    const begun = (await aCase.entries()).findLast(({ operation }) => operation === 'send-partner-notice');
    letSendingBeOver(-6_000, Date.parse(begun?.at ?? ''));
    const other = aCase.perform('sendPartnerNotice');
    thaw();
    await slow;
    expect(await other).toMatchObject({ acceptedAt: expect.any(String) as string });
    expect(stage.mail.conversations).toHaveLength(1);
    expect(await lastOutcome(aCase, 'send-partner-notice')).toBe('accepted');
  });

  it('before the intent to mail sends nothing more when it wakes up after the mail was sent', async () => {
    const aCase = await beginBefore('sendPartnerNotice');
    const dead = await die(
      aCase,
      'sendPartnerNotice',
      freezeAtLine(stage.journal, 'before', 'intent', 'send-partner-notice'),
    );
    await aCase.perform('sendPartnerNotice');
    await dead.wakeUp();
    expect(stage.mail.conversations).toHaveLength(1);
  });
});

it('an outcome that cannot be written down at once is, later: nothing is done twice', async () => {
  const aCase = await beginBefore('markTitles');
  let failures = 1;
  const journal: Journal = {
    ...stage.journal,
    appendLast: (ref, entry, attempt) => {
      if (failures === 0) return stage.journal.appendLast(ref, entry, attempt);
      failures -= 1;
      return Promise.reject(new Error('the disk is full'));
    },
  };
  await aCase.perform('markTitles', stage.worker({ journal }));
  expect(await aCase.writeCounts()).toEqual({ 'save-announcement': 1 });
  expect(await lastOutcome(aCase, 'save-announcement')).toBe('found');
});
