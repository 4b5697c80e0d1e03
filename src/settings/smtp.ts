import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { isLoopback } from '../domain/loopback';
import { parseUrl } from '../domain/url';

/** Where and how to reach the mail server. */
export interface SmtpSettings {
  /** The name that the server's certificate must carry. */
  host: string;
  /** The address to connect to. For this very machine no name server is asked. */
  address: string;
  port: number;
  /** TLS from the first byte (`smtps:`). */
  isImplicitTls: boolean;
  /** STARTTLS has to come before log-in and mail; without it nothing is sent. */
  isStartTlsRequired: boolean;
  credentials: { user: string; pass: string } | null;
  /** The URL without user and password, for people. */
  shownUrl: string;
}

/**
 * Reads `smtp://user:password@host:587` and refuses anything beyond it: an administrator would rely on an option that
 * is ignored. Throws without quoting the address, which may hold a password.
 */
export function readSmtpUrl(text: string): SmtpSettings {
  const url = parseUrl(text);
  const host = url && hostOf(url);
  if (!url || !host || !isServerOnly(url)) {
    throw new TypeError(
      'the address of the mail server is not of the form smtp(s)://user:password@host:port',
    );
  }
  const isImplicitTls = url.protocol === 'smtps:';
  return {
    host,
    address: host === 'localhost' ? '127.0.0.1' : host,
    port: Number(url.port || (isImplicitTls ? 465 : 587)),
    isImplicitTls,
    isStartTlsRequired: !isImplicitTls && !isLoopback(host),
    credentials: url.username ? { user: decode(url.username), pass: decode(url.password) } : null,
    shownUrl: withoutCredentials(url),
  };
}

function withoutCredentials({ href }: URL): string {
  const url = new URL(href);
  url.username = '';
  url.password = '';
  return url.href;
}

/** The host in lower case and ASCII, which `URL` does only for the schemes of the web. Empty when it is no host. */
function hostOf({ hostname }: URL): string {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) ? bare : domainToASCII(decode(bare));
}

function isServerOnly({ protocol, port, pathname, search, hash, username, password }: URL): boolean {
  if (!['smtp:', 'smtps:'].includes(protocol) || port === '0') return false;
  if (username === '' && password !== '') return false;
  return ['', '/'].includes(pathname) && search === '' && hash === '';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const UNNAMED = '[127.0.0.1]';
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The name in EHLO as it goes over the wire: a host name in ASCII, or an address literal. `null`: it is neither. */
export function readGreetingName(text: string): string | null {
  const [, address] = /^\[(?:IPv6:)?([^\]]*)\]$/i.exec(text) ?? [];
  if (address !== undefined) return isIP(address) ? addressLiteral(address) : null;
  const name = domainToASCII(text).replace(/\.$/, '');
  return HOST_NAME.test(name) && !isIP(name) ? name : null;
}

/** The name in EHLO where none is set: by the console's address a mail server can look the sender up. */
export function greetingNameOf(publicUrl: string | undefined): string {
  if (publicUrl === undefined) return UNNAMED;
  const host = new URL(publicUrl).hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(host)) return UNNAMED;
  return isIP(host) ? addressLiteral(host) : (readGreetingName(host) ?? UNNAMED);
}

function addressLiteral(address: string): string {
  return isIP(address) === 6 ? `[IPv6:${address}]` : `[${address}]`;
}
