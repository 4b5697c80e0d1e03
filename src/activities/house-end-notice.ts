import { Context } from '@temporalio/activity';
import { ABSAGE } from '../domain/actor';
import { endFactsOf, endText } from '../domain/end-notice';
import { remainingByHand } from '../domain/house-tasks';
import { withShownNames } from '../domain/names';
import { effectKeys, type EntryOf, type JournalEntry } from '../domain/journal';
import { endLine, endOf, openingOf, readLines, type CaseLines } from '../domain/lines';
import { endMailAttempts, houseMailOutcome } from '../domain/mail-lines';
import { performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
import { isSignedWith, type PublicKey } from '../domain/signature';
import type { CaseRef } from '../domain/types';
import type { ActivityDependencies } from './activity';

/** Longest wait for the mail server, in milliseconds. The case has ended, and its run waits only for this mail. */
const SEND_WITHIN_MS = 5_000;

type Dependencies = Pick<ActivityDependencies, 'journal' | 'mail' | 'houses' | 'signingKey'>;

/**
 * Mails the house how its case ended, and what is left to do by hand, only after the end is written down. It is one
 * attempt, and none where an earlier one arrived or may have arrived. A failure here never keeps the case from closing:
 * the hourly search (`untold-ends.ts`) tries again what was certainly not sent.
 */
export async function tellEnd(
  deps: Dependencies,
  ref: CaseRef,
  entries: readonly JournalEntry[],
): Promise<void> {
  const lines = readLines(entries);
  const end = endLine(entries);
  if (!lines || !end || !isEndUntold(entries)) return;
  try {
    await send(deps, ref, lines, end);
  } catch (error) {
    Context.current().log.warn('the house could not be told that the case has ended', { error });
  }
}

/**
 * No attempt was made at the mail about the end, or the last one was certainly not sent. A case without an opening line
 * never began, and has nobody to tell.
 */
export function isEndUntold(entries: readonly JournalEntry[]): boolean {
  const opening = openingOf(entries);
  if (!opening) return false;
  // The house gets one mail for the whole series.
  if (opening.input.series && endOf(entries) === 'completed') return false;
  const last = endMailAttempts(entries).at(-1);
  return !last || houseMailOutcome(entries, last) === 'not-sent';
}

async function send(
  { journal, mail, houses, signingKey }: Dependencies,
  ref: CaseRef,
  lines: CaseLines,
  end: EntryOf<'close'>,
): Promise<void> {
  const { seq, hash } = end;
  const facts = endFactsOf(lines);
  const { opening, entries } = lines;
  if (!facts || !opening) return;
  const { title, startsAt, venue } = performanceOf(opening, lastRead(entries));
  const house = houses.get(ref.house);
  if (!house) throw new Error(`house ${ref.house} is not configured`);
  const message = mail.composeHouseNotice(house, {
    kind: facts.end,
    noticeId: `ended.${ref.caseId}`,
    house: ref.house,
    eventNumber: ref.eventNumber,
    caseId: ref.caseId,
    isSimulator: opening.isSimulator,
    title,
    startsAt,
    venue,
    text: endText(facts),
    actions: remainingByHand(lines).map(withShownNames),
    proof: { caseId: ref.caseId, seq, hash, fingerprint: fingerprintOf(end, signingKey) },
  });
  const line = { ...ABSAGE, step: 'report', operation: 'alert-house' } as const;
  const { to, subject, messageId } = message;
  const effectKey = effectKeys.endNotice(endMailAttempts(entries).length + 1);
  const intent = await journal.appendNew(ref, {
    ...line,
    kind: 'intent',
    effectKey,
    after: { to, subject, messageId },
  });
  if (!intent) return;
  const [outcome] = await mail.send(message, to, { withinMs: SEND_WITHIN_MS });
  await journal.append(ref, {
    ...line,
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(effectKey),
    after: outcome,
    outcome: outcome?.outcome,
  });
  if (outcome?.outcome !== 'accepted')
    Context.current().log.warn('the mail that the case has ended was not accepted', { ...outcome });
}

/** Another worker may have written the line, with an earlier key. */
function fingerprintOf({ signature }: EntryOf<'close'>, key: PublicKey | undefined): string | null {
  return key && signature && isSignedWith(key, signature) ? key.fingerprint : null;
}
