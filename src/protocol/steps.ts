import { approvalOf } from '../domain/approval';
import { decidedText } from '../domain/approval-notice';
import { STEPS, type CaseEnd, type StepName, type WaitStep } from '../domain/vocabulary';
import { unclearStep } from '../domain/ending';
import { exactTime } from '../domain/clock';
import { lostNow, lostText, statusLosses } from '../domain/lost-status';
import { STEP_LABELS } from '../domain/wording';
import type { JournalEntry } from '../domain/journal';
import { periodOf } from './acts';
import type { ProtocolStep, ProtocolWait } from './document';
import {
  endLine,
  findWaiver,
  firstMarking,
  grantedRight,
  lastRestoring,
  textOf,
  type CaseLines,
} from '../domain/lines';
import { findEvidence, findStorno, isEvidence, isStornoTried, stornoOf } from '../domain/storno-lines';
import { lastNoticeLine, noticeState } from '../domain/mail-lines';
import { duration } from './times';
import { outcomeText } from './wording';

type Told = Omit<ProtocolStep, 'name' | 'label'>;

const OPEN: Told = { state: 'open', at: null, detail: '' };
const UNCLEAR: Told = { ...OPEN, state: 'unclear' };

/** The procedure at one glance: what became of each step. */
export function stepsOf(lines: CaseLines, waits: readonly ProtocolWait[]): ProtocolStep[] {
  const tell: Record<StepName, () => Told> = {
    check: () => checked(lines),
    'mark-titles': () => marked(lines),
    'wait-for-title-transfer': () => waited(lines, waits, 'wait-for-title-transfer'),
    'set-storno': () => stornoSet(lines),
    'wait-for-storno-transfer': () => waited(lines, waits, 'wait-for-storno-transfer'),
    'verify-channel': () => verified(lines),
    'grant-right': () => granted(lines),
    'notify-partner': () => notified(lines),
    report: () => reported(lines),
  };
  return STEPS.map((name) => ({ name, label: STEP_LABELS[name], ...tell[name]() }));
}

function done(entry: JournalEntry, at: string | null, detail = ''): Told {
  const isByHand = entry.outcome === 'by-hand';
  return { state: isByHand ? 'by-hand' : 'done', at: at ?? entry.at, detail };
}

function checked({ entries, first, refusal, warnings }: CaseLines): Told {
  if (refusal) return done(first, first.at, refusal.refusal.text);
  const approval = approvalOf(entries);
  const decided = approval && decidedText(approval);
  const found = warnings.length > 0 ? `${warnings.length} Hinweis(e)` : 'nichts spricht dagegen';
  return done(first, first.at, [found, decided].filter(Boolean).join('. '));
}

function marked({ entries, opening }: CaseLines): Told {
  const restored = lastRestoring(entries);
  if (restored) return { ...done(restored, restored.after.savedAt), detail: 'wieder zurückgesetzt' };
  const saved = firstMarking(entries);
  if (saved) return done(saved, saved.after.savedAt, outcomeText(saved.outcome));
  if (opening?.wasCancelledBefore)
    return { state: 'not-needed', at: null, detail: 'der Status war schon Storno' };
  const unclear = unclearStep('mark-titles', entries);
  if (unclear) return { ...UNCLEAR, detail: unclear };
  const isPassed = entries.some(isStornoTried);
  return isPassed ? { state: 'not-needed', at: null, detail: 'der Zusatz stand schon da' } : OPEN;
}

function waited({ entries, opening }: CaseLines, waits: readonly ProtocolWait[], step: WaitStep): Told {
  const wait = waits.findLast((each) => each.step === step);
  if (!wait) {
    const isPassed = entries.some(IS_WAIT_OVER[step]);
    return isPassed || (opening?.wasCancelledBefore && step === 'wait-for-title-transfer')
      ? { state: 'not-needed', at: null, detail: 'hier wurde nichts gespeichert, das übertragen werden muss' }
      : OPEN;
  }
  const planned = `geplant ${duration(wait.plannedMs)}`;
  if (wait.skipped)
    return { state: 'skipped', at: wait.skipped.at, detail: `${planned}, von einer Person beendet` };
  if (wait.actualMs === null) return { ...OPEN, detail: planned };
  return { state: 'done', at: wait.until, detail: `${planned}, wirklich ${duration(wait.actualMs)}` };
}

/** Which line says that a wait is over. */
const IS_WAIT_OVER: Record<WaitStep, (entry: JournalEntry) => boolean> = {
  'wait-for-title-transfer': isStornoTried,
  'wait-for-storno-transfer': isEvidence,
};

function stornoSet({ entries }: CaseLines): Told {
  const known = findStorno(entries);
  if (known) {
    const how = known.operation === 'adopt-storno' ? 'war schon gesetzt' : outcomeText(known.outcome);
    return done(known, stornoOf(known).savedAt, [how, ...afterwards(entries)].join('; '));
  }
  const unclear = unclearStep('set-storno', entries);
  return unclear ? { ...UNCLEAR, detail: unclear } : OPEN;
}

/** Done was the setting: what became of it is another question. */
function afterwards(entries: readonly JournalEntry[]): string[] {
  const lost = lostNow(entries);
  if (lost) return [`zuletzt ${lostText(lost, exactTime)}`];
  return statusLosses(entries).length > 0 ? ['danach geändert und wieder gesetzt'] : [];
}

function verified({ entries }: CaseLines): Told {
  const seen = findEvidence(entries);
  if (seen) return done(seen, seen.after.readAt, outcomeText(seen.outcome));
  const unclear = unclearStep('verify-channel', entries);
  return unclear ? { ...UNCLEAR, detail: unclear } : OPEN;
}

function granted({ entries }: CaseLines): Told {
  const right = grantedRight(entries);
  if (right) return done(right, right.at, periodOf(right.after) ?? '');
  const waiver = findWaiver(entries, 'grant-right');
  return waiver ? { state: 'waived', at: waiver.at, detail: `von ${waiver.actor}` } : OPEN;
}

function notified({ entries }: CaseLines): Told {
  const state = noticeState(entries);
  const last = lastNoticeLine(entries);
  if (!last) return state === 'none' ? OPEN : { ...UNCLEAR, detail: 'begonnen, ohne Ergebnis' };
  if (state === 'waived') return { state: 'waived', at: last.at, detail: `von ${last.actor}` };
  if (state === 'accepted') return done(last, last.at, 'vom Mailserver angenommen');
  if (state === 'confirmed')
    return {
      state: 'by-hand',
      at: textOf(last.after, 'sentAt') ?? last.at,
      detail: 'von einer Person bestätigt',
    };
  return { ...(state === 'in-doubt' ? UNCLEAR : OPEN), at: last.at, detail: outcomeText(state) };
}

function reported({ entries }: CaseLines): Told {
  const end = endLine(entries);
  return end ? done(end, end.at, END_DETAILS[end.outcome]) : OPEN;
}

const END_DETAILS: Record<CaseEnd, string> = {
  refused: '',
  completed: 'abgeschlossen',
  aborted: 'abgebrochen',
  'closed-by-hand': 'von Hand geschlossen',
};
