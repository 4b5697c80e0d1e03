import { clockOn } from './clock';
import { failureSentence, type FailureCode, type JetAnswer } from './failures';
import type { Instant } from './types';
import { isWatched, type StepName } from './vocabulary';

/** What is being tried again and again at the moment, while nobody needs to be asked yet, or beside the question. */
export interface Tries {
  step: StepName;
  /** The attempt that is under way, or that comes next; `null`: it is not known. Counts anew after a person has acted. */
  attempt: number | null;
  /** Since when the step has been tried; `null`: it is not known. */
  since: Instant | null;
  /** How the last attempt failed. */
  code: FailureCode;
  /** `null`: it is due now, or under way. */
  nextAttemptAt: Instant | null;
  /** All of that in German. */
  text: string;
}

/**
 * `isAsked`: a question about the same failure is open, so its own text says what has failed. `answer`: what Jet has
 * answered last.
 */
export type ToldTries = Omit<Tries, 'text'> & { isAsked: boolean; answer: JetAnswer | null };

/**
 * What is tried, since when, and when the next attempt is due. The failure's sentence is the first one of its row in the
 * failure table.
 *
 * @example triesText(…) // 'Jet antwortet nicht. Versucht seit 18.29 Uhr, bisher 2 Mal. Nächster Versuch um 18.31 Uhr.'
 */
export function triesText(tries: ToldTries, now: Instant): string {
  const { code, step, isAsked, answer } = tries;
  // That Ö-Ticket does not show it yet is the ordinary course: it is no failure.
  const isFailed = code !== 'channel-not-showing-storno';
  if (isWatched(step) && !isFailed) return nextLook(tries, now);
  // The question may be older than the last answer.
  const failure = isAsked && answer === null ? [] : [failureSentence(code, answer)];
  return [...failure, isWaiting(code) ? nextTurn(tries, now) : nextTry(tries, now)].join(' ');
}

/** Nothing was tried yet: it is not its turn. */
export function isWaiting(code: FailureCode): boolean {
  return code === 'check-waits';
}

function nextTurn({ since, nextAttemptAt }: ToldTries, now: Instant): string {
  const next = nextAttemptAt
    ? `nächster Versuch um ${clockOn(nextAttemptAt, now)}`
    : 'gerade wird nachgesehen';
  const sentence = since ? `Sie wartet seit ${clockOn(since, now)}, ${next}.` : `${next}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function nextLook({ nextAttemptAt }: ToldTries, now: Instant): string {
  return nextAttemptAt ? `Nächste Prüfung ${clockOn(nextAttemptAt, now)}.` : 'Gerade wird nachgesehen.';
}

/** How it was so far, and what comes next, apart: the time of the next try was taken for the time of the last one. */
function nextTry({ attempt, since, nextAttemptAt }: ToldTries, now: Instant): string {
  const failed = attempt === null ? 0 : attempt - 1;
  const soFar = [since && `seit ${clockOn(since, now)}`, failed > 0 && `bisher ${failed} Mal`].filter(
    Boolean,
  );
  const next = nextAttemptAt
    ? `Nächster Versuch um ${clockOn(nextAttemptAt, now)}.`
    : 'Gerade läuft der nächste Versuch.';
  return soFar.length > 0 ? `Versucht ${soFar.join(', ')}. ${next}` : next;
}
