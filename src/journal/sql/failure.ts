import { KnownFailure } from '../../domain/failures';

/** Turns an error of the database into the row of the failure table that stands for it. */
export async function asJournalFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KnownFailure) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new KnownFailure('journal-unavailable', reason, { cause: error });
  }
}
