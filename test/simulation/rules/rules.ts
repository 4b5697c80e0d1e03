import type { CancellationInput, CancellationStatus, Opening } from '../../../src/domain/case';
import { FAILURES } from '../../../src/domain/failures';
import type { JournalEntry } from '../../../src/domain/journal';
import type { OutgoingMail } from '../../../src/mail/port';
import type { JetEvent } from '../../../src/domain/types';
import { eventCount, type Attempt, type Run, type SentUpdate } from '../models/temporal';
import { Violation } from './violation';
import { SECRET } from '../ports';
import type { ShownTexts } from '../models/workflow-sandbox';
import type { World } from '../world';

const REAL_INTERVAL_FLOOR_MS = 15 * 60_000;
/** S19: seven activities, two waits, and three updates of the lists. */
const MOST_EVENTS_WHEN_HAPPY = 60;
const MOST_EVENTS_OF_A_LONG_WAIT = 200;
/** L3, with slow replies and a queue before it. */
const ABORT_IS_ANSWERED_WITHIN_MS = 30_000;
/** Who acts, and why: for the journal, never for what everybody sees in lists. */
export const ACTOR = 'Eva Muster';

const MARKED = / – (ENTFÄLLT|ABGESAGT)$/;

/**
 * What must always be true, told by what Jet, the mail server and the journal have really seen, never by the
 * workflow's own word. The ids are those of the list of proofs.
 */
export class Rules {
  readonly violations: Violation[] = [];
  private readonly stornoCalls = new Map<string, number>();
  /** `place`: where the mail server keeps what it did with it. */
  private readonly mailed: { caseId: string; recipient: string; linesThen: number; place: number }[] = [];

  private hasNoticedLoss = false;

  constructor(private readonly world: World) {}

  /** A guided house has no gateway: whatever would call it is a defect. */
  beforeJet(_attempt: Attempt, operation: string): void {
    this.require(
      this.world.house.backend === 'gateway',
      'guided',
      `${operation} in a house without a gateway`,
    );
  }

  /** What is lost from the journal is noticed before anything is done. */
  beforeEffect(operation: string): void {
    this.require(!this.world.journal.isSetBack, 'S17', `${operation} on a journal that was set back`);
  }

  /** S4, held by the timer: nobody looks before the second wait is over, or was skipped. */
  beforeChannelRead({ task }: Attempt): void {
    if (task.options.activityType !== 'verifyChannel') return;
    const { caseId, policy } = inputOf({ task } as Attempt);
    const lines = this.lines(caseId);
    const isSkipped = lines.some(
      ({ operation, step }) => operation === 'skip-wait' && step === 'wait-for-storno-transfer',
    );
    const storno = stornoLine(lines);
    const savedAt = Date.parse((storno?.after as { savedAt?: string } | undefined)?.savedAt ?? '');
    const sinceMs = this.world.time.now - savedAt;
    this.require(
      sinceMs >= policy.syncIntervalMs || isSkipped,
      'S4',
      `Connect Online is looked at ${sinceMs} ms after the Storno`,
    );
  }

  /** Nobody has looked, and the hourly look had three hours: the house must have been told. */
  onInterruption(): void {
    const wasTold = this.world.mail.deliveries.some(
      ({ messageId, wasAccepted }) => wasAccepted && messageId.includes('interrupted.'),
    );
    this.require(wasTold, 'L1', 'a case was interrupted, and nobody was told');
  }

  /** S18 */
  onReply(text: string): void {
    this.require(!text.includes(SECRET), 'S18', 'a secret is shown');
  }

  onShown({ payloads, labels }: ShownTexts): void {
    this.onReply(payloads);
    const { reason } = (this.world.temporal.lastRun?.input as CancellationInput | undefined)?.order ?? {};
    this.require(!labels.includes(ACTOR), 'S18', 'a name stands in what lists show');
    this.require(!reason || !labels.includes(reason), 'S18', 'the reason stands in what lists show');
  }

  /** When a run of the case has closed, or has waited for a month. */
  onHistory(run: Run, isHappy: boolean): void {
    const events = eventCount(run);
    const most = isHappy ? MOST_EVENTS_WHEN_HAPPY : MOST_EVENTS_OF_A_LONG_WAIT;
    this.require(events <= most, 'S19', `${events} events`);
  }

