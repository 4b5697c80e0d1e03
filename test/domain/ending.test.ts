import { endingSummary } from '../../src/domain/ending';
import { remainingByHand } from '../../src/domain/house-tasks';
import { readLines, type CaseLines } from '../../src/domain/lines';
import { linesOf, minute, type Told } from '../support/lines';
import { aGuidedOpening, anOpening } from '../support/openings';

const OPENING: Told = {
  kind: 'opening',
  step: 'check',
  operation: 'check',
  after: anOpening(),
  outcome: 'ok',
};
const STORNO: Told = {
  kind: 'outcome',
  step: 'set-storno',
  operation: 'set-storno',
  after: { status: 'Storno', version: '3', savedAt: minute(2) },
  outcome: 'ok',
};
const PROOF: Told = {
  kind: 'evidence',
  step: 'verify-channel',
  operation: 'read-channel',
  after: { status: 'Storno', readAt: minute(3) },
  outcome: 'verified',
};

function look(outcome: 'storno' | 'not-storno' | 'storno-again' | 'by-hand' | 'gone', after: object): Told {
  return { kind: 'evidence', step: 'notify-partner', operation: 'read-event', after, outcome } as Told;
}

function end(stornoSeenAt: string | null | undefined, at?: string): Told {
  const after = stornoSeenAt === undefined ? null : { stornoSeenAt };
  return {
    kind: 'end',
    step: 'report',
    operation: 'close',
    after,
    outcome: 'completed',
    ...(at && { at }),
  } as Told;
}

const read = (...told: Told[]) => readLines(linesOf(...told)) as CaseLines;
const summary = (...told: Told[]) => endingSummary(read(...told));

describe('a completed case says that the status is Storno', () => {
  it('where it was read right before the end', () => {
    const text = summary(
      OPENING,
      STORNO,
      PROOF,
      look('storno', { readAt: minute(4) }),
      end(minute(4), minute(4)),
    );
    expect(text).toMatch(/^Der Status ist Storno, /);
  });

  it('where the end itself has looked, and no line of its own says it', () => {
    expect(summary(OPENING, STORNO, PROOF, end(minute(90), minute(90)))).toMatch(/^Der Status ist Storno, /);
  });

  it('as it always did where the end says nothing of it', () => {
    expect(summary(OPENING, STORNO, PROOF, end(undefined, minute(90)))).toMatch(/^Der Status ist Storno, /);
  });
});

describe('a completed case says when it was Storno last, and who has seen it', () => {
  it('where Absage has looked long before the end', () => {
    const text = summary(
      OPENING,
      STORNO,
      PROOF,
      look('storno', { readAt: minute(4) }),
      end(minute(4), minute(90)),
    );
    expect(text).toMatch(
      /^Der Status war Storno \(zuletzt gesehen: Di., 5. Jänner 2027, 19.04 Uhr, von Absage\), /,
    );
  });

  it('where an operator has looked', () => {
    const byHand = { ...look('by-hand', { status: 'Storno', readAt: minute(5) }), actor: 'Eva Muster' };
    expect(summary(OPENING, STORNO, PROOF, byHand as Told, end(minute(5), minute(90)))).toContain(
      '19.05 Uhr, von Eva Muster)',
    );
  });

  it('in a house without a gateway, where nobody looks but the clerk', () => {
    const guided = { ...OPENING, after: aGuidedOpening() };
    const after = { status: 'Storno', title: 'Faust – ENTFÄLLT', savedAt: minute(2), readAt: minute(2) };
    const set = { ...STORNO, after, outcome: 'by-hand', actor: 'Herr Gruber' } as Told;
    expect(summary(guided, set, PROOF, end(null, minute(90)))).toContain('von Herr Gruber)');
  });
});

