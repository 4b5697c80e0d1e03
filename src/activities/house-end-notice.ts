import { Context } from '@temporalio/activity';
import { ABSAGE } from '../domain/actor';
import { endFactsOf, endText } from '../domain/end-notice';
import { remainingByHand } from '../domain/ending';
import { effectKeys, type EntryOf } from '../domain/journal';
import { readLines, type CaseLines } from '../domain/lines';
import { performanceOf } from '../domain/performance';
import { lastRead } from '../domain/storno-lines';
import { isSignedWith, type PublicKey } from '../domain/signature';
import type { CaseRef } from '../domain/types';
import type { ActivityDependencies } from './activity';
import type { KnownCase } from './reading';

/** Longest wait for the mail server, in milliseconds. The case has ended, and its run waits only for this mail. */
const SEND_WITHIN_MS = 5_000;

type Dependencies = Pick<ActivityDependencies, 'journal' | 'mail' | 'houses' | 'signingKey'>;

/**
 * Mails the house how its case ended, and what is left to do by hand: one attempt, whatever its outcome, and only after
 * the end is written down. A failure here never keeps the case from closing.
 */
export async function tellEnd(
  deps: Dependencies,
  ref: CaseRef,
  { opening, entries }: KnownCase,
  end: EntryOf<'close'>,
): Promise<void> {
  // A case without an opening line never began.
  const lines = opening && readLines([...entries, end]);
  if (!lines) return;
  try {
    await send(deps, ref, lines, end);
  } catch (error) {
    Context.current().log.warn('the house could not be told that the case has ended', { error });
  }
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
    actions: remainingByHand(lines),
    proof: { caseId: ref.caseId, seq, hash, fingerprint: fingerprintOf(end, signingKey) },
  });
  const line = { ...ABSAGE, step: 'report', operation: 'alert-house' } as const;
  const { to, subject, messageId } = message;
  const intent = await journal.appendNew(ref, {
    ...line,
    kind: 'intent',
    effectKey: effectKeys.endNotice,
    after: { to, subject, messageId },
  });
  if (!intent) return;
  const [outcome] = await mail.send(message, to, { withinMs: SEND_WITHIN_MS });
  await journal.append(ref, {
    ...line,
    kind: 'outcome',
    effectKey: effectKeys.outcomeOf(effectKeys.endNotice),
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
