import { ACTION_ROWS, actionRow, STATE_ROWS, STEP_ROWS, type Action, type StepName } from './vocabulary';
import { columnOf } from './rows';
import { clockTime, dayAndTime, germanDate, viennaDate } from './clock';
import type { Attention, CancellationStatus, StepProgress } from './case';
import { plainMarkdown } from './markdown';
import type { Instant } from './types';
import { WRITES_OFF } from './writes';

/** What a step is called on screens and in Temporal's Web UI. */
export const STEP_LABELS = columnOf(STEP_ROWS, 'label');

/**
 * One line of Markdown for lists: `FSP 104233 · Der Besuch der alten Dame · Di., 5. Jänner 2027, 19.30 Uhr`. `venue`: only the
 * order of a house without a gateway names it before anybody has looked.
 */
export function caseSummary(
  house: string,
  eventNumber: string,
  title: string,
  startsAt: string,
  venue?: string,
): string {
  const hall = venue ? ` · ${plainMarkdown(venue)}` : '';
  return `${house} ${eventNumber} · ${plainMarkdown(title)} · ${dayAndTime(startsAt)}${hall}`;
}

export const REFUSAL_TEXTS = {
  'event-not-found': 'Diese Veranstaltung gibt es in diesem Haus nicht.',
  'event-not-as-expected':
    'In Jet steht unter dieser Nummer eine andere Veranstaltung: Titel oder Beginn stimmen nicht überein.',
  'plan-changed': 'In Jet hat sich seit der Vorschau etwas geändert. Bitte die Vorschau neu ansehen.',
  'event-past': 'Die Vorstellung hat schon begonnen oder ist vorbei.',
  'title-too-long': 'Das Titelfeld in Jet ist zu kurz für den Zusatz.',
  'memo-too-long':
    'Hinweis und bisheriger Externer Memotext sind zusammen zu lang für das Feld in Jet. Bitte den Hinweis kürzen.',
  'not-sold-via-partner':
    'Diese Veranstaltung wird nicht über Ö-Ticket verkauft. Dieses Verfahren ist nicht für sie gedacht.',
  'user-not-found': 'Den Connect Online Kassierer dieses Hauses gibt es in Jet nicht.',
  'already-completed': 'Für diese Veranstaltung gibt es bereits eine Absage.',
  'already-cancelling': 'Für diese Veranstaltung läuft bereits eine Absage.',
  'not-sealed':
    'Dieser Lauf wurde nicht über Absage begonnen. Im Echtbetrieb wird so nichts abgesagt. Es wurde nichts geschrieben.',
  'held-by-stranger': 'Ein fremder Lauf in Temporal belegt diese Veranstaltung. Es wurde nichts geschrieben.',
  'run-ended':
    'Der Lauf dieser Vorstellung wurde in Temporal beendet, bevor sie begonnen hat. Es wurde nichts geschrieben.',
  'house-not-configured': 'Dieses Haus fehlt in den Einstellungen von Absage.',
  'seen-missing':
    'Dieses Haus arbeitet ohne Gateway: der Auftrag muss enthalten, was in der Maske steht (seen).',
  'interval-too-short':
    'Hinter dem Gateway steht ein echtes Jet: Wartezeiten unter 15 Minuten sind nicht möglich.',
  'not-in-series': 'Diese Vorstellung gehört nicht zu dieser Serie.',
  'skipped-in-series': 'Diese Vorstellung wurde in der Serie ausgelassen. Es wurde nichts geschrieben.',
  'series-aborted':
    'Die Serie wurde abgebrochen, bevor diese Vorstellung begonnen hat. Es wurde nichts geschrieben.',
  rejected: 'Diese Absage wurde nicht freigegeben.',
  'approval-expired': 'Die Freigabe kam nicht rechtzeitig.',
  'not-approved':
    'Für diese Vorstellung gibt es in der Serie keine Freigabe ihres Hauses. Es wurde nichts geschrieben.',
  'invalid-order': 'Die Absage wurde mit unvollständigen oder widersprüchlichen Angaben begonnen.',
} as const;

