import { composePartnerNotice } from '../../src/mail/partner-notice-text';
import type { PartnerNoticeFacts } from '../../src/mail/port';
import { aHouse } from '../support/examples';
import { someFacts } from '../support/mail-examples';

const compose = (changes: Partial<PartnerNoticeFacts> = {}, house = aHouse()) =>
  composePartnerNotice(house, someFacts(changes), { isRehearsal: false });

it('writes the whole mail', () => {
  expect(compose()).toEqual({
    from: 'karten@festspielhaus.example',
    replyTo: 'karten@festspielhaus.example',
    to: ['absagen@oeticket.example'],
    cc: ['karten@festspielhaus.example'],
    subject: 'Absage: Der Besuch der alten Dame, Di., 05.01.2027, 19.30 Uhr, Großes Haus (VA-Nr. 104233)',
    messageId: '<cancellation.104233.7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a11@festspielhaus.example>',
    text: `Sehr geehrte Damen und Herren!

Die folgende Veranstaltung entfällt:

Veranstalter: Festspielhaus St. Pölten
Titel: Der Besuch der alten Dame
Datum und Beginn: Di., 05.01.2027, 19.30 Uhr
Spielstätte und Ort: Großes Haus, St. Pölten
VA-Nummer: 104233

Hinweis zur Absage, wie im Externen Memotext:

Die Vorstellung entfällt wegen einer technischen Störung.

In Jet ist erledigt:
- Zusatz ENTFÄLLT gespeichert: Di., 05.01.2027, 18.02 Uhr
- Status Storno gespeichert: Di., 05.01.2027, 18.17 Uhr
- in Connect Online als Storno gesehen: Di., 05.01.2027, 18.32 Uhr
- erweiterte Stornoberechtigung: gültig bis 05.07.2027

Bitte
- stellen Sie den Verkauf für diese Veranstaltung ein,
- bestätigen Sie uns, dass die Servicemail an die Käufer:innen versendet wurde,
- erstatten Sie den Käufer:innen den Kartenpreis über die ursprüngliche Zahlungsart zurück.

Diese E-Mail ist die Anweisung des Veranstalters zur Rückerstattung.

Rückfragen bitte an:
Eva Muster
Telefon: +43 2742 000 123
E-Mail: eva.muster@festspielhaus.example

Mit freundlichen Grüßen
Kartenbüro
Festspielhaus St. Pölten

Musterbühnen GmbH
Rechtsform: GmbH, Sitz: St. Pölten
Firmenbuchnummer: FN 000001a, Firmenbuchgericht: Landesgericht St. Pölten
`,
  });
});

it('is the same mail for the same facts', () => {
  expect(compose()).toEqual(compose());
});

it('says that the event is cancelled where that is the marker', () => {
  const { text } = compose({ marker: 'ABGESAGT' });
  expect(text).toContain('\nDie folgende Veranstaltung wurde abgesagt:\n');
  expect(text).toContain('\n- Zusatz ABGESAGT gespeichert: ');
  expect(text).not.toContain('entfällt:');
});

it('says the same for a house that writes its marker in front', () => {
  const house = aHouse({ marker: { position: 'prefix', separator: ': ' } });
  expect(compose({}, house)).toEqual(compose());
});

describe('in rehearsal', () => {
  const mail = composePartnerNotice(aHouse(), someFacts({ isSimulator: true }), { isRehearsal: true });
  const line =
    '*** PROBE: Diese E-Mail ist eine Übung. Es ist keine echte Absage, bitte veranlassen Sie nichts. ***';

  it('is marked in the subject', () => {
    expect(mail.subject).toBe(`[PROBE] ${compose().subject}`);
  });

  it('is marked above and below the text', () => {
    expect(mail.text).toBe(`${line}\n\n${compose().text}\n${line}\n`);
  });

  // It used to say "Es ist keine echte Absage" while Storno was set for real (F5).
  it.each([false, undefined])('is not called a mere exercise where isSimulator is %s', (isSimulator) => {
    const { text } = composePartnerNotice(aHouse(), someFacts({ isSimulator }), { isRehearsal: true });
    expect(text).not.toContain('keine echte Absage');
    expect(text).toMatch(/^\*\*\* PROBE mit echtem Jet: Was in Jet gespeichert wurde, gilt\./);
  });
});

