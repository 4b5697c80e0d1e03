import type { CaseLines } from './lines';
import { noticeAttempts } from './mail-lines';

/** Before the subject of every mail in rehearsal. */
export const REHEARSAL_PREFIX = '[PROBE] ';

/**
 * Whether a case was only tried. Its lines decide where they say it: a program in another mode may be given the same
 * journal. With a real Jet only the mail tells the two modes apart, so without one it is the program's own mode.
 */
export function wasRehearsal({ first, entries }: CaseLines, isRehearsal: boolean): boolean {
  const { isSimulator } = first.after;
  if (isSimulator === true) return true;
  const subject = isSimulator === false ? noticeAttempts(entries)[0]?.after.subject : undefined;
  return subject === undefined ? isRehearsal : subject.startsWith(REHEARSAL_PREFIX);
}
