import type { OutgoingMail, PartnerNoticeFacts } from '../../src/mail/port';

/** Examples that tests vary: each call gives a fresh one. */

export function someFacts(changes: Partial<PartnerNoticeFacts> = {}): PartnerNoticeFacts {
  return {
    caseId: '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a11',
    eventNumber: '104233',
    marker: 'ENTFÄLLT',
    title: 'Der Besuch der alten Dame',
    startsAt: '2027-01-05T19:30:00.000+01:00',
    venue: 'Großes Haus',
    location: 'St. Pölten',
    organiser: 'Festspielhaus St. Pölten',
    reason: 'Die Vorstellung entfällt wegen einer technischen Störung.',
    contact: { name: 'Eva Muster', phone: '+43 2742 000 123', email: 'eva.muster@festspielhaus.example' },
    markedAt: '2027-01-05T18:02:11.000+01:00',
    standingMarker: 'ENTFÄLLT',
    isReasonInMemo: true,
    stornoAt: '2027-01-05T18:17:12.000+01:00',
    seenInChannelAt: '2027-01-05T18:32:40.000+01:00',
    rightValidUntil: '2027-07-05',
    ...changes,
  };
}

export function aMail(changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    from: 'karten@festspielhaus.example',
    replyTo: 'karten@festspielhaus.example',
    to: ['absagen@oeticket.example'],
    cc: ['karten@festspielhaus.example'],
    subject: 'Absage: Der Besuch der alten Dame',
    text: 'Sehr geehrte Damen und Herren!\n',
    messageId: '<cancellation.104233.7b0f6c1e@festspielhaus.example>',
    ...changes,
  };
}