  beforeSave(attempt: Attempt, version: string): void {
    this.requireDecidedOn(attempt, version);
    const { caseId } = inputOf(attempt);
    const keys = ['save-announcement', 'restore-announcement'].map((name) => `${name}/${version}`);
    const intents = this.lines(caseId).filter(
      ({ kind, effectKey }) => kind === 'intent' && keys.includes(effectKey),
    );
    this.require(intents.length > 0, 'S17', `a save of version ${version} without an intent`);
    const isRestore = attempt.task.options.activityType === 'restoreTitles';
    const { journal } = this.world;
    if (isRestore) {
      this.require(journal.readClaim(caseId) === 'abort', 'S13', 'texts are restored without an abort');
      this.require(!this.stornoCalls.has(caseId), 'S13', 'texts are restored after an attempt to set Storno');
    }
  }

  beforeStorno(attempt: Attempt, version: string): void {
    const { jet, journal, time } = this.world;
    const { caseId, order, policy } = inputOf(attempt);
    this.requireDecidedOn(attempt, version);
    this.require(
      attempt.lastRead?.status === 'ON_SALE',
      'S2',
      `Storno is set after reading ${attempt.lastRead?.status}`,
    );
    this.require(journal.readClaim(caseId) === 'storno', 'S13', 'Storno is set without a claim');
    const hasIntent = this.lines(caseId).some(({ effectKey }) => effectKey === `set-storno/${version}`);
    this.require(hasIntent, 'S17', 'Storno is set without an intent');
    this.stornoCalls.set(caseId, time.now);
    this.require(
      attempt.hasSeenSimulator === true || policy.syncIntervalMs >= REAL_INTERVAL_FLOOR_MS,
      'real gateway',
      `Storno with an interval of ${policy.syncIntervalMs} ms and who knows which gateway`,
    );

    const { event } = jet;
    if (event?.version !== version) return; // nothing will be written
    this.require(event.status === 'ON_SALE', 'S2', `Storno is set from ${event.statusText}`);
    this.require(
      isMarked(event, order.reason),
      'S3',
      `Storno is set with the texts ${JSON.stringify(textsOf(event))}`,
    );
    const sinceSaveMs = time.now - Date.parse(event.savedAt);
    const isSkipped = this.lines(caseId).some(
      ({ operation, step, after }) =>
        operation === 'skip-wait' &&
        step === 'wait-for-title-transfer' &&
        Date.parse((after as { savedAt: string }).savedAt) === Date.parse(event.savedAt),
    );
    this.require(
      sinceSaveMs >= policy.syncIntervalMs || isSkipped,
      'S3',
      `Storno ${sinceSaveMs} ms after the last save`,
    );
  }

  afterWrite(attempt: Attempt): void {
    const { task } = attempt;
    const { before, after } = this.world.jet.writes.at(-1)!;
    const isStorno = task.options.activityType === 'setStatusStorno';
    const allowed = isStorno ? ['status', 'statusText'] : ['title', 'customerTitle', 'externalMemo'];
    for (const [name, value] of Object.entries(after ?? {})) {
      const isSame = value === before?.[name as keyof JetEvent];
      const isAllowed = [...allowed, 'version', 'savedAt', 'readAt'].includes(name);
      this.require(isSame || isAllowed, 'S10', `${task.options.activityType} has changed ${name}`);
      if (name === 'status' && !isSame)
        this.require(value === 'CANCELLED', 'S1', `the status ${String(value)} was written`);
    }
    const title = after?.title ?? '';
    this.require(!MARKED.test(title.replace(MARKED, '')), 'S8', `the title is marked twice: ${title}`);
    if (task.options.activityType === 'markTitles') this.afterMarking(attempt, before?.title ?? '', title);
    if (task.options.activityType === 'restoreTitles') this.afterRestore(attempt, before, after);
  }

  /** S10: what a person has taken off is put on again when a person says so. */
  private afterMarking(attempt: Attempt, before: string, title: string): void {
    const lines = this.lines(inputOf(attempt).caseId);
    const lastSave = lines.findLastIndex(
      ({ kind, operation, outcome }) =>
        kind === 'outcome' && operation === 'save-announcement' && outcome !== 'differs',
    );
    const isAsked = lines.slice(lastSave + 1).some(({ operation }) => operation === 'decide');
    const isMarkedAgain = lastSave >= 0 && !MARKED.test(before) && MARKED.test(title);
    this.require(!isMarkedAgain || isAsked, 'S10', `marked again, and nobody has said so: ${title}`);
  }

