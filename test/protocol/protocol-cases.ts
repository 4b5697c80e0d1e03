import { dirname } from 'node:path';
import type { MockActivityEnvironment } from '@temporalio/testing';
import type { ConfirmableStep } from '../../src/domain/vocabulary';
import type { CaseEnd } from '../../src/domain/vocabulary';
import type { StepName } from '../../src/domain/vocabulary';
import type { Choice } from '../../src/domain/vocabulary';
import type { TaskName } from '../../src/domain/guided';
import type { FailureCode } from '../../src/domain/failures';
import type { ConfirmedStep, ReadBack } from '../../src/domain/read-back';
import type { CaseRef, ChannelEventInfo, Contact, House, SeenEvent } from '../../src/domain/types';
import type { JournalEntry } from '../../src/domain/journal';
import { hashEntry, NO_PREVIOUS_HASH } from '../../src/journal/chain';
import { contactOf } from '../../src/journal/contact';
import type { ContactState } from '../../src/domain/contact';
import { composePartnerNotice } from '../../src/mail/partner-notice-text';
import type { OutgoingMail, PartnerNoticeFacts } from '../../src/mail/port';
import type { Signer } from '../../src/domain/signature';
import type { JournalStore } from '../../src/journal/port';
import { buildProtocol, hashProtocol, protocolHouse, signProtocol } from '../../src/protocol/build';
import type { ProtocolDocument } from '../../src/protocol/document';
import { readProof } from '../../src/protocol/proof';
import {
  ActivityStage,
  anEnvironment,
  type EventChanges,
  type ProcedureStep,
  type StagedCase,
} from '../support/activity-stage';
import { aHouse } from '../support/examples';

export const TITLE = 'Der Besuch der alten Dame';
export const MARKED = `${TITLE} – ENTFÄLLT`;
const CONTACT: Contact = { name: 'Mag.a Hermine Kanarek', phone: '+43 660 7777777' };
const GUIDED_HOUSE = aHouse({ key: 'KLG', name: 'Klangraum Krems', backend: 'guided' });

/** The document of a case of one of the two houses. */
export function protocolOf(
  entries: readonly JournalEntry[],
  isRehearsal = true,
  contact: ContactState = null,
): ProtocolDocument {
  const house = entries[0]?.house === GUIDED_HOUSE.key ? GUIDED_HOUSE : aHouse();
  const document = buildProtocol(entries, protocolHouse(house), { isRehearsal, contact });
  if (!document) throw new Error('the case has no first line');
  return document;
}

export async function signedProtocol(
  journal: JournalStore,
  entries: readonly JournalEntry[],
): Promise<ProtocolDocument> {
  const { signer } = journal;
  if (!signer) throw new Error('nobody signs here');
  const proof = await readProof(journal, entries);
  const contact = await contactOf(journal, entries);
  return sealed({ ...protocolOf(entries, true, contact), proof }, signer);
}

/** The document with its digest computed anew, and signed by whoever it is. */
export function sealed(document: ProtocolDocument, signer: Signer | null): ProtocolDocument {
  const { sha256: _sha256, signature: _signature, ...content } = document;
  const hashed = { ...content, sha256: hashProtocol(content) };
  return signer ? signProtocol(hashed, signer) : hashed;
}

/** The lines as nobody has signed them. */
export function unsigned(entries: readonly JournalEntry[]): JournalEntry[] {
  return entries.map(({ signature: _signature, ...entry }) => entry as JournalEntry);
}

/** The lines as they were written before the first one said what the gateway was, and before they were signed. */
export function ofBefore(entries: readonly JournalEntry[]): JournalEntry[] {
  let previousHash = NO_PREVIOUS_HASH;
  return entries.map(({ hash: _hash, signature: _signature, ...entry }) => {
    const { isSimulator: _unsaid, ...after } = entry.after as { isSimulator?: boolean };
    const line = { ...entry, after, previousHash } as Omit<JournalEntry, 'hash'>;
    previousHash = hashEntry(line);
    return { ...line, hash: previousHash } as JournalEntry;
  });
}