export function statusNotCancellableText(statusText: string): string {
  return `Status ist ${statusText} – in diesem Zustand kann nicht storniert werden.`;
}

export function statusUnknownText(statusText: string): string {
  return `Der Status „${statusText}“ ist Absage nicht bekannt.`;
}

export const WARNING_TEXTS = {
  'already-marked': 'Der Zusatz steht schon im Titel. Er wird nicht noch einmal angefügt.',
  'title-shortened': 'Der Titel wird gekürzt, damit der Zusatz Platz hat.',
  'person-in-reason':
    'Der Hinweis enthält eine E-Mail-Adresse oder Telefonnummer. Bitte keine Angaben zu Personen an Ö-Ticket.',
} as const;

export function otherMarkerText(marker: string): string {
  return `Im Titel steht schon der Zusatz ${marker}. Er bleibt.`;
}

export function markByHandText(word: string, marker: string): string {
  return `Im Titel steht „${word}“. Das ist nicht der Zusatz in der Schreibweise Ihres Hauses: „${marker}“ kommt noch dazu. Bitte vorher in Jet ansehen, ob der Titel so stimmt.`;
}

export function postponedText(word: string): string {
  return `Im Titel steht „${word}“. Eine Verschiebung oder Verlegung ist ein anderes Verfahren. Bitte nur fortfahren, wenn diese Vorstellung ganz entfällt.`;
}

export function startsSoonText(finishedAt: string): string {
  return `Die Vorstellung beginnt bald: Die Übertragung ist erst um ca. ${clockTime(finishedAt)} fertig. Bitte informieren Sie den Einlass.`;
}

export function hasBegunText(startsAt: string): string {
  return `Die Vorstellung hat am ${dayAndTime(startsAt)} begonnen. Wer noch Karten hat, ist vielleicht schon im Haus: bitte Einlass und Abenddienst verständigen.`;
}

/** What people can do, on screens and in mails. */
export const ACTION_LABELS = columnOf(ACTION_ROWS, 'label');

/** The same at this step: only the mail has no mask. */
export function actionLabel(action: Action, step: StepName): string {
  return action === 'confirm-step' && step === 'notify-partner'
    ? 'E-Mail von Hand gesendet: bestätigen, wann'
    : ACTION_LABELS[action];
}

