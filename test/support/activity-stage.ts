import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createActivities, createJetActivities, type ActivityDependencies } from '../../src/activities';
import type { StepInput } from '../../src/activities/activity';
import type { DecidedAction, RecordedAction } from '../../src/activities/operator-decisions';
import type { CancellationInput, CasePolicy } from '../../src/domain/case';
import { CANCEL_PERFORMANCE, cancellationWorkflowId } from '../../src/domain/input';
import type { ScheduleName } from '../../src/domain/schedules';
import type { CaseRef, JournalHead } from '../../src/domain/types';
import type { House, JetEvent, Order } from '../../src/domain/types';
import type { Choice, StepName } from '../../src/domain/vocabulary';
import { isChainWhole } from '../../src/journal/chain';
import type { Journal, JournalStore } from '../../src/journal/port';
import type { JournalEntry } from '../../src/domain/journal';
import type { NewEntry } from '../../src/domain/journal';
import { openSignedJournal } from '../../src/start/signed-journal';
import type { MailPort, OutgoingMail } from '../../src/mail/port';
import type { RecipientOutcome } from '../../src/domain/line-content';
import type { LogEntry } from '../../src/simulator/operation-log';
import { aHouse, anInput, anOrder, aPolicy } from './examples';
import { FakeMail } from './fake-mail';
import { CREDULOUS } from './trust';
import { TestSimulator } from './simulator';

/** Short, because no real Jet is behind this gateway. Long enough to reveal a guard that did not wait. */
const SYNC_INTERVAL_MS = 25;
const POLL_INTERVAL_MS = 10;
/** How often the link to Ö-Ticket ticks. */
const TICK_MS = 15;

/** The most attempts of one step, as Temporal would make them, before a test fails because the step never ends. */
const MOST_ATTEMPTS = 100;
const RETRY_PAUSE_MS = 5;

const FIRST_EVENT_NUMBER = 700_000;
const QUIET = new DefaultLogger('ERROR');

type Everything = ReturnType<typeof createJetActivities> & ReturnType<typeof createActivities>;
type ResultOf<N extends CaseActivity> = Awaited<ReturnType<Everything[N]>>;

/** The activities in the order of the procedure, without those of an abort. */
export const PROCEDURE = [
  'checkEvent',
  'markTitles',
  'setStatusStorno',
  'verifyChannel',
  'grantExtendedRight',
  'sendPartnerNotice',
  'closeCase',
] as const satisfies (keyof Everything)[];

export type ProcedureStep = (typeof PROCEDURE)[number];

/** The activities that carry a case from its check to any of its ends. */
export type CaseActivity = ProcedureStep | 'takePlace' | 'restoreTitles' | 'claimAbort' | 'readClaim';

/** The step that must be done before. */
export const COMES_AFTER: Readonly<Record<CaseActivity, ProcedureStep | null>> = {
  checkEvent: null,
  takePlace: null,
  markTitles: 'checkEvent',
  setStatusStorno: 'markTitles',
  restoreTitles: 'markTitles',
  claimAbort: 'markTitles',
  readClaim: 'markTitles',
  verifyChannel: 'setStatusStorno',
  grantExtendedRight: 'verifyChannel',
  sendPartnerNotice: 'grantExtendedRight',
  closeCase: 'sendPartnerNotice',
};

/** An event in the words of a programme, with the raw word of its status. */
export type EventChanges = Partial<
  Omit<JetEvent, 'eventNumber' | 'status' | 'statusText' | 'version' | 'readAt'>
> & { status?: string };

interface CaseChanges {
  event?: EventChanges;
  order?: Partial<Order>;
  policy?: Partial<CasePolicy>;
}

/** A worker process: it has its own adapters and shares the journal and Jet with the others. */
export type Worker = Everything;

/**
 * The real activities on the real simulator, over real HTTP, with the real journal. The stage plays Temporal: each
 * attempt has a new context, and after a retryable failure the same input is used again.
 */
export class ActivityStage {
  private nextEventNumber = FIRST_EVENT_NUMBER;
  mail = new RecipientMail();

  private constructor(
    readonly simulator: TestSimulator,
    private readonly folder: string,
    readonly journal: JournalStore,
  ) {}

