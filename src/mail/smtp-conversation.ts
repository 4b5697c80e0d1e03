interface LogEntry {
  tnx?: unknown;
}

/** One method for all levels: the library logs its transaction through them. */
type Log = (entry: unknown, message?: unknown) => void;

/**
 * Watches one SMTP conversation through the library's transaction log, because its error alone does not tell
 * whether the server had already asked for the text. Keeps replies only, never what we sent: that holds secrets.
 *
 * A server answers in the order of the commands, also when they were sent at once, so each reply belongs to the
 * oldest command that has none.
 */
export class SmtpConversation {
  /** The reply to MAIL FROM, where it was not a yes. */
  mailRefusal: string | null = null;
  /** The replies to RCPT TO, in the order of the envelope. */
  readonly recipientReplies: string[] = [];
  /** The library took the reply to DATA for a go-ahead and gave the text: from here on silence means doubt. */
  isTextBegun = false;
  /** That reply was 354 indeed. After any other, it is open which reply belongs to what. */
  isTextAskedFor = false;

  readonly #unanswered: string[] = ['greeting'];

  /** What the library wants to be given as `logger`, together with `transactionLog`. */
  readonly logger: Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', Log> = (() => {
    const log: Log = (entry, message) => this.#observe((entry as LogEntry).tnx, String(message));
    return { trace: log, debug: log, info: log, warn: log, error: log, fatal: log };
  })();

  #observe(transaction: unknown, line: string): void {
    if (transaction === 'client') this.#unanswered.push(verbOf(line));
    if (transaction === 'server') this.#answer(this.#unanswered.shift(), line);
  }

  #answer(verb: string | undefined, reply: string): void {
    if (verb === 'MAIL' && !reply.startsWith('2')) this.mailRefusal = reply;
    if (verb === 'RCPT') this.recipientReplies.push(reply);
    if (verb !== 'DATA') return;
    this.isTextBegun = /^[23]/.test(reply);
    this.isTextAskedFor = /^354/.test(reply);
  }
}

function verbOf(line: string): string {
  return /^(MAIL|RCPT|DATA)\b/.exec(line)?.[0] ?? 'other';
}
