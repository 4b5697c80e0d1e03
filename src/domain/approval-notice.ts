import { numberOf, type RequestLine } from './approval';
import type { Approval, CasePolicy, Opening } from './case';
import { clockOn, clockTime, toInstant, toMs } from './clock';
import type { JournalEntry } from './journal';
import { shownName } from './names';
import type { Instant } from './types';

/** The mail to whoever may approve a case: what is asked for, until when, and what happens without them. */
export function approvalText(
  entries: readonly JournalEntry[],
  request: RequestLine,
  { input }: Opening,
): string {
  const { at, actor, after } = request;
  const isAgain = numberOf(entries, request) > 1;
  const sentences = [
    isAgain
      ? 'Seit der Freigabe hat sich in Jet etwas geändert, sie gilt nicht mehr: bitte noch einmal ansehen.'
      : `${shownName(actor)} will diese Vorstellung absagen (${after.marker}) und braucht eine zweite Person, die das freigibt.`,
    `Die Bitte gilt bis ${clockOn(after.expiresAt, at)}, danach wird nicht abgesagt.`,
    inTimeText(after, input.policy, at),
    'Bis zur Freigabe wird in Jet nichts geschrieben, und es wird weiter verkauft.',
  ];
  return sentences.filter((sentence) => sentence !== null).join(' ');
}

/** By when the approval is needed for Ö-Ticket to know before the curtain; `null`: it is too late for that. */
function neededBy(startsAt: Instant, syncIntervalMs: number, now: Instant): Instant | null {
  const latestMs = toMs(startsAt) - 2 * syncIntervalMs;
  return latestMs > toMs(now) ? toInstant(latestMs) : null;
}

/** `null`: whoever decides in time is in time for Ö-Ticket, too; or the performance has begun. */
export function inTimeText(
  {
    event: { startsAt },
    expiresAt,
  }: { event: Pick<RequestLine['after']['event'], 'startsAt'>; expiresAt: Instant },
  { syncIntervalMs }: Pick<CasePolicy, 'syncIntervalMs'>,
  now: Instant,
): string | null {
  if (toMs(startsAt) <= toMs(now)) return null;
  const latest = neededBy(startsAt, syncIntervalMs, now);
  if (latest !== null && toMs(latest) >= toMs(expiresAt)) return null;
  return latest === null
    ? 'Vor Beginn wird Ö-Ticket es nicht mehr wissen: bitte gleich freigeben und Ö-Ticket anrufen.'
    : `Damit Ö-Ticket es vor Beginn weiß, braucht es die Freigabe bis ca. ${clockOn(latest, now)}.`;
}

/** What page, mail and Protokoll say of a case that somebody has approved, or has begun without; `null`: nobody has. */
export function decidedText({ decision }: Pick<Approval, 'decision'>): string | null {
  if (decision?.kind === 'rejected')
    return `Entschieden von ${shownName(decision.by)} um ${clockTime(decision.at)}. Begründung: ${decision.reason ?? ''}`;
  if (decision?.kind === 'overridden')
    return `Ohne Freigabe begonnen, von ${shownName(decision.by)} um ${clockTime(decision.at)}. Begründung: ${decision.reason ?? ''}`;
  if (decision?.kind !== 'approved') return null;
  const how = decision.arePersons ? '' : ' (durch zwei Zugänge, Personen nicht geprüft)';
  return `Freigegeben von ${shownName(decision.by)} um ${clockTime(decision.at)}${how}.`;
}

/** First in the mail about a case that was begun without a second person. */
export function overrideText({
  actor,
  at,
  after: { reason },
}: {
  actor: string;
  at: Instant;
  after: { reason: string };
}): string {
  return `OHNE FREIGABE: ${shownName(actor)} hat diese Absage um ${clockTime(at)} ohne zweite Person beginnen lassen. Begründung: ${reason}`;
}
