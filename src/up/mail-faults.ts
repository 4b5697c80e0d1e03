import { simpleParser } from 'mailparser';
import { z } from 'zod';

/**
 * Both take the whole text of a mail and then cut the connection without an answer, so that the sender cannot know whether the mail
 * arrived: after `drop-after-data` it did not, after `keep-after-data` it did. It applies to the next `count` mails whose subject contains all of
 * `subjectIncludes`.
 */
export const mailFaultRequest = z.strictObject({
  kind: z.enum(['drop-after-data', 'keep-after-data']),
  count: z.int().min(1).max(1_000).default(1),
  subjectIncludes: z.array(z.string().min(1)).max(10).default([]),
});

type MailFaultRequest = z.output<typeof mailFaultRequest>;

/** The armed faults. They are kept in memory only: after a restart the mail catcher takes every mail. */
export class MailFaults {
  private armed: MailFaultRequest[] = [];

  arm(request: MailFaultRequest): void {
    this.armed.push({ ...request });
  }

  /** How many are armed. */
  get count(): number {
    return this.armed.length;
  }

  clear(): void {
    this.armed = [];
  }

  /** What goes wrong with this mail, if anything does; the oldest fault that fits counts it. */
  async find(source: Buffer): Promise<MailFaultRequest['kind'] | null> {
    if (this.armed.length === 0) return null;
    const { subject = '' } = await simpleParser(source, { skipTextToHtml: true });
    // No `await` from here on: of two mails that arrive together, only one is counted as the last.
    const fault = this.armed.find(({ subjectIncludes }) =>
      subjectIncludes.every((part) => subject.includes(part)),
    );
    if (!fault) return null;
    fault.count -= 1;
    this.armed = this.armed.filter(({ count }) => count > 0);
    return fault.kind;
  }
}
