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
import type { RecordedAction } from '../../src/activities/ending';
import type { CancellationInput, CasePolicy } from '../../src/domain/case';
import type { JournalHead } from '../../src/domain/journal';
import type { House, JetEvent, Order } from '../../src/domain/types';
import { isChainWhole } from '../../src/journal/chain';
import type { Journal } from '../../src/journal/port';
import type { JournalEntry } from '../../src/domain/journal';
import type { NewEntry } from '../../src/domain/journal';
import { openSqlJournal } from '../../src/journal/sql-journal';
import type { MailPort, OutgoingMail, RecipientOutcome } from '../../src/mail/port';
import type { LogEntry } from '../../src/simulator/operation-log';
import { aHouse, anInput, anOrder, aPolicy } from './examples';
import { FakeMail } from './fake-mail';
import { TestSimulator } from './simulator';

/** Short waits: nothing real is behind this gateway. Long enough that a guard which did not wait is seen. */
const SYNC_INTERVAL_MS = 25;
const POLL_INTERVAL_MS = 10;
/** How often the link to Ö-Ticket ticks. */
const TICK_MS = 15;

/** Tries of one step, as Temporal would make them, until a test says that it never comes to rest. */
const MOST_ATTEMPTS = 100;
const RETRY_PAUSE_MS = 5;

const FIRST_EVENT_NUMBER = 700_000;
const QUIET = new DefaultLogger('ERROR');

type Everything = ReturnType<typeof createJetActivities> & ReturnType<typeof createActivities>;
type ResultOf<N extends CaseActivity> = Awaited<ReturnType<Everything[N]>>;

/** In the order of the procedure; an abort goes another way. */
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

/** The activities that carry a case from its check to its end, whichever it is. */
export type CaseActivity = ProcedureStep | 'restoreTitles' | 'claimAbort' | 'readClaim';

