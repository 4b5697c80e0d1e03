import type { RecipientOutcome } from '../domain/line-content';
import type { MailPort } from '../mail/port';
import type { Metrics } from './metrics';

const OUTCOMES: readonly RecipientOutcome['outcome'][] = ['accepted', 'not-sent', 'refused', 'in-doubt'];

/** The same mail room, with the outcome for each recipient counted. */
export function observeMail(mail: MailPort, metrics: Metrics): MailPort {
  metrics.expect(
    'absage_mail_total',
    OUTCOMES.map((outcome) => ({ outcome })),
  );
  return {
    ...mail,
    async send(...given) {
      const outcomes = await mail.send(...given);
      for (const { outcome } of outcomes) metrics.count('absage_mail_total', { outcome });
      return outcomes;
    },
  };
}
