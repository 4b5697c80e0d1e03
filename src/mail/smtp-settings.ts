import { isIP } from 'node:net';

/** Where and how to reach the mail server. */
export interface SmtpSettings {
  host: string;
  port: number;
  /** TLS from the first byte (`smtps:`). */
  isImplicitTls: boolean;
  /** STARTTLS before anything is said that matters; without it nothing is sent. */
  isStartTlsRequired: boolean;
  credentials: { user: string; pass: string } | null;
}

/**
 * Reads `smtp://user:password@host:587`. Options after a `?` are ignored: none may switch the checks off. Throws
 * without quoting the address, which may hold a password.
 */
export function readSmtpUrl(text: string): SmtpSettings {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !['smtp:', 'smtps:'].includes(url.protocol) || !url.hostname) {
    throw new TypeError('the address of the mail server is not an smtp: or smtps: URL');
  }
  const isImplicitTls = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: Number(url.port) || (isImplicitTls ? 465 : 587),
    isImplicitTls,
    isStartTlsRequired: !isImplicitTls && !isLoopbackHost(host),
    credentials: url.username ? { user: decode(url.username), pass: decode(url.password) } : null,
  };
}

/** Whether a host is this very machine, where a listener would need no wire to tap. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
