import { createSmtpMail } from '../../src/mail/smtp-mail';
import { readSmtpUrl } from '../../src/settings/smtp';
import { aMail } from '../support/mail-examples';

/** Sends a mail from a process with an environment of its own, and prints its outcome. */
async function main(url: string): Promise<void> {
  const mail = createSmtpMail({ server: readSmtpUrl(url), rehearsalTo: null, isRehearsal: true });
  process.send?.(await mail.send(aMail()));
  process.disconnect();
}

void main(process.argv[2] ?? '');
