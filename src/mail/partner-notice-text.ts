import { germanDate, numericDayAndTime } from '../domain/clock';
import type { House } from '../domain/types';
import { toAsciiMailbox, uniqueMailboxes } from '../domain/mailbox';
import { REHEARSAL_PREFIX } from '../domain/rehearsal';
import { oneLine } from '../domain/text';
import { rehearsalLine } from './mail-text';
import type { OutgoingMail, PartnerNoticeFacts, SeriesNoticeFacts } from './port';

/** The lower-case second half of a sentence that begins with "die folgende Veranstaltung". */
const WHAT = { ABGESAGT: 'wurde abgesagt', ENTFÄLLT: 'entfällt' } as const;

/**
 * The mail of step 4, in the order that its readers at Ö-Ticket need. Pure. It is the organiser's instruction to pay
 * back, without which Ö-Ticket pays nothing back. It does not mention fees and substitutes, because Absage cannot
 * promise them.
 */
export function composePartnerNotice(
  house: House,
  facts: PartnerNoticeFacts,
  { isRehearsal }: { isRehearsal: boolean },
): OutgoingMail {
  const from = toAsciiMailbox(house.partnerNotice.from);
  const to = uniqueMailboxes([house.partnerNotice.to]);
  const sections = [
    ['Sehr geehrte Damen und Herren!'],
    [`Die folgende Veranstaltung ${WHAT[facts.marker]}:`],
    eventLines(facts),
    [facts.isReasonInMemo ? 'Hinweis zur Absage, wie im Externen Memotext:' : 'Hinweis zur Absage:'],
    // Kept literally: text that looks like markup, a template or the end of a mail is still the clerk's own text.
    [facts.reason],
    doneLines(facts),
    requestLines(),
    contactLines(facts),
    ['Mit freundlichen Grüßen', oneLine(house.boxOffice.name), oneLine(house.name)],
    companyLines(house.company),
  ];
  if (isRehearsal) {
    const line = rehearsalLine(facts.isSimulator);
    sections.unshift([line]);
    sections.push([line]);
  }
  return {
    from,
    replyTo: from,
    to,
    cc: uniqueMailboxes(house.partnerNotice.cc, to),
    subject: `${isRehearsal ? REHEARSAL_PREFIX : ''}${subjectOf(facts)}`,
    text: `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`,
    messageId: `<cancellation.${facts.eventNumber}.${facts.caseId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
  };
}

/** As `composePartnerNotice`, once for all the performances of a house: what is the same in all of them stands once. */
export function composeSeriesNotice(
  house: House,
  { seriesId, number, isSimulator, items }: SeriesNoticeFacts,
  { isRehearsal }: { isRehearsal: boolean },
): OutgoingMail {
  const [first] = items;
  if (!first) throw new TypeError('a mail about no performance');
  const from = toAsciiMailbox(house.partnerNotice.from);
  const to = uniqueMailboxes([house.partnerNotice.to]);
  const sections = [
    ['Sehr geehrte Damen und Herren!'],
    [
      items.length === 1
        ? `Die folgende Veranstaltung ${WHAT[first.marker]}:`
        : `Die folgenden ${items.length} Veranstaltungen ${WHAT_OF_SEVERAL[first.marker]}:`,
    ],
    ...items.map((facts, index) => [`${index + 1}.`, ...eventLines(facts)].map(indented)),
    ['Hinweis zur Absage:'],
    [first.reason],
    ['In Jet ist erledigt:'],
    ...items.map((facts, index) =>
      [`${index + 1}. VA-Nummer ${oneLine(facts.eventNumber)}`, ...doneLines(facts).slice(1)].map(indented),
    ),
    requestLines(items.length === 1 ? undefined : 'diese Veranstaltungen'),
    contactLines(first),
    ['Mit freundlichen Grüßen', oneLine(house.boxOffice.name), oneLine(house.name)],
    companyLines(house.company),
  ];
  if (isRehearsal) {
    const line = rehearsalLine(isSimulator);
    sections.unshift([line]);
    sections.push([line]);
  }
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    from,
    replyTo: from,
    to,
    cc: uniqueMailboxes(house.partnerNotice.cc, to),
    subject: `${isRehearsal ? REHEARSAL_PREFIX : ''}${subjectOfSeries(house, items)}`,
    text: `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`,
    messageId: `<series.${seriesId}.${house.key}.${number}@${domain}>`,
  };
}

const WHAT_OF_SEVERAL = { ABGESAGT: 'wurden abgesagt', ENTFÄLLT: 'entfallen' } as const;

/** So many numbers stand in a subject; a longer one is cut off by mail programs. */
const NUMBERS_IN_SUBJECT = 5;

/** `Absage: 12 Vorstellungen, Festspielhaus (VA-Nr. 104233, 104234, 104235, 104236, 104237 und 7 weitere)` */
function subjectOfSeries({ name }: House, items: readonly PartnerNoticeFacts[]): string {
  const numbers = items.slice(0, NUMBERS_IN_SUBJECT).map(({ eventNumber }) => eventNumber);
  const others = items.length - numbers.length;
  const more = others > 0 ? ` und ${others} weitere` : '';
  const what = items.length === 1 ? '1 Vorstellung' : `${items.length} Vorstellungen`;
  return oneLine(`Absage: ${what}, ${name} (VA-Nr. ${numbers.join(', ')}${more})`);
}

/** The number of an entry stands out, and what belongs to it stands below. */
function indented(line: string, index: number): string {
  return index === 0 ? line : `   ${line}`;
}

/** `Absage: Der Besuch der alten Dame, Sa., 12.12.2026, 19.30 Uhr, Großes Haus (VA-Nr. 104233)` */
function subjectOf({ title, startsAt, venue, eventNumber }: PartnerNoticeFacts): string {
  return oneLine(`Absage: ${title}, ${numericDayAndTime(startsAt)}, ${venue} (VA-Nr. ${eventNumber})`);
}

function eventLines(facts: PartnerNoticeFacts): string[] {
  return [
    `Veranstalter: ${oneLine(facts.organiser)}`,
    `Titel: ${oneLine(facts.title)}`,
    `Datum und Beginn: ${numericDayAndTime(facts.startsAt)}`,
    `Spielstätte und Ort: ${oneLine([facts.venue, facts.location].filter(Boolean).join(', '))}`,
    `VA-Nummer: ${oneLine(facts.eventNumber)}`,
  ];
}

function doneLines(facts: PartnerNoticeFacts): string[] {
  return [
    'In Jet ist erledigt:',
    `- ${markingText(facts)}`,
    `- Status Storno gespeichert: ${numericDayAndTime(facts.stornoAt)}`,
    `- ${transferText(facts)}`,
    `- erweiterte Stornoberechtigung: ${rightText(facts)}`,
  ];
}

function transferText({ seenInChannelAt, isTransferVouchedFor, isStornoShown }: PartnerNoticeFacts): string {
  const at = numericDayAndTime(seenInChannelAt);
  if (!isTransferVouchedFor) return `in Connect Online als Storno gesehen: ${at}`;
  const shown = isStornoShown
    ? 'in Connect Online steht Storno, ohne Beleg der Übertragung'
    : 'in Connect Online nicht als Storno gesehen';
  return `${shown}; dass nicht mehr verkauft wird, hat jemand von uns selbst nachgesehen: ${at}`;
}

/** What was saved, and where somebody has changed it since, what stands there now. */
function markingText(facts: PartnerNoticeFacts): string {
  const { marker, markedAt, standingMarker, wasMarkedBefore } = facts;
  if (markedAt === null) return untouchedText(facts);
  const what = wasMarkedBefore ? `Zusatz ${marker} stand schon im Titel, Texte` : `Zusatz ${marker}`;
  const saved = `${what} gespeichert: ${numericDayAndTime(markedAt)}`;
  if (standingMarker === undefined || standingMarker === marker) return saved;
  const now = standingMarker === null ? 'er jetzt nicht mehr' : `jetzt ${standingMarker}`;
  return `${saved}; im Titel steht ${now}`;
}

/** Nothing was saved, and yet the title may carry the marker. */
function untouchedText({ standingMarker, wasStornoAlready }: PartnerNoticeFacts): string {
  const why = wasStornoAlready ? ', weil der Status schon Storno war' : '';
  const untouched = `Titel und Externer Memotext von uns nicht verändert${why}`;
  if (standingMarker === undefined) return untouched;
  return standingMarker === null
    ? `kein Zusatz im Titel; ${untouched}`
    : `Zusatz ${standingMarker}: steht im Titel; ${untouched}`;
}

function rightText({ isRightWaived, rightValidUntil }: PartnerNoticeFacts): string {
  if (isRightWaived) return 'wird gesondert vergeben';
  return rightValidUntil ? `gültig bis ${germanDate(rightValidUntil)}` : 'unbefristet';
}

function requestLines(what = 'diese Veranstaltung'): string[] {
  return [
    'Bitte',
    `- stellen Sie den Verkauf für ${what} ein,`,
    '- bestätigen Sie uns, dass die Servicemail an die Käufer:innen versendet wurde,',
    '- erstatten Sie den Käufer:innen den Kartenpreis über die ursprüngliche Zahlungsart zurück.',
    '',
    'Diese E-Mail ist die Anweisung des Veranstalters zur Rückerstattung.',
  ];
}

function contactLines({ contact }: PartnerNoticeFacts): string[] {
  return [
    'Rückfragen bitte an:',
    oneLine(contact.name),
    `Telefon: ${oneLine(contact.phone)}`,
    ...(contact.email ? [`E-Mail: ${oneLine(contact.email)}`] : []),
  ];
}

/** The particulars that § 14 UGB requires in a business letter: Firma, Rechtsform, Sitz, Firmenbuchnummer, Gericht. */
function companyLines({ name, legalForm, seat, registerNumber, court }: House['company']): string[] {
  return [
    name.endsWith(` ${legalForm}`) ? name : `${name} ${legalForm}`,
    `Rechtsform: ${legalForm}, Sitz: ${seat}`,
    `Firmenbuchnummer: ${registerNumber}, Firmenbuchgericht: ${court}`,
  ].map(oneLine);
}
