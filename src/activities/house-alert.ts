import { ABSAGE } from '../domain/actor';
import type { Attention } from '../domain/case';
import { KnownFailure } from '../domain/failures';
import { effectKeys } from '../domain/journal';
import type { RecipientOutcome } from '../domain/line-content';
import { houseMailAttempts, houseMailOutcome } from '../domain/mail-lines';
import { performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
import type { Instant } from '../domain/types';
import type { StepName } from '../domain/vocabulary';
import { actionLabel } from '../domain/wording';
import { asAskedStep, type ActivityDependencies, type StepInput } from './activity';
import { readCase, requireHouse } from './reading';

/** One mail to the house about one situation. */
export interface Alert extends StepInput {
  kind: 'attention' | 'all-clear';
  step: StepName;
  /** The id names the situation: each situation gets one mail of each kind. */
  attention: Pick<Attention, 'id' | 'text' | 'actions'>;
  /** The performance as it was ordered, title without the marker: for a case of which no line says it. */
  event: { title: string; startsAt: Instant; venue: string };
}

export interface AlertResult {
  outcome: RecipientOutcome['outcome'];
}

type AlertDependencies = Pick<ActivityDependencies, 'journal' | 'mail' | 'houses' | 'isSimulator'>;

/** Mails to the house's own address. They never hold up the procedure. */
export function createAlertActivities(deps: ActivityDependencies) {
  const alertHouse = asAskedStep(deps.trust, (alert: Alert) => alertOnce(deps, alert));
  return { alertHouse };
}

/**
 * Sends the mail unless it was sent or may have been sent. It tries again only when the server certainly did not take
 * the mail.
 */
export async function alertOnce(
  { journal, mail, houses, isSimulator }: AlertDependencies,
  alert: Alert,
): Promise<AlertResult> {
  const { ref, step, kind, attention, event } = alert;
  // The head is left out on purpose: a journal that is behind is itself a reason to alert the house.
  const { entries, opening } = await readCase(journal, { ref, head: null });
  const house = requireHouse(houses, ref.house);

  const attempts = houseMailAttempts(entries, kind, attention.id);
  const lastAttempt = attempts.at(-1);
  const last = lastAttempt && houseMailOutcome(entries, lastAttempt);
  if (attempts.length > 0 && last !== 'not-sent') return { outcome: last ?? 'in-doubt' };

  const message = mail.composeHouseNotice(house, {
    kind,
    noticeId: `${kind}.${attention.id}`,
    house: ref.house,
    eventNumber: ref.eventNumber,
    caseId: ref.caseId,
    isSimulator: opening ? opening.isSimulator : isSimulator(),
    ...(opening ? performanceOf(opening, lastRead(entries)) : event),
    text: attention.text,
    actions: attention.actions.map((action) => actionLabel(action, step)),
  });
  const line = { ...ABSAGE, step, operation: 'alert-house' } as const;
  const attemptKey = effectKeys.houseMail(kind, attention.id, attempts.length + 1);
  const after = { to: message.to, subject: message.subject, messageId: message.messageId };
  const intent = await journal.appendNew(ref, { ...line, kind: 'intent', effectKey: attemptKey, after });
  if (!intent) return { outcome: 'in-doubt' };
  const [outcome] = await mail.send(message, message.to);
  if (!outcome) throw new KnownFailure('internal', 'a mail without recipients');
  await journal.append(ref, {
    ...line,
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(attemptKey),
    after: outcome,
    outcome: outcome.outcome,
  });
  if (outcome.outcome === 'not-sent') throw new KnownFailure('mail-server-unavailable', outcome.reply);
  return { outcome: outcome.outcome };
}