/** Where each step stands, by its name. */
export const stepStates = ({ steps }: ProtocolDocument) =>
  Object.fromEntries(steps.map(({ name, state }) => [name, state]));

export const NOTHING_DONE = {
  'mark-titles': 'open',
  'wait-for-title-transfer': 'open',
  'set-storno': 'open',
  'wait-for-storno-transfer': 'open',
  'verify-channel': 'open',
  'grant-right': 'open',
  'notify-partner': 'open',
};

/**
 * Journals of every way in which a case can go. The real activities write all lines. Operators' decisions, which the
 * workflow records through an activity, are recorded here by the same activity.
 */
export class ProtocolCases {
  private constructor(private readonly stage: ActivityStage) {}

  static async open(): Promise<ProtocolCases> {
    return new ProtocolCases(await ActivityStage.open());
  }

  close(): Promise<void> {
    return this.stage.close();
  }

  get journal(): JournalStore {
    return this.stage.journal;
  }

  get signer(): Signer {
    const { signer } = this.stage.journal;
    if (!signer) throw new Error('nobody signs here');
    return signer;
  }

  /** The document as the server gives it, with everything that proves it. */
  signed(entries: readonly JournalEntry[]): Promise<ProtocolDocument> {
    return signedProtocol(this.journal, entries);
  }

  /** The folder with the journal and its key. */
  get folder(): string {
    return dirname(this.stage.journalPath);
  }

  async completed(event: EventChanges = {}, reason?: string): Promise<JournalEntry[]> {
    const aCase = await this.prepare(event, reason);
    return (await aCase.runThrough()).entries();
  }

  /** `meanwhile` runs when the Storno is set, and the case has not ended. Its order names a contact. */
  async completedWith(meanwhile: () => void): Promise<JournalEntry[]> {
    const aCase = await this.prepare({}, undefined, undefined, CONTACT);
    await aCase.runThrough('setStatusStorno');
    meanwhile();
    return (await aCase.runThrough()).entries();
  }

  /** In a rehearsal whose gateway does not say that it is a simulator. */
  async completedInEarnest(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    const mail = withRealTexts(this.stage.mail);
    aCase.worker = this.stage.worker({ mail, isSimulator: () => false });
    return (await aCase.runThrough()).entries();
  }

  async refusedInEarnest(): Promise<JournalEntry[]> {
    const aCase = await this.prepare({ status: 'Abschluss' });
    aCase.worker = this.stage.worker({ isSimulator: () => false });
    await aCase.perform('checkEvent');
    return aCase.entries();
  }

  /** Both waits are over, and no further step was taken. */
  async open(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    return (await aCase.runThrough('setStatusStorno')).entries();
  }

  async begun(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    return (await aCase.runThrough('checkEvent')).entries();
  }

  async aborted(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('markTitles');
    await aCase.perform('claimAbort');
    await aCase.perform('restoreTitles');
    return this.end(aCase, 'aborted');
  }

  /** The attempt to check slept, and wakes up when the case was aborted without it. */
  async abortedBeforeItsCheck(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.perform('claimAbort');
    await this.end(aCase, 'aborted');
    await aCase.perform('checkEvent');
    return aCase.entries();
  }

  async abortedAtOnce(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('checkEvent');
    await aCase.perform('claimAbort');
    return this.end(aCase, 'aborted');
  }

  async refused(): Promise<JournalEntry[]> {
    const aCase = await this.prepare({ status: 'Abschluss' });
    await aCase.perform('checkEvent');
    return aCase.entries();
  }

  /** After an attempt to set Storno a colleague closed the event. */
  async closedByHand(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('markTitles');
    await aCase.readyFor('setStatusStorno');
    await aCase.arm('set-storno', 'error-500');
    await aCase.failureOf('setStatusStorno');
    await aCase.edit({ status: 'Abschluss' });
    await aCase.stopOf('setStatusStorno');
    await aCase.record({ action: 'close-by-hand', step: 'set-storno' });
    return this.end(aCase, 'closed-by-hand');
  }

