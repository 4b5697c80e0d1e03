import fc from 'fast-check';
import type { NewEntry } from '../../src/domain/journal';
import type { RecipientOutcome } from '../../src/domain/line-content';
import { ActivityStage, anEnvironment, freeze, type StagedCase } from '../support/activity-stage';

const OETICKET = 'absagen@oeticket.example';
const HOUSE = 'karten@festspielhaus.example';

let stage: ActivityStage;
let template: StagedCase;

beforeAll(async () => {
  stage = await ActivityStage.open();
  template = await (await stage.prepare()).runUpTo('sendPartnerNotice');
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.renewMail();
});

/**
 * Another case right before the mail, with the same lines. Intents are left out, because the mail does not depend on
 * them.
 */
async function beginBeforeMail(): Promise<StagedCase> {
  const aCase = template.rival();
  for (const { caseId: _of, ...line } of await template.entries()) {
    if (line.kind === 'intent') continue;
    await stage.journal.append(aCase.ref, line as NewEntry);
  }
  return aCase;
}

/** Makes one attempt for each answer of the script, and two more: an operator may press "retry" after any failure. */
async function tryAll(script: readonly RecipientOutcome['outcome'][][]): Promise<(string | undefined)[]> {
  stage.renewMail();
  stage.mail.script.push(...script);
  const aCase = await beginBeforeMail();
  const ends: (string | undefined)[] = [];
  for (let nth = 1; nth <= script.length + 2; nth += 1) {
    ends.push(
      await aCase.attempt('sendPartnerNotice').then(
        () => 'accepted',
        (failure: { type?: string }) => failure.type,
      ),
    );
  }
  return ends;
}

const recipients = () =>
  stage.mail.conversations.map(({ outcomes }) => outcomes.map(({ address }) => address));

describe('the notice', () => {
  it.each<[RecipientOutcome['outcome'][], string]>([
    [['not-sent', 'not-sent'], 'mail-server-unavailable'],
    [['refused', 'refused'], 'mail-refused'],
    [['accepted', 'refused'], 'mail-refused'],
    [['not-sent', 'accepted'], 'mail-server-unavailable'],
  ])('is sent again to each recipient who has not got it: %j', async (answers, failure) => {
    expect(await tryAll([answers])).toEqual([failure, 'accepted', 'accepted']);
    const missing = [OETICKET, HOUSE].filter((_address, index) => answers[index] !== 'accepted');
    expect(recipients()).toEqual([[OETICKET, HOUSE], missing]);
    expect(stage.mail.possibleDeliveries()).toEqual({ [OETICKET]: 1, [HOUSE]: 1 });
  });

  it.each<[RecipientOutcome['outcome'][]]>([
    [['in-doubt', 'in-doubt']],
    [['accepted', 'in-doubt']],
    [['in-doubt', 'refused']],
    [['not-sent', 'in-doubt']],
  ])('in doubt for one is never sent again by itself: %j', async (answers) => {
    expect(await tryAll([answers])).toEqual(['mail-in-doubt', 'mail-in-doubt', 'mail-in-doubt']);
    expect(recipients()).toEqual([[OETICKET, HOUSE]]);
  });

  it('reaches no recipient twice, whatever the server answers and however often an operator tries', async () => {
    const answer = fc.constantFrom<RecipientOutcome['outcome']>(
      'accepted',
      'not-sent',
      'refused',
      'in-doubt',
    );
    const script = fc.array(fc.tuple(answer, answer), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(script, async (answers) => {
        const ends = await tryAll(answers);
        const { conversations } = stage.mail;
        for (const count of Object.values(stage.mail.possibleDeliveries())) expect(count).toBe(1);
        expect(new Set(conversations.map(({ messageId }) => messageId)).size).toBe(1);
        const doubtful = conversations.findIndex(({ outcomes }) =>
          outcomes.some(({ outcome }) => outcome === 'in-doubt'),
        );
        if (doubtful >= 0) expect(doubtful).toBe(conversations.length - 1);
        const isComplete = Object.keys(stage.mail.possibleDeliveries()).length === 2 && doubtful < 0;
        expect(ends.at(-1) === 'accepted').toBe(isComplete);
      }),
      { numRuns: 25 },
    );
  });

  it('has one Message-ID for one case, and another for another', async () => {
    await tryAll([
      ['not-sent', 'not-sent'],
      ['refused', 'accepted'],
    ]);
    const [first, ...others] = stage.mail.conversations.map(({ messageId }) => messageId);
    expect(others).toEqual([first, first]);
    await tryAll([]);
    expect(stage.mail.conversations[0]?.messageId).not.toBe(first);
  });

  it('is not given up when the worker is asked to stop in the middle of it', async () => {
    const aCase = await beginBeforeMail();
    const environment = anEnvironment(aCase.ref);
    const { frozen, reached, thaw } = freeze(stage.mail, 'before', (method) => method === 'send');
    const sending = aCase.attempt('sendPartnerNotice', {
      worker: stage.worker({ mail: frozen }),
      environment,
    });
    await reached;
    environment.cancel('WORKER_SHUTDOWN');
    thaw();
    await expect(sending).resolves.toMatchObject({ acceptedAt: expect.any(String) });
    expect(stage.mail.conversations).toHaveLength(1);
  });

  it('is noted before the connection and after it, with what each recipient has got', async () => {
    stage.mail.script.push(['accepted', 'refused']);
    const aCase = await beginBeforeMail();
    await aCase.attempt('sendPartnerNotice').catch(() => undefined);
    const [intent, outcome] = (await aCase.entries()).slice(-2);
    const messageId = stage.mail.conversations[0]?.messageId;
    expect(intent).toMatchObject({ kind: 'intent', after: { recipients: [OETICKET, HOUSE], messageId } });
    expect(outcome).toMatchObject({
      kind: 'outcome',
      outcome: 'refused',
      after: {
        messageId,
        recipients: [
          { address: OETICKET, outcome: 'accepted' },
          { address: HOUSE, outcome: 'refused' },
        ],
      },
    });
  });

  it.each(['markTitles', 'setStatusStorno', 'verifyChannel'] as const)(
    'is not sent when the case has come no further than %s',
    async (step) => {
      const aCase = await (await stage.prepare()).runThrough(step);
      expect(await aCase.stopOf('sendPartnerNotice')).toBe('journal-behind');
      expect(stage.mail.conversations).toEqual([]);
    },
  );
});
