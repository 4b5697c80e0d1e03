/** `absage up` cannot start, or not go on. Its message is a German sentence that says what to do. */
export class UpError extends Error {
  override readonly name = 'UpError';
}
