import { lookHoldsMs } from './case';
import { dayAndTime, germanDate, toMs } from './clock';
import type { JournalEntry } from './journal';
import {
  endLine,
  endOf,
  firstMarking,
  grantedRight,
  isTask,
  isWaived,
  lastRestoring,
  wasToBeMarked,
  type CaseLines,
} from './lines';
import { lostNow, lostText, statusLosses, wasOnSale } from './lost-status';
import { isNoticeOutdated, isRightTooShort } from './performance';
import {
  findEvidence,
  findStorno,
  isLost,
  isProofVoid,
  isStornoTried,
  lastStornoSighting,
  type StornoSighting,
} from './storno-lines';
import { visible } from './visible';
import { isVouchedFor, noticeState, sendingState, type SendingState } from './mail-lines';
import { wasMarkedBefore } from './on-sale';
import type { CaseEnd, StepName } from './vocabulary';
import { LEFT_FOR_THE_HOUSE } from './wording';

/*
 * How a case ended, and what nobody but people can do now: read from its lines, and told alike by the page, the command
 * line, the mail to the house and the Protokoll.
 */

/** `open`: no line ends the case. It goes on or was interrupted; only Temporal knows which. */
export type Ending = CaseEnd | 'open';

export function endingOf({ entries, refusal }: CaseLines): Ending {
  return refusal ? 'refused' : (endOf(entries) ?? 'open');
}

/** How the case ended, as a sentence or two that its lines prove. */
export function endingSummary(lines: CaseLines): string {
  const ending = endingOf(lines);
  switch (ending) {
    case 'completed':
      return completedSummary(lines);
    case 'refused':
      return `${lines.refusal?.refusal.text ?? ''} In Jet wurde nichts geschrieben.`;
    case 'aborted':
      return `Vor dem Storno abgebrochen. ${restoredSummary(lines)} Der Status wurde nicht verändert.`;
    case 'closed-by-hand':
      return `Eine Person hat die Absage geschlossen, ohne dass sie zu Ende geführt wurde. ${reachedSummary(lines)}${seenLast(lines)}`;
    case 'open':
      return `Die Absage läuft noch oder wurde unterbrochen: dieses Protokoll ist vorläufig. ${reachedSummary(lines)}`;
  }
}

function completedSummary(lines: CaseLines): string {
  const { entries } = lines;
  const notice = noticeState(entries);
  const parts = [
    statusPart(lines),
    transferPart(entries),
    isWaived(entries, 'grant-right')
      ? 'auf die erweiterte Stornoberechtigung wurde verzichtet'
      : 'die erweiterte Stornoberechtigung ist vergeben',
    noticePart(entries, notice),
  ];
  return `${parts.join(', ')}.`;
}

function noticePart(entries: readonly JournalEntry[], notice: ReturnType<typeof noticeState>): string {
  if (notice === 'waived') return 'auf die E-Mail an Ö-Ticket wurde verzichtet';
  return isVouchedFor(entries)
    ? 'dass die E-Mail Ö-Ticket erreicht hat, hat eine Person bestätigt'
    : 'Ö-Ticket ist per E-Mail verständigt';
}

/** That the status is Storno is said only of what was read right before the end. */
function statusPart(lines: CaseLines): string {
  const already = lines.opening?.wasCancelledBefore ? ' schon' : '';
  const lost = lostNow(lines.entries);
  if (lost) return `Der Status war${already} Storno (zuletzt ${lostText(lost, dayAndTime)})`;
  const seen = staleSighting(lines);
  if (!seen) return already ? 'Der Status war schon Storno' : 'Der Status ist Storno';
  return `Der Status war${already} Storno (zuletzt gesehen: ${seenText(seen)})`;
}

/** A case that a person closes does not look once more. */
function seenLast(lines: CaseLines): string {
  const seen = lostNow(lines.entries) ? null : staleSighting(lines);
  return seen ? ` Als Storno zuletzt gesehen: ${seenText(seen)}.` : '';
}

function seenText({ at, by }: StornoSighting): string {
  return `${dayAndTime(at)}, von ${by ?? 'Absage'}`;
}