/** The step that must be done before. */
export const COMES_AFTER: Readonly<Record<CaseActivity, ProcedureStep | null>> = {
  checkEvent: null,
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

/** What a programme says of an event, with the raw word of its status. */
export type EventChanges = Partial<
  Omit<JetEvent, 'eventNumber' | 'status' | 'statusText' | 'version' | 'readAt'>
> & { status?: string };

interface CaseChanges {
  event?: EventChanges;
  order?: Partial<Order>;
  policy?: Partial<CasePolicy>;
}

/** A worker process: its own adapters on the common journal and Jet. */
export type Worker = Everything;

/**
 * The real activities on the real simulator, over real HTTP, with the real journal. Temporal itself is played by
 * the stage: a new context for each attempt, and the same input again after a retryable failure.
 */
export class ActivityStage {
  private nextEventNumber = FIRST_EVENT_NUMBER;
  mail = new RecipientMail();

  private constructor(
    readonly simulator: TestSimulator,
    private readonly folder: string,
    readonly journal: Journal,
  ) {}

  static async open(): Promise<ActivityStage> {
    const folder = mkdtempSync(join(tmpdir(), 'absage-stage-'));
    const simulator = await TestSimulator.start({ syncIntervalMs: TICK_MS });
    const stage = new ActivityStage(simulator, folder, await openSqlJournal(journalUrl(folder)));
    return stage;
  }

  get journalPath(): string {
    return join(this.folder, 'journal.sqlite');
  }

  /** The journal as another process sees it. */
  openJournal(): Promise<Journal> {
    return openSqlJournal(journalUrl(this.folder));
  }

  worker(changes: Partial<ActivityDependencies> = {}): Worker {
    const deps: ActivityDependencies = {
      jet: this.simulator.jet(),
      mail: this.mail,
      journal: this.journal,
      houses: new Map<string, House>([['FSP', aHouse()]]),
      isRehearsal: true,
      ...changes,
    };
    return { ...createJetActivities(deps), ...createActivities(deps) };
  }

  /** A fresh Jet with one event of its own for each case; nothing has been done with them yet. */
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

  /** A mail server that has seen nothing yet. Workers made before keep the one they have. */
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

/** One cancellation, and what a test wants to know of it. */
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

  /** One attempt, in a context of its own: a cancelled one would stay cancelled. */
  attempt<N extends CaseActivity>(
    name: N,
    { worker = this.worker, head = this.head, environment = anEnvironment() } = {},
  ): Promise<ResultOf<N>> {
    const work = worker[name] as (input: unknown) => Promise<ResultOf<N>>;
    return environment.run(work, this.inputOf(name, head));
  }

  /** A step as Temporal makes it: the same input again, until it succeeds or fails for good. */
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

  /** What somebody has decided, as the workflow has it written down. */
  async record(
    decision: Pick<RecordedAction, 'action' | 'step' | 'choice' | 'details'>,
    worker = this.worker,
  ): Promise<void> {
    const recorded: RecordedAction = {
      ...{ ref: this.ref, actor: 'clerk', head: this.head, reason: 'so entschieden' },
      ...decision,
      effectKey: `${decision.action}/${randomUUID()}`,
    };
    const noted = (await anEnvironment().run(worker.recordAction, recorded)) as { head: JournalHead };
    this.head = noted.head;
  }

  /** As the workflow does it: "not yet" waits for the rest and asks again. */
  async setStorno(worker = this.worker) {
    for (;;) {
      const result = await this.perform('setStatusStorno', worker);
      if (result.kind !== 'not-yet') return result;
      await pause(result.remainingMs);
    }
  }

  /** Every step of the procedure in order, up to and with this one. */
  async runThrough(last: ProcedureStep = 'closeCase'): Promise<this> {
    for (const name of PROCEDURE.slice(0, PROCEDURE.indexOf(last) + 1)) {
      if (name === 'setStatusStorno') await this.setStorno();
      else await this.perform(name);
    }
    return this;
  }

  /** Everything that comes before an activity, and the wait that it needs to be over. */
  async runUpTo(name: CaseActivity): Promise<this> {
    const before = COMES_AFTER[name];
    if (before) await this.runThrough(before);
    await this.readyFor(name);
    return this;
  }

  /** The wait that a step needs to be over. */
  async readyFor(name: CaseActivity): Promise<void> {
    if (name === 'setStatusStorno') await pause(this.input.policy.syncIntervalMs);
    if (name === 'verifyChannel') await this.untilTransferred();
  }

  /** Storno stands in Connect Online. */
  async untilTransferred(): Promise<void> {
    for (;;) {
      const row = await this.stage.simulator.jet().readChannelInfo(this.eventNumber);
      if (row?.status === 'Storno') return;
      await pause(RETRY_PAUSE_MS);
    }
  }

  /** The code of the failure with which one attempt ends. */
  async failureOf(name: CaseActivity, options?: Parameters<typeof this.attempt>[1]): Promise<string> {
    const error = await this.attempt(name, options).then(
      (result) => new Error(`${name} succeeded: ${JSON.stringify(result)}`),
      (failure: unknown) => failure,
    );
    if (!(error instanceof ApplicationFailure) || !error.type) throw error;
    return error.type;
  }

  /** The code of the failure at which a step stops for good. */
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

  /** What really was written, lost answers included. */
  async writes(): Promise<LogEntry[]> {
    const log = await this.stage.simulator.log(this.eventNumber);
    return log.filter(({ actor, after }) => actor === 'gateway' && after !== null);
  }

  /** How often each write was done. */
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

  /** A colleague at the mask. */
  edit(set: EventChanges): Promise<void> {
    return this.stage.simulator.control('POST', '/human-edits', { eventNumber: this.eventNumber, set });
  }

  /** Jet's last save moves into the past, as if this time had gone by since. */
  async letPass(ms: number): Promise<void> {
    const { savedAt } = await this.event();
    await this.edit({ savedAt: new Date(Date.parse(savedAt) - ms).toISOString() });
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
    if (name === 'checkEvent') return { input: this.input, head };
    const input: StepInput = { ref: this.ref, actor: this.input.orderedBy, head };
    if (name === 'claimAbort') return { ...input, actor: 'clerk', reason: 'Irrtum' };
    return name === 'closeCase' ? { ...input, end: 'completed' } : input;
  }
}

/**
 * A context without a workflow: `claimAbort` then has none to cancel. With a client, it cancels through that.
 */
export function anEnvironment(client?: Client): MockActivityEnvironment {
  const workflowExecution = client && { workflowId: 'cancel-performance/FSP/1', runId: randomUUID() };
  return new MockActivityEnvironment(
    { workflowExecution, inWorkflow: client !== undefined },
    { logger: QUIET, client },
  );
}

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

function journalUrl(folder: string): string {
  return pathToFileURL(join(folder, 'journal.sqlite')).href;
}

/** A mail server that remembers every conversation with Ö-Ticket's and answers each recipient as a test says. */
class RecipientMail extends FakeMail implements MailPort {
  readonly conversations: { messageId: string; outcomes: RecipientOutcome[] }[] = [];
  /** One list of answers for each conversation to come, in the order of its recipients. */
  readonly script: RecipientOutcome['outcome'][][] = [];

  override send(mail: OutgoingMail, recipients: readonly string[] = mail.to): Promise<RecipientOutcome[]> {
    // The mails to the house itself are another matter.
    if (!mail.messageId.startsWith('<cancellation.')) return super.send(mail, recipients);
    const answers = this.script.shift() ?? [];
    const outcomes = recipients.map((address, index) => {
      const outcome = answers[index] ?? 'accepted';
      return { address, outcome, reply: outcome };
    });
    this.conversations.push({ messageId: mail.messageId, outcomes });
    return Promise.resolve(outcomes);
  }

  /** How often each address may have got the mail: taken, or nobody knows. */
  possibleDeliveries(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { address, outcome } of this.conversations.flatMap(({ outcomes }) => outcomes)) {
      if (outcome === 'accepted' || outcome === 'in-doubt') counts[address] = (counts[address] ?? 0) + 1;
    }
    return counts;
  }
}