  async skippedWait(): Promise<JournalEntry[]> {
    const aCase = await this.prepare({}, undefined, 60_000);
    await aCase.runThrough('markTitles');
    const { savedAt } = await aCase.event();
    const details = { savedAt, titlesVisibleAtPartner: true };
    await aCase.record({ action: 'skip-wait', step: 'wait-for-title-transfer', details });
    for (const name of ['setStatusStorno', 'verifyChannel', 'grantExtendedRight'] as const)
      await aCase.perform(name);
    await aCase.perform('sendPartnerNotice');
    return this.end(aCase, 'completed');
  }

  /** An operator skipped the first wait, and a colleague saved before Storno was set: the wait was held. */
  async skippedTooEarly(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('markTitles');
    const { savedAt } = await aCase.event();
    const details = { savedAt, titlesVisibleAtPartner: true };
    await aCase.record({ action: 'skip-wait', step: 'wait-for-title-transfer', details });
    await aCase.edit({ status: 'Verkaufsfreigabe' });
    await aCase.setStorno();
    return aCase.entries();
  }

  async waivedSteps(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('verifyChannel');
    await aCase.record({ action: 'waive-step', step: 'grant-right' });
    await aCase.perform('grantExtendedRight');
    await aCase.record({ action: 'waive-step', step: 'notify-partner' });
    await aCase.perform('sendPartnerNotice');
    return this.end(aCase, 'completed');
  }

