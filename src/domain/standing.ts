import type { Approval, Attention, CancellationStatus } from './case';
import { decidedText } from './approval-notice';
import { clockOn, clockTime, dayAndTime } from './clock';
import { shownName } from './names';
import { failureRow, isFailureCode } from './failures';
import type { Instant } from './types';
import { isWait, isWatched, type WaitStep } from './vocabulary';

type Situation = Pick<
  CancellationStatus,
  | 'state'
  | 'step'
  | 'steps'
  | 'order'
  | 'approval'
  | 'waitEndsAt'
  | 'allowedActions'
  | 'refusal'
  | 'pointOfNoReturnPassed'
> &
  Partial<Pick<CancellationStatus, 'event'>> & {
    attention: (Pick<Attention, 'task'> & { code: string }) | null;
  };

/**
 * What there is to say of a case beneath its headline: what it waits for, until when it is sold and can be aborted, and
 * what a person will have to do. In a house without a gateway the person does each step in Jet, so it speaks to them.
 */
export function standingNotes(status: Situation): string[] {
  const { state, step, refusal, approval, attention } = status;
  if (refusal) {
    const decided = approval && decidedText(approval);
    return decided ? [refusal.text, decided] : [refusal.text];
  }
  if (attention) {
    const isFirstTask = state === 'needs-attention' && step === 'mark-titles' && attention.task !== null;
    return [...(isFirstTask ? [BEFORE_THE_WAIT] : []), ...ifNobodyActs(attention.code, status)];
  }
  if (state === 'awaiting-approval' && approval) return approvalNotes(approval, status);
  if (state === 'waiting' && isWait(step)) return [...detailOf(status), ...WAITS[step](toWait(status))];
  if (state === 'running' && step === 'verify-channel')
    return ['Absage sieht in Connect Online nach, bis der Storno dort steht.'];
  if (state === 'interrupted') return ['Was geschrieben wurde, steht im Logbuch. Bitte fortsetzen.'];
  return [];
}

/** Who is asked, until when, and what happens without an answer. */
function approvalNotes(
  { requestedBy, requestedAt, expiresAt, changes }: Approval,
  { event, order }: Situation,
): string[] {
  const startsAt = event?.startsAt ?? order.expected.startsAt;
  return [
    ...(changes.length > 0
      ? ['Seit der Freigabe hat sich in Jet etwas geändert. Sie gilt nicht mehr und wurde neu erbeten.']
      : []),
    `${shownName(requestedBy)} hat diese Absage beauftragt. Eine zweite Person aus der Leitung muss sie freigeben; bis dahin wird in Jet nichts geschrieben, und es wird weiter verkauft.`,
    `Wenn niemand entscheidet: um ${clockOn(expiresAt, requestedAt)} endet die Bitte, und es wird nicht abgesagt.`,
    `Beginn ist ${dayAndTime(startsAt)}.`,
  ];
}

/** What becomes of a case whose question nobody answers. Of a run that is paused, its own text says it. */
function ifNobodyActs(code: string, status: Situation): string[] {
  const { state, pointOfNoReturnPassed } = status;
  if (!isFailureCode(code)) return [];
  const { kind } = failureRow(code);
  const goesOn = isSoldStill(status) ? [STILL_SOLD] : [];
  if (kind === 'retryable') return [[GOES_ON_TRYING, ...goesOn].join(' ')];
  if (kind === 'watched')
    return [
      [
        'Wenn Sie nichts tun: Absage sieht weiter nach und geht von selbst weiter, sobald der Grund weg ist.',
        ...goesOn,
      ].join(' '),
    ];
  const still = [
    ...(state === 'aborting' ? ['Die Titel sind bis dahin nicht zurückgesetzt.'] : goesOn),
    ...(pointOfNoReturnPassed ? ['Ö-Ticket wird bis dahin nicht verständigt.'] : []),
  ];
  return [`Wenn Sie nichts tun: Absage wartet auf Sie, so lange es dauert. ${still.join(' ')}`];
}

const GOES_ON_TRYING =
  'Wenn Sie nichts tun: Absage versucht es weiter und geht von selbst weiter, sobald es gelingt.';

export const STILL_SOLD = 'Solange der Status Verkaufsfreigabe ist, wird weiter verkauft.';

/**
 * Nobody knows yet that the status is Storno. The step to set it passes the point of no return before it does: the answer
 * may have been lost, and a person may not have done it yet.
 */