  static async open(): Promise<ActivityStage> {
    const folder = mkdtempSync(join(tmpdir(), 'absage-stage-'));
    const simulator = await TestSimulator.start({ syncIntervalMs: TICK_MS });
    const stage = new ActivityStage(simulator, folder, await openSigned(folder));
    return stage;
  }

  get journalPath(): string {
    return join(this.folder, 'journal.sqlite');
  }

  /** The journal as another process sees it. */
  openJournal(): Promise<JournalStore> {
    return openSigned(this.folder);
  }

  worker(changes: Partial<ActivityDependencies> = {}): Worker {
    const deps: ActivityDependencies = {
      jet: this.simulator.jet(),
      mail: this.mail,
      journal: this.journal,
      series: this.journal,
      signingKey: this.journal.signer?.publicKey,
      houses: new Map<string, House>([['FSP', aHouse()]]),
      isRehearsal: true,
      isSimulator: () => true,
      trust: CREDULOUS,
      ...changes,
    };
    return { ...createJetActivities(deps), ...createActivities(deps) };
  }

  /** Begins with a fresh Jet that has one untouched event for each case. */
  async prepareAll(changes: readonly CaseChanges[]): Promise<StagedCase[]> {
    const programme = changes.map(({ event }) => ({ ...aProgrammeEvent(this.nextNumber()), ...event }));
    await this.simulator.control('POST', '/reset', { programme });
    this.renewMail();
    return programme.map(({ eventNumber, title, startsAt }, index) => {
      const { order, policy } = changes[index] ?? {};
      const input = anInput({
        caseId: randomUUID(),
        order: anOrder({ eventNumber, expected: { title, startsAt }, ...order }),
        policy: aPolicy({
          syncIntervalMs: SYNC_INTERVAL_MS,
          pollIntervalMs: POLL_INTERVAL_MS,
          ...policy,
        }),
      });
      return new StagedCase(this, input, this.worker());
    });
  }

  async prepare(changes: CaseChanges = {}): Promise<StagedCase> {
    const [only] = await this.prepareAll([changes]);
    return only!;
  }

  /** Starts with an unused mail server. Workers made before keep the one that they have. */
  renewMail(): void {
    this.mail = new RecipientMail();
  }

  async close(): Promise<void> {
    await this.simulator.stop();
    await this.journal.close();
    rmSync(this.folder, { recursive: true });
  }

  private nextNumber(): string {
    this.nextEventNumber += 1;
    return String(this.nextEventNumber);
  }
}

/** One cancellation, with everything that tests ask of it. */
export class StagedCase {
  head: JournalHead | null = null;

  constructor(
    private readonly stage: ActivityStage,
    readonly input: CancellationInput,
    public worker: Worker,
  ) {}

  get eventNumber(): string {
    return this.input.order.eventNumber;
  }

  get ref() {
    const { caseId, order } = this.input;
    return { caseId, house: order.house, eventNumber: order.eventNumber };
  }

  /** Another case for the same event. */
  rival(): StagedCase {
    return new StagedCase(this.stage, { ...this.input, caseId: randomUUID() }, this.stage.worker());
  }

  /** Makes one attempt in a context of its own, because a cancelled context stays cancelled. */
  attempt<N extends CaseActivity>(
    name: N,
    { worker = this.worker, head = this.head, environment = anEnvironment(this.ref) } = {},
  ): Promise<ResultOf<N>> {
    const work = worker[name] as (input: unknown) => Promise<ResultOf<N>>;
    return environment.run(work, this.inputOf(name, head));
  }