  /** S9 */
  private afterRestore(attempt: Attempt, before: JetEvent | null, after: JetEvent | null): void {
    const isDone = this.lines(inputOf(attempt).caseId).some(
      ({ kind, operation }) => kind === 'outcome' && operation === 'restore-announcement',
    );
    const isChanged = JSON.stringify(before && textsOf(before)) !== JSON.stringify(after && textsOf(after));
    this.require(!isDone || isChanged, 'S9', `texts that were restored are saved once more: ${after?.title}`);
  }

  beforeGrant(attempt: Attempt): void {
    const { caseId } = inputOf(attempt);
    const hasIntent = this.lines(caseId).some(
      ({ kind, operation }) => kind === 'intent' && operation === 'grant-right',
    );
    this.require(hasIntent, 'S17', 'a right is granted without an intent');
  }

  afterGrant(attempt: Attempt): void {
    const { caseId, order } = inputOf(attempt);
    const { user, eventNumber, before, after } = this.world.jet.rightChanges.at(-1)!;
    const { right } = this.openingOf(caseId)!;
    this.require(user === this.world.house.connectOnlineUser, 'S15', `the right is granted to ${user}`);
    this.require(eventNumber === order.eventNumber, 'S15', `the right is granted for ${eventNumber}`);
    const isCovered =
      (after.validFrom ?? '') <= right.validFrom && (after.validUntil ?? '9') >= right.validUntil;
    this.require(isCovered, 'S15', `the right covers ${after.validFrom} to ${after.validUntil}`);
    if (before) {
      const isNarrowed =
        (after.validFrom ?? '') > (before.validFrom ?? '') ||
        (after.validUntil ?? '9') < (before.validUntil ?? '9');
      this.require(!isNarrowed, 'S15', 'the right was narrowed');
    }
  }

  beforeMail(attempt: Attempt, message: OutgoingMail, recipients: readonly string[]): void {
    if (attempt.task.options.activityType !== 'sendPartnerNotice') return;
    const { jet, journal, mail } = this.world;
    const { caseId, order } = inputOf(attempt);
    const lines = this.lines(caseId);
    const isVerified = lines.some(({ effectKey }) => effectKey === 'verify-channel');
    this.require(isVerified, 'S6', 'the mail goes out before anything was seen in Connect Online');
    const isWaived = lines.some(
      ({ operation, step }) => operation === 'waive-step' && step === 'grant-right',
    );
    const isByHand = lines.some(
      ({ operation, outcome }) => operation === 'grant-right' && outcome === 'by-hand',
    );
    this.require(
      jet.right !== null || isWaived || isByHand,
      'S6',
      'the mail goes out before the right is granted',
    );
    const intents = lines.filter(
      ({ kind, operation }) => kind === 'intent' && operation === 'send-partner-notice',
    );
    this.require(intents.length > 0, 'S17', 'the mail goes out without an intent');
    const messageId = `<cancellation.${order.eventNumber}.${caseId}@example>`;
    this.require(message.messageId === messageId, 'S7', `another Message-ID: ${message.messageId}`);
    const place = mail.deliveries.length;
    for (const [index, recipient] of recipients.entries()) {
      const taken = this.mailed.findLast(
        (sent) =>
          sent.caseId === caseId && sent.recipient === recipient && mail.deliveries[sent.place]?.wasAccepted,
      );
      const isAllowedAgain = journal.lines
        .slice(taken?.linesThen)
        .some(
          (line) => line.caseId === caseId && line.operation === 'decide' && line.outcome === 'send-again',
        );
      this.require(!taken || isAllowedAgain, 'S7', `${recipient} is sent the mail twice`);
      this.mailed.push({ caseId, recipient, linesThen: journal.lines.length, place: place + index });
    }
  }