/** Why an action is not possible. */
export const ACTION_TEXTS = {
  ended: 'Diese Absage ist schon beendet.',
  interrupted: 'Diese Absage wurde unterbrochen. Sie kann fortgesetzt werden (resume).',
  notInterrupted: 'Diese Absage ist nicht unterbrochen, es gibt nichts fortzusetzen.',
  abortTooLate: 'Nicht mehr möglich: der Schritt „Status auf Storno setzen“ hat schon begonnen.',
  abortUnderWay: 'Die Absage wird bereits abgebrochen.',
  abortNeedsJournal: 'Abgebrochen werden kann erst, wenn das Logbuch wieder vollständig ist.',
  nothingToRetry: 'Im Moment gibt es nichts, das erneut versucht werden könnte.',
  nothingToApprove: 'Im Moment wartet diese Absage auf keine Freigabe.',
  anotherPlan:
    'Was abgesagt werden soll, steht inzwischen anders in Jet. Bitte den Stand neu ansehen und dann entscheiden.',
  ownOrder:
    'Wer eine Absage beauftragt hat, gibt sie nicht selbst frei: das braucht eine zweite Person. Im Notfall kann die Leitung ohne Freigabe beginnen.',
  personNeeded:
    'Das entscheidet eine Person, die sich selbst anmeldet, kein Token: bitte auf der Seite dieser Absage, angemeldet mit dem eigenen Konto.',
  rolesAreOld:
    'Der Anmeldedienst Ihrer Organisation antwortet gerade nicht. Bis er bestätigt, dass Sie das noch dürfen, kann nicht freigegeben werden. Bitte später noch einmal versuchen oder eine andere Person der Leitung bitten.',
  approvalOver: 'Die Bitte um Freigabe ist abgelaufen: diese Absage wird nicht begonnen.',
  alreadyDecided: 'Über diese Freigabe wurde schon entschieden. Bitte den Stand neu ansehen.',
  notWaiting: 'Im Moment wird auf nichts gewartet, das übersprungen werden könnte.',
  anotherWait: 'Diese Wartezeit läuft nicht (mehr). Bitte den Stand neu ansehen.',
  titlesMustBeVisible:
    'Diese Wartezeit darf nur enden, wenn der Zusatz bei Ö-Ticket schon zu sehen ist. Bitte nachsehen und bestätigen.',
  nothingToConfirm: 'Dieser Schritt wartet auf keine Bestätigung.',
  notWaivable: 'Auf diesen Schritt kann jetzt nicht verzichtet werden.',
  nothingToDecide: 'Im Moment gibt es nichts zu entscheiden.',
  anotherAttention: 'Diese Entscheidung passt zu keiner offenen Frage (mehr). Bitte den Stand neu ansehen.',
  notClosable: 'Von Hand geschlossen wird nur, was nicht mehr abgebrochen werden kann und nicht weiterkommt.',
  actorAndReason: 'actor und reason werden gebraucht.',
  paused:
    'Diese Absage ist angehalten. Es geht erst weiter, wenn das aufgehoben wird. Bitte den technischen Betrieb verständigen (für ihn: Unpause in Temporal).',
  stuck:
    'Absage kann diesen Fall nicht weiterführen: jeder Versuch schlägt fehl. Bitte den technischen Betrieb verständigen (für ihn: absage doctor sagt, was zu tun ist).',
  tooManyActions:
    'Dieser Fall nimmt keine weiteren Aktionen mehr an, weil es schon zu viele waren. Die Absage selbst geht weiter. Soll sie abgebrochen werden, was nur vor dem Storno möglich ist, oder braucht sie etwas anderes: bitte den technischen Betrieb verständigen (für ihn: „Request Cancellation“ in der Web UI von Temporal bricht ab).',
  retriedJustNow:
    'Es wurde gerade erst noch einmal versucht. Bitte zuerst ansehen, was daraus geworden ist, und dann wieder versuchen.',
  keyOfOtherCase:
    'Dieser Schlüssel wurde schon bei einer früheren Absage dieser Veranstaltung verwendet. Es wurde nichts getan. Für die jetzige Absage braucht es einen neuen Schlüssel.',
  keyOfOtherRequest:
    'Dieser Schlüssel wurde schon für eine andere Anfrage verwendet. Es wurde nichts getan. Eine andere Anfrage braucht einen neuen Schlüssel.',
  seriesInterrupted:
    'Die Serie hat keinen Lauf mehr, der etwas tun könnte: bitte zuerst fortsetzen (Wieder aufnehmen).',
  seriesNotInterrupted: 'Die Serie ist nicht unterbrochen.',
  notProven:
    'Diese Anfrage kam nicht über Absage, und wer sie gestellt hat, ist nicht geprüft. Es wurde nichts getan. Aus Temporals Web UI sind im Echtbetrieb nur abort und retryNow möglich, alles andere bitte in Absage selbst.',
  stillClosing:
    'Die frühere Absage dieser Veranstaltung ist beendet, ihre E-Mails sind aber noch unterwegs. Es wurde nichts beauftragt. Bitte in einer Minute noch einmal beauftragen.',
  mayStillCome:
    'Was verlangt wurde, kann noch geschehen, sobald Absage wieder antwortet. Bitte dann zuerst den Stand ansehen und es nur, wenn nötig, noch einmal verlangen.',
  inDoubt:
    'Ob das noch eingetragen wurde, ist offen. Bitte den Stand und das Logbuch der Absage ansehen. Ist sie unterbrochen, kann sie fortgesetzt werden (resume).',
} as const;