  /** Performs a step as Temporal does: with the same input again, until it succeeds or fails for good. */
  async perform<N extends CaseActivity>(name: N, worker = this.worker): Promise<ResultOf<N>> {
    const { head } = this;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await this.attempt(name, { worker, head });
        this.head = (result as { head?: JournalHead | null }).head ?? this.head;
        return result;
      } catch (error) {
        const isRetryable = !(error instanceof ApplicationFailure) || !error.nonRetryable;
        if (!isRetryable || attempt === MOST_ATTEMPTS) throw error;
        await pause(RETRY_PAUSE_MS);
      }
    }
  }

  /** Records an operator's decision as the workflow does. */
  async record(
    decision: { step: StepName } & (DecidedAction | { action: 'decide'; choice: Choice }),
    worker = this.worker,
  ): Promise<void> {
    const recorded: RecordedAction = {
      ...{ ref: this.ref, actor: 'clerk', head: this.head, reason: 'so entschieden' },
      ...('choice' in decision ? { details: { attentionId: 'attention-1' }, ...decision } : decision),
      effectKey: `${decision.action}/${randomUUID()}`,
    };
    const noted = (await anEnvironment(this.ref).run(worker.recordAction, recorded)) as { head: JournalHead };
    this.head = noted.head;
  }

  /** Sets Storno as the workflow does: after "not yet" it waits for the rest and tries again. */
  async setStorno(worker = this.worker) {
    for (;;) {
      const result = await this.perform('setStatusStorno', worker);
      if (result.kind !== 'not-yet') return result;
      await pause(result.remainingMs);
    }
  }

  /** Performs the steps of the procedure in order, up to and including this one. */
  async runThrough(last: ProcedureStep = 'closeCase'): Promise<this> {
    for (const name of PROCEDURE.slice(0, PROCEDURE.indexOf(last) + 1)) {
      if (name === 'setStatusStorno') await this.setStorno();
      else await this.perform(name);
    }
    return this;
  }

  /** Performs everything that comes before an activity, and waits until the activity may run. */
  async runUpTo(name: CaseActivity): Promise<this> {
    const before = COMES_AFTER[name];
    if (before) await this.runThrough(before);
    await this.readyFor(name);
    return this;
  }

  /** Waits until a step may run. */
  async readyFor(name: CaseActivity): Promise<void> {
    if (name === 'restoreTitles') await this.perform('claimAbort');
    if (name === 'setStatusStorno') await pause(this.input.policy.syncIntervalMs);
    if (name === 'verifyChannel') await this.untilTransferred();
  }

  /** Waits until Connect Online shows Storno. */
  async untilTransferred(): Promise<void> {
    for (;;) {
      const row = await this.stage.simulator.jet().readChannelInfo(this.eventNumber);
      if (row?.status === 'Storno') return;
      await pause(RETRY_PAUSE_MS);
    }
  }

  /** Makes one attempt and resolves to the code of its failure. */
  async failureOf(name: CaseActivity, options?: Parameters<typeof this.attempt>[1]): Promise<string> {
    const error = await this.attempt(name, options).then(
      (result) => new Error(`${name} succeeded: ${JSON.stringify(result)}`),
      (failure: unknown) => failure,
    );
    if (!(error instanceof ApplicationFailure) || !error.type) throw error;
    return error.type;
  }

  /** Performs a step and resolves to the code of the failure at which it stops for good. */
  async stopOf(name: CaseActivity, worker = this.worker): Promise<string> {
    const error = await this.perform(name, worker).then(
      (result) => new Error(`${name} succeeded: ${JSON.stringify(result)}`),
      (failure: unknown) => failure,
    );
    if (!(error instanceof ApplicationFailure) || !error.nonRetryable || !error.type) throw error;
    return error.type;
  }

  entries(): Promise<JournalEntry[]> {
    return this.stage.journal.entries(this.ref.caseId);
  }

  /** Jet's own record of the gateway's calls. */
  async calls(operation: LogEntry['operation']): Promise<LogEntry[]> {
    const log = await this.stage.simulator.log(this.eventNumber);
    return log.filter((entry) => entry.actor === 'gateway' && entry.operation === operation);
  }

  /** The writes that were really made, including those whose answer was lost. */
  async writes(): Promise<LogEntry[]> {
    const log = await this.stage.simulator.log(this.eventNumber);
    return log.filter(({ actor, after }) => actor === 'gateway' && after !== null);
  }

  /** How often each write was made. */
  async writeCounts(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { operation } of await this.writes()) counts[operation] = (counts[operation] ?? 0) + 1;
    return counts;
  }

  /** The event as Jet shows it now. */
  async event(): Promise<JetEvent> {
    const event = await this.stage.simulator.jet().readEvent(this.eventNumber);
    if (!event) throw new Error('the event is not there');
    return event;
  }

  /** An edit by a colleague at the mask. */
  edit(set: EventChanges): Promise<void> {
    return this.stage.simulator.control('POST', '/human-edits', { eventNumber: this.eventNumber, set });
  }

  /** Moves Jet's last save into the past, as if this much time had gone by since. */
  async letPass(ms: number): Promise<void> {
    const { savedAt } = await this.event();
    const movedMs = Date.parse(savedAt) - ms;
    // A whole second would look like a mask that shows no milliseconds.
    const exactMs = movedMs % 1_000 === 0 ? movedMs - 1 : movedMs;
    await this.edit({ savedAt: new Date(exactMs).toISOString() });
  }

  delete(): Promise<void> {
    return this.stage.simulator.control('POST', '/human-edits', {
      eventNumber: this.eventNumber,
      delete: true,
    });
  }

  arm(operation: string, kind: string, { nth = 1, count = 1 } = {}): Promise<void> {
    const { eventNumber } = this;
    return this.stage.simulator.control('POST', '/faults', [{ operation, kind, eventNumber, nth, count }]);
  }

  private inputOf(name: CaseActivity, head: JournalHead | null): unknown {
    if (name === 'checkEvent' || name === 'takePlace') return { input: this.input, head };
    const input: StepInput = { ref: this.ref, actor: this.input.orderedBy, head };
    if (name === 'claimAbort') return { ...input, actor: 'clerk', reason: 'Irrtum' };
    return name === 'closeCase' ? { ...input, end: 'completed' } : input;
  }
}

