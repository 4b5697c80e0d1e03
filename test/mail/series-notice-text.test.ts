import { composeSeriesNotice } from '../../src/mail/partner-notice-text';
import type { PartnerNoticeFacts } from '../../src/mail/port';
import { aHouse } from '../support/examples';
import { someFacts } from '../support/mail-examples';

/* The one mail to Ö-Ticket about all performances of a house. */

const compose = (items: PartnerNoticeFacts[], isRehearsal = false) =>
  composeSeriesNotice(aHouse(), { seriesId: 'series-1', number: 2, items }, { isRehearsal });

it('says once what is the same, and of each performance what is its own', () => {
  const other = someFacts({
    ...{ caseId: 'case-2', eventNumber: '104234', startsAt: '2027-01-06T19:30:00.000+01:00' },
    ...{ stornoAt: '2027-01-05T18:19:00.000+01:00', rightValidUntil: '2027-07-06' },
  });
  const { subject, messageId, to, cc, text } = compose([someFacts(), other]);
  expect({ subject, messageId, to, cc }).toEqual({
    subject: 'Absage: 2 Vorstellungen, Festspielhaus St. Pölten (VA-Nr. 104233, 104234)',
    messageId: '<series.series-1.FSP.2@festspielhaus.example>',
    to: ['absagen@oeticket.example'],
    cc: ['karten@festspielhaus.example'],
  });
  expect(text).toContain(`Die folgenden 2 Veranstaltungen entfallen:

1.
   Veranstalter: Festspielhaus St. Pölten
   Titel: Der Besuch der alten Dame
   Datum und Beginn: Di., 05.01.2027, 19.30 Uhr
   Spielstätte und Ort: Großes Haus, St. Pölten
   VA-Nummer: 104233

2.
   Veranstalter: Festspielhaus St. Pölten
   Titel: Der Besuch der alten Dame
   Datum und Beginn: Mi., 06.01.2027, 19.30 Uhr
   Spielstätte und Ort: Großes Haus, St. Pölten
   VA-Nummer: 104234

Hinweis zur Absage:

Die Vorstellung entfällt wegen einer technischen Störung.

In Jet ist erledigt:

1. VA-Nummer 104233
   - Zusatz ENTFÄLLT gespeichert: Di., 05.01.2027, 18.02 Uhr
   - Status Storno gespeichert: Di., 05.01.2027, 18.17 Uhr
   - in Connect Online als Storno gesehen: Di., 05.01.2027, 18.32 Uhr
   - erweiterte Stornoberechtigung: gültig bis 05.07.2027

2. VA-Nummer 104234
   - Zusatz ENTFÄLLT gespeichert: Di., 05.01.2027, 18.02 Uhr
   - Status Storno gespeichert: Di., 05.01.2027, 18.19 Uhr
   - in Connect Online als Storno gesehen: Di., 05.01.2027, 18.32 Uhr
   - erweiterte Stornoberechtigung: gültig bis 06.07.2027

Bitte
- stellen Sie den Verkauf für diese Veranstaltungen ein,`);
  for (const once of ['Rückfragen bitte an:', 'Anweisung des Veranstalters zur Rückerstattung.'])
    expect(text.split(once)).toHaveLength(2);
});

it('names five numbers in its subject, and how many there are beside them', () => {
  const items = Array.from({ length: 7 }, (_, nth) => someFacts({ eventNumber: String(104_233 + nth) }));
  expect(compose(items, true).subject).toBe(
    '[PROBE] Absage: 7 Vorstellungen, Festspielhaus St. Pölten (VA-Nr. 104233, 104234, 104235, 104236, 104237 und 2 weitere)',
  );
});

it('is about one performance in the singular', () => {
  const { subject, text } = compose([someFacts({ marker: 'ABGESAGT' })]);
  expect(subject).toContain('Absage: 1 Vorstellung, ');
  expect(text).toContain('Die folgende Veranstaltung wurde abgesagt:');
  expect(text).toContain('- stellen Sie den Verkauf für diese Veranstaltung ein,');
});