// Within ten seconds of a look these used to say that it is Storno, whatever somebody had done in these seconds.
describe('who ends a case looks at nothing, so that the last look is told', () => {
  const seen = look('storno', { readAt: minute(4) });

  it('where a case was closed by hand', () => {
    const decision = { kind: 'decision', step: 'notify-partner', operation: 'close-by-hand', at: minute(4) };
    const closed = { ...end(undefined, minute(4)), outcome: 'closed-by-hand' } as Told;
    expect(summary(OPENING, STORNO, PROOF, seen, decision as Told, closed)).toContain(
      'Als Storno zuletzt gesehen: ',
    );
  });

  it('where a mail in doubt was answered for', () => {
    const soon = minute(4).replace(':00.000', ':03.000');
    const decision = { kind: 'decision', step: 'notify-partner', operation: 'decide', at: soon };
    const answered = { ...decision, outcome: 'treat-as-sent', after: { reason: 'x' } } as unknown as Told;
    const noted = { ...seen, at: minute(4) } as Told;
    expect(summary(OPENING, STORNO, PROOF, noted, answered, end(minute(4), soon))).toMatch(
      /^Der Status war Storno \(zuletzt gesehen: /,
    );
  });
});

it('a case that was closed by hand says who has seen the Storno last, and when', () => {
  const closed = { ...end(undefined, minute(90)), outcome: 'closed-by-hand' } as Told;
  expect(summary(OPENING, STORNO, PROOF, look('storno', { readAt: minute(4) }), closed)).toMatch(
    /Der Storno ist gesetzt und in Connect Online gesehen\. Als Storno zuletzt gesehen: Di\., 5\. Jänner 2027, 19\.04 Uhr, von Absage\.$/,
  );
});

const LOST = [
  ['another status', look('not-storno', { status: 'Gesperrt', readAt: minute(5) }), '„Gesperrt“'],
  ['no event', look('gone', { readAt: minute(5) }), 'gab es die Veranstaltung in Jet nicht mehr'],
] as const;

it.each(LOST)('a case that stands at %s does not say that the Storno is set', (_what, lost, named) => {
  const text = summary(OPENING, STORNO, PROOF, lost);
  expect(text).not.toContain('Der Storno ist gesetzt');
  expect(text).toContain(named);
});

it.each(LOST)(
  'a case that was completed at %s does not say that the status is Storno',
  (_what, lost, named) => {
    const text = summary(OPENING, STORNO, PROOF, lost, end(null, minute(6)));
    expect(text).toMatch(/^Der Status war Storno \(zuletzt /);
    expect(text).toContain(named);
  },
);

it('a Storno that was set back is told as set', () => {
  const back = look('storno-again', { status: 'Storno', savedAt: minute(8), readAt: minute(9) });
  expect(summary(OPENING, STORNO, PROOF, LOST[0][1], back)).toContain(
    'Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.',
  );
});

it('a transfer that a person vouched for is not called seen, also while the case goes on', () => {
  const decided = {
    kind: 'decision',
    step: 'verify-channel',
    operation: 'decide',
    after: { reason: 'angerufen', attentionId: '1' },
    outcome: 'adopt',
    actor: 'Eva Muster',
  } as Told;
  const adopted = { ...PROOF, after: { readAt: minute(4) }, outcome: 'adopted' } as Told;
  expect(summary(OPENING, STORNO, decided, adopted)).toContain(
    'in Connect Online ist die Übertragung nicht bewiesen: dass Ö-Ticket nicht mehr verkauft, hat Eva Muster selbst nachgesehen.',
  );
});

it('nobody is asked to call where the event is still Storno', () => {
  const text = remainingByHand(read(OPENING, STORNO, PROOF), 'closed-by-hand').join();
  expect(text).not.toMatch(/anrufen|Ticketing-Team/);
});

describe('a mail that was waived', () => {
  const mail = (outcome: 'in-doubt' | 'refused' | 'not-sent'): Told[] => {
    const address = 'absagen@oeticket.example';
    const line = { step: 'notify-partner', operation: 'send-partner-notice' } as const;
    return [
      { ...line, kind: 'intent', effectKey: 'notify-partner/1', after: { recipients: [address] } },
      {
        ...line,
        kind: 'outcome',
        effectKey: 'notify-partner/1/outcome',
        after: { recipients: [{ address, outcome, reply: '' }] },
        outcome,
      },
    ];
  };
  const WAIVER: Told = {
    kind: 'decision',
    step: 'notify-partner',
    operation: 'waive-step',
    after: { reason: 'Anruf' },
    outcome: 'accepted',
  };

  it.each([
    ['in doubt', mail('in-doubt'), /^Bei Ö-Ticket nachfragen, ob die E-Mail angekommen ist/],
    ['refused', mail('refused'), /der Mailserver hat mindestens eine Adresse abgelehnt/],
    ['not sent', mail('not-sent'), /von hier ging keine E-Mail hinaus/],
    ['never tried', [], /von hier ging keine E-Mail hinaus/],
  ])('after it was %s says what is left of it', (_how, tried, wanted) => {
    const lines = read(OPENING, STORNO, PROOF, ...tried, WAIVER, end(minute(7)));
    expect(remainingByHand(lines).filter((text) => /E-Mail|Mailserver/.test(text))).toEqual([
      expect.stringMatching(wanted),
    ]);
  });
});
