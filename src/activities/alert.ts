import type { Attention, StepName } from '../domain/case';
import { KnownFailure } from '../domain/failures';
import type { Instant } from '../domain/types';
import { ACTION_LABELS } from '../domain/wording';
import type { RecipientOutcome } from '../mail/port';
import { asActivity, readCase, type ActivityDependencies, type StepInput } from './activity';

/** One mail to the house about one situation. */
export interface Alert extends StepInput {
  kind: 'attention' | 'all-clear';
  step: StepName;
  attention: Pick<Attention, 'id' | 'text' | 'actions'>;
  /** Which performance it is about: the title without marker. */
  event: { title: string; startsAt: Instant; venue: string };
}

const OPERATION = 'alert-house';

/** Mails to the house's own address: once for each situation, and never in the way of the procedure. */
export function createAlertActivities({ journal, mail, houses }: ActivityDependencies) {
  /** Sends it unless it was sent, or may have been. Only a mail that was certainly not taken is tried again. */
  const alertHouse = asActivity(async (input: Alert): Promise<{ outcome: RecipientOutcome['outcome'] }> => {
    const { ref, actor, step, kind, attention, event } = input;
    const { entries } = await readCase(journal, input);
    const house = houses.get(ref.house);
    if (!house) throw new KnownFailure('house-not-configured', `house ${ref.house}`);

    const effectKey = `${kind}/${attention.id}`;
    const attempts = entries.filter(
      (entry) => entry.kind === 'intent' && entry.effectKey.startsWith(`${effectKey}/`),
    );
    const lastOutcome = entries.findLast(
      (entry) => entry.effectKey === `${effectKey}/${attempts.length}/outcome`,
    );
    if (attempts.length > 0 && lastOutcome?.outcome !== 'not-sent') {
      return { outcome: (lastOutcome?.outcome ?? 'in-doubt') as RecipientOutcome['outcome'] };
    }

    const message = mail.composeHouseNotice(house, {
      kind,
      noticeId: `${kind}.${attention.id}`,
      house: ref.house,
      eventNumber: ref.eventNumber,
      ...event,
      text: attention.text,
      actions: attention.actions.map((action) => ACTION_LABELS[action]),
    });
    const line = { actor, step, operation: OPERATION } as const;
    const attemptKey = `${effectKey}/${attempts.length + 1}`;
    const after = { to: message.to, subject: message.subject, messageId: message.messageId };
    const intent = await journal.appendNew(ref, { ...line, kind: 'intent', effectKey: attemptKey, after });
    if (!intent) return { outcome: 'in-doubt' };
    const [outcome] = await mail.send(message, message.to);
    if (!outcome) throw new KnownFailure('internal', 'a mail without recipients');
    await journal.append(ref, {
      ...line,
      kind: 'outcome',
      effectKey: `${attemptKey}/outcome`,
      after: outcome,
      outcome: outcome.outcome,
    });
    if (outcome.outcome === 'not-sent') throw new KnownFailure('mail-server-unavailable', outcome.reply);
    return { outcome: outcome.outcome };
  });

  return { alertHouse };
}
