interface LogEntry {
  tnx?: unknown;
}

/** One method serves all log levels: the library logs its transaction through them. */
type Log = (entry: unknown, message?: unknown) => void;

/**
 * Watches one SMTP conversation through the library's transaction log, because the library's error alone does not say
 * whether the server had already asked for the text. Keeps replies only, never our commands, which hold secrets.
 *
 * A server answers in the order of the commands, even when they were sent together, so each reply belongs to the
 * oldest command without one.
 */
export class SmtpConversation {
  /** The reply to MAIL FROM, where the server refused it. */
  mailRefusal: string | null = null;
  /** The replies to RCPT TO, in the order of the envelope. */
  readonly recipientReplies: string[] = [];
  /** The library took the reply to DATA for a go-ahead and sent the text: from here on, silence means doubt. */
  isTextBegun = false;
  /** That reply was really 354. After any other reply it is open which reply belongs to which command. */
  isTextAskedFor = false;

  readonly #unanswered: string[] = ['greeting'];

  /** For the library's option `logger`, together with `transactionLog`. */
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