/** Who has seen the Storno last, where that was too long before the end; `null`: it was just read, or no line says it. */
function staleSighting(lines: CaseLines): StornoSighting | null {
  const { entries, input } = lines;
  const end = endLine(entries);
  // A completed case from before this was written down says nothing of it.
  if (!end || (end.outcome === 'completed' && !end.after)) return null;
  const seen = lastStornoSighting(entries, end);
  if (!seen) return null;
  const seenMs = Math.max(toMs(seen.notedAt), toMs(seen.at));
  const isFresh = seen.by === null && toMs(end.at) - seenMs <= lookHoldsMs(input.policy);
  return isFresh && !isEndedByPerson(lines, seenMs) ? null : seen;
}

/** Whoever closes a case, or answers for its mail, does so without another look: even seconds may count. */
function isEndedByPerson({ entries }: CaseLines, seenMs: number): boolean {
  return entries.some(
    ({ kind, operation, at }) =>
      operation === 'close-by-hand' || (kind === 'decision' && operation === 'decide' && toMs(at) > seenMs),
  );
}

function transferPart(entries: readonly JournalEntry[]): string {
  const proof = findEvidence(entries);
  if (!proof) return 'die Übertragung ist in Connect Online nicht bewiesen';
  return proof.outcome === 'adopted'
    ? `die Übertragung ist in Connect Online nicht bewiesen (${vouchedText(entries)})`
    : 'die Übertragung wurde in Connect Online kontrolliert';
}

/** Where Connect Online could not prove the Storno, a person has answered for it. */
function vouchedText(entries: readonly JournalEntry[]): string {
  const decision = entries.findLast(
    ({ operation, outcome }) => operation === 'decide' && outcome === 'adopt',
  );
  return `dass Ö-Ticket nicht mehr verkauft, hat ${decision?.actor ?? 'eine Person'} selbst nachgesehen`;
}

function restoredSummary(lines: CaseLines): string {
  const { entries } = lines;
  if (wasMarkedBefore(lines)) return STILL_MARKED[lastRestoring(entries) ? 'restored' : 'untouched'];
  if (lastRestoring(entries)) return 'Titel und Hinweis wurden zurückgesetzt.';
  return wasToBeMarked(entries)
    ? 'Titel und Hinweis blieben, wie sie zuletzt in Jet standen.'
    : 'Geschrieben war noch nichts.';
}

const STILL_MARKED = {
  restored:
    'Was Absage gespeichert hatte, wurde zurückgesetzt. Den Zusatz trug der Titel schon vor dem Auftrag, und er trägt ihn noch.',
  untouched: 'Den Zusatz trug der Titel schon vor dem Auftrag, und er trägt ihn noch.',
} as const;

function reachedSummary({ entries }: CaseLines): string {
  const lost = lostNow(entries);
  if (lost) return `Der Storno gilt nicht mehr sicher: zuletzt ${lostText(lost, dayAndTime)}.`;
  const proof = findEvidence(entries);
  if (proof?.outcome === 'adopted')
    return `Der Storno ist gesetzt, in Connect Online ist die Übertragung nicht bewiesen: ${vouchedText(entries)}.`;
  if (proof) return 'Der Storno ist gesetzt und in Connect Online gesehen.';
  if (findStorno(entries)) return 'Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.';
  if (entries.some(isStornoTried))
    return wasOnlyTask(entries)
      ? 'Der Storno war von Hand zu setzen, sein Ergebnis steht nicht im Logbuch.'
      : 'Der Storno wurde versucht, sein Ergebnis steht nicht im Logbuch.';
  if (firstMarking(entries)) return 'Der Zusatz ist gespeichert, der Status ist nicht verändert.';
  return wasToBeMarked(entries)
    ? 'Ob der Zusatz gespeichert ist, steht nicht fest.'
    : 'Geschrieben ist noch nichts.';
}

/** What is known of a step that has no outcome, or none that still counts; `null`: it is done, or was never begun. */
export function unclearStep(step: StepName, entries: readonly JournalEntry[]): string | null {
  const unclear = UNCLEAR[step];
  return unclear?.isIt(entries) ? unclear.text : null;
}

const UNCLEAR: Partial<
  Record<StepName, { isIt: (entries: readonly JournalEntry[]) => boolean; text: string }>
> = {
  'mark-titles': {
    isIt: (entries) =>
      !firstMarking(entries) && entries.some(({ operation }) => operation === 'save-announcement'),
    text: 'begonnen, ohne bestätigtes Ergebnis',
  },
  'set-storno': {
    isIt: (entries) => !findStorno(entries) && entries.some(isStornoTried),
    text: 'versucht, ohne bestätigtes Ergebnis',
  },
  'verify-channel': {
    isIt: isProofVoid,
    text: 'erfolgt, gilt nicht mehr: danach war die Veranstaltung nicht mehr Storno',
  },
  'notify-partner': {
    isIt: (entries) => noticeState(entries) === 'in-doubt',
    text: 'ungewiss, ob angekommen',
  },
};

