import { composePartnerNotice } from '../../src/mail/partner-notice-text';
import {
  ActivityStage,
  anEnvironment,
  type EventChanges,
  type ProcedureStep,
  type StagedCase,
} from '../support/activity-stage';
import { MARKED, TITLE } from '../protocol/protocol-cases';

let stage: ActivityStage;

beforeAll(async () => {
  stage = await ActivityStage.open();
});
afterAll(() => stage.close());

/** The text that is sent, in its real words. */
async function noticeOf(aCase: StagedCase, last: ProcedureStep, changes: EventChanges): Promise<string> {
  const texts: string[] = [];
  const mail = Object.assign(Object.create(stage.mail) as typeof stage.mail, {
    composePartnerNotice: (...given: Parameters<typeof stage.mail.composePartnerNotice>) => {
      const message = composePartnerNotice(...given, { isRehearsal: false });
      texts.push(message.text);
      return message;
    },
  });
  aCase.worker = stage.worker({ mail });
  await aCase.runThrough(last);
  await aCase.edit(changes);
  await aCase.untilTransferred();
  const rest = (['verifyChannel', 'grantExtendedRight', 'sendPartnerNotice'] as const).filter(
    (name) => name !== last,
  );
  for (const name of rest) await aCase.perform(name);
  return texts.join();
}

/** The mail used to name marker and memo as we had saved them, whatever stood in Jet when it was sent. */
describe.each(['setStatusStorno', 'verifyChannel'] as const)('what was rewritten after %s', (moment) => {
  it('is not told to Ö-Ticket as standing in the title or in the memo', async () => {
    const rewritten = { title: TITLE, externalMemo: 'Neuer Termin folgt' };
    const text = await noticeOf(await stage.prepare(), moment, rewritten);
    expect(text).toMatch(/- Zusatz ENTFÄLLT gespeichert: .*; im Titel steht er jetzt nicht mehr\n/);
    expect(text).toContain('\nHinweis zur Absage:\n');
  });

  it('is told as it stands where only another title was typed', async () => {
    const text = await noticeOf(await stage.prepare(), moment, { title: 'Neuer Titel – ENTFÄLLT' });
    expect(text).toMatch(/- Zusatz ENTFÄLLT gespeichert: [^;]* Uhr\n/);
    expect(text).toContain('\nTitel: Neuer Titel\n');
    expect(text).toContain('\nHinweis zur Absage, wie im Externen Memotext:\n');
  });
});

it('a title and a memo that said it all before the case are not called untouched for the status', async () => {
  const reason = 'Die Vorstellung entfällt wegen einer technischen Störung.';
  const event = { title: MARKED, customerTitle: null, externalMemo: reason };
  const text = await noticeOf(await stage.prepare({ event }), 'verifyChannel', {});
  expect(text).toContain(
    '- Zusatz ENTFÄLLT: steht im Titel; Titel und Externer Memotext von uns nicht verändert\n',
  );
  expect(text).toContain('\nHinweis zur Absage, wie im Externen Memotext:\n');
});

// The house used to be asked about a performance by its old name.
it('a question to the house names the performance as it was read last', async () => {
  const aCase = await (await stage.prepare()).runThrough('verifyChannel');
  await aCase.edit({ title: 'Neuer Titel – ENTFÄLLT' });
  await aCase.perform('grantExtendedRight');
  const { ref, worker, input } = aCase;
  await anEnvironment(ref).run(worker.alertHouse, {
    ref,
    actor: 'clerk',
    head: null,
    kind: 'attention' as const,
    step: 'notify-partner' as const,
    attention: { id: '1', text: 'Der Mailserver antwortet nicht.', actions: [] },
    event: { title: TITLE, startsAt: input.order.expected.startsAt, venue: 'Großer Saal' },
  });
  expect(stage.mail.alerts.map(({ subject }) => subject)).toEqual(['attention: Neuer Titel']);
});
