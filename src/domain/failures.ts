import type { Instant, JournalHead } from './types';
import { movedText } from './conflicts';
import { isOfPerformance, type Action, type Choice, type FieldConflict } from './vocabulary';

/**
 * The one failure table. A failure is *retryable* (trying again may succeed, nobody is needed yet), *terminal* (only a
 * person can change the outcome) or *watched* (a person is asked at once, and Absage looks on by itself). The workflow's attention, the API's texts, the runbook
 * and the tests all walk this table.
 */

interface FailureRow {
  kind: 'retryable' | 'terminal' | 'watched';
  /** What happened, what is safe, what to do next: for a clerk, in German. */
  text: string;
  /** The text of single situations, where another one is the honest one. */
  texts?: Readonly<Record<string, string>>;
  /** What may help. Offered where it is possible at that moment: see `actionFault`. */
  actions: readonly Action[];
  /** What a person can decide; which of them fit the moment says `choicesFor`. */
  choices?: readonly Choice[];
}

/** The situation of a step whose run takes an earlier one for done that no line says is done. */
export const NOT_WRITTEN = 'not-written';

/** The situation of a status that is not Storno after an attempt to set it, whose answer may have been lost. */
export const STORNO_TRIED = 'storno-tried';

/** The situation of a status that a person in a house without a gateway has seen in the mask: only they can look again. */
export const STATUS_SEEN = 'status-seen';

/** What Jet has answered in place of what it was asked for. */
export type JetAnswer = 'maintenance' | 'error' | 'too-many-requests';

/** Takes the place of "Jet antwortet nicht." where it does answer. */
const ANSWER_SENTENCES: Record<JetAnswer, string> = {
  maintenance: 'Jet meldet, dass es nicht verfügbar ist, etwa wegen einer Wartung.',
  error: 'Jet antwortet mit einem Fehler.',
  'too-many-requests': 'Jet nimmt gerade keine weiteren Anfragen an.',
};

const NOTHING_LOST = 'Es ist nichts verloren.';

