import { createTransport } from 'nodemailer';
import type { About } from './activities';

const TEXT = `${'Die Vorstellung entfällt wegen einer technischen Störung. '.repeat(12)}\n`.repeat(2);

/** One conversation with the mail server for each mail. */
export class PlainMail {
  private readonly transport;

  constructor(server: { host: string; port: number }) {
    this.transport = createTransport({ ...server, ignoreTLS: true });
  }

  async send({ caseId, eventNumber }: About, recipients: number): Promise<void> {
    const { rejected } = await this.transport.sendMail({
      from: 'bench@absage.example',
      to: Array.from({ length: recipients }, (_, index) => `to-${index}@absage.example`),
      subject: `Absage ${eventNumber}`,
      text: TEXT,
      messageId: `<${caseId}.${recipients}@absage.example>`,
    });
    if (rejected.length > 0) throw new Error('a mail was refused');
  }
}
