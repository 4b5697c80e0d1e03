import { isIP } from 'node:net';
import { createTransport, type NodemailerError } from 'nodemailer';
import { isLoopback } from '../domain/loopback';
import { mailboxKey, toAsciiMailbox, uniqueMailboxes } from '../domain/mailbox';
import type { SmtpSettings } from '../settings/smtp';
import { inSpan } from '../tracing';
import { createComposer, onlyRecipient, redirected, requireValid, type ComposerOptions } from './composer';
import { LONGEST_CONVERSATION_MS, type MailPort, type OutgoingMail } from './port';
import type { RecipientOutcome } from '../domain/line-content';
import { createRedactor } from './redact';
import { SmtpConversation } from './smtp-conversation';
import { outcomeFor, type SmtpEnd } from './smtp-outcome';

/** All in milliseconds. */
export interface SmtpTimeouts {
  /** For the name look-up and the connection, TLS included. */
  connectionMs: number;
  greetingMs: number;
  /** Without a byte from the server. Generous, because giving up after the text leaves the mail in doubt. */
  silenceMs: number;
  /** For the whole conversation: a server that drips bytes is never silent. */
  totalMs: number;
}

const TIMEOUTS: SmtpTimeouts = {
  connectionMs: 10_000,
  greetingMs: 10_000,
  silenceMs: 45_000,
  totalMs: LONGEST_CONVERSATION_MS,
};

/** What a client without a name says in EHLO. */
const UNNAMED = '[127.0.0.1]';

/** How long a server may take to hang up after we did, in milliseconds. */
const HANG_UP_MS = 1_000;

export interface SmtpMailOptions extends ComposerOptions {
  server: SmtpSettings;
  /** The name in EHLO. */
  name?: string;
  timeouts?: Partial<SmtpTimeouts>;
  /** Requires STARTTLS on this very machine, too. Beyond it STARTTLS is always required. */
  mustEncrypt?: boolean;
  /** Certificate authorities that are trusted in place of Node's own, as PEM. */
  authorities?: string;
}

/**
 * Mail over SMTP, one connection for each mail. Throws at once for a rehearsal that could reach recipients other
 * than `rehearsalTo`.
 *
 * @example createSmtpMail({ server: readSmtpUrl('smtp://127.0.0.1:8025'), rehearsalTo: null, isRehearsal: true })
 */
export function createSmtpMail(options: SmtpMailOptions): MailPort {
  if (options.isRehearsal && options.rehearsalTo === null && !isLoopback(options.server.host)) {
    throw new TypeError('a rehearsal needs a recipient of its own beyond this machine');
  }
  const redact = createRedactor(options.server.credentials);
  const redirectTo = onlyRecipient(options);

  return {
    ...createComposer(options),

    async send(given, recipients, { withinMs = Infinity } = {}): Promise<RecipientOutcome[]> {
      const mail = redirected(given, redirectTo);
      const wanted = (redirectTo === null ? recipients : undefined) ?? [...mail.to, ...mail.cc];
      const envelope = uniqueMailboxes(wanted);
      requireValid(mail, envelope);

      const conversation = new SmtpConversation();
      const timeouts = { ...TIMEOUTS, ...options.timeouts };
      timeouts.totalMs = Math.min(timeouts.totalMs, withinMs);
      const end = await inSpan('mail', {}, () =>
        converse({ ...options, timeouts }, mail, envelope, conversation),
      );
      return wanted.map((address) => {
        const place = envelope.findIndex((recipient) => mailboxKey(recipient) === mailboxKey(address));
        const { outcome, reply } = outcomeFor(place, conversation, end);
        return { address, outcome, reply: redact(reply) };
      });
    },
  };
}

/** Never rejects: from the first byte on, every way in which the conversation ends is an outcome. */
async function converse(
  { server: settings, timeouts, ...options }: SmtpMailOptions & { timeouts: SmtpTimeouts },
  mail: OutgoingMail,
  envelope: string[],
  conversation: SmtpConversation,
): Promise<SmtpEnd> {
  const isStartTlsRequired =
    settings.isStartTlsRequired || (options.mustEncrypt === true && !settings.isImplicitTls);
  try {
    const transport = createTransport({
      host: settings.address,
      port: settings.port,
      name: options.name ?? UNNAMED,
      secure: settings.isImplicitTls,
      requireTLS: isStartTlsRequired,
      // The certificate of a relay on this machine seldom verifies, and there is no wire to protect.
      ignoreTLS: !isStartTlsRequired,
      tls: {
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
        ...(!isIP(settings.host) && { servername: settings.host }),
        ...(options.authorities && { ca: options.authorities }),
      },
      ...(settings.credentials && { auth: settings.credentials }),
      connectionTimeout: timeouts.connectionMs,
      dnsTimeout: timeouts.connectionMs,
      greetingTimeout: timeouts.greetingMs,
      socketTimeout: timeouts.silenceMs,
      socketCloseTimeout: HANG_UP_MS,
      logger: conversation.logger,
      transactionLog: true,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const address = (mailbox: string) => ({ name: '', address: toAsciiMailbox(mailbox) });
    const { response } = await transport.sendMail({
      from: address(mail.from),
      replyTo: address(mail.replyTo),
      to: mail.to.map(address),
      cc: uniqueMailboxes(mail.cc, mail.to).map(address),
      envelope: { from: toAsciiMailbox(mail.from), to: envelope },
      subject: mail.subject,
      text: mail.text,
      // Relays may drop the blanks at the end of a line that is sent unencoded.
      encoding: 'quoted-printable',
      messageId: mail.messageId,
      ...(mail.isAutomatic && { headers: { 'Auto-Submitted': 'auto-generated' } }),
      date: new Date(),
      disableFileAccess: true,
      disableUrlAccess: true,
      signal: AbortSignal.timeout(timeouts.totalMs),
    });
    return { response };
  } catch (error) {
    return { error: error as NodemailerError };
  }
}