  /** A line has just been written. */
  onLine(line: JournalEntry): void {
    const { jet, journal, coverage } = this.world;
    coverage.hit('line', `${line.kind} ${line.operation} ${line.outcome ?? ''}`.trim());
    if (line.operation === 'decide') coverage.hit('choice', String(line.outcome));
    if (line.kind === 'refusal') coverage.hit('refusal', String(line.outcome));
    if (line.effectKey === 'task/set-storno') this.onStornoTask(line);
    if (line.kind === 'opening') {
      const others = journal.lines.filter(({ kind, caseId }) => kind === 'opening' && caseId !== line.caseId);
      const open = others.filter(
        ({ caseId }) => !['aborted', 'refused'].includes(journal.endOf(caseId) ?? ''),
      );
      this.require(open.length === 0, 'S14', 'a second case is opened beside an open or completed one');
    }
    if (line.effectKey === 'verify-channel' && line.outcome === 'verified') {
      const storno = jet.writes.find(
        ({ after, before }) => after?.status === 'CANCELLED' && before?.status !== 'CANCELLED',
      );
      const since = this.openingOf(line.caseId)?.wasCancelledBefore ? 0 : (storno?.at ?? Infinity);
      const isTrue = jet.rows.some(({ status, at }) => status === 'Storno' && at >= since);
      this.require(isTrue, 'S5', `verified while Ö-Ticket has known ${JSON.stringify(jet.rows)}`);
    }
    if (line.operation === 'adopt-storno') {
      const isOurs = jet.writes.some(
        ({ actor, operation }) => actor === 'gateway' && operation === 'set-storno',
      );
      this.require(!isOurs, 'S17', "a Storno of our own is noted as somebody else's");
    }
    if (line.operation === 'abort')
      this.require(
        !this.stornoCalls.has(line.caseId),
        'S13',
        'an abort is accepted after an attempt to set Storno',
      );
  }

  /** S3 of a guided house: the task is shown when the wait is over; from then on it may be done. */
  private onStornoTask({ caseId }: JournalEntry): void {
    const { time } = this.world;
    this.stornoCalls.set(caseId, time.now);
    const lines = this.lines(caseId);
    const saved = lines.findLast(
      ({ operation, outcome }) => operation === 'save-announcement' && outcome === 'by-hand',
    );
    const { savedAt } = saved?.after as { savedAt: string };
    const isSkipped = lines.some(
      ({ operation, step, after }) =>
        operation === 'skip-wait' &&
        step === 'wait-for-title-transfer' &&
        (after as { savedAt: string }).savedAt === savedAt,
    );
    const sinceMs = time.now - Date.parse(savedAt);
    const { syncIntervalMs } = this.openingOf(caseId)!.input.policy;
    this.require(
      sinceMs >= syncIntervalMs || isSkipped,
      'S3',
      `the task of Storno ${sinceMs} ms after the save`,
    );
  }

  /** What the run shows is looked at, too: what it concludes, and when. */
  onStatus(
    { attention, caseId, policy }: CancellationStatus & { policy: CancellationInput['policy'] },
    run: Run,
  ): void {
    if (attention?.code === 'journal-behind') this.hasNoticedLoss = true;
    if (attention?.code === 'step-timed-out') {
      const behind = run.failures.get(Date.parse(attention.since));
      this.require(
        !behind,
        'failure table',
        `a time-out is shown where the last attempt has failed with ${behind}`,
      );
    }
    if (attention?.code !== 'channel-not-showing-storno') return;
    const storno = stornoLine(this.lines(caseId));
    const savedAt = Date.parse((storno?.after as { savedAt: string } | undefined)?.savedAt ?? '');
    const wasSkipped = this.lines(caseId).some(
      ({ operation, step }) => operation === 'skip-wait' && step === 'wait-for-storno-transfer',
    );
    const isPatient = Date.parse(attention.since) >= savedAt + policy.syncIntervalMs;
    this.require(isPatient || wasSkipped, 'S4', 'did not wait an interval for Ö-Ticket');
  }

  /** When nothing is under way any more. */
  atRest(): void {
    const { journal, jet, temporal, mail } = this.world;
    const caseIds = [...new Set(journal.lines.map(({ caseId }) => caseId))];
    for (const caseId of caseIds) {
      const lines = this.lines(caseId);
      this.require(isLinked(lines), 'S17', `the chain of ${caseId} is broken`);
      this.checkOutcomes(caseId, lines);
      const end = journal.endOf(caseId);
      if (end === 'aborted') this.checkAborted(caseId);
      if (end === 'completed') this.checkCompleted(caseId, lines);
      if (end === 'refused' || lines[0]?.kind === 'refusal')
        this.require(lines.every(isHarmless), 'S20', 'a refused case has tried to write');
    }
    for (const { updates } of temporal.runs) for (const update of updates.values()) this.checkUpdate(update);
    for (const run of temporal.runs) this.checkRun(run);
    this.require(
      this.hasNoticedLoss || !this.world.wasJournalSetBack,
      'S17',
      'nobody has noticed that the journal was set back',
    );
    const alerts = new Map<string, number>();
    for (const { isToHouse, wasAccepted, messageId } of mail.deliveries)
      if (isToHouse && wasAccepted) alerts.set(messageId, (alerts.get(messageId) ?? 0) + 1);
    for (const [id, count] of alerts)
      this.require(
        count === 1 || this.world.wasJournalSetBack,
        'L2',
        `the alert ${id} was sent ${count} times`,
      );
    this.require(
      jet.writes.every(({ actor, after }) => actor === 'human' || after !== null),
      'S1',
      'something was deleted',
    );
  }

