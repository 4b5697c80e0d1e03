import { simpleParser, type ParsedMail } from 'mailparser';
import { readEndProofs, type EndProof } from '../domain/end-proof';
import { readText } from './text-file';

/** A mail that was handed on may itself have been one that was handed on. */
const DEEPEST = 3;

/**
 * What a mail about the end of a case says, from the mail as a file (`.eml`), also one that was handed on inside of another
 * one, or from its text alone. Whatever any reader may see of it counts: `several` where that is not always the same.
 */
export async function readMailedProof(file: Buffer): Promise<EndProof | 'several' | null> {
  const text = readText(file);
  const texts = [text, ...(await textsOf(Buffer.from(text), DEEPEST))];
  const proofs = new Map(texts.flatMap(readEndProofs).map((proof) => [JSON.stringify(proof), proof]));
  const [first = null] = proofs.values();
  return proofs.size > 1 ? 'several' : first;
}

/** Of a text that is no mail: none. */
async function textsOf(mail: Buffer, depth: number): Promise<string[]> {
  if (depth === 0) return [];
  const parsed = await parse(mail);
  if (!parsed) return [];
  const { text = '', html, attachments } = parsed;
  const inner = attachments.filter(({ contentType }) => contentType === 'message/rfc822');
  return [
    text,
    ...(html ? [await shown(html)] : []),
    ...(await Promise.all(inner.map(({ content }) => textsOf(content, depth - 1)))).flat(),
  ];
}

/** HTML as a reader sees it. */
async function shown(html: string): Promise<string> {
  return (await parse(Buffer.from(`Content-Type: text/html; charset=utf-8\n\n${html}`)))?.text ?? '';
}

/** `null`: the parser gives up, for example on a line of several megabytes. */
function parse(mail: Buffer): Promise<ParsedMail | null> {
  return simpleParser(mail, { skipImageLinks: true }).catch(() => null);
}
