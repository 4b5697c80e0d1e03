import type { JournalHead } from '../domain/journal';
import type { LocalDate } from '../domain/types';

export interface RightResult {
  /** `null`: unlimited, or waived. */
  validUntil: LocalDate | null;
  hasWritten: boolean;
  isWaived?: boolean;
  head: JournalHead;
}