  private checkUpdate({ name, outcome, sentAt, answeredAt = Infinity, isUndisturbed }: SentUpdate): void {
    this.require(outcome !== null, 'L3', `the update ${name} was never answered`);
    this.world.coverage.hit('action', `${name} ${outcome?.ok ? 'accepted' : 'refused'}`);
    // Where a person is asked already, they are told so in answer to whatever they try.
    if (outcome?.message?.includes(FAILURES['journal-behind'].text)) this.hasNoticedLoss = true;
    if (name !== 'abort' || !isUndisturbed) return;
    const ms = answeredAt - sentAt;
    this.require(ms <= ABORT_IS_ANSWERED_WITHIN_MS, 'L3', `an abort was answered after ${ms} ms`);
  }

  /** L1, for an order: what has been begun is in the journal, if only as refused. */
  private checkRun({ options, closed, history }: Run): void {
    if (options.workflowType !== 'cancelPerformance' || closed?.as === 'terminated') return;
    // Somebody has requested its cancellation before it had begun.
    if (closed?.as === 'cancelled' && history.length === 1) return;
    const { lines } = this.world.journal;
    const isNoted = lines.some(({ caseId }) => caseId === options.caseId);
    this.require(isNoted || closed === null, 'L1', 'a run has ended, and nothing of it is written down');
  }

  /** "Done" is written only of what was done, and Storno never stays without its line. */
  private checkOutcomes(caseId: string, lines: readonly JournalEntry[]): void {
    const { jet, journal } = this.world;
    for (const { kind, operation, effectKey, outcome } of lines) {
      if (kind !== 'outcome' || outcome !== 'ok' || !/announcement|set-storno/.test(operation)) continue;
      const version = effectKey.split('/')[1];
      const isDone = jet.writes.some(
        ({ actor, before }) => actor === 'gateway' && before?.version === version,
      );
      this.require(isDone, 'S17', `${effectKey} was noted as done, and was not`);
    }
    const wasSet = jet.writes.some(({ operation }) => operation === 'set-storno');
    const isNoted = lines.some(({ kind, operation }) => kind === 'outcome' && operation === 'set-storno');
    const isWholeEnd = journal.endOf(caseId) === 'completed';
    if (wasSet && isWholeEnd) this.require(isNoted, 'S17', 'the Storno that was set has no outcome');
  }

  private checkAborted(caseId: string): void {
    const { jet, journal } = this.world;
    this.require(!this.stornoCalls.has(caseId), 'S12', 'Storno was tried in an aborted case');
    const opening = this.openingOf(caseId);
    const { event } = jet;
    const isTheLast = journal.lines.findLast(({ kind }) => kind === 'opening')?.caseId === caseId;
    if (opening?.backend === 'guided') return this.checkGuidedAbort(caseId);
    if (!opening || !event || event.status === 'CANCELLED' || !isTheLast) return;
    const lines = this.lines(caseId);
    // What people have marked themselves, where we had not begun to, is theirs.
    if (!lines.some(({ kind, operation }) => kind === 'intent' && operation === 'save-announcement')) return;
    const isDecided = lines.some(({ operation }) => operation === 'decide');
    const wasEdited = (field: 'title' | 'customerTitle' | 'externalMemo') =>
      jet.writes.some(
        ({ actor, before, after }) => actor === 'human' && before && after && before[field] !== after[field],
      );
    for (const field of ['title', 'customerTitle', 'externalMemo'] as const) {
      const { before } = opening.event[field];
      if (!wasEdited(field) && !isDecided)
        this.require(event[field] === before, 'S12', `${field} is ${event[field]} and was ${before}`);
      else if (field !== 'externalMemo' && !isDecided) this.requireTheirs(field, event[field], opening);
    }
  }

