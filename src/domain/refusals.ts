import type { CodedText } from './case';
import { toMs } from './clock';
import type { JetEvent } from './types';
import { REFUSAL_TEXTS, statusNotCancellableText, statusUnknownText } from './wording';

/** The refusal for a situation that the table names. */
export function refusal(code: keyof typeof REFUSAL_TEXTS): CodedText {
  return { code, text: REFUSAL_TEXTS[code] };
}

/** What Jet shows of an event that can stand in the way of every order. */
export type EventFacts = Pick<JetEvent, 'status' | 'statusText' | 'startsAt' | 'readAt' | 'soldViaPartner'>;

/** Why an event cannot be cancelled, whatever the order says: this can be told before anything is typed. */
export function eventRefusals(event: EventFacts): CodedText[] {
  return [statusRefusal(event), pastRefusal(event), partnerRefusal(event)].filter((found) => found !== null);
}

export function statusRefusal({ status, statusText }: EventFacts): CodedText | null {
  if (status === 'PROVISIONED' || status === 'CLOSED')
    return { code: 'status-not-cancellable', text: statusNotCancellableText(statusText) };
  return status === 'UNKNOWN' ? { code: 'status-unknown', text: statusUnknownText(statusText) } : null;
}

export function hasBegun({ startsAt, readAt }: Pick<EventFacts, 'startsAt' | 'readAt'>): boolean {
  return toMs(startsAt) < toMs(readAt);
}

/** The only refusal that an order can lift: `allowPastEvent`. */
export function pastRefusal(event: EventFacts): CodedText | null {
  return hasBegun(event) ? refusal('event-past') : null;
}

export function partnerRefusal({ soldViaPartner }: EventFacts): CodedText | null {
  return soldViaPartner ? null : refusal('not-sold-via-partner');
}

/** A refusal, and what to do about it. */
export interface Obstacle extends CodedText {
  next: string;
}

const CALL_TICKETING = 'Bitte das Ticketing-Team anrufen, das Jet betreut.';
const CALL_OPERATIONS = 'Bitte den technischen Betrieb von Absage verständigen.';

/** Whom to call, or what to do: the next step for whoever reads a refusal. */
export const NEXT_STEPS = {
  'event-not-found': 'Bitte die VA-Nummer und das Haus prüfen und die Veranstaltung noch einmal suchen.',
  'event-not-as-expected': 'Bitte die Veranstaltung neu auswählen und ansehen, was in Jet steht.',
  'plan-changed': 'Bitte die Vorschau neu ansehen und dann noch einmal absagen.',
  'status-not-cancellable': `${CALL_TICKETING} Den Status bitte nicht selbst zurück auf Verkaufsfreigabe stellen: damit beginnt der Verkauf wieder. Ö-Ticket ist telefonisch zu verständigen.`,
  'status-unknown': `${CALL_TICKETING} Absage setzt nur aus der Verkaufsfreigabe auf Storno.`,
  'event-past':
    'Soll sie trotzdem abgesagt werden, haken Sie bitte „Auch absagen, wenn die Vorstellung schon begonnen hat oder vorbei ist“ an (allowPastEvent, --allow-past-event).',
  'title-too-long': 'Bitte den Titel in Jet kürzen und dann noch einmal absagen.',
  'memo-too-long': 'Bitte den Hinweis kürzen, oder in Jet den alten Externen Memotext.',
  'not-sold-via-partner':
    'Bitte in Jet selbst auf Storno setzen und die Käufer:innen der eigenen Kassa und des Webshops verständigen. Verkauft Ö-Ticket sie doch, bitte das Ticketing-Team anrufen.',
  'user-not-found': `${CALL_TICKETING} Ohne diesen Benutzer kann Ö-Ticket die Rückerstattungen nicht buchen.`,
  'already-completed': 'Bitte die bestehende Absage ansehen. Bei Fragen das Ticketing-Team anrufen.',
  'already-cancelling': 'Bitte die laufende Absage ansehen: dort steht, was sie gerade braucht.',
  'not-sealed': 'Bitte die Absage in Absage selbst beginnen oder fortsetzen, nicht in Temporal.',
  'not-in-series': 'Bitte die Vorstellung einzeln oder in einer neuen Serie absagen.',
  'skipped-in-series': 'Soll sie doch abgesagt werden: bitte einzeln oder in einer neuen Serie absagen.',
  'series-aborted': 'Soll sie doch abgesagt werden: bitte einzeln oder in einer neuen Serie absagen.',
  rejected: 'Soll sie doch abgesagt werden: bitte mit der Leitung klären und neu beauftragen.',
  'approval-expired':
    'Bitte neu beauftragen, wenn es dafür nicht zu spät ist, und die Leitung anrufen, damit sie die Freigabe sieht.',
  'not-approved': 'Bitte auf der Seite der Serie „Noch einmal versuchen“: dann wird das Haus neu gefragt.',
  'held-by-stranger': CALL_OPERATIONS,
  'run-ended':
    'Soll sie abgesagt werden: bitte auf der Seite der Serie „Noch einmal versuchen“. Bitte vorher den technischen Betrieb fragen, ob jemand den Lauf mit Absicht beendet hat.',
  'house-not-configured': CALL_OPERATIONS,
  'seen-missing': 'Bitte angeben, was in der Maske von Jet steht.',
  'interval-too-short': CALL_OPERATIONS,
  'invalid-order': 'Bitte die Absage in Absage selbst neu beginnen, nicht in Temporal.',
} as const satisfies Record<keyof typeof REFUSAL_TEXTS | 'status-not-cancellable' | 'status-unknown', string>;

/** A refusal of another version may have a code that this one does not know. */
export function withNextStep({ code, text }: CodedText): Obstacle {
  const known: Readonly<Record<string, string>> = NEXT_STEPS;
  return { code, text, next: Object.hasOwn(known, code) ? (known[code] ?? '') : CALL_TICKETING };
}
