import { Context } from '@temporalio/activity';
import type { Opening } from '../domain/case';
import { endText, remainingByHand, type EndFacts } from '../domain/end-notice';
import { effectKeys, type EntryOf, type JournalEntry } from '../domain/journal';
import { findStorno, firstMarking, isWaived, lastRestoring, stornoOf } from '../domain/lines';
import { stripMarker } from '../domain/marker';
import type { CaseRef, Instant } from '../domain/types';
import { WAIVABLE_STEPS } from '../domain/vocabulary';
import type { ActivityDependencies } from './activity';
import type { KnownCase } from './reading';

/** Longest wait for the mail server, in milliseconds. The case has ended, and its run waits only for this mail. */
const SEND_WITHIN_MS = 5_000;

/**
 * Mails the house that its case is completed or aborted: one attempt, whatever its outcome, and only after the end is
 * written down. A failure here never keeps the case from closing.
 */
export async function tellEnd(
  deps: Pick<ActivityDependencies, 'journal' | 'mail' | 'houses'>,
  ref: CaseRef,
  { opening, entries }: KnownCase,
  end: EntryOf<'close'>,
): Promise<void> {
  // The operator who closed a case by hand needs no mail. A case without an opening line never began.
  if (!opening || (end.outcome !== 'completed' && end.outcome !== 'aborted')) return;
  try {
    await send(deps, ref, opening, factsOf(entries, end.at, end.outcome), end.actor);
  } catch (error) {
    Context.current().log.warn('the house could not be told that the case has ended', { error });
  }
}

async function send(
  { journal, mail, houses }: Pick<ActivityDependencies, 'journal' | 'mail' | 'houses'>,
  ref: CaseRef,
  { event, input: { policy } }: Opening,
  facts: EndFacts,
  actor: string,
): Promise<void> {
  const house = houses.get(ref.house);
  if (!house) throw new Error(`house ${ref.house} is not configured`);
  const message = mail.composeHouseNotice(house, {
    kind: facts.end,
    noticeId: `ended.${ref.caseId}`,
    house: ref.house,
    eventNumber: ref.eventNumber,
    title: stripMarker(event.title.before ?? '', policy.marker),
    startsAt: event.startsAt,
    venue: event.venue,
    text: endText(facts),
    actions: remainingByHand(facts),
  });
  const line = { actor, step: 'report', operation: 'alert-house' } as const;
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

function factsOf(entries: readonly JournalEntry[], endedAt: Instant, end: EndFacts['end']): EndFacts {
  const storno = findStorno(entries);
  const restoredAt = lastRestoring(entries)?.after.savedAt ?? null;
  return {
    end,
    endedAt,
    markedAt: firstMarking(entries)?.after.savedAt ?? null,
    unmarkedAt: end === 'completed' ? storno && stornoOf(storno).savedAt : restoredAt,
    waived: WAIVABLE_STEPS.filter((step) => isWaived(entries, step)),
  };
}
