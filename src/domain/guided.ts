import { MASK_LABELS, STEP_ROWS, type MaskStep, type StepName } from './vocabulary';
import type { Opening, Task } from './case';
import type { JournalEntry } from './journal';
import { openingOf } from './lines';
import { lastWrittenNotice } from './mail-lines';
import { germanDate } from './clock';
import { STORNO_WORD, toJetStatus } from './status';
import type { House, JetEvent, MaskLimits, Order } from './types';

/** What a person can be asked to do: the steps in Jet, and the undoing of the first one. */
export type TaskName = MaskStep | 'restore-titles';

/** What to do in which mask, in the words of the box office's own page. */
export function taskFor(name: TaskName, opening: Opening, connectOnlineUser: string): Task {
  const step = name === 'restore-titles' ? 'mark-titles' : name;
  return { mask: [...STEP_ROWS[step].mask], ...describe(name, opening, connectOnlineUser) };
}

function describe(name: TaskName, opening: Opening, connectOnlineUser: string): Omit<Task, 'mask'> {
  const { event, right, input } = opening;
  const field = (label: keyof typeof MASK_LABELS, value: string) => ({ label: MASK_LABELS[label], value });
  const eventField = field('eventNumber', input.order.eventNumber);
  const texts = (side: 'before' | 'after') => [
    eventField,
    field('title', event.title[side] ?? ''),
    field('customerTitle', event.customerTitle[side] ?? ''),
    field('externalMemo', event.externalMemo[side] ?? ''),
  ];
  switch (name) {
    case 'mark-titles':
      return {
        instruction: `${whatToMark(event.customerTitle.after)}, den Hinweis im Externen Memotext eintragen und speichern. Den Status nicht verändern. ${WHERE_THE_MASK_CUTS}`,
        fields: texts('after'),
        confirm: 'Bitte die drei Felder nach dem Speichern neu öffnen und bestätigen, was darin steht.',
      };
    case 'restore-titles':
      return {
        instruction: 'Die ursprünglichen Texte wieder eintragen und speichern. Den Status nicht verändern.',
        fields: texts('before'),
        confirm: 'Bitte die drei Felder nach dem Speichern neu öffnen und bestätigen, was darin steht.',
      };
    case 'set-storno':
      return {
        instruction:
          'Prüfen, ob der Zusatz noch im Titel steht. Dann den Status auf Storno setzen und speichern: bis dahin wird weiter verkauft. AUF KEINEN FALL Bereitstellung oder Abschluss wählen: daraus kann nicht mehr storniert werden. Danach gibt es kein Zurück.',
        fields: [eventField, field('status', STORNO_WORD)],
        confirm:
          'Bitte zuerst in Jet auf Storno setzen, dann die Maske neu öffnen und Status und Titel bestätigen.',
      };
    case 'verify-channel':
      return {
        instruction:
          'Nachsehen, ob der Storno übertragen wurde. Solange ein anderer Status dasteht, bitte in einigen Minuten noch einmal nachsehen.',
        fields: [eventField, field('status', STORNO_WORD)],
        confirm: 'Bitte den Status bestätigen und, wo er dasteht, den Zeitpunkt der Übertragung.',
      };
    case 'grant-right':
      return {
        instruction: 'Dem Connect Online Kassierer erweiterte Stornorechte für diese Veranstaltung zuweisen.',
        fields: [
          field('user', connectOnlineUser),
          eventField,
          field('validFrom', germanDate(right.validFrom)),
          field('validUntil', germanDate(right.validUntil)),
        ],
        confirm: 'Bitte bestätigen, von wann bis wann das Recht gilt. Länger ist in Ordnung.',
      };
  }
}

const WHERE_THE_MASK_CUTS =
  'Hat ein Feld zu wenig Platz: den Titel selbst mit „…“ kürzen, der Zusatz muss ganz dastehen. Auch der Hinweis muss ganz dastehen, vom bisherigen Text darunter darf etwas fehlen.';

/** A customers' title that the house does not use stays empty. */
function whatToMark(customerTitle: string | null): string {
  return (customerTitle ?? '').trim() === ''
    ? 'Den Titel um den Zusatz ergänzen, Titel (Kundensicht) leer lassen'
    : 'Titel und Titel (Kundensicht) um den Zusatz ergänzen';
}

/**
 * How a person does a step in place of Absage, in any house; `null`: nobody can, or no line says yet what there is to
 * do.
 */
export function byHandTask(
  step: StepName,
  entries: readonly JournalEntry[],
  connectOnlineUser: string,
): Task | null {
  if (step === 'notify-partner') return noticeTask(entries);
  const opening = openingOf(entries);
  return opening && isMaskStep(step) ? taskFor(step, opening, connectOnlineUser) : null;
}

function isMaskStep(step: StepName): step is MaskStep {
  return STEP_ROWS[step].mask !== null;
}

/** The mail is no step in Jet: it is sent from the house's own mailbox. */
function noticeTask(entries: readonly JournalEntry[]): Task {
  const notice = lastWrittenNotice(entries)?.notice;
  const fields = notice && [
    { label: 'An', value: notice.recipients.join(', ') },
    { label: 'Betreff', value: notice.subject },
    { label: 'Text', value: notice.text },
  ];
  return {
    mask: [],
    instruction: notice
      ? 'Die E-Mail an Ö-Ticket vom Postfach des Hauses aus senden, mit diesem Text. Ist sie vielleicht schon angekommen: vorher bei Ö-Ticket nachfragen.'
      : 'Die E-Mail an Ö-Ticket vom Postfach des Hauses aus senden: welche Vorstellung abgesagt ist, und dass die Rückerstattung angewiesen wird.',
    fields: fields ?? [],
    confirm: 'Bitte bestätigen, wann Sie die E-Mail gesendet haben.',
  };
}

/** Longer than any field of a mask: where its masks cut, not every guided house has said. */
const UNKNOWN_LIMIT = 10_000;
const UNKNOWN_LIMITS: MaskLimits = {
  title: UNKNOWN_LIMIT,
  customerTitle: UNKNOWN_LIMIT,
  externalMemo: UNKNOWN_LIMIT,
};

/**
 * The event of a guided order, as the clerk sees it in the mask. `readAt` is the instant at which the order was
 * accepted: a person's own clock is never the base of anything. `limits`: as the house has named them.
 */
export function seenEvent(
  { house, eventNumber, seen }: Order,
  readAt: string,
  limits: House['maskLimits'],
): JetEvent | null {
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
    limits: limits ?? UNKNOWN_LIMITS,
    version: '',
    savedAt: readAt,
    readAt,
  };
}