/** The context of an attempt, inside of the workflow of its case. With a client `claimAbort` cancels its run through it. */
export function anEnvironment(
  { house, eventNumber }: Pick<CaseRef, 'house' | 'eventNumber'>,
  client: Client = UNCANCELLED,
  times: { scheduledTimestampMs?: number; currentAttemptScheduledTimestampMs?: number } = {},
): MockActivityEnvironment {
  const workflowExecution = { workflowId: cancellationWorkflowId(house, eventNumber), runId: randomUUID() };
  return new MockActivityEnvironment(
    { workflowExecution, workflowType: CANCEL_PERFORMANCE, inWorkflow: true, ...times },
    { logger: QUIET, client },
  );
}

/** As `anEnvironment`, of what a schedule runs. */
export function aScheduledEnvironment({
  schedule,
  workflowType,
}: {
  schedule: ScheduleName;
  workflowType: string;
}): MockActivityEnvironment {
  const workflowExecution = {
    workflowId: `${schedule.scheduleId}-2027-01-01T10:00:00Z`,
    runId: randomUUID(),
  };
  return new MockActivityEnvironment(
    { workflowExecution, workflowType, inWorkflow: true },
    { logger: QUIET, client: UNCANCELLED },
  );
}

/** There is no run to cancel. */
const UNCANCELLED = {
  withAbortSignal: (_signal: unknown, work: () => unknown) => work(),
  workflow: { getHandle: () => ({ cancel: () => Promise.resolve() }) },
} as unknown as Client;

function aProgrammeEvent(eventNumber: string) {
  const inThirtyDays = new Date(Date.now() + 30 * 24 * 3_600_000);
  inThirtyDays.setUTCSeconds(0, 0);
  return {
    eventNumber,
    house: 'FSP',
    title: 'Der Besuch der alten Dame',
    customerTitle: 'Dürrenmatt: Der Besuch der alten Dame' as string | null,
    externalMemo: 'Einlass ab 19 Uhr' as string | null,
    status: 'Verkaufsfreigabe',
    startsAt: inThirtyDays.toISOString(),
    venue: 'Großer Saal',
    location: 'St. Pölten',
    organiser: 'Musterbühnen Festspielhaus GmbH',
    production: 'Der Besuch der alten Dame' as string | null,
    soldViaPartner: true,
    limits: { title: 60, customerTitle: 80, externalMemo: 1_000 },
    savedAt: new Date(Date.now() - 3_600_000).toISOString(),
  };
}

/** As the service opens it, with a key of its own. */
export function openSigned(folder: string, file = 'journal.sqlite'): Promise<JournalStore> {
  const databaseUrl = pathToFileURL(join(folder, file)).href;
  return openSignedJournal({ databaseUrl, signingKeyFile: null, dataDir: folder });
}

/** Remembers every conversation about a notice to Ö-Ticket and answers each recipient as a test says. */
class RecipientMail extends FakeMail implements MailPort {
  readonly conversations: { messageId: string; outcomes: RecipientOutcome[] }[] = [];
  /** One list of answers for each conversation to come, in the order of its recipients. */
  readonly script: RecipientOutcome['outcome'][][] = [];