describe('if Storno was set before the case', () => {
  const UNTOUCHED = 'Titel und Externer Memotext von uns nicht verändert, weil der Status schon Storno war';

  it.each<[string, Partial<PartnerNoticeFacts>, string]>([
    ['nothing of a marker', { standingMarker: undefined }, UNTOUCHED],
    [
      'that the title carries it',
      { standingMarker: 'ENTFÄLLT' },
      `Zusatz ENTFÄLLT: steht im Titel; ${UNTOUCHED}`,
    ],
    ['that the title carries none', { standingMarker: null }, `kein Zusatz im Titel; ${UNTOUCHED}`],
  ])('says what is known, and claims no save: %s', (_what, changes, line) => {
    const { text } = compose({ markedAt: null, wasStornoAlready: true, isReasonInMemo: false, ...changes });
    expect(text).toContain(`\nIn Jet ist erledigt:\n- ${line}\n`);
    expect(text).toContain('\nHinweis zur Absage:\n');
    expect(text).not.toMatch(/gespeichert: .*ENTFÄLLT|wie im Externen Memotext/);
  });
});

it('does not call the status the reason where the titles carried the marker already', () => {
  expect(compose({ markedAt: null }).text).toContain(
    '\n- Zusatz ENTFÄLLT: steht im Titel; Titel und Externer Memotext von uns nicht verändert\n',
  );
});

it('claims no save of a marker that stood there before', () => {
  expect(compose({ wasMarkedBefore: true }).text).toContain(
    '\n- Zusatz ENTFÄLLT stand schon im Titel, Texte gespeichert: Di., 05.01.2027, 18.02 Uhr\n',
  );
});

describe('if somebody has rewritten the texts since', () => {
  const saved = 'Zusatz ENTFÄLLT gespeichert: Di., 05.01.2027, 18.02 Uhr';

  it.each<[string, Partial<PartnerNoticeFacts>, string]>([
    ['nobody has', {}, saved],
    ['the marker is gone', { standingMarker: null }, `${saved}; im Titel steht er jetzt nicht mehr`],
    [
      'another marker stands there',
      { standingMarker: 'ABGESAGT' },
      `${saved}; im Titel steht jetzt ABGESAGT`,
    ],
  ])('says what stands in the title: %s', (_what, changes, line) => {
    expect(compose(changes).text).toContain(`\n- ${line}\n`);
  });

  it('does not say that the memo has the reason', () => {
    expect(compose({ isReasonInMemo: false }).text).toContain('\nHinweis zur Absage:\n');
  });
});

describe('if a person vouched for the transfer', () => {
  it.each([
    [false, 'in Connect Online nicht als Storno gesehen'],
    [true, 'in Connect Online steht Storno, ohne Beleg der Übertragung'],
  ])('says what Connect Online showed: %s', (isStornoShown, shown) => {
    expect(compose({ isTransferVouchedFor: true, isStornoShown }).text).toContain(
      `\n- ${shown}; dass nicht mehr verkauft wird, hat jemand von uns selbst nachgesehen: Di., 05.01.2027, 18.32 Uhr\n`,
    );
  });
});

it('names a right without an end', () => {
  expect(compose({ rightValidUntil: null }).text).toContain(
    '\n- erweiterte Stornoberechtigung: unbefristet\n',
  );
});

it('leaves out an address that the contact has not', () => {
  const { text } = compose({ contact: { name: 'Abenddienst', phone: '123' } });
  expect(text).toContain('Rückfragen bitte an:\nAbenddienst\nTelefon: 123\n\nMit freundlichen');
});

it('leaves out an empty place', () => {
  expect(compose({ location: '' }).text).toContain('\nSpielstätte und Ort: Großes Haus\n');
});

