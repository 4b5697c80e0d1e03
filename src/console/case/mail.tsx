import { exactTime } from '../../domain/clock';
import type { JournalEntry } from '../../domain/journal';
import { Lines } from '../components';

/** The journal's line about a mail, written before the connection to the mail server is opened. */
interface WrittenMail {
  subject: string;
  text: string;
  messageId: string;
  recipients: string[];
}

/** The mail to Ö-Ticket as it was last attempted: what the clerk needs to ask Ö-Ticket whether it has arrived. */
export function PartnerMail({ entries, isAsked }: { entries: readonly JournalEntry[]; isAsked: boolean }) {
  const attempt = entries.findLast(
    ({ kind, operation }) => kind === 'intent' && operation === 'send-partner-notice',
  );
  if (!attempt) return <div id="mail" />;
  const { subject, text, messageId, recipients } = attempt.after as WrittenMail;
  return (
    <section id="mail" class="sheet">
      <details id="mail-text" open={isAsked}>
        <summary>E-Mail an Ö-Ticket</summary>
        <dl class="data">
          <dt>Gesendet ab</dt>
          <dd>{exactTime(attempt.at)}</dd>
          <dt>An</dt>
          <dd>{recipients.join(', ')}</dd>
          <dt>Betreff</dt>
          <dd>{subject}</dd>
          <dt>Message-ID</dt>
          <dd>{messageId}</dd>
        </dl>
        <p>
          <Lines text={text} />
        </p>
      </details>
    </section>
  );
}