function isSoldStill({ state, step, pointOfNoReturnPassed }: Situation): boolean {
  return state !== 'aborting' && (!pointOfNoReturnPassed || step === 'set-storno');
}

/** What becomes of a case in which something is tried again and again, and nobody is asked yet. */
export function notesOfTries(status: Situation): string[] {
  if (status.attention || status.state === 'waiting' || isWatched(status.step)) return [];
  return [[GOES_ON_TRYING, ...(isSoldStill(status) ? [STILL_SOLD] : [])].join(' ')];
}

/** Why a wait runs anew. */
function detailOf({ steps, step }: Situation): string[] {
  return steps.flatMap(({ name, detail }) => (name === step && detail ? [`Wartezeit ${detail}.`] : []));
}

interface Wait {
  /** `null`: only the run knows, and it does not answer. */
  endsAt: Instant | null;
  isGuided: boolean;
  mayAbort: boolean;
  /** The person has set Storno; otherwise it stood there before, or Absage set it. */
  isSetByHand: boolean;
}

function toWait({ waitEndsAt, order, allowedActions, steps }: Situation): Wait {
  // Only an order of a house without a gateway says what stands in the mask.
  return {
    endsAt: waitEndsAt,
    isGuided: order.seen !== undefined,
    mayAbort: allowedActions.includes('abort'),
    isSetByHand: steps.some(({ name, state }) => name === 'set-storno' && state === 'by-hand'),
  };
}

const WAITS: Record<WaitStep, (wait: Wait) => string[]> = {
  'wait-for-title-transfer': (wait) => (wait.isGuided ? guidedTitles(wait) : titles(wait)),
  'wait-for-storno-transfer': ({ endsAt, isGuided, isSetByHand }) => [
    `${isGuided && isSetByHand ? 'Den Storno haben Sie gespeichert' : 'Der Storno ist gespeichert'}. Ö-Ticket bekommt ihn in dieser Zeit.`,
    isGuided
      ? `${wanted(endsAt)}: dann sehen Sie in Connect Online nach, ob er dort steht. Sonst wird Ö-Ticket nicht verständigt.`
      : `Wenn Sie nichts tun: ${endsAt ? `ab ${clockTime(endsAt)}` : 'danach'} sieht Absage in Connect Online nach, vergibt die Stornoberechtigung und schreibt Ö-Ticket.`,
  ],
};

function titles({ endsAt, mayAbort }: Wait): string[] {
  const [until, then] = endsAt
    ? [`Bis ca. ${clockTime(endsAt)} wird weiter verkauft.`, `um ca. ${clockTime(endsAt)}`]
    : ['So lange wird weiter verkauft.', 'danach'];
  const limit = mayAbort ? ' Bis dahin können Sie abbrechen, danach nicht mehr.' : '';
  return [
    `Titel und Hinweis sind gespeichert. Ö-Ticket bekommt sie in dieser Zeit. ${until}`,
    `Wenn Sie nichts tun: ${then} setzt Absage den Status auf Storno.${limit}`,
  ];
}

function guidedTitles({ endsAt, mayAbort }: Wait): string[] {
  const until = endsAt ? `bis ${clockTime(endsAt)}` : 'in dieser Wartezeit';
  return [
    'Titel und Hinweis haben Sie gespeichert. Ö-Ticket bekommt sie in dieser Zeit.',
    `${wanted(endsAt)}: dann setzen Sie in Jet den Status auf Storno. Bis dahin wird weiter verkauft, und wenn Sie nichts tun, auch danach.`,
    ...(mayAbort
      ? [`Abbrechen können Sie nur ${until}: sobald Absage Ihnen diese Aufgabe zeigt, gibt es kein Zurück.`]
      : []),
  ];
}

function wanted(endsAt: Instant | null): string {
  return endsAt ? `Um ${clockTime(endsAt)} müssen Sie wieder da sein` : 'Danach müssen Sie wieder da sein';
}

const BEFORE_THE_WAIT =
  'Wenn Sie das bestätigt haben, wird gewartet, bis Ö-Ticket den Zusatz hat. Dann müssen Sie wieder da sein und in Jet den Status auf Storno setzen. Abbrechen können Sie nur, bis Absage Ihnen diese zweite Aufgabe zeigt: ab da gibt es kein Zurück.';