/** The answer to an action that was meant for another step than the one there is now. */
export function anotherStepText(step: StepName): string {
  return `Die Absage ist gerade beim Schritt „${STEP_LABELS[step]}“. Für einen anderen Schritt ist das jetzt nicht möglich. Bitte den Stand neu ansehen.`;
}

/** The answer to an action that was meant for another case than the one there is now. */
export function otherCaseText(caseId: string): string {
  return `Inzwischen gibt es für diese Veranstaltung eine andere Absage (Fall ${caseId}). Es wurde nichts getan. Bitte deren Stand ansehen.`;
}

/** What an administrator reads of builds that cases are open on. */
export function abandonedBuildsText(builds: readonly string[]): string {
  const [have, these] = builds.length === 1 ? ['hat', 'dieser Version'] : ['haben', 'jeder davon'];
  return `${builds.join(', ')} ${have} offene Absagen und keinen Worker: bitte einen ${these} wieder starten (absage deploy status zeigt alle).`;
}

/** What of Temporal's own doing people read. */
export const TEMPORAL_TEXTS = {
  notAble:
    'Absage fehlt etwas, das es zum Arbeiten braucht. Bitte den technischen Betrieb verständigen (für ihn: dem Temporal-Server fehlt etwas, oder er lässt Absage nicht ein; absage doctor sagt, was).',
  paused:
    'Diese Absage ist angehalten. Was geschrieben wurde, steht im Logbuch, und es beginnt kein neuer Schritt. Es geht erst weiter, wenn das aufgehoben wird: bitte den technischen Betrieb verständigen (für ihn: Unpause in Temporal). Bis dahin ist keine Aktion möglich.',
  stuck:
    'Absage kann diesen Fall nicht weiterführen: jeder Versuch schlägt fehl. Was geschrieben wurde, steht im Logbuch, und es beginnt kein neuer Schritt. Bitte den technischen Betrieb verständigen (für ihn: absage doctor sagt, was zu tun ist). Bis dahin ist keine Aktion möglich, auch kein Abbrechen.',
  madeUpTask:
    'Jemand anderer hat diesen Schritt an Absage vorbei beantwortet, mit einer Aufgabe, die nicht von Absage ist. Bitte nicht danach handeln. Was geschrieben wurde, steht im Logbuch. Bitte den technischen Betrieb verständigen und danach hier fortsetzen (für ihn: wer hat Zugang zum Namespace von Temporal? Den Lauf dort mit Terminate beenden).',
  withoutWorkers:
    'Diese Absage läuft auf einer älteren Version von Absage, und davon läuft nichts mehr. Was geschrieben wurde, steht im Logbuch, und es beginnt kein neuer Schritt. Bitte den technischen Betrieb verständigen (für ihn: einen Worker dieser Version wieder starten, absage deploy status nennt sie). Bis dahin ist keine Aktion möglich, auch kein Abbrechen.',
  unknownStatus:
    'Diese Absage ist in einem Zustand, den Absage nicht kennt. Daraus wird nichts geschlossen. Bitte den technischen Betrieb verständigen (für ihn: es ist ein Zustand von Temporal).',
} as const;

/** For a case whose run was ended from outside, by *Terminate* in the Web UI. */
export const INTERRUPTED_TEXT =
  'Diese Absage wurde begonnen und ist nicht fertig, aber sie läuft nicht mehr: sie wurde von außen beendet. Was geschrieben wurde, steht im Logbuch. Seither ist nichts geschehen. Bitte fortsetzen.';