export const FAILURES = {
  'jet-unavailable': {
    kind: 'retryable',
    text: `Jet antwortet nicht. ${NOTHING_LOST} Absage versucht es weiter.`,
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'jet-reply-invalid': {
    kind: 'retryable',
    text: `Jet hat etwas geantwortet, das Absage nicht verwenden kann. Es wurde nichts daraus geschlossen, Absage versucht es weiter. Bitte den Betrieb des Gateways verständigen, wenn das bleibt.`,
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'jet-version-conflict': {
    kind: 'retryable',
    text: 'Die Veranstaltung wird gerade von jemand anderem gespeichert. Absage liest sie neu und versucht es weiter.',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'jet-stale-read': {
    kind: 'retryable',
    text: 'Jet zeigt noch den Stand vor dem Speichern. Absage liest weiter, bis der neue Stand sichtbar ist.',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'jet-access-denied': {
    kind: 'terminal',
    text: 'Jet hat die Anmeldung von Absage abgelehnt. Es wurde nicht noch einmal versucht, damit der Zugang nicht gesperrt wird. Bitte Zugangsdaten oder Berechtigung prüfen lassen und danach erneut versuchen.',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'jet-rejected-value': {
    kind: 'terminal',
    text: 'Jet hat einen Wert nicht so übernommen, wie er gespeichert werden sollte. Absage hat seither nichts mehr geschrieben. Bitte in Jet ansehen, was bei diesem Schritt dasteht, danach erneut versuchen oder von Hand erledigen.',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'jet-rejected-request': {
    kind: 'terminal',
    text: 'Jet hat eine Anfrage von Absage abgelehnt. Mit dieser Anfrage wurde nichts geschrieben. Bitte den Betrieb des Gateways verständigen.',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'check-waits': {
    kind: 'retryable',
    text: `Die Prüfung wartet, bis andere Prüfungen dieses Hauses fertig sind. ${NOTHING_LOST} Absage versucht es weiter.`,
    actions: ['retry', 'abort'],
  },
  'writes-off': {
    kind: 'retryable',
    text: `Das Schreiben ist abgeschaltet: Absage schreibt derzeit nichts in Jet und nichts an Ö-Ticket. ${NOTHING_LOST} Sobald es wieder eingeschaltet ist, geht es von selbst weiter.`,
    actions: ['retry', 'abort'],
  },
  'event-changed': {
    kind: 'terminal',
    text: 'Die Veranstaltung wurde inzwischen in Jet geändert. Absage hat nichts darübergeschrieben. Was soll gelten?',
    actions: ['decide', 'retry', 'abort', 'close-by-hand'],
    choices: ['keep-theirs', 'write-original'],
  },
  'event-deleted': {
    kind: 'terminal',
    text: 'Die Veranstaltung gibt es in Jet nicht mehr. Absage hat angehalten. Bitte in Jet klären, was geschehen ist.',
    actions: ['retry', 'waive-step', 'abort', 'close-by-hand'],
  },
  'marker-removed': {
    kind: 'terminal',
    text: 'Der Zusatz wurde entfernt. Der Status wurde nicht verändert. Soll er wieder angebracht werden, oder soll die Absage abgebrochen werden?',
    actions: ['decide', 'retry', 'abort', 'close-by-hand'],
    choices: ['mark-again'],
  },
  'status-not-cancellable': {
    kind: 'terminal',
    text: 'Der Status wurde inzwischen in Jet geändert. Aus diesem Status kann nicht storniert werden. Absage hat ihn nicht verändert. Bitte sofort das Ticketing-Team verständigen.',
    texts: {
      [STORNO_TRIED]:
        'Absage hat versucht, Storno zu setzen; was Jet jetzt zeigt, ist ein anderer Status. Ob der Storno dazwischen gegolten hat und bei Ö-Ticket angekommen ist, steht nicht fest. Absage hat angehalten. Bitte sofort das Ticketing-Team verständigen.',
      [STATUS_SEEN]:
        'So kann es nicht weitergehen. Absage hat angehalten. Bitte in Jet nichts selbst reparieren, sondern sofort das Ticketing-Team verständigen. Steht dort wieder der richtige Status, sagen Sie es hier: dann kommt die Aufgabe noch einmal.',
    },
    actions: ['decide', 'retry', 'abort', 'close-by-hand'],
    choices: ['shows-expected-status'],
  },
  'status-changed-after-storno': {
    kind: 'watched',
    text: 'Nach dem Storno wurde die Veranstaltung in Jet geändert. Absage hat angehalten, vergibt kein Recht und schreibt Ö-Ticket nichts, solange der Status nicht Storno ist. Bitte sofort das Ticketing-Team verständigen. Ist der Status wieder Storno, geht es von selbst weiter.',
    texts: {
      deleted:
        'Absage hat angehalten, vergibt kein Recht und schreibt Ö-Ticket nichts. Bitte sofort das Ticketing-Team verständigen. Gibt es die Veranstaltung in Jet wieder, und ist der Status Storno, geht es von selbst weiter. Gibt es sie nicht wieder: bitte Ö-Ticket anrufen, ob der Storno dort angekommen ist und die Servicemail versendet wurde, und dann diese Absage beenden. Was danach von Hand zu tun ist, steht auf der Seite der Absage.',
    },
    actions: ['retry', 'abort', 'close-by-hand'],
  },
  'saved-again-and-again': {
    kind: 'watched',
    text: 'Die Wartezeit beginnt nach jedem Speichern von vorn, und die Veranstaltung wird in Jet immer wieder gespeichert. Es ist nichts verloren, der Status ist noch nicht Storno, und so lange wird weiter verkauft. Bitte klären, wer oder welches Programm speichert. Steht der Zusatz bei Ö-Ticket schon da, können Sie die Wartezeit überspringen. Sonst geht es weiter, sobald niemand mehr speichert.',
    actions: ['skip-wait', 'retry', 'abort'],
  },
  'interval-too-short': {
    kind: 'terminal',
    text: 'Diese Absage wurde mit einer Wartezeit unter 15 Minuten begonnen, aber hinter dem Gateway steht ein echtes Jet. Der Status wird so nicht gesetzt.',
    actions: ['abort', 'close-by-hand'],
  },
  'channel-not-showing-storno': {
    kind: 'retryable',
    text: `Ö-Ticket zeigt den Storno noch nicht. ${NOTHING_LOST} Absage prüft weiter.`,
    actions: ['retry', 'confirm-step', 'decide', 'close-by-hand'],
    choices: ['adopt'],
  },
  'channel-unavailable': {
    kind: 'retryable',
    text: `Connect Online ist nicht erreichbar. ${NOTHING_LOST} Der Storno ist gesetzt, Absage prüft weiter.`,
    actions: ['retry', 'confirm-step', 'close-by-hand'],
  },
  'right-not-granted': {
    kind: 'terminal',
    text: 'Die erweiterte Stornoberechtigung konnte nicht vergeben werden. Bitte prüfen, ob es den Connect Online Kassierer in Jet gibt, danach erneut versuchen.',
    actions: ['retry', 'confirm-step', 'waive-step', 'close-by-hand'],
  },
  'mail-server-unavailable': {
    kind: 'retryable',
    text: `Der Mailserver nimmt die E-Mail an Ö-Ticket gerade nicht an. ${NOTHING_LOST} Absage versucht es weiter.`,
    actions: ['retry', 'confirm-step', 'waive-step', 'close-by-hand'],
  },
  'mail-refused': {
    kind: 'terminal',
    text: 'Der Mailserver hat die E-Mail an Ö-Ticket für mindestens eine Adresse abgelehnt. Dort ist sie nicht angekommen. Bitte Adresse und Zugang prüfen lassen, danach erneut versuchen.',
    actions: ['retry', 'confirm-step', 'waive-step', 'close-by-hand'],
  },
  'mail-in-doubt': {
    kind: 'terminal',
    text: 'Wir wissen nicht sicher, ob die E-Mail angekommen ist. Sie wird nicht von selbst noch einmal gesendet. Bitte fragen Sie nach, bevor Sie sie erneut senden.',
    actions: ['decide', 'confirm-step', 'waive-step', 'close-by-hand'],
    choices: ['treat-as-sent', 'send-again'],
  },
  'journal-unavailable': {
    kind: 'retryable',
    text: `Das Logbuch kann nicht geschrieben werden. Ohne Logbuch wird nichts verändert. Absage versucht es weiter.`,
    actions: ['retry', 'abort'],
  },
  'journal-behind': {
    kind: 'terminal',
    text: 'Im Logbuch fehlen Einträge, die schon geschrieben waren. Vermutlich wurde eine ältere Sicherung eingespielt. Absage verändert nichts mehr, bis das geklärt ist.',
    texts: {
      [NOT_WRITTEN]:
        'Ein früherer Schritt gilt als erledigt, und im Logbuch steht er nicht: jemand anderer hat ihn an Absage vorbei beantwortet, oder es wurde eine ältere Sicherung eingespielt. Absage hat angehalten und verändert nichts mehr. Bitte den technischen Betrieb verständigen und danach hier fortsetzen (für ihn: den Lauf in Temporal mit Terminate beenden).',
    },
    actions: ['retry'],
  },
  'house-not-configured': {
    kind: 'terminal',
    text: 'Dieses Haus fehlt in den Einstellungen von Absage. In diesem Schritt wurde nichts geschrieben. Bitte den technischen Betrieb verständigen.',
    actions: ['retry', 'waive-step', 'abort', 'close-by-hand'],
  },
  'person-step': {
    kind: 'terminal',
    text: 'Dieser Schritt wird von Hand gemacht. Bitte die Aufgabe in Jet ausführen und danach bestätigen, was in der Maske steht.',
    actions: ['confirm-step', 'decide', 'waive-step', 'abort', 'close-by-hand'],
    choices: ['shows-provisioned', 'shows-closed', 'shows-other-status'],
  },
  'step-timed-out': {
    kind: 'retryable',
    text: `Ein Schritt wurde nicht rechtzeitig fertig. ${NOTHING_LOST} Absage sieht nach, was geschehen ist, und versucht es weiter.`,
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  'result-not-ours': {
    kind: 'terminal',
    text: 'Jemand anderer hat diesen Schritt an Absage vorbei beantwortet, mit einem Ergebnis, das nicht von Absage ist. Es wurde nicht verwendet, Absage hat angehalten. Bitte den technischen Betrieb verständigen, danach erneut versuchen: Absage sieht nach, was geschehen ist (für den Betrieb: wer hat Zugang zum Namespace von Temporal?).',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
  internal: {
    kind: 'retryable',
    text: 'In Absage ist ein unerwarteter Fehler aufgetreten. Absage versucht es weiter. Bitte den technischen Betrieb verständigen.',
    actions: ['retry', 'confirm-step', 'waive-step', 'abort', 'close-by-hand'],
  },
} as const satisfies Record<string, FailureRow>;

export type FailureCode = keyof typeof FAILURES;

/** The row of a code, with the row's common type. */
export function failureRow(code: FailureCode): FailureRow {
  return FAILURES[code];
}

export function isFailureCode(text: string): text is FailureCode {
  return Object.hasOwn(FAILURES, text);
}

/** What an activity's failure tells the workflow beside its code. */
export interface FailureFacts {
  conflicts: readonly FieldConflict[];
  head: JournalHead | null;
  /** What the attempt saw, in German sentences that stand before the row's text. */
  found: readonly string[];
  /** Which of a code's situations it is. Once a person was told of one, only another one is news. */
  situation: string | null;
  /** The save after which a wait began again. */
  savedAt: Instant | null;
  /** Nothing was sent, because the event was last looked at too long ago. */
  isLookNeeded: boolean;
  /** Absent: Jet has answered nothing, or that does not matter. */
  answer?: JetAnswer;
}

/** What a person reads when an attempt has failed: what was seen, what is safe, what to do. */
export function attentionText(
  code: FailureCode,
  { found = [], conflicts = [], situation = null, answer }: Partial<FailureFacts> = {},
): string {
  const moved = conflicts.filter(({ field }) => isOfPerformance(field));
  if (moved.length > 0) return [...moved.map(movedText), PERFORMANCE_CHANGED].join(' ');
  const { text, texts = {} } = failureRow(code);
  const told = texts[situation ?? ''] ?? text;
  return [...found, told.replace(firstSentence(text), () => failureSentence(code, answer))].join(' ');
}

/** What has failed, without what comes of it: the first sentence of its row, or what Jet has answered. */
export function failureSentence(code: FailureCode, answer?: JetAnswer | null): string {
  return code === 'jet-unavailable' && answer
    ? ANSWER_SENTENCES[answer]
    : firstSentence(failureRow(code).text);
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.) /, 1)[0] ?? text;
}

/** A newer version may know more answers. */
export function isJetAnswer(text: unknown): text is JetAnswer {
  return typeof text === 'string' && Object.hasOwn(ANSWER_SENTENCES, text);
}

/** Takes the place of the row's text where there is nothing to decide. */
const PERFORMANCE_CHANGED =
  'Das wurde inzwischen in Jet geändert. Absage hat angehalten und seither nichts geschrieben. Entfällt die Vorstellung auch so, bitte diese Absage abbrechen und neu beauftragen. War die Änderung ein Irrtum und ist sie zurückgenommen, bitte erneut versuchen.';

/**
 * A failure that the table knows. Adapters throw it, activities hand it to Temporal.
 * `detail` is English, for logs and the Temporal history: never a secret, never a whole reply.
 */
export class KnownFailure extends Error {
  override readonly name = 'KnownFailure';

  constructor(
    readonly code: FailureCode,
    readonly detail: string,
    readonly options: {
      /** Earliest sensible next attempt, in milliseconds from now. */
      retryAfterMs?: number;
      /** The field of the mask that the failure is about. */
      field?: string;
      /** Where a person's text and ours do not agree: they are asked which one holds. */
      conflicts?: readonly FieldConflict[];
      /** The journal's last line of the case, where the failure itself was written down. */
      head?: JournalHead;
      found?: readonly string[];
      situation?: string;
      savedAt?: Instant;
      isLookNeeded?: boolean;
      answer?: JetAnswer;
      cause?: unknown;
    } = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
  }
}
