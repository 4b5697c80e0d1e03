import { actorOf } from '../domain/actor';
import { decideEvidence, describeLook } from '../domain/evidence';
import { KnownFailure } from '../domain/failures';
import { effectKeys, headOf, type EntryOf, type JournalEntry } from '../domain/journal';
import { standingChoice } from '../domain/lines';
import { findEvidence, knownStorno, lastSighting, proofKey } from '../domain/storno-lines';
import type { Instant, JournalHead } from '../domain/types';
import { asStep, type ActivityDependencies, type StepInput } from './activity';
import { readEventThenLines, readOpenCase, requireWritten } from './reading';
import { isWaitedAgain, noteStorno, stillToWaitAgain, type StornoAgain } from './still-storno';

/**
 * Shortest time between two sightings that count as proof when Connect Online shows no transfer time and a real
 * Ö-Ticket is behind it.
 */
const SIGHTING_GAP_MS = 60_000;

/** What the look at Connect Online showed. */
export interface EvidenceResult {
  seenAt: Instant;
  /** The event was read as Storno in the same attempt. */
  isStornoSeen?: boolean;
  /** Connect Online proves nothing: an operator has vouched for the transfer. */
  isVouchedFor?: boolean;
  head: JournalHead;
}

/** Step 2: what Connect Online shows. */
export function createChannelActivities({ jet, journal, isRehearsal, trust }: ActivityDependencies) {
  /**
   * One look at Connect Online (wiki, step 2), and at the event, which has to be Storno still. "Not yet" is a failure that
   * Temporal retries at the poll interval, which adds nothing to the history or the logs.
   */
  const verifyChannel = asStep(trust, async (input: StepInput): Promise<EvidenceResult | StornoAgain> => {
    const { ref } = input;
    const { opening } = await readOpenCase(journal, input);
    const { event, entries } = await readEventThenLines({ jet, journal }, input, 'verify-channel');
    const verified = findEvidence(entries);
    // A resumed run finds the proof: the mail goes by what the event shows now.
    if (verified)
      return provenBy(verified, await noteStorno(journal, input, 'verify-channel', event, entries));
    const storno = requireWritten(knownStorno(entries), 'the Storno');
    const again = stillToWaitAgain(entries, event.readAt, opening.input.policy.syncIntervalMs);
    if (again && !isWaitedAgain(again, entries)) return again;

    const row = await readRow(ref.eventNumber);
    const { evidenceFrom, isOurs } = storno;
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
      ...actorOf(input),
      kind: 'evidence',
      step: 'verify-channel',
      operation: 'read-channel',
      after: row,
    } as const;
    const readAt = row?.readAt ?? new Date().toISOString();
    const isReturn = ({ outcome }: JournalEntry) => outcome === 'storno-again';
    const isAdopted = standingChoice(entries, ['verify-channel'], isReturn) === 'adopt';
    if (decision.kind === 'verified' || isAdopted) {
      const look = await noteStorno(journal, input, 'verify-channel', event, entries);
      const outcome = decision.kind === 'verified' ? 'verified' : 'adopted';
      const proof = { ...line, after: { ...row, readAt }, effectKey: proofKey(entries), outcome } as const;
      const entry = await journal.appendAfterLook(ref, proof, look);
      if (!entry) throw new KnownFailure('jet-stale-read', 'another attempt has looked since');
      return provenBy(entry, headOf(entry));
    }
    if (decision.kind !== 'not-yet') {
      const outcome = decision.kind === 'first-sighting' ? 'sighting' : 'sighting-lost';
      await journal.append(ref, { ...line, effectKey: effectKeys.sighting(outcome, readAt), outcome });
    }
    const detail = decision.kind === 'not-yet' ? decision.detail : decision.kind;
    throw new KnownFailure('channel-not-showing-storno', detail, describeLook(row, event, evidenceFrom));
  });

  async function readRow(eventNumber: string) {
    try {
      return await jet.readChannelInfo(eventNumber);
    } catch (error) {
      if (!(error instanceof KnownFailure) || error.code !== 'jet-unavailable') throw error;
      throw new KnownFailure('channel-unavailable', error.detail, error.options);
    }
  }

  return { verifyChannel };
}

/** The result of a look that has just read the event as Storno, too. */
function provenBy(
  { after, at, outcome }: EntryOf<'read-channel', 'evidence'>,
  head: JournalHead,
): EvidenceResult {
  return { seenAt: after?.readAt ?? at, isStornoSeen: true, isVouchedFor: outcome !== 'verified', head };
}