/** Summaries of activities and timers in Temporal's Web UI. */
export const SUMMARIES = {
  wait: (endsAt: string) => `Warten auf Ö-Ticket, bis ca. ${clockTime(endsAt)}`,
  takePlace: 'Warten, bis die Prüfung an der Reihe ist',
  claimAbort: 'Abbruch eintragen',
  readClaim: 'Nachsehen, ob schon storniert wird',
  settleApproval: 'Freigabe erbitten und prüfen',
  tellApproval: 'Um Freigabe bitten',
  recordAction: 'Entscheidung ins Logbuch eintragen',
  lookAtEvent: 'Nachsehen, ob der Status noch Storno ist',
  openTask: 'Aufgabe vorbereiten',
  restoreTitles: 'Titel zurücksetzen',
  awaitWrites: 'Warten, bis das Schreiben wieder eingeschaltet ist',
  alertHouse: 'Haus verständigen',
  tellOrder: 'Haus vom Beginn verständigen',
  reconcile: 'Unterbrochene Absagen suchen',
  watchStatus: 'Auf den Status nach dem Storno achten',
  tellEnds: 'E-Mails über ein Ende noch einmal versuchen',
  eraseContacts: 'Kontaktdaten löschen, deren Frist vorbei ist',
} as const;

/** What a series does, in the Web UI. */
export const SERIES_SUMMARIES = {
  begin: 'Serie beginnen',
  plan: 'Prüfen, ob alles noch so steht wie in der Vorschau',
  survey: 'Nachsehen, was als Nächstes zu tun ist',
  decide: 'Entscheidung ins Logbuch eintragen',
  judge: 'Nachsehen, wer die Veranstaltung belegt',
  abort: 'Vorstellung abbrechen',
  look: 'Nachsehen, ob der Status noch Storno ist',
  notice: 'E-Mail an Ö-Ticket über mehrere Vorstellungen',
  houses: 'Häuser verständigen',
  approvals: 'Freigaben der Häuser erbitten und prüfen',
  tellApprovals: 'Häuser um Freigabe bitten',
  end: 'Serie abschließen',
} as const;

const STEP_MARKS = {
  upcoming: '○',
  current: '▶',
  done: '✓',
  'by-hand': '✓',
  waived: '–',
  skipped: '–',
} as const;

/** A break within a paragraph of Markdown. */
const LINE_BREAK = '  \n';

/**
 * The stepper, as Markdown for Temporal's Web UI, with what can be done now. Nothing personal in it: no reason, no
 * names.
 */
export function describeStatus(status: CancellationStatus, note: string | null): string {
  const { state, steps, refusal, attention, allowedActions, pointOfNoReturnPassed } = status;
  const paragraphs = [`**${STATE_ROWS[state].sentence}**`];
  if (status.event) paragraphs.push(describePerformance(status.event));
  if (refusal) paragraphs.push(plainMarkdown(refusal.text));
  if (attention)
    paragraphs.push(
      `**${plainMarkdown(attention.text)}**`,
      ...describeTask(attention),
      describeWaysOut(status),
    );
  const held = status.warnings.find(({ code }) => code === WRITES_OFF);
  if (held) paragraphs.push(plainMarkdown(held.text));
  if (note) paragraphs.push(note);
  paragraphs.push(steps.map((step) => describeStep(step, status.waitEndsAt)).join(LINE_BREAK));
  if (!pointOfNoReturnPassed && allowedActions.includes('abort')) {
    paragraphs.push(
      'Bis zum Storno kann abgebrochen werden (*Request Cancellation*): die Titel werden zurückgesetzt.',
    );
  }
  return paragraphs.join('\n\n');
}

/** Which one of a day it is: the line in the list names no hall where nobody had looked. */
function describePerformance({ startsAt, venue }: NonNullable<CancellationStatus['event']>): string {
  return [dayAndTime(startsAt), plainMarkdown(venue)].join(' · ');
}

