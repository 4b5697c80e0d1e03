import { LEFT_FOR_THE_HOUSE } from '../domain/wording';
import { germanDate } from '../domain/clock';
import type { ProtocolOutcome } from './document';
import {
  endLine,
  endOf,
  findEvidence,
  findStorno,
  firstMarking,
  grantedRight,
  isStornoTried,
  isWaived,
  lastRestoring,
  wasToBeMarked,
  type CaseLines,
} from '../domain/lines';
import { noticeState } from '../domain/mail-lines';
import { HEADLINES, TO_DO } from './wording';

/** How the case ended, in a headline and a sentence. */
export function outcomeOf(lines: CaseLines): ProtocolOutcome {
  const state = stateOf(lines);
  const end = endLine(lines.entries) ?? (lines.refusal ? lines.first : null);
  return {
    state,
    headline: HEADLINES[state],
    summary: summaryOf(lines, state),
    endedAt: end?.at ?? null,
    pointOfNoReturnPassed: lines.entries.some(isStornoTried),
  };
}

function stateOf({ entries, refusal }: CaseLines): ProtocolOutcome['state'] {
  return refusal ? 'refused' : (endOf(entries) ?? 'open');
}

function summaryOf(lines: CaseLines, state: ProtocolOutcome['state']): string {
  switch (state) {
    case 'completed':
      return completedSummary(lines);
    case 'refused':
      return `${lines.refusal?.refusal.text ?? ''} In Jet wurde nichts geschrieben.`;
    case 'aborted':
      return `Vor dem Storno abgebrochen. ${restoredSummary(lines)} Der Status wurde nicht verändert.`;
    case 'closed-by-hand':
      return `Eine Person hat die Absage geschlossen, ohne dass sie zu Ende geführt wurde. ${reachedSummary(lines)}`;
    case 'open':
      return `Die Absage läuft noch oder wurde unterbrochen: dieses Protokoll ist vorläufig. ${reachedSummary(lines)}`;
  }
}

function completedSummary({ entries, opening }: CaseLines): string {
  const notice = noticeState(entries);
  const parts = [
    opening?.wasCancelledBefore ? 'Der Status war schon Storno' : 'Der Status ist Storno',
    'die Übertragung wurde in Connect Online kontrolliert',
    isWaived(entries, 'grant-right')
      ? 'auf die erweiterte Stornoberechtigung wurde verzichtet'
      : 'die erweiterte Stornoberechtigung ist vergeben',
    notice === 'waived'
      ? 'auf die E-Mail an Ö-Ticket wurde verzichtet'
      : 'Ö-Ticket ist per E-Mail verständigt',
  ];
  return `${parts.join(', ')}.`;
}

function restoredSummary({ entries }: CaseLines): string {
  if (lastRestoring(entries)) return 'Titel und Hinweis wurden zurückgesetzt.';
  return wasToBeMarked(entries)
    ? 'Titel und Hinweis blieben, wie sie zuletzt in Jet standen.'
    : 'Geschrieben war noch nichts.';
}

function reachedSummary({ entries }: CaseLines): string {
  if (findEvidence(entries)) return 'Der Storno ist gesetzt und in Connect Online gesehen.';
  if (findStorno(entries)) return 'Der Storno ist gesetzt, in Connect Online ist er noch nicht gesehen.';
  if (entries.some(isStornoTried)) return 'Der Storno wurde versucht, sein Ergebnis steht nicht im Logbuch.';
  if (firstMarking(entries)) return 'Der Zusatz ist gespeichert, der Status ist nicht verändert.';
  return wasToBeMarked(entries)
    ? 'Ob der Zusatz gespeichert ist, steht nicht fest.'
    : 'Geschrieben ist noch nichts.';
}

/** What no machine has done: the other buyers, and whatever this case has left open. */
export function toDoOf(lines: CaseLines): string[] {
  const { entries } = lines;
  const state = stateOf(lines);
  if (state === 'refused') return [TO_DO.refused];
  if (state === 'aborted') {
    if (!wasToBeMarked(entries)) return [];
    return [lastRestoring(entries) ? TO_DO.restored : TO_DO.notRestored];
  }
  const isStornoTouched = entries.some(isStornoTried);
  if (state === 'closed-by-hand' && !isStornoTouched) return [TO_DO.notRestored];
  const left = isStornoTouched ? leftAfterStorno(lines) : [];
  return [...(state === 'open' ? [TO_DO.open] : []), ...left, ...(isStornoTouched ? LEFT_FOR_THE_HOUSE : [])];
}

function leftAfterStorno({ entries }: CaseLines): string[] {
  const left: string[] = [];
  if (!findStorno(entries)) left.push(TO_DO.storno);
  if (!findEvidence(entries)) left.push(TO_DO.channel);
  const granted = grantedRight(entries);
  if (!granted) left.push(TO_DO.right);
  left.push(LEFT_OF_NOTICE[noticeState(entries)]);
  const until = granted?.after.validUntil;
  if (until) left.push(TO_DO.rightEnds(germanDate(until)));
  return left;
}

const LEFT_OF_NOTICE: Record<ReturnType<typeof noticeState>, string> = {
  none: TO_DO.notice,
  waived: TO_DO.notice,
  'not-sent': TO_DO.notice,
  refused: TO_DO.noticeRefused,
  'in-doubt': TO_DO.noticeInDoubt,
  accepted: TO_DO.confirmation,
  confirmed: TO_DO.confirmation,
};
