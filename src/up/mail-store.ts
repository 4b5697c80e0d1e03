import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import type { Logger } from '../observability';

/** The addresses of the SMTP commands, and the instant at which the whole mail had arrived. */
export interface Envelope {
  receivedAt: string;
  /** Empty for a mail that asks for no reply (the null reverse-path). */
  from: string;
  to: string[];
}

/** As `GET /messages` shows it. */
export interface CaughtMail extends Envelope {
  id: string;
  messageId: string | null;
  subject: string;
  text: string;
  /** The mail as it was sent, header and body. */
  source: string;
}

export interface MailStore {
  /** Resolves when a power cut can no longer lose the mail. */
  add(envelope: Envelope, source: Buffer): Promise<void>;
  /** The oldest first. */
  list(): Promise<CaughtMail[]>;
}

/** The envelope stands before the mail as one more header line, so any mail program can open the one file. */
const ENVELOPE = 'X-Absage-Envelope: ';
const NAME = /^([0-9]{8})-[0-9a-f]{8}\.eml$/;
const UNFINISHED = '.unfinished';

/** Keeps one file for each mail. The folder is what counts: a person may delete files in it at any time. */
export async function openMailStore(folder: string, logger: Logger): Promise<MailStore> {
  await mkdir(folder, { recursive: true });
  const parsed = new Map<string, Promise<CaughtMail | null>>();
  const names = await readdir(folder);
  for (const name of names.filter((name) => name.endsWith(UNFINISHED))) await rm(join(folder, name));
  let latest = Math.max(0, ...names.map((name) => Number(NAME.exec(name)?.[1] ?? 0)));

  return {
    async add(envelope, source) {
      // Numbered, because a clock can be set back. The random part keeps a second process from overwriting the file.
      latest += 1;
      const name = `${String(latest).padStart(8, '0')}-${randomUUID().slice(0, 8)}.eml`;
      const head = Buffer.from(`${ENVELOPE}${JSON.stringify(envelope)}\r\n`);
      await writeDurably(folder, name, Buffer.concat([head, source]));
    },

    async list() {
      const listed = new Set((await readdir(folder)).filter((name) => NAME.test(name)).sort());
      for (const name of parsed.keys()) if (!listed.has(name)) parsed.delete(name);
      const mails: CaughtMail[] = [];
      for (const name of listed) {
        const reading = parsed.get(name) ?? readMail(folder, name, logger);
        parsed.set(name, reading);
        const mail = await reading;
        if (mail) mails.push(mail);
      }
      return mails;
    },
  };
}

async function writeDurably(folder: string, name: string, content: Buffer): Promise<void> {
  const unfinished = join(folder, `${name}${UNFINISHED}`);
  const file = await open(unfinished, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } catch (error) {
    // The room that a part of the mail takes is needed for the next try.
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await rename(unfinished, join(folder, name));
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** `null` for a file that cannot be read as a mail of ours: one bad file must not hide the others. */
async function readMail(folder: string, name: string, logger: Logger): Promise<CaughtMail | null> {
  try {
    const content = await readFile(join(folder, name));
    const headEnd = content.indexOf('\r\n');
    const head = content.toString('utf8', ENVELOPE.length, headEnd);
    const { receivedAt, from, to } = JSON.parse(head) as Envelope;
    const source = content.subarray(headEnd + 2);
    const { messageId, subject, text } = await simpleParser(source, { skipTextToHtml: true });
    return {
      id: name.slice(0, -'.eml'.length),
      receivedAt,
      from,
      to,
      messageId: messageId ?? null,
      subject: subject ?? '',
      text: text ?? '',
      source: source.toString('utf8'),
    };
  } catch (error) {
    logger.warn({ err: error, name }, 'a caught mail cannot be read');
    return null;
  }
}