  /** The mail was in doubt for one of two recipients, and an operator had it sent again. */
  async sentAgain(choice: Choice = 'send-again'): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('grantExtendedRight');
    this.stage.mail.script.push(['in-doubt', 'accepted']);
    await aCase.stopOf('sendPartnerNotice');
    await this.decide(aCase, 'notify-partner', 'mail-in-doubt', choice);
    await aCase.perform('sendPartnerNotice');
    return this.end(aCase, 'completed');
  }

  async mailInDoubt(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('grantExtendedRight');
    this.stage.mail.script.push(['in-doubt', 'accepted']);
    await aCase.stopOf('sendPartnerNotice');
    return aCase.entries();
  }

  /** During the wait a colleague removed the marker. */
  async markedAgain(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('markTitles');
    await aCase.edit({ title: TITLE });
    await aCase.readyFor('setStatusStorno');
    await aCase.stopOf('setStatusStorno');
    await this.decide(aCase, 'set-storno', 'marker-removed', 'mark-again');
    await aCase.perform('setStatusStorno');
    await aCase.perform('markTitles');
    await aCase.setStorno();
    for (const name of ['verifyChannel', 'grantExtendedRight', 'sendPartnerNotice'] as const)
      await aCase.perform(name);
    return this.end(aCase, 'completed');
  }

  /** As `markedAgain`, and the second wait was skipped. */
  async skippedAfterMarkingAgain(): Promise<JournalEntry[]> {
    const aCase = await this.prepare({}, undefined, 60_000);
    await aCase.runThrough('markTitles');
    await aCase.edit({ title: TITLE });
    await aCase.stopOf('setStatusStorno');
    await this.decide(aCase, 'set-storno', 'marker-removed', 'mark-again');
    await aCase.perform('setStatusStorno');
    await aCase.perform('markTitles');
    const { savedAt } = await aCase.event();
    const details = { savedAt, titlesVisibleAtPartner: true };
    await aCase.record({ action: 'skip-wait', step: 'wait-for-title-transfer', details });
    await aCase.perform('setStatusStorno');
    return aCase.entries();
  }

  /** After the proof a colleague put the event on sale, and set it back to Storno. */
  async setBack(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('verifyChannel');
    await aCase.edit({ status: 'Verkaufsfreigabe' });
    await aCase.stopOf('grantExtendedRight');
    await aCase.edit({ status: 'Storno' });
    await aCase.perform('grantExtendedRight');
    await aCase.readyFor('verifyChannel');
    await aCase.perform('verifyChannel');
    return aCase.entries();
  }

  /** As `setBack`, and the case came to its end. */
  async setBackAndCompleted(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('verifyChannel');
    await aCase.edit({ status: 'Verkaufsfreigabe' });
    await aCase.stopOf('grantExtendedRight');
    await aCase.edit({ status: 'Storno' });
    await aCase.perform('grantExtendedRight');
    while ('kind' in (await aCase.perform('verifyChannel')));
    await aCase.perform('grantExtendedRight');
    await aCase.perform('sendPartnerNotice');
    return this.end(aCase, 'completed');
  }

  /** Before any look at Connect Online the status was changed, and it was set back later. */
  async setBackBeforeProof(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('setStatusStorno');
    await aCase.edit({ status: 'Verkaufsfreigabe' });
    await aCase.stopOf('verifyChannel');
    await untilLaterInJet(aCase);
    await aCase.edit({ status: 'Storno' });
    while ('kind' in (await aCase.perform('verifyChannel')));
    return aCase.entries();
  }

  /** After the proof the status was changed or the event deleted, and an operator closed the case. */
  async closedWhileLost(
    status: string | null,
    after: 'verifyChannel' | 'sendPartnerNotice' = 'verifyChannel',
  ) {
    const aCase = await this.prepare();
    await aCase.runThrough(after);
    await (status === null ? aCase.delete() : aCase.edit({ status }));
    await aCase.stopOf('grantExtendedRight');
    await aCase.record({ action: 'close-by-hand', step: 'grant-right' });
    return this.end(aCase, 'closed-by-hand');
  }

  /** After the proof a colleague changed what the mask shows beside the status. */
  async moved(changes: EventChanges, after: ProcedureStep = 'verifyChannel'): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough(after);
    await aCase.edit(changes);
    const left = ['verifyChannel', 'grantExtendedRight', 'sendPartnerNotice'] as const;
    for (const name of left.slice(after === 'setStatusStorno' ? 0 : 1)) await aCase.perform(name);
    return this.end(aCase, 'completed');
  }

  /** Connect Online had no row, and an operator vouched for the transfer. */
  async adopted(row: ChannelEventInfo | null = null): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('setStatusStorno');
    const jet = Object.assign(
      Object.create(this.stage.simulator.jet()) as ReturnType<typeof this.stage.simulator.jet>,
      { readChannelInfo: () => Promise.resolve(row) },
    );
    aCase.worker = this.stage.worker({ jet, mail: withRealTexts(this.stage.mail) });
    await this.decide(aCase, 'verify-channel', 'channel-not-showing-storno', 'adopt');
    for (const name of ['verifyChannel', 'grantExtendedRight', 'sendPartnerNotice'] as const)
      await aCase.perform(name);
    return this.end(aCase, 'completed');
  }

  /** Storno is set, Connect Online did not answer, and an operator closed the case. */
  async closedWithoutLook(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('setStatusStorno');
    await aCase.record({ action: 'close-by-hand', step: 'verify-channel' });
    return this.end(aCase, 'closed-by-hand');
  }

  /** The titles carried the marker already; the memo did not hold the reason. */
  async markedBefore(): Promise<JournalEntry[]> {
    const aCase = await this.prepare({ title: MARKED });
    await aCase.runThrough();
    return aCase.entries();
  }

  /** During the wait a colleague corrected the title and kept the marker. */
  async savedByColleague(): Promise<JournalEntry[]> {
    const aCase = await this.prepare();
    await aCase.runThrough('markTitles');
    await aCase.edit({ title: `${TITLE} (Neuinszenierung) – ENTFÄLLT` });
    await aCase.readyFor('setStatusStorno');
    await aCase.setStorno();
    return aCase.entries();
  }

  /** The event was Storno before anything was done. */
  async wasStorno(): Promise<JournalEntry[]> {
    const aCase = await this.prepare({ status: 'Storno' });
    await aCase.runThrough('setStatusStorno');
    return aCase.entries();
  }

  /** A house without a gateway, from the first task to the end. */
  async guided(): Promise<JournalEntry[]> {
    const aCase = await this.prepareGuided();
    const texts = {
      title: MARKED,
      customerTitle: null,
      externalMemo: `${aCase.input.order.reason}\n\nEinlass ab 19 Uhr`,
    };
    await aCase.perform('checkEvent');
    await this.byHand(aCase, 'mark-titles', texts);
    await new Promise((resolve) => setTimeout(resolve, aCase.input.policy.syncIntervalMs));
    await this.byHand(aCase, 'set-storno', { status: 'Storno', title: MARKED });
    await this.byHand(aCase, 'verify-channel', { status: 'Storno' });
    await this.byHand(aCase, 'grant-right', { validFrom: '2026-11-01', validUntil: '2099-01-01' });
    await aCase.perform('sendPartnerNotice');
    return this.end(aCase, 'completed');
  }

  private async prepare(
    event: EventChanges = {},
    reason?: string,
    syncIntervalMs?: number,
    contact?: Contact,
  ): Promise<StagedCase> {
    const order = { ...(reason !== undefined && { reason }), ...(contact && { contact }) };
    const policy = syncIntervalMs === undefined ? {} : { syncIntervalMs };
    const aCase = await this.stage.prepare({ event, order, policy });
    aCase.worker = this.stage.worker({ mail: withRealTexts(this.stage.mail) });
    return aCase;
  }

  private async prepareGuided(): Promise<StagedCase> {
    const seen: SeenEvent = {
      title: TITLE,
      customerTitle: null,
      externalMemo: 'Einlass ab 19 Uhr',
      status: 'Verkaufsfreigabe',
      startsAt: '2099-01-05T19:30:00.000+01:00',
      venue: 'Klangraum',
      location: 'Krems',
      organiser: 'Klangraum GmbH',
    };
    const expected = { title: seen.title, startsAt: seen.startsAt };
    const aCase = await this.stage.prepare({ order: { house: GUIDED_HOUSE.key, seen, expected } });
    const houses = new Map<string, House>([[GUIDED_HOUSE.key, GUIDED_HOUSE]]);
    aCase.worker = this.stage.worker({ houses, mail: withRealTexts(this.stage.mail) });
    return aCase;
  }

  private async byHand(
    aCase: StagedCase,
    step: ConfirmableStep & TaskName,
    readBack: ReadBack,
  ): Promise<void> {
    const { ref, worker } = aCase;
    const input = { ref, actor: 'Herr Gruber', head: null };
    await now(ref).run(worker.openTask, { ...input, task: step });
    await now(ref).run(worker.confirmStep, {
      ...input,
      ...({ step, readBack } as ConfirmedStep),
      attentionId: `task-${step}`,
      reason: 'in der Maske erledigt',
      isAborting: false,
    });
    aCase.head = null;
  }

  private decide(aCase: StagedCase, step: StepName, code: FailureCode, choice: Choice): Promise<void> {
    return aCase.record({ action: 'decide', step, choice, details: { attentionId: 'attention-1', code } });
  }

  private async end(aCase: StagedCase, end: CaseEnd): Promise<JournalEntry[]> {
    const { ref, worker, head } = aCase;
    await anEnvironment(ref).run(worker.closeCase, { ref, actor: 'clerk', head, end });
    return aCase.entries();
  }
}

/** What is saved after this was saved later than what was read before, also to the millisecond. */
async function untilLaterInJet(aCase: StagedCase): Promise<void> {
  const { readAt } = await aCase.event();
  while ((await aCase.event()).readAt === readAt);
}

/** Temporal's clock, as a task of the case sees it. */
function now(ref: CaseRef): MockActivityEnvironment {
  const ms = Date.now();
  return anEnvironment(ref, undefined, { scheduledTimestampMs: ms, currentAttemptScheduledTimestampMs: ms });
}

/** The stage's mail server, with the texts of the real mails. */
function withRealTexts<T extends object>(mail: T): T {
  const composeReal = (house: House, facts: PartnerNoticeFacts): OutgoingMail =>
    composePartnerNotice(house, facts, { isRehearsal: true });
  return new Proxy(mail, {
    get(target, name) {
      if (name === 'composePartnerNotice') return composeReal;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}
