import type { ConfirmableStep } from './vocabulary';
import type { Opening, Task } from './case';
import { germanDate } from './clock';
import { toJetStatus } from './status';
import type { JetEvent, Order } from './types';

/** What a person can be asked to do: the steps in Jet, and the undoing of the first one. */
export type TaskName = Exclude<ConfirmableStep, 'notify-partner'> | 'restore-titles';

const SALES_DATA = ['Kartenverkauf Basis', 'Verkaufsstammdaten', 'Veranstaltungen'];
const EVENT_MASK = [...SALES_DATA, 'Veranstaltungen bearbeiten'];
const CHANNEL_MASK = [...SALES_DATA, 'Connect Online Veranstaltungsinformationen'];
const RIGHTS_MASK = ['Systemverwaltung', 'Berechtigungen', 'Erweiterte Stornoberechtigungen'];

/** What to do in which mask, in the words of the box office's own page. */
export function taskFor(name: TaskName, opening: Opening, connectOnlineUser: string): Task {
  const { event, right, input } = opening;
  const eventField = { label: 'VA-Nummer', value: input.order.eventNumber };
  const texts = (side: 'before' | 'after') => [
    eventField,
    { label: 'Titel', value: event.title[side] ?? '' },
    { label: 'Titel (Kundensicht)', value: event.customerTitle[side] ?? '' },
    { label: 'Externer Memotext', value: event.externalMemo[side] ?? '' },
  ];
  switch (name) {
    case 'mark-titles':
      return {
        mask: EVENT_MASK,
        instruction:
          'Titel und Titel (Kundensicht) um den Zusatz ergänzen, den Hinweis im Externen Memotext eintragen und speichern. Den Status nicht verändern.',
        fields: texts('after'),
        confirm: 'Bitte die drei Felder nach dem Speichern neu öffnen und bestätigen, was darin steht.',
      };
    case 'restore-titles':
      return {
        mask: EVENT_MASK,
        instruction: 'Die ursprünglichen Texte wieder eintragen und speichern. Den Status nicht verändern.',
        fields: texts('before'),
        confirm: 'Bitte die drei Felder nach dem Speichern neu öffnen und bestätigen, was darin steht.',
      };
    case 'set-storno':
      return {
        mask: EVENT_MASK,
        instruction:
          'Prüfen, ob der Zusatz noch im Titel steht. Dann den Status auf Storno setzen und speichern. AUF KEINEN FALL Bereitstellung oder Abschluss wählen: daraus kann nicht mehr storniert werden.',
        fields: [eventField, { label: 'Status', value: 'Storno' }],
        confirm: 'Bitte die Maske neu öffnen und Status und Titel bestätigen.',
      };
    case 'verify-channel':
      return {
        mask: CHANNEL_MASK,
        instruction:
          'Nachsehen, ob der Storno übertragen wurde. Solange ein anderer Status dasteht, bitte in einigen Minuten noch einmal nachsehen.',
        fields: [eventField, { label: 'Status', value: 'Storno' }],
        confirm: 'Bitte den Status bestätigen und, wo er dasteht, den Zeitpunkt der Übertragung.',
      };
    case 'grant-right':
      return {
        mask: RIGHTS_MASK,
        instruction: 'Dem Connect Online Kassierer erweiterte Stornorechte für diese Veranstaltung zuweisen.',
        fields: [
          { label: 'Benutzer', value: connectOnlineUser },
          eventField,
          { label: 'Gültig von', value: germanDate(right.validFrom) },
          { label: 'Gültig bis', value: germanDate(right.validUntil) },
        ],
        confirm: 'Bitte bestätigen, von wann bis wann das Recht gilt. Länger ist in Ordnung.',
      };
  }
}

/** Longer than any field of a mask: a guided house's order does not say where its masks cut. */
const UNKNOWN_LIMIT = 10_000;

/**
 * The event of a guided order, as the clerk sees it in the mask. `readAt` is the instant at which the order was
 * accepted: a person's own clock is never the base of anything.
 */
export function seenEvent({ house, eventNumber, seen }: Order, readAt: string): JetEvent | null {
  if (!seen) return null;
  const { status: statusText, customerTitle, externalMemo, production = null, ...rest } = seen;
  return {
    ...rest,
    house,
    eventNumber,
    customerTitle,
    externalMemo,
    production,
    status: toJetStatus(statusText),
    statusText,
    soldViaPartner: true,
    limits: { title: UNKNOWN_LIMIT, customerTitle: UNKNOWN_LIMIT, externalMemo: UNKNOWN_LIMIT },
    version: '',
    savedAt: readAt,
    readAt,
  };
}
