import { isIP } from 'node:net';
import { createTransport, type NodemailerError } from 'nodemailer';
import type { Config } from '../settings/environment';
import type { SmtpSettings } from '../settings/smtp';
import { createRedactor } from '../mail/redact';
import { failed, ok, type Check, type Verdict } from './check';

/** Codes of Node and OpenSSL for a server whose identity cannot be verified, or that does not speak TLS. */
const TLS_FAILURE =
  /^(ERR_TLS_|ERR_SSL_|EPROTO$|CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_)/;

/** Some servers make an unknown client wait for the greeting. */
const SILENCE_MS = 10_000;

/** Holds a conversation up to the log-in, with the same demands as a real one. It sends no mail. */
export function mailCheck({ mode, smtp }: Config): Check {
  return {
    name: 'mail',
    label: 'Mailserver',
    async run() {
      const settings = smtp.server;
      const server = `${settings.host}:${settings.port}`;
      try {
        await converse(settings, smtp.name);
      } catch (error) {
        return judgeFailure(error as NodemailerError, server, settings, smtp.name);
      }
      const isEncrypted = settings.isImplicitTls || settings.isStartTlsRequired;
      const how = [isEncrypted && 'verschlüsselt', settings.credentials && 'mit Anmeldung'].filter(Boolean);
      const target =
        mode === 'rehearsal' && smtp.rehearsalTo && `, alle E-Mails gehen nur an ${smtp.rehearsalTo}`;
      return ok(`${server} antwortet${how.length > 0 ? ` (${how.join(', ')})` : ''}${target || ''}.`);
    },
  };
}

async function converse(settings: SmtpSettings, name: string): Promise<void> {
  const transport = createTransport({
    host: settings.address,
    port: settings.port,
    name,
    secure: settings.isImplicitTls,
    requireTLS: settings.isStartTlsRequired,
    ignoreTLS: !settings.isStartTlsRequired,
    tls: {
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      ...(!isIP(settings.host) && { servername: settings.host }),
    },
    ...(settings.credentials && { auth: settings.credentials }),
    connectionTimeout: SILENCE_MS,
    dnsTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

function judgeFailure(
  error: NodemailerError,
  server: string,
  { credentials }: SmtpSettings,
  name: string,
): Verdict {
  const redact = createRedactor(credentials);
  const reason = redact(error.response ?? error.originalCode ?? error.code ?? error.name);
  if (error.code === 'EAUTH') {
    return failed(
      `${server} lehnt die Anmeldung ab: bitte Benutzer und Passwort in ABSAGE_SMTP_URL prüfen (${reason}).`,
    );
  }
  if (error.code === 'ETLS' || TLS_FAILURE.test(error.originalCode ?? error.code ?? '')) {
    return failed(
      `Mit ${server} gelingt keine sichere Verbindung: bitte STARTTLS und Zertifikat des Mailservers prüfen (${reason}).`,
    );
  }
  if (error.response) {
    return failed(
      `${server} antwortet, weist Absage aber ab: darf dieser Rechner dort senden, und ist ABSAGE_SMTP_NAME (${name}) ein Name, den der Mailserver annimmt? (${reason})`,
    );
  }
  return failed(`${server} antwortet nicht: bitte ABSAGE_SMTP_URL und das Netz prüfen (${reason}).`);
}
