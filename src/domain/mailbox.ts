const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;

/** What people do not see, or not as what it is. A plain blank they do. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Surrogate}\u2800]|(?! )\p{Zs}/u;
const OUTSIDE_ASCII = /\P{ASCII}/u;
const LOCAL_PART = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/;
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const NO_MAILBOX = 'ist keine einzelne E-Mail-Adresse';

/**
 * Why a text is not exactly one mailbox, as a German half sentence, or `null`: no list, no display name, no address
 * literal. What stands before the @ is ASCII, because not every server takes more; the domain may be in any script. A
 * character that one cannot see is named by its number.
 *
 * @example mailboxFault('büro@haus.example') // 'enthält vor dem @ das Zeichen „ü“ (U+00FC), erlaubt ist dort nur ASCII'
 */
export function mailboxFault(address: string): string | null {
  const [unseen] = UNSEEN.exec(address) ?? [];
  if (unseen) return `enthält ein Zeichen, das man nicht sieht (${numberOf(unseen)})`;
  const at = address.lastIndexOf('@');
  const localPart = address.slice(0, Math.max(at, 0));
  const [foreign] = OUTSIDE_ASCII.exec(localPart) ?? [];
  if (foreign && !/[\s@<>(),;:"\\[\]]/.test(localPart))
    return `enthält vor dem @ das Zeichen „${foreign}“ (${numberOf(foreign)}), erlaubt ist dort nur ASCII`;
  if (!LOCAL_PART.test(localPart)) return NO_MAILBOX;
  if (localPart.length > LONGEST_LOCAL_PART) return `hat vor dem @ mehr als ${LONGEST_LOCAL_PART} Zeichen`;
  if (/^\.|\.\.|\.$/.test(localPart)) return 'hat vor dem @ einen Punkt am Rand oder zwei hintereinander';
  return domainFault(address.slice(at + 1)) ?? lengthFault(toAsciiMailbox(address));
}

function domainFault(domain: string): string | null {
  if (!DOMAIN.test(domain)) return NO_MAILBOX;
  const labels = toAsciiDomain(domain).split('.');
  // A name that ends in digits is the address of a machine, which `URL` may also have written out.
  const isName =
    labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^[0-9]+$/.test(labels.at(-1) ?? '');
  return isName ? null : 'hat nach dem @ keinen gültigen Rechnernamen';
}

function lengthFault(address: string): string | null {
  return address.length > LONGEST_ADDRESS ? 'ist zu lang für eine E-Mail-Adresse' : null;
}

function numberOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

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

/** Whether this is exactly one mailbox, in the form that headers and envelope carry. */
export function isAsciiMailbox(address: string): boolean {
  return mailboxFault(address) === null && toAsciiMailbox(address) === address;
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