  /** Whoever may have marked the titles is asked to restore them. */
  private checkGuidedAbort(caseId: string): void {
    const lines = this.lines(caseId);
    const wasAsked = lines.some(({ effectKey }) => effectKey === 'task/mark-titles');
    const isRestored = lines.some(
      ({ kind, operation }) => kind === 'outcome' && operation === 'restore-announcement',
    );
    this.require(!wasAsked || isRestored, 'S12', 'aborted, and nobody was asked to restore the titles');
  }

  /** A person's text is kept, without the marker that we have put on it. */
  private requireTheirs(field: 'title' | 'customerTitle', now: string | null, opening: Opening): void {
    const theirs = this.world.jet.writes.findLast(
      ({ actor, before, after }) => actor === 'human' && before && after && before[field] !== after[field],
    )?.after?.[field];
    const { before, after } = opening.event[field];
    const wasMarked = MARKED.test(before ?? '');
    const expected = theirs === after ? before : wasMarked ? theirs : (theirs ?? '').replace(MARKED, '');
    this.require(now === expected, 'S12', `${field} is ${now}, a person has written ${theirs}`);
  }

  private checkCompleted(caseId: string, lines: readonly JournalEntry[]): void {
    const { jet, mail } = this.world;
    const { order } = this.openingOf(caseId)!.input;
    const isByHand = (operation: string) =>
      lines.some((line) => line.operation === operation && line.outcome === 'by-hand');
    const isWaived = (step: string) =>
      lines.some((line) => line.operation === 'waive-step' && line.step === step);
    const isStorno = jet.event === null || jet.event.status === 'CANCELLED' || isByHand('set-storno');
    this.require(isStorno, 'L1', `completed with the status ${jet.event?.statusText}`);
    const hasRight = jet.right !== null || isWaived('grant-right') || isByHand('grant-right');
    this.require(hasRight, 'L1', 'completed without the right');
    const messageId = `<cancellation.${order.eventNumber}.${caseId}@example>`;
    const accepted = mail.deliveries.filter(
      (delivery) => delivery.messageId === messageId && delivery.wasAccepted,
    );
    const isSettled =
      isWaived('notify-partner') ||
      isByHand('send-partner-notice') ||
      lines.some(({ operation, outcome }) => operation === 'decide' && outcome === 'treat-as-sent');
    this.require(accepted.length >= 2 || isSettled, 'L1', `completed with ${accepted.length} mails taken`);
  }

  /** S11: what is written was decided on what this very attempt has read. */
  private requireDecidedOn({ lastRead }: Attempt, version: string): void {
    this.require(
      lastRead?.version === version,
      'S11',
      `read version ${lastRead?.version}, wrote on ${version}`,
    );
  }

  private lines(caseId: string): JournalEntry[] {
    return this.world.journal.entries(caseId);
  }

  private openingOf(caseId: string): Opening | undefined {
    return this.lines(caseId).find(({ kind }) => kind === 'opening')?.after as Opening | undefined;
  }

  private require(holds: boolean, rule: string, detail: string): void {
    if (!holds) this.violations.push(new Violation(rule, detail));
  }
}

function stornoLine(lines: readonly JournalEntry[]): JournalEntry | undefined {
  return lines.find(
    ({ kind, operation }) =>
      (kind === 'outcome' && operation === 'set-storno') || operation === 'adopt-storno',
  );
}

function isLinked(lines: readonly JournalEntry[]): boolean {
  return lines.every(({ seq, previousHash }, at) => {
    const isFirst = at === 0;
    return seq === at + 1 && (isFirst || previousHash === lines[at - 1]?.hash);
  });
}

function isHarmless({ kind, operation }: JournalEntry): boolean {
  return kind !== 'intent' || operation === 'alert-house';
}

function inputOf({ task }: Attempt): CancellationInput {
  return task.run.input as CancellationInput;
}

function textsOf({ title, customerTitle, externalMemo }: JetEvent) {
  return { title, customerTitle, externalMemo };
}

function isMarked({ title, customerTitle, externalMemo }: JetEvent, reason: string): boolean {
  const isCustomerTitleMarked = (customerTitle ?? '').trim() === '' || MARKED.test(customerTitle ?? '');
  const hasReason = externalMemo === reason || externalMemo?.startsWith(`${reason}\n\n`) === true;
  return MARKED.test(title) && isCustomerTitleMarked && hasReason;
}
