import { setTimeout } from 'node:timers/promises';
import type { JournalHead, Opening } from '../domain/case';
import { KnownFailure } from '../domain/failures';
import { stripMarker } from '../domain/marker';
import type { House, Instant, LocalDate } from '../domain/types';
import type { OutgoingMail, PartnerNoticeFacts, RecipientOutcome } from '../mail/port';
import { headOf, type JournalEntry } from '../journal/port';
import { asActivity, readOpenCase, type ActivityDependencies, type StepInput } from './activity';
import { lastHead } from './announcement';
import { findStorno, stornoOf } from './storno';

/** Step 4, the mail to Ö-Ticket: at most once for each recipient. */
export function createNoticeActivities({ journal, mail, houses }: ActivityDependencies) {
  /**
   * Sends the notice to whoever has not got it yet. "Sending" is on the disk before the connection is made; a
   * "sending" without an outcome (a crash, a lost connection) is in doubt and never sent again by itself.
   * Once it runs, it ignores cancellation.
   */
  const sendPartnerNotice = asActivity(
    async (input: StepInput): Promise<{ acceptedAt: Instant; head: JournalHead }> => {
      const { ref, actor } = input;
      const { entries, opening } = await readOpenCase(journal, input);
      const house = houses.get(ref.house);
      if (!house) throw new KnownFailure('house-not-configured', `house ${ref.house}`);

      const attempts = readAttempts(entries);
      const line = { actor, step: 'notify-partner', operation: 'send-partner-notice' } as const;
      const unfinished = attempts.find(({ outcomes }) => outcomes === null);
      if (unfinished) {
        await journal.append(ref, {
          ...line,
          kind: 'outcome',
          effectKey: `${unfinished.intent.effectKey}/outcome`,
          after: { recipients: unfinished.recipients.map((address) => inDoubt(address)) },
          outcome: 'in-doubt',
        });
        throw new KnownFailure('mail-in-doubt', `attempt ${attempts.length} was begun and has no outcome`);
      }
      if (attempts.some(({ outcomes }) => outcomes?.some(({ outcome }) => outcome === 'in-doubt'))) {
        throw new KnownFailure('mail-in-doubt', 'the server was lost after it had asked for the text');
      }

      const message = mail.composePartnerNotice(house, collectFacts(house, opening, entries, ref.caseId));
      const reached = new Set(attempts.flatMap(({ outcomes }) => addressesThat(outcomes ?? [], 'accepted')));
      const recipients = [...new Set([...message.to, ...message.cc])].filter(
        (address) => !reached.has(address),
      );
      if (recipients.length === 0) return { acceptedAt: entries.at(-1)?.at ?? '', head: lastHead(entries) };

      const effectKey = `notify-partner/${attempts.length + 1}`;
      await journal.append(ref, { ...line, kind: 'intent', effectKey, after: describe(message, recipients) });
      const outcomes = await mail.send(message, recipients);
      const worst = worstOf(outcomes);
      const entry = await insist(() =>
        journal.append(ref, {
          ...line,
          kind: 'outcome',
          effectKey: `${effectKey}/outcome`,
          after: { messageId: message.messageId, recipients: outcomes },
          outcome: worst.outcome,
        }),
      );
      throwUnlessAccepted(worst);
      return { acceptedAt: entry.at, head: headOf(entry) };
    },
  );

  return { sendPartnerNotice };
}

/** How long the journalling of an answer is tried: losing it would leave the mail in doubt for good. */
const JOURNALLING_PATIENCE_MS = 90_000;

async function insist<T>(write: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + JOURNALLING_PATIENCE_MS;
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(1_000);
    }
  }
}

interface Attempt {
  intent: JournalEntry;
  recipients: string[];
  /** `null`: begun, and nothing is known of how it ended. */
  outcomes: RecipientOutcome[] | null;
}

function readAttempts(entries: readonly JournalEntry[]): Attempt[] {
  return entries
    .filter(({ kind, operation }) => kind === 'intent' && operation === 'send-partner-notice')
    .map((intent) => {
      const outcome = entries.find(({ effectKey }) => effectKey === `${intent.effectKey}/outcome`);
      return {
        intent,
        recipients: (intent.after as { recipients: string[] }).recipients,
        outcomes: outcome ? (outcome.after as { recipients: RecipientOutcome[] }).recipients : null,
      };
    });
}

function collectFacts(
  house: House,
  opening: Opening,
  entries: readonly JournalEntry[],
  caseId: string,
): PartnerNoticeFacts {
  const { order, policy } = opening.input;
  const lastAfter = <T>(find: (entry: JournalEntry) => boolean) =>
    entries.findLast(find)?.after as T | undefined;
  const isOutcomeOf = (operation: string) => (entry: JournalEntry) =>
    entry.kind === 'outcome' && entry.operation === operation;
  const storno = findStorno(entries);
  const seen = lastAfter<{ readAt: Instant }>(({ effectKey }) => effectKey === 'verify-channel');
  const right = lastAfter<{ validUntil: LocalDate | null }>(isOutcomeOf('grant-right'));
  if (!storno || !seen || !right) {
    throw new KnownFailure('journal-behind', 'the mail comes after Storno, evidence and right');
  }
  return {
    caseId,
    eventNumber: order.eventNumber,
    marker: opening.marker,
    title: stripMarker(opening.event.title.before ?? '', policy.marker),
    startsAt: opening.event.startsAt,
    venue: opening.event.venue,
    location: opening.event.location,
    organiser: opening.event.organiser,
    reason: order.reason,
    contact: order.contact ?? house.boxOffice,
    markedAt: lastAfter<{ savedAt: Instant }>(isOutcomeOf('save-announcement'))?.savedAt ?? null,
    stornoAt: stornoOf(storno).savedAt,
    seenInChannelAt: seen.readAt,
    rightValidUntil: right.validUntil,
  };
}

function describe({ from, to, cc, subject, messageId, text }: OutgoingMail, recipients: string[]) {
  return { from, to, cc, subject, messageId, text, recipients };
}

function inDoubt(address: string): RecipientOutcome {
  return { address, outcome: 'in-doubt', reply: 'no outcome was written down' };
}

function addressesThat(
  outcomes: readonly RecipientOutcome[],
  outcome: RecipientOutcome['outcome'],
): string[] {
  return outcomes.filter((recipient) => recipient.outcome === outcome).map(({ address }) => address);
}

/** Doubt weighs most: it forbids trying again. A refusal needs a person; a mail not taken is tried again. */
const BY_WEIGHT = ['in-doubt', 'refused', 'not-sent', 'accepted'] as const;

function worstOf(outcomes: readonly RecipientOutcome[]): RecipientOutcome {
  const worst = BY_WEIGHT.map((weight) => outcomes.find(({ outcome }) => outcome === weight)).find(Boolean);
  if (!worst) throw new KnownFailure('internal', 'a mail without recipients');
  return worst;
}

function throwUnlessAccepted({ outcome, reply }: RecipientOutcome): void {
  if (outcome === 'in-doubt') throw new KnownFailure('mail-in-doubt', reply);
  if (outcome === 'refused') throw new KnownFailure('mail-refused', reply);
  if (outcome === 'not-sent') throw new KnownFailure('mail-server-unavailable', reply);
}
