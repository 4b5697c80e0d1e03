import {
  lastAcceptance,
  lastWrittenNotice,
  nextNoticeKey,
  noticeState,
  recipientStates,
  repliesOf,
  noticeAttempts,
  unfinishedNotice,
} from '../../src/domain/mail-lines';
import { linesOf, minute, type Told } from '../support/lines';

const PARTNER = 'absagen@oeticket.example';
const HOUSE = 'kassa@fsp.example';

const sending = (nth: number, recipients = [PARTNER, HOUSE]): Told => ({
  kind: 'intent',
  step: 'notify-partner',
  operation: 'send-partner-notice',
  effectKey: `notify-partner/${nth}`,
  after: { subject: `Absage, Versuch ${nth}`, recipients },
});
type State = 'accepted' | 'not-sent' | 'refused' | 'in-doubt';
const answer = (nth: number, partner: State, house: State = 'accepted'): Told => ({
  kind: 'outcome',
  step: 'notify-partner',
  operation: 'send-partner-notice',
  effectKey: `notify-partner/${nth}/outcome`,
  after: {
    recipients: [
      { address: PARTNER, outcome: partner, reply: '250' },
      { address: HOUSE, outcome: house, reply: '250' },
    ],
  },
  outcome: partner,
});
const decide = (outcome: 'treat-as-sent' | 'send-again'): Told => ({
  kind: 'decision',
  step: 'notify-partner',
  operation: 'decide',
  after: { reason: 'nachgefragt', attentionId: 'a' },
  outcome,
});
const WAIVER: Told = {
  kind: 'decision',
  step: 'notify-partner',
  operation: 'waive-step',
  after: { reason: 'telefonisch' },
  outcome: 'accepted',
};
const BY_HAND: Told = {
  kind: 'outcome',
  step: 'notify-partner',
  operation: 'send-partner-notice',
  after: { sentAt: minute(1), reason: 'selbst', savedAt: minute(2), readAt: minute(2) },
  outcome: 'by-hand',
};

it.each<[string, Told[], ReturnType<typeof noticeState>]>([
  ['nothing is written of it', [], 'none'],
  ['every recipient was reached', [sending(1), answer(1, 'accepted')], 'accepted'],
  ['it was begun and has no outcome', [sending(1)], 'in-doubt'],
  ['one recipient is in doubt', [sending(1), answer(1, 'in-doubt')], 'in-doubt'],
  ['one recipient was refused', [sending(1), answer(1, 'refused')], 'refused'],
  ['the server has not taken it', [sending(1), answer(1, 'not-sent', 'not-sent')], 'not-sent'],
  [
    'a person says that it arrived',
    [sending(1), answer(1, 'in-doubt'), decide('treat-as-sent')],
    'confirmed',
  ],
  // It is still unknown whether the first sending arrived, so it must not be reported as not sent.
  ['a person wants it sent again', [sending(1), answer(1, 'in-doubt'), decide('send-again')], 'in-doubt'],
  [
    'it was sent again and taken',
    [sending(1), answer(1, 'in-doubt'), decide('send-again'), sending(2), answer(2, 'accepted')],
    'accepted',
  ],
  [
    'it is in doubt anew after a decision',
    [sending(1), answer(1, 'in-doubt'), decide('treat-as-sent'), sending(2), answer(2, 'in-doubt')],
    'in-doubt',
  ],
  ['a person has sent it', [sending(1), answer(1, 'refused'), BY_HAND], 'confirmed'],
  ['a person has done without it', [sending(1), answer(1, 'refused'), WAIVER], 'waived'],
])('when %s', (_name, told, state) => {
  expect(noticeState(linesOf(...told))).toBe(state);
});

it('lets a mail in doubt be sent again only to the recipients that are in doubt', () => {
  const lines = linesOf(sending(1), answer(1, 'in-doubt'), decide('send-again'));
  expect(Object.fromEntries(recipientStates(lines))).toEqual({
    [PARTNER]: 'to-send-again',
    [HOUSE]: 'accepted',
  });
});

it('counts attempts, and finds the one without an outcome', () => {
  const lines = linesOf(sending(1), answer(1, 'not-sent'), sending(2));
  expect(nextNoticeKey(lines)).toBe('notify-partner/3');
  expect(unfinishedNotice(lines)).toBe(lines[2]);
  expect(unfinishedNotice(lines.slice(0, 2))).toBeNull();
});

it('shows the mail as it was last tried, with the answers of that attempt', () => {
  const lines = linesOf(sending(1), answer(1, 'not-sent'), sending(2, [PARTNER]));
  expect(lastWrittenNotice(lines)).toMatchObject({ at: minute(3), notice: { subject: 'Absage, Versuch 2' } });
  const [first, second] = noticeAttempts(lines);
  expect(repliesOf(lines, first!).map(({ outcome }) => outcome)).toEqual(['not-sent', 'accepted']);
  expect(repliesOf(lines, second!)).toEqual([{ address: PARTNER, outcome: 'in-doubt', reply: '' }]);
  expect(lastWrittenNotice([])).toBeNull();
});

it('was accepted when the last server or person has said so', () => {
  expect(lastAcceptance(linesOf(sending(1), answer(1, 'in-doubt'), decide('treat-as-sent')))).toBe(minute(3));
  expect(lastAcceptance([])).toBeNull();
});
