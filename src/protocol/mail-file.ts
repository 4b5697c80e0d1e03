import { simpleParser, type Attachment, type ParsedMail } from 'mailparser';
import { readEndProofs, type EndProof } from '../domain/end-proof';
import { readText } from './text-file';

/** A mail that was handed on may itself have been one that was handed on. Each level is as large as all within it. */
const DEEPEST = 10;

/** `fault`: why there is nothing to compare with, for people. */
export type MailedProof = { proof: EndProof } | { fault: string };

/** Everything that a file holds, as far as it can be read. */
interface Contents {
  /** What a reader of the mail is shown. */
  shown: string[];
  /** What stands there and is shown to nobody: head lines, comments. */
  hidden: string[];
  /** Why something of it could not be read. */
  unread: string[];
}

/**
 * What a mail about the end of a case says, from the mail as a file (`.eml`), also one that was handed on inside of another
 * one, or from its text alone. Only what people are shown is a proof. Where anything else differs from that, none counts:
 * which of them was meant is not certain.
 */
export async function readMailedProof(file: Buffer): Promise<MailedProof> {
  const contents = isMail(readText(file))
    ? await readMail(file)
    : {
        shown: [readText(file)],
        hidden: [],
        unread: OLE.equals(file.subarray(0, OLE.length)) ? [OUTLOOK] : [],
      };
  const proofs = distinct(contents.shown.flatMap(readEndProofs));
  // What is hidden may be cut in pieces by the encoding, so that its key is missing.
  const others = contents.hidden.flatMap(readEndProofs).filter(({ fingerprint }) => fingerprint !== null);
  const [proof] = proofs;
  if (!proof) return { fault: contents.unread[0] ?? (others.length > 0 ? HIDDEN : NONE) };
  return distinct([...proofs, ...others]).length > 1 ? { fault: SEVERAL } : { proof };
}

const NONE = 'In der Datei zu --mail steht kein Nachweis über das Ende einer Absage.';
const SEVERAL =
  'In der Datei zu --mail stehen mehrere Nachweise, und sie sind verschieden: welcher gilt, ist nicht sicher.';
const HIDDEN =
  'In der Datei zu --mail steht ein Nachweis nur dort, wo ihn vielleicht niemand sieht: in Kopfzeilen, oder in einer HTML-Form, die Text versteckt. So zählt er nicht. Bitte den Text aus dem Mailprogramm kopieren.';
const OUTLOOK =
  'Die Datei zu --mail ist in einer Form, die nur Outlook liest. Bitte die E-Mail als .eml speichern, oder ihren Text kopieren.';
const SEALED =
  'Die E-Mail in der Datei zu --mail ist verschlüsselt oder verpackt (S/MIME, PGP, winmail.dat) und hier nicht zu lesen. Bitte ihren Text aus dem Mailprogramm kopieren.';
const TOO_DEEP = `In der Datei zu --mail stecken mehr als ${DEEPEST} weitergeleitete E-Mails ineinander: so tief wird nicht gelesen. Bitte die innerste für sich speichern.`;
const BROKEN = 'Die Datei zu --mail ist als E-Mail nicht zu lesen. Bitte ihren Text kopieren.';

function distinct(proofs: readonly EndProof[]): EndProof[] {
  return [...new Map(proofs.map((proof) => [JSON.stringify(proof), proof])).values()];
}

/** How Outlook's own files (`.msg`) begin. */
const OLE = Buffer.from([0xd0, 0xcf, 0x11, 0xe0]);

const HEAD_LINE = /^(?:from|date|received|return-path|message-id|mime-version|content-type|subject):/i;
const MAILBOX_LINE = /^>?From .*\n/;

/** Whether a text begins with the head of a mail. What somebody has copied out of one begins with anything else. */
function isMail(text: string): boolean {
  const [head = ''] = text.replace(MAILBOX_LINE, '').split(/\r?\n\r?\n/, 1);
  const lines = head.split(/\r?\n/);
  return /^[!-9;-~]+:/.test(lines[0] ?? '') && lines.some((line) => HEAD_LINE.test(line));
}

/** The bytes as they are, because the mail names its own encoding; but one that was saved in UTF-16 as a whole has none of these. */
async function readMail(file: Buffer): Promise<Contents> {
  const text = readText(file);
  const contents: Contents = { shown: [], hidden: [text], unread: [] };
  await readInto(contents, isUtf16(file) ? Buffer.from(text) : file, DEEPEST);
  return contents;
}

function isUtf16(file: Buffer): boolean {
  return file.length > 1 && Math.min(file[0]!, file[1]!) === 0xfe && Math.max(file[0]!, file[1]!) === 0xff;
}

async function readInto(contents: Contents, mail: Buffer, depth: number): Promise<void> {
  const parsed = depth > 0 ? await parse(mail) : null;
  if (!parsed) return void contents.unread.push(depth > 0 ? BROKEN : TOO_DEEP);
  const { text = '', html, attachments } = parsed;
  if (text.includes('-----BEGIN PGP MESSAGE-----')) contents.unread.push(SEALED);
  contents.shown.push(text);
  if (html) await readHtml(contents, html);
  for (const attachment of attachments) await readAttached(contents, attachment, depth);
}

const SEALING = /^application\/(?:(?:x-)?pkcs7-mime|pgp-encrypted|ms-tnef|vnd\.ms-tnef)$/;

async function readAttached(
  contents: Contents,
  { contentType, content }: Attachment,
  depth: number,
): Promise<void> {
  if (/^message\/(?:rfc822|global)$/.test(contentType)) await readInto(contents, content, depth - 1);
  else if (contentType === 'text/html') await readHtml(contents, readText(content));
  else if (contentType === 'text/plain') contents.shown.push(readText(content));
  else if (SEALING.test(contentType)) contents.unread.push(SEALED);
}

/** Parts of a page that no reader is shown. */
const UNSEEN = /<!--[^]*?-->|<(head|title|template|noscript|script|style)\b[^]*?<\/\1\s*>/gi;
/** The parser lets one cell run on into the next one. */
const CELL_END = /<\/t[dh]\s*>/gi;
const HIDING = /display\s*:\s*none|visibility\s*:\s*hidden|<[^>]*\shidden[\s=>]/i;

/** HTML as a reader sees it. Where a style hides something of it, it is not certain what that is. */
async function readHtml({ shown, hidden }: Contents, html: string): Promise<void> {
  const page = html.replaceAll(UNSEEN, ' ').replaceAll(CELL_END, '<br>$&');
  const parsed = await parse(Buffer.from(`Content-Type: text/html; charset=utf-8\n\n${page}`), true);
  (HIDING.test(html) ? hidden : shown).push(parsed?.text ?? '');
  hidden.push(html);
}

/** `null`: the parser gives up, for example on a line of several megabytes. */
function parse(mail: Buffer, isPage = false): Promise<ParsedMail | null> {
  return simpleParser(mail, { skipImageLinks: true, skipHtmlToText: !isPage, skipTextToHtml: true }).catch(
    () => null,
  );
}
