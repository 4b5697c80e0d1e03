import { simpleParser } from 'mailparser';
import { z } from 'zod';

/**
 * `drop-after-data`: the whole text of a mail is taken, and then the connection is cut without an answer, so that the
 * sender cannot know what became of it. For the next `count` mails, or the next whose subject has all of
 * `subjectIncludes` in it.
 */
export const mailFaultRequest = z.strictObject({
  kind: z.literal('drop-after-data'),
  count: z.int().min(1).max(1_000).default(1),
  subjectIncludes: z.array(z.string().min(1)).max(10).default([]),
});

type MailFaultRequest = z.output<typeof mailFaultRequest>;

/** The faults that are armed. In memory only: a mail catcher that has been started anew takes every mail. */
export class MailFaults {
  private armed: MailFaultRequest[] = [];

  arm(request: MailFaultRequest): void {
    this.armed.push({ ...request });
  }

  clear(): void {
    this.armed = [];
  }

  /** Whether this mail is one to be dropped; the oldest fault that fits counts it. */
  async takes(source: Buffer): Promise<boolean> {
    if (this.armed.length === 0) return false;
    const { subject = '' } = await simpleParser(source, { skipTextToHtml: true });
    // From here on nothing waits: of two mails that come together only one is counted as the last.
    const fault = this.armed.find(({ subjectIncludes }) =>
      subjectIncludes.every((part) => subject.includes(part)),
    );
    if (!fault) return false;
    fault.count -= 1;
    this.armed = this.armed.filter(({ count }) => count > 0);
    return true;
  }
}
