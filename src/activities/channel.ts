import type { JournalHead } from '../domain/journal';
import { covers, decideEvidence } from '../domain/decisions';
import { KnownFailure } from '../domain/failures';
import type { Instant } from '../domain/types';
import { headOf } from '../domain/journal';
import { type JournalEntry } from '../domain/journal';
import { asActivity, isWaived, standingChoice, type ActivityDependencies, type StepInput } from './activity';
import { readOpenCase } from './reading';
import { lastHead } from './reading';
import { findStorno, stornoOf } from './storno';
import type { RightResult } from './right';

/** How far apart two sightings must be where no transfer time is shown, with a real Ö-Ticket behind it. */
const SIGHTING_GAP_MS = 60_000;

const SIGHTING = 'sighting';
const SIGHTING_LOST = 'sighting-lost';

/** What the look at Connect Online has shown. */
export interface EvidenceResult {
  seenAt: Instant;
  head: JournalHead;
}

/** Steps 2 and 3: what Connect Online shows, and the right that refunds need. */
export function createChannelActivities({ jet, journal, houses, isRehearsal }: ActivityDependencies) {
  /**
   * One look at Connect Online (wiki, step 2). "Not yet" is a failure that Temporal retries at the poll interval:
   * it adds no history and makes no noise.
   */
  const verifyChannel = asActivity(async (input: StepInput): Promise<EvidenceResult> => {
    const { ref, actor } = input;
    const { entries, opening } = await readOpenCase(journal, input);
    const verified = entries.find((entry) => entry.effectKey === 'verify-channel');
    if (verified) return { seenAt: seenAt(verified), head: lastHead(entries) };
    const storno = findStorno(entries);
    if (!storno) throw new KnownFailure('journal-behind', 'no Storno in the journal');

    const row = await readRow(ref.eventNumber);
    const { evidenceFrom, isOurs } = stornoOf(storno);
    const decision = decideEvidence(
      row,
      {
        stornoSavedAt: evidenceFrom,
        isOurStorno: isOurs,
        showedStornoBefore: opening.channelShowedStorno,
        sightedAt: lastSighting(entries),
      },
      isRehearsal ? opening.input.policy.pollIntervalMs : SIGHTING_GAP_MS,
    );
    const line = {
      actor,
      kind: 'evidence',
      step: 'verify-channel',
      operation: 'read-channel',
      after: row,
    } as const;
    const readAt = row?.readAt ?? new Date().toISOString();
    const isAdopted = standingChoice(entries, ['verify-channel'], () => false) === 'adopt';
    if (decision.kind === 'verified' || isAdopted) {
      const entry = await journal.append(ref, {
        ...line,
        after: { ...row, readAt },
        effectKey: 'verify-channel',
        outcome: decision.kind === 'verified' ? 'verified' : 'adopted',
      });
      return { seenAt: seenAt(entry), head: headOf(entry) };
    }
    if (decision.kind !== 'not-yet') {
      const outcome = decision.kind === 'first-sighting' ? SIGHTING : SIGHTING_LOST;
      await journal.append(ref, { ...line, effectKey: `${outcome}/${readAt}`, outcome });
    }
    const detail = decision.kind === 'not-yet' ? decision.detail : decision.kind;
    throw new KnownFailure('channel-not-showing-storno', detail);
  });

  async function readRow(eventNumber: string) {
    try {
      return await jet.readChannelInfo(eventNumber);
    } catch (error) {
      if (!(error instanceof KnownFailure) || error.code !== 'jet-unavailable') throw error;
      throw new KnownFailure('channel-unavailable', error.detail, error.options);
    }
  }

  /** Gives the Connect Online Kassierer the extended cancellation right (wiki, step 3). Never narrows one. */
  const grantExtendedRight = asActivity(async (input: StepInput): Promise<RightResult> => {
    const { ref, actor } = input;
    const { entries, opening } = await readOpenCase(journal, input);
    if (isWaived(entries, 'grant-right')) {
      return { validUntil: null, hasWritten: false, isWaived: true, head: lastHead(entries) };
    }
    const user = houses.get(ref.house)?.connectOnlineUser;
    if (!user) throw new KnownFailure('house-not-configured', `house ${ref.house}`);

    const period = opening.right;
    const effectKey = `grant-right/${period.validUntil}`;
    const line = { actor, step: 'grant-right', operation: 'grant-right' } as const;
    const before = await jet.readRight(user, ref.eventNumber);
    if (before && covers(before, period)) {
      const isOurs = entries.some((entry) => entry.effectKey === effectKey);
      const found = { ...line, kind: 'outcome', before, after: before, outcome: 'found' } as const;
      const foundKey = isOurs ? `${effectKey}/outcome` : `${effectKey}/found`;
      const isNotedAlready = entries.some((entry) => entry.effectKey === foundKey);
      const entry = await journal.append(ref, { ...found, effectKey: foundKey });
      // An older line as head would hide that newer ones are gone.
      const head = isNotedAlready ? lastHead(entries) : headOf(entry);
      return { validUntil: before.validUntil, hasWritten: false, head };
    }

    await journal.append(ref, { ...line, kind: 'intent', effectKey, before, after: { user, ...period } });
    await jet.grantRight(user, ref.eventNumber, period, `${ref.caseId}/${effectKey}`);
    const after = await jet.readRight(user, ref.eventNumber);
    if (!after || !covers(after, period))
      throw new KnownFailure('jet-stale-read', 'the right is not shown yet');
    const outcome = await journal.append(ref, {
      ...line,
      kind: 'outcome',
      effectKey: `${effectKey}/outcome`,
      before,
      after,
      outcome: 'ok',
    });
    return { validUntil: after.validUntil, hasWritten: true, head: headOf(outcome) };
  });

  return { verifyChannel, grantExtendedRight };
}

function seenAt(entry: JournalEntry): Instant {
  return (entry.after as { readAt: Instant }).readAt;
}

/** A sighting counts until Connect Online shows something else in between. */
function lastSighting(entries: readonly JournalEntry[]): Instant | null {
  const last = entries.findLast(({ outcome }) => outcome === SIGHTING || outcome === SIGHTING_LOST);
  return last?.outcome === SIGHTING ? seenAt(last) : null;
}
