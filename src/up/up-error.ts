/** `absage up` cannot start or cannot go on. The message is a German sentence that says what to do. */
export class UpError extends Error {
  override readonly name = 'UpError';
}