/** Something that a case leaves to people, with the id that it has in the house's to-do list. */
export interface Left {
  id: string;
  text: string;
  /** The line that has made it necessary: a tick from before is about something else. */
  since?: number;
}

/** What no machine has done, of a case whose first line holds no to-do list. */
export function remainingOfBefore(lines: CaseLines, ending: Ending): string[] {
  if (ending === 'refused') return [REMAINING.refused];
  const isStornoTouched = lines.entries.some(isStornoTried);
  const textsOf = (left: readonly Left[]) => left.map(({ text }) => text);
  if (ending === 'aborted' || (ending === 'closed-by-hand' && !isStornoTouched))
    return textsOf(leftByCase(lines, ending));
  const left = isStornoTouched ? [...textsOf(leftAfterStorno(lines)), ...LEFT_FOR_THE_HOUSE] : [];
  return [...(ending === 'open' ? [NOT_ENDED] : []), ...left];
}

/** What the case itself adds. While it goes on, everything but a lost status is for Absage to do. */
export function leftByCase(lines: CaseLines, ending: Ending): Left[] {
  const { entries } = lines;
  if (ending === 'aborted') return leftAfterAbort(lines);
  if (ending === 'open') return leftOfLoss(entries);
  if (ending === 'closed-by-hand' && !entries.some(isStornoTried)) return [LEFT.notRestored];
  return leftAfterStorno(lines);
}

/** What the titles carried before the order, an abort leaves there. */
function leftAfterAbort(lines: CaseLines): Left[] {
  const { entries } = lines;
  if (wasMarkedBefore(lines)) return [LEFT.stillMarked];
  if (!wasToBeMarked(entries)) return [];
  return [lastRestoring(entries) ? LEFT.restored : LEFT.notRestored];
}

function leftOfLoss(entries: readonly JournalEntry[]): Left[] {
  const lost = lostNow(entries);
  const since = entries.findLast((line) => line.operation === 'read-event' && isLost(line))?.seq;
  if (lost)
    return [
      { id: 'ask-ticketing-team', text: REMAINING.lost(lost.status), since },
      { ...LEFT.callPartner, since },
    ];
  return statusLosses(entries).some(wasOnSale) ? [{ ...LEFT.soldMeanwhile, since }] : [];
}

/** In a house without a gateway the task alone claims the case: whether the clerk has set Storno, no line says. */
function wasOnlyTask(entries: readonly JournalEntry[]): boolean {
  return entries.filter(isStornoTried).every((line) => line.kind === 'intent' && isTask(line));
}

function leftAfterStorno(lines: CaseLines): Left[] {
  const { entries } = lines;
  const isGone = lostNow(entries)?.status === null;
  const left = leftOfLoss(entries);
  if (!findStorno(entries)) left.push(wasOnlyTask(entries) ? LEFT.stornoByHand : LEFT.storno);
  if (!findEvidence(entries) && !isGone) left.push(LEFT.channel);
  const granted = grantedRight(entries);
  if (!granted) left.push(isGone ? LEFT.rightWhenBack : LEFT.right);
  // A waiver takes back nothing of what was tried before it.
  left.push(LEFT_OF_NOTICE[sendingState(entries)]);
  if (isNoticeOutdated(lines)) left.push(LEFT.noticeOutdated);
  if (isRightTooShort(lines)) left.push(LEFT.rightTooShort);
  const until = granted?.after.validUntil;
  if (until) left.push({ id: RIGHT_ENDS, text: REMAINING.rightEnds(germanDate(until)) });
  return left;
}

