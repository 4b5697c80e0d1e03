import { dayAndTime } from './clock';
import { visibleToCompare } from './visible';
import { MASK_LABELS, type FieldConflict } from './vocabulary';

/** One value of a conflict as people read it. */
export function conflictText(field: FieldConflict['field'], value: string | null): string {
  if (value === null || value === '') return '(leer)';
  return field === 'startsAt' ? dayAndTime(value) : visibleToCompare(value);
}

/** What of a performance was changed, with both values. */
export function movedText({ field, before, now }: FieldConflict): string {
  return `${MASK_LABELS[field]}: bisher ${conflictText(field, before)}, jetzt ${conflictText(field, now)}.`;
}
