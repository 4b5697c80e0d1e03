const REHEARSAL_LINE =
  '*** PROBE: Diese E-Mail ist eine Übung. Es ist keine echte Absage, bitte veranlassen Sie nichts. ***';
const REHEARSAL_LINE_WITH_JET =
  '*** PROBE mit echtem Jet: Was in Jet gespeichert wurde, gilt. Nur die E-Mails sind eine Probe und gehen nicht an Ö-Ticket. ***';

/** Stands above a mail of a rehearsal. What is not known to be a simulator counts as a real Jet. */
export function rehearsalLine(isSimulator = false): string {
  return isSimulator ? REHEARSAL_LINE : REHEARSAL_LINE_WITH_JET;
}
