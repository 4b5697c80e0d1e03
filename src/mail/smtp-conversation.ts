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
  /** The server asked for the text (354): from here on silence means doubt. */
  isTextBegun = false;
  /** All of the text, with the closing dot, was handed over. A yes before that is not an answer to it. */
  isTextComplete = false;

  readonly #unanswered: string[] = ['greeting'];

  /** What the library wants to be given as `logger`, together with `transactionLog`. */
  readonly logger: Record<'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal', Log> = (() => {
    const log: Log = (entry, message) => this.#observe((entry as LogEntry).tnx, String(message));
    return { trace: log, debug: log, info: log, warn: log, error: log, fatal: log };
  })();

  #observe(transaction: unknown, line: string): void {
    if (transaction === 'client') this.#unanswered.push(verbOf(line));
    if (transaction === 'server') this.#answer(this.#unanswered.shift(), line);
    if (transaction === 'message') this.isTextComplete = true;
  }

  #answer(verb: string | undefined, reply: string): void {
    if (verb === 'MAIL' && !reply.startsWith('2')) this.mailRefusal = reply;
    if (verb === 'RCPT') this.recipientReplies.push(reply);
    // The library takes a 2xx here for a go-ahead too.
    if (verb === 'DATA' && /^[23]/.test(reply)) this.isTextBegun = true;
  }
}

function verbOf(line: string): string {
  return /^(MAIL|RCPT|DATA)\b/.exec(line)?.[0] ?? 'other';
}
