const MAILBOX = /^[^\s\p{Cc}@<>(),;:"\\[\]]+@[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/u;

/**
 * A mailbox as headers and envelope carry it: the domain in ASCII and lower case, the local part as it is.
 *
 * @example toAsciiMailbox('karten@bühne.example') // 'karten@xn--bhne-0ra.example'
 */
export function toAsciiMailbox(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at + 1)}${toAsciiDomain(address.slice(at + 1))}`;
}

/** What is no domain stays as it is. */
function toAsciiDomain(domain: string): string {
  // A URL keeps its host when the new one is invalid, so it starts with one that no mailbox has.
  const url = new URL(`ws://${NO_DOMAIN}`);
  url.hostname = domain;
  return url.hostname === NO_DOMAIN ? domain : url.hostname;
}

const NO_DOMAIN = '-';

/** Whether this is exactly one mailbox, in ASCII form: no list, no display name, nothing that ends a line. */
export function isAsciiMailbox(address: string): boolean {
  return MAILBOX.test(address);
}

/** Equal keys mean one mailbox: no relevant server tells `Karten@` from `karten@`, and a mail sent twice is worse. */
export function mailboxKey(address: string): string {
  return toAsciiMailbox(address).toLowerCase();
}

/** The mailboxes in ASCII form and in the given order, without duplicates and without those of `others`. */
export function uniqueMailboxes(addresses: readonly string[], others: readonly string[] = []): string[] {
  const seen = new Set(others.map(mailboxKey));
  return addresses.map(toAsciiMailbox).filter((address) => {
    const isNew = !seen.has(mailboxKey(address));
    seen.add(mailboxKey(address));
    return isNew;
  });
}