  override send(mail: OutgoingMail, recipients: readonly string[] = mail.to): Promise<RecipientOutcome[]> {
    // Mails to the house itself are not part of the script.
    if (!mail.messageId.startsWith('<cancellation.')) return super.send(mail, recipients);
    const answers = this.script.shift() ?? [];
    const outcomes = recipients.map((address, index) => {
      const outcome = answers[index] ?? 'accepted';
      return { address, outcome, reply: outcome };
    });
    this.conversations.push({ messageId: mail.messageId, outcomes });
    return Promise.resolve(outcomes);
  }

  /** How often each address may have got the mail: it was accepted, or is in doubt. */
  possibleDeliveries(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { address, outcome } of this.conversations.flatMap(({ outcomes }) => outcomes)) {
      if (outcome === 'accepted' || outcome === 'in-doubt') counts[address] = (counts[address] ?? 0) + 1;
    }
    return counts;
  }
}

/** A call that was stopped as by `kill -9` or SIGSTOP: it gives no answer unless it is thawed. */
export interface Freezer<T> {
  frozen: T;
  /** Resolves when the call stands still. */
  reached: Promise<void>;
  /** Lets the call go on as if nothing had happened meanwhile. */
  thaw(): void;
}

/** An adapter that stops at the first call that `isTheOne`, before or after the call has its effect. */
export function freeze<T extends object>(
  owner: T,
  side: 'before' | 'after',
  isTheOne: (method: string, given: readonly unknown[]) => boolean,
): Freezer<T> {
  const reached = signal();
  const thawed = signal();
  let isOver = false;
  const frozen = new Proxy(owner, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const stop = async (call: () => unknown) => {
        const result = side === 'after' ? await call() : undefined;
        reached.give();
        await thawed.given;
        return side === 'after' ? result : call();
      };
      return (...given: unknown[]) => {
        const call = () => (member as (...all: unknown[]) => unknown).apply(target, given);
        if (isOver || !isTheOne(String(name), given)) return call();
        isOver = true;
        return stop(call);
      };
    },
  });
  return { frozen, reached: reached.given, thaw: thawed.give };
}

function signal(): { given: Promise<void>; give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give };
}

/** Stops the journal at the line that notes an intent, a decision or an outcome of an operation. */
export function freezeAtLine(
  journal: Journal,
  side: 'before' | 'after',
  kind: NewEntry['kind'],
  operation: string,
): Freezer<Journal> {
  const isLine = (one: unknown) => {
    const line = one as Partial<NewEntry> | null | undefined;
    return line?.kind === kind && line.operation === operation;
  };
  return freeze(journal, side, (_method, given) => given.some(isLine));
}

/** The answer of `claimAbort` for a case that was opened. */
export function claimWonBy(winner: 'abort' | 'storno') {
  return { winner, opened: expect.objectContaining({ kind: 'opened', claim: winner }) as object };
}

/** Operation of the journal → operation of Jet, for every operation that changes Jet. */
const EFFECTS: Readonly<Record<string, LogEntry['operation']>> = {
  'save-announcement': 'save-announcement',
  'restore-announcement': 'save-announcement',
  'set-storno': 'set-storno',
  'grant-right': 'grant-right',
};

/**
 * S17: the writes in Jet's log and their outcomes in the journal are the same, in the same order; each write was
 * announced by an intent; the chain is whole.
 */
export async function expectJournalToMatchJet(aCase: StagedCase): Promise<void> {
  const entries = await aCase.entries();
  const effects = await aCase.writes();
  expect(isChainWhole(entries)).toBe(true);
  const outcomes = entries.filter(
    // A right that was long enough already has another effect key: nothing was written.
    ({ kind, operation, effectKey }) =>
      kind === 'outcome' && operation in EFFECTS && effectKey.endsWith('/outcome'),
  );
  expect(outcomes.map(({ operation }) => EFFECTS[operation])).toEqual(
    effects.map(({ operation }) => operation),
  );
  for (const [index, effect] of effects.entries()) {
    expect(outcomes[index]?.after).toMatchObject(effect.after ?? {});
    const intent = entries.find(
      ({ kind, effectKey }) => kind === 'intent' && `${effectKey}/outcome` === outcomes[index]?.effectKey,
    );
    expect(Date.parse(intent?.at ?? '')).toBeLessThanOrEqual(Date.parse(effect.at));
  }
}