/** A call that has been stopped, by `kill -9` or SIGSTOP: nobody hears of it again, unless it wakes up. */
export interface Freezer<T> {
  frozen: T;
  /** The call stands still. */
  reached: Promise<void>;
  /** Whatever stood still goes on, as if nothing had happened meanwhile. */
  thaw(): void;
}

/** An adapter that stops dead at the first call that `isTheOne`, before or after the call is done. */
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
  return freeze(journal, side, (_method, given) => {
    const line = given.at(-1) as Partial<NewEntry> | null | undefined;
    return line?.kind === kind && line.operation === operation;
  });
}

/** What `claimAbort` answers for a case that was opened. */
export function claimWonBy(winner: 'abort' | 'storno') {
  return { winner, opened: expect.objectContaining({ kind: 'opened', claim: winner }) as object };
}

/** Operation of the journal → operation of Jet, for everything that changes Jet. */
const EFFECTS: Readonly<Record<string, LogEntry['operation']>> = {
  'save-announcement': 'save-announcement',
  'restore-announcement': 'save-announcement',
  'set-storno': 'set-storno',
  'grant-right': 'grant-right',
};

/**
 * S17: what Jet's log says was written, and what the journal says came of it, are the same things in the same
 * order; each was announced by an intent; the chain is whole.
 */
export async function expectJournalToMatchJet(aCase: StagedCase): Promise<void> {
  const entries = await aCase.entries();
  const effects = await aCase.writes();
  expect(isChainWhole(entries)).toBe(true);
  const outcomes = entries.filter(
    // A right that was long enough is noted with another key: nothing was written.
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
