import { simpleParser } from 'mailparser';
import { readEndProof, type EndProof } from '../domain/end-proof';

/** What a mail about the end of a case says, from the mail as a file (`.eml`) or from its text alone. */
export async function readMailedProof(file: Buffer): Promise<EndProof | null> {
  const { text } = await simpleParser(file);
  return readEndProof(text ?? '') ?? readEndProof(file.toString('utf8'));
}
