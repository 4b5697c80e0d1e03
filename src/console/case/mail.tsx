import { exactTime } from '../../domain/clock';
import type { JournalEntry } from '../../domain/journal';
import { lastWrittenNotice } from '../../domain/mail-lines';
import { Lines } from '../components';

/** The mail to Ö-Ticket as it was last attempted: what the clerk needs to ask Ö-Ticket whether it has arrived. */
export function PartnerMail({ entries, isAsked }: { entries: readonly JournalEntry[]; isAsked: boolean }) {
  const written = lastWrittenNotice(entries);
  if (!written) return <div id="mail" />;
  const { subject, text, messageId, recipients } = written.notice;
  return (
    <section id="mail" class="sheet">
      <details id="mail-text" open={isAsked}>
        <summary>E-Mail an Ö-Ticket</summary>
        <dl class="data">
          <dt>Versand begonnen</dt>
          <dd>{exactTime(written.at)}</dd>
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