const REMAINING = {
  lost: (status: string | null) =>
    status === null
      ? 'Mit dem Ticketing-Team klären, warum es die Veranstaltung in Jet nicht mehr gibt.'
      : `Mit dem Ticketing-Team klären, wie der Status wieder Storno wird: zuletzt war er „${visible(status)}“. Storno wieder setzen.`,
  callPartner:
    'Ö-Ticket anrufen und klären, was dort gilt: ob der Storno angekommen ist, ob wieder verkauft wird und ob die Servicemail versendet wurde.',
  confirmation: 'Bei Ö-Ticket die Bestätigung abwarten, dass die Servicemail versendet wurde.',
  right:
    'Die erweiterte Stornoberechtigung gesondert vergeben: ohne sie kann Ö-Ticket Rückerstattungen nicht buchen.',
  rightWhenBack:
    'Die erweiterte Stornoberechtigung vergeben, sobald es die Veranstaltung in Jet wieder gibt: ohne sie kann Ö-Ticket Rückerstattungen nicht buchen.',
  notice: 'Ö-Ticket verständigen und die Rückerstattung anweisen: von hier ging keine E-Mail hinaus.',
  noticeInDoubt: 'Bei Ö-Ticket nachfragen, ob die E-Mail angekommen ist.',
  noticeRefused:
    'Ö-Ticket auf anderem Weg verständigen: der Mailserver hat mindestens eine Adresse abgelehnt.',
  noticeOutdated:
    'Ö-Ticket mitteilen, was nach der E-Mail in Jet geändert wurde: sie nennt noch den früheren Stand.',
  channel: 'In Connect Online nachsehen, ob der Storno bei Ö-Ticket angekommen ist.',
  storno:
    'In Jet nachsehen, welcher Status gilt: Storno wurde versucht, ein Ergebnis steht nicht im Logbuch.',
  restored: 'Bei Ö-Ticket nachsehen, ob dort wieder der ursprüngliche Titel steht.',
  notRestored: 'In Jet nachsehen, ob Titel und Externer Memotext so sind, wie sie sein sollen.',
  rightTooShort:
    'Die erweiterte Stornoberechtigung verlängern: der Beginn wurde verlegt, nachdem sie vergeben war.',
  rightEnds: (day: string) =>
    `Sind am ${day} noch Rückerstattungen offen: die erweiterte Stornoberechtigung verlängern.`,
  refused:
    'In Jet wurde nichts verändert. Den Grund klären und die Absage neu beauftragen, wenn sie gelten soll.',
} as const;

/** Of a case whose first line holds no to-do list. */
const NOT_ENDED = 'Die Absage ist nicht zu Ende: ihren Stand ansehen, fortsetzen oder abbrechen.';

/** The one entry that is not due for months. */
export const RIGHT_ENDS = 'extend-right-later';

const LEFT = {
  stillMarked: {
    id: 'check-texts',
    text: 'Wenn gespielt wird, den Zusatz in Jet von Titel und Titel (Kundensicht) nehmen: er stand schon vor dem Auftrag da, und steht dort noch.',
  },
  soldMeanwhile: {
    id: 'check-sales',
    text: 'Nachsehen, ob Karten verkauft wurden, während die Veranstaltung nicht Storno war, und diese Käufer:innen verständigen.',
  },
  stornoByHand: {
    id: 'check-status',
    text: 'In Jet nachsehen, welcher Status gilt: Storno war von Hand zu setzen, ein Ergebnis steht nicht im Logbuch.',
  },
  callPartner: { id: 'call-partner', text: REMAINING.callPartner },
  restored: { id: 'call-partner', text: REMAINING.restored },
  notRestored: { id: 'check-texts', text: REMAINING.notRestored },
  storno: { id: 'check-status', text: REMAINING.storno },
  channel: { id: 'check-channel', text: REMAINING.channel },
  right: { id: 'grant-right', text: REMAINING.right },
  rightWhenBack: { id: 'grant-right', text: REMAINING.rightWhenBack },
  noticeOutdated: { id: 'tell-partner-changes', text: REMAINING.noticeOutdated },
  rightTooShort: { id: 'extend-right', text: REMAINING.rightTooShort },
} as const satisfies Record<string, Left>;

/** The ids of everything that a case may add to the to-do list of a house. */
export const LEFT_IDS: readonly string[] = [
  ...Object.values(LEFT).map(({ id }) => id),
  'notify-partner',
  'ask-partner',
  'ask-ticketing-team',
  RIGHT_ENDS,
];

const CONFIRMATION: Left = { id: 'service-mail-confirmed', text: REMAINING.confirmation };

const LEFT_OF_NOTICE: Record<SendingState, Left> = {
  none: { id: 'notify-partner', text: REMAINING.notice },
  'not-sent': { id: 'notify-partner', text: REMAINING.notice },
  refused: { id: 'notify-partner', text: REMAINING.noticeRefused },
  'in-doubt': { id: 'ask-partner', text: REMAINING.noticeInDoubt },
  accepted: CONFIRMATION,
  confirmed: CONFIRMATION,
};