it('does not name the legal form twice', () => {
  const house = aHouse();
  const named = { ...house, company: { ...house.company, name: 'Musterbühnen GmbH' } };
  expect(compose({}, named)).toEqual(compose({}, house));
});

it('promises no fees and offers no vouchers', () => {
  expect(compose().text).not.toMatch(/gebühr|gutschein/i);
});

describe('the reason', () => {
  it.each([
    ['a lone dot', 'Ersatz folgt\n.\nbis dann'],
    ['what looks like a template', '{{x}} ${y} %s'],
    ['what looks like markup', '<b>Unwetter</b> & <script>alert(1)</script>'],
    ['blank lines and indentation', 'eins\n\n  zwei\n\n\ndrei'],
    ['an emoji family', 'Familientag 👨‍👩‍👧‍👦'],
    ['a line that looks like a header', 'Bcc: jemand@boese.example'],
  ])('arrives literally: %s', (_what, reason) => {
    expect(compose({ reason }).text).toContain(`\n\n${reason}\n\n`);
  });
});

describe('from Jet nothing can end a line', () => {
  const evil = 'Die\r\nBcc: jemand@boese.example\u2028Möwe\u0000';

  it('in the subject', () => {
    expect(compose({ title: evil, venue: 'Haus\nX-Spam: ja' }).subject).toBe(
      'Absage: Die Bcc: jemand@boese.example Möwe , Di., 05.01.2027, 19.30 Uhr, Haus X-Spam: ja (VA-Nr. 104233)',
    );
  });

  it.each(['title', 'venue', 'location', 'organiser'] as const)('in the facts: %s', (fact) => {
    const { text } = compose({ [fact]: evil });
    expect(text.split('\n')).toHaveLength(compose().text.split('\n').length);
    expect(text).not.toMatch(/[\r\u2028\0]/);
  });
});

it('keeps an emoji in the title', () => {
  expect(compose({ title: 'Frühling 🌷 in Wien' }).subject).toContain('Absage: Frühling 🌷 in Wien, ');
});

describe('times are those of Vienna', () => {
  it.each([
    ['in winter', '2026-12-12T18:30:00.000Z', 'Sa., 12.12.2026, 19.30 Uhr'],
    ['in summer', '2027-07-03T18:30:00.000Z', 'Sa., 03.07.2027, 20.30 Uhr'],
    ['before the hour that comes twice', '2026-10-25T02:30:00.000+02:00', 'So., 25.10.2026, 02.30 Uhr'],
    ['in the hour that comes twice', '2026-10-25T02:30:00.000+01:00', 'So., 25.10.2026, 02.30 Uhr'],
    ['at midnight', '2027-01-01T00:00:00.000+01:00', 'Fr., 01.01.2027, 00.00 Uhr'],
    ['given in another zone', '2026-12-12T23:30:00.000+05:00', 'Sa., 12.12.2026, 19.30 Uhr'],
  ])('%s', (_when, startsAt, shown) => {
    const { subject, text } = compose({ startsAt });
    expect(subject).toContain(`, ${shown}, `);
    expect(text).toContain(`\nDatum und Beginn: ${shown}\n`);
  });
});

describe('addresses', () => {
  const house = aHouse({
    partnerNotice: {
      to: 'Absagen@ÖTicket.example',
      from: 'karten@bühne.example',
      cc: ['leitung@bühne.example', 'absagen@öticket.example', 'Leitung@xn--bhne-0ra.example'],
    },
  });

  it('have their domains in ASCII', () => {
    const { from, replyTo, to } = compose({}, house);
    expect([from, replyTo, to]).toEqual([
      'karten@xn--bhne-0ra.example',
      'karten@xn--bhne-0ra.example',
      ['Absagen@xn--ticket-vxa.example'],
    ]);
  });

  it('come once each', () => {
    expect(compose({}, house).cc).toEqual(['leitung@xn--bhne-0ra.example']);
  });

  it('give the Message-ID its domain', () => {
    expect(compose({}, house).messageId).toMatch(/@xn--bhne-0ra\.example>$/);
  });
});