function describeStep(
  { state, label, detail, finishedAt }: StepProgress,
  waitEndsAt: Instant | null,
): string {
  const isWaiting = state === 'current' && waitEndsAt !== null;
  const facts = [
    isWaiting ? `bis ca. ${clockTime(waitEndsAt)}` : null,
    detail && plainMarkdown(detail),
    // Most details name the time themselves.
    finishedAt && !detail?.endsWith('Uhr') ? clockTime(finishedAt) : null,
  ].filter(Boolean);
  return [`${STEP_MARKS[state]} ${label}`, ...facts].join(' · ');
}

/** Where a person has to go; what to enter is in the query, because the memo's text is a reason. */
function describeTask({ task }: Attention): string[] {
  if (!task) return [];
  return [[task.mask.join(' › '), plainMarkdown(task.instruction), task.confirm].join(LINE_BREAK)];
}

function describeWaysOut({ attention, allowedActions }: CancellationStatus): string {
  const lines = allowedActions.map((action) => {
    const { update, label, details } = actionRow(action);
    const what = `\`${update ?? action}\`: ${label}`;
    return details.includes('attentionId') ? `${what} (attentionId \`${attention?.id}\`)` : what;
  });
  const choices = (attention?.choices ?? []).map(({ choice, text }) => `choice \`${choice}\`: ${text}`);
  return ['Möglich ist (*More Actions › Send an Update*):', ...lines, ...choices].join(LINE_BREAK);
}

/** The time within a sentence, with its day where that is another one than `now`'s. */
function timeOn(instant: Instant, now: Instant): string {
  return viennaDate(instant) === viennaDate(now) ? `um ${clockTime(instant)}` : `am ${dayAndTime(instant)}`;
}

/** What a finished step leaves to read. */
export const DETAILS = {
  savedAt: (at: string, now: string) => `gespeichert ${timeOn(at, now)}`,
  seenAt: (at: string, now: string) => `gesehen ${timeOn(at, now)}`,
  foundStorno: 'war schon Storno',
  notSaved: 'nicht gespeichert: der Status war schon Storno',
  rightUntil: (date: string | null) => (date ? `gültig bis ${germanDate(date)}` : 'unbefristet'),
  mailAccepted: 'vom Mailserver angenommen',
  confirmed: 'von einer Person bestätigt',
  waived: 'darauf wurde verzichtet',
  skipped: (at: string) => `übersprungen um ${clockTime(at)}`,
  waitsAgain: (at: string) => `neu begonnen, weil in Jet um ${clockTime(at)} gespeichert wurde`,
  waitsForStornoAgain: (at: string) =>
    `neu begonnen, weil der Status geändert war und wieder Storno ist (gespeichert um ${clockTime(at)})`,
  stornoAgain: (at: string) => `beginnt neu: der Status ist wieder Storno, gespeichert um ${clockTime(at)}`,
  late: (at: string) => `verspätet: die Wartezeit war um ${clockTime(at)} vorbei`,
} as const;

/** Only Ö-Ticket's own buyers are written to by Ö-Ticket: what is left for the house once Storno is set. */
export const LEFT_FOR_THE_HOUSE = [
  'Käufer:innen der eigenen Kassa und des eigenen Webshops verständigen: sie bekommen keine Servicemail von Ö-Ticket.',
  'Inhaber:innen von Abonnements und Paketen verständigen.',
  'Website, Spielplan und Aushang berichtigen.',
  'Einlass, Besucherdienst und Gastronomie verständigen.',
] as const;

/** Said of a journal that was copied elsewhere. `to`: where it is now. */
export const JOURNAL_MOVED = (to: string): string =>
  `ist umgezogen (${to}) und nimmt nichts mehr an: bitte ABSAGE_DATABASE_URL auf das neue setzen`;

/** Said of a journal. */
export const WRITTEN_BY_NEWER =
  'hat eine neuere Version von Absage erneuert, und diese hier darf nicht mehr hineinschreiben: bitte die neuere Version verwenden';
