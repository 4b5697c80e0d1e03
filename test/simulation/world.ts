import type { createActivities, createJetActivities, createWatch } from '../../src/activities';
import type { CancellationInput, CancellationStatus, CasePolicy } from '../../src/domain/case';
import { RECONCILE_CANCELLATIONS, RECONCILER_SCHEDULE } from '../../src/domain/schedules';
import type { FailureCode, KnownFailure } from '../../src/domain/failures';
import type { cancellationWorkflowId } from '../../src/domain/input';
import type { House } from '../../src/domain/types';
import type { JournalEntry } from '../../src/domain/journal';
import { aHouse, anEvent, anInput, anOrder, aPolicy } from '../support/examples';
import {
  carryOut,
  chainOf,
  findViolation,
  keepTransferring,
  passUntil,
  type ActivitiesByType,
} from './attempts';
import type { Coverage } from './report/coverage';
import { seenInMask, someEvent, wrongOrder } from './events';
import { ModelJet } from './models/jet';
import { ModelJournal } from './models/journal';
import { ModelMail } from './models/mail';
import type { Run } from './models/run';
import { sealedStart } from '../../src/domain/seal';
import type { createTrust, Trust } from '../../src/trust/trust';
import { BY, notesInMemory, RING, seal } from '../support/trust';
import type { Meaning } from './models/series';
import { ModelTemporal } from './models/temporal';
import { Violation } from './rules/violation';
import { Nemesis, type Strike } from './nemesis';
import { ACTOR, EARLIER_EVERY, People, RESUMER } from './people';
import { portsOfCaller, type Port } from './ports';
import { Rules } from './rules/rules';
import { tellStory } from './report/story';
import { chooseTheme, type Theme } from './theme';
import {
  isApprovalNeeded,
  isWatched,
  MONTH_OF_SILENCE,
  troubleOf,
  type Sleeper,
  type Trouble,
} from './troubles';
import { isSwitched, switchAtRandom, switchOn } from './switch';
import { VirtualTime } from './models/virtual-time';
import type { WorkflowSandbox } from './models/workflow-sandbox';

/** The code under simulation: the real activities and workflows, or both with a fault put in. */
export interface Sources {
  createActivities: typeof createActivities;
  createJetActivities: typeof createJetActivities;
  createWatch: typeof createWatch;
  KnownFailure: typeof KnownFailure;
  createTrust: typeof createTrust;
  cancellationWorkflowId: typeof cancellationWorkflowId;
  meaning: Meaning;
}

/** The result of one schedule. */
export interface Outcome {
  seed: number;
  violation: Violation | null;
  strikes: readonly Strike[];
  /** How the last case ended. */
  end: string;
  /** Made only when a person wants to read it. */
  story: () => string[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse('2026-11-04T18:00:00.000+01:00');
const CASE_IDS = [
  '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a11',
  '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a12',
  '7b0f6c1e-58f0-4f43-9f6a-0c6f2f3c9a13',
];
const MOST_HELP = 60;
const LONG_OUTAGE_MS = 240 * MINUTE;
const MONTH_MS = 30 * 24 * HOUR;
/** One schedule in so many has all its histories searched for secrets and names. */
const WATCHED = 10;

/** A part that does not answer until then. `code`: the failure of its calls. */
export interface Outage {
  until: number;
  code?: FailureCode;
}

/** One schedule: a Jet, a mail server, a journal, a Temporal, people, and a nemesis. */
export class World {
  readonly startedAt = START;
  readonly time = new VirtualTime(START);
  readonly nemesis: Nemesis;
  readonly house: House;
  /** The houses in the workers' settings. */
  readonly houses = new Map<string, House>();
  readonly policy: CasePolicy;
  readonly isRehearsal: boolean;
  readonly trust: Trust;
  readonly jet: ModelJet;
  readonly mail: ModelMail;
  readonly journal: ModelJournal;
  readonly temporal: ModelTemporal;
  readonly rules: Rules;
  readonly people: People;
  readonly theme: Theme | null;
  readonly outages = new Map<Port, Outage>();
  readonly series = null;
  /** The gateway's answer to what is behind it. */
  isSimulator = true;
  isAlwaysStale = false;
  sleeper: Sleeper | null = null;
  /** The mail server takes the mail to Ö-Ticket, and its answer is lost. */
  isNoticeLost = false;
  /** The mail server refuses the addresses of Ö-Ticket. */
  isNoticeRefused = false;
  /** The next sender's heartbeats are lost, and its conversation takes so long; an operator helps meanwhile. */
  slowSenderMs: number | null = null;
  wasJournalSetBack = false;
  private readonly trouble: Trouble | null;
  private readonly activities: ActivitiesByType;
  private isInterruptionUnseen = false;
  private caseNumber = 0;

  constructor(
    readonly sources: Sources,
    sandbox: WorkflowSandbox,
    readonly seed: number,
    readonly coverage: Coverage,
    suppressed: ReadonlySet<number>,
  ) {
    const now = () => this.time.now;
    this.nemesis = new Nemesis(seed, now, suppressed);
    const { nemesis } = this;
    this.trouble = troubleOf(seed);
    this.theme = this.trouble ? null : chooseTheme(nemesis);
    const isShort = this.trouble ? this.trouble.isShort === true : nemesis.chance(0.15);
    this.isRehearsal = isShort || nemesis.chance(0.2);
    this.policy = aPolicy({
      ...(isShort && { syncIntervalMs: 20_000, pollIntervalMs: 2_000, attentionAfterMs: 60_000 }),
      ...(!isShort && { pollIntervalMs: nemesis.pick([30_000, 120_000]) }),
      ...(this.trouble?.name === MONTH_OF_SILENCE && { attentionAfterMs: 4 * HOUR }),
    });
    if (isApprovalNeeded(seed))
      this.policy.approval = { expiresMs: this.policy.syncIntervalMs * (1 + (seed % 7)), to: [] };
    const isGuided = this.trouble ? this.trouble.isGuided === true : nemesis.chance(0.1);
    this.house = aHouse({ backend: isGuided ? 'guided' : 'gateway' });
    coverage.hit('house', this.house.backend);
    if (this.trouble || !nemesis.chance(0.006)) this.configureHouse();
    this.isSimulator = this.trouble !== null || !nemesis.chance(0.04);
    const { syncIntervalMs } = this.policy;
    this.jet = new ModelJet(
      now,
      this.trouble
        ? anEvent({ startsAt: '2027-01-05T18:30:00.000Z', ...this.trouble.event })
        : someEvent(nemesis, START),
      {
        tickMs: Math.round(syncIntervalMs * nemesis.pick([0.3, 0.6, 0.95])),
        processingMs: Math.round(syncIntervalMs * 0.04),
        showsTransferTime: nemesis.chance(0.75),
        pausedUntil: 0,
        wrongWord: null,
        isDown: false,
      },
      this.house.connectOnlineUser,
    );
    // An old row, of another event's Storno or of one that was taken back.
    if (nemesis.chance(0.05) && this.jet.row) this.jet.row.status = 'Storno';
    if (!this.trouble && nemesis.chance(0.01)) this.jet.isUserKnown = false;
    this.mail = new ModelMail(now);
    let lines = 0;
    this.journal = new ModelJournal(
      () => new Date(),
      (detail) => new sources.KnownFailure('journal-behind', detail),
      () => `line ${(lines += 1)}`,
    );
    this.journal.writesAreOff = () => new sources.KnownFailure('writes-off', 'writes are switched off');
    this.temporal = new ModelTemporal(
      this.time,
      nemesis,
      sandbox,
      (attempt) => carryOut(this, this.activities, attempt),
      () => (['journal', 'temporal'] as const).some((port) => (this.outages.get(port)?.until ?? 0) > now()),
    );
    this.rules = new Rules(this);
    if (seed % WATCHED === 0) this.temporal.workflowTasks.watch = (shown) => this.rules.at('onShown', shown);
    this.people = new People(this);
    this.trust = sources.createTrust({
      ring: RING,
      notes: notesInMemory(),
      isProduction: false,
      chainOf: (run) => Promise.resolve(chainOf(this.temporal, run)),
      inputOf: () => Promise.resolve(null),
    });
    const ports = portsOfCaller(this);
    this.activities = {
      ...sources.createJetActivities(ports),
      ...sources.createActivities(ports),
    } as unknown as ActivitiesByType;
  }

  configureHouse(): void {
    this.houses.set(this.house.key, this.house);
  }

  /** An older copy of the journal is restored. It lacks at least the last line that the run knows. */
  setJournalBack(): void {
    this.setJournalBackTo((lines) => {
      const known = lines.findLastIndex(
        ({ kind, operation }) => kind === 'outcome' && operation !== 'alert-house',
      );
      return known < 1 ? null : this.nemesis.between(1, known);
    });
  }

  /** As soon as a mail is in doubt, the journal is set back to a copy without it. */
  setJournalBackBeforeMail(): void {
    const isMail = ({ operation }: JournalEntry) => operation === 'send-partner-notice';
    this.isNoticeLost = true;
    this.setJournalBackTo((lines) => {
      if (!lines.some((line) => isMail(line) && line.outcome === 'in-doubt')) return null;
      this.isNoticeLost = false;
      return lines.findIndex(isMail);
    });
  }

  /** Loses the answer to the first mail to Ö-Ticket, and calls back once an operator is asked about it. */
  whenInDoubt(then: () => void): void {
    this.isNoticeLost = true;
    const look = async (): Promise<void> => {
      const status = await this.people.look();
      if (status?.attention?.code !== 'mail-in-doubt') return this.time.after(10_000, look);
      this.isNoticeLost = false;
      then();
    };
    void look();
  }

  /** Sets the journal back to so many lines, as soon as no attempt works with it; `null`: not yet. */
  private setJournalBackTo(count: (lines: readonly JournalEntry[]) => number | null): void {
    const { journal, time, temporal } = this;
    const lineCount = temporal.activities.alive.size > 0 ? null : count(journal.lines);
    if (lineCount === null) return time.after(1_000, () => this.setJournalBackTo(count));
    journal.setBack(lineCount);
    this.wasJournalSetBack = true;
  }

  /** The run is terminated from outside, and nothing points it out: the hourly look has to find it. */
  async terminateUnseen(): Promise<void> {
    const { openRun } = this.temporal;
    if (!openRun) return;
    this.isInterruptionUnseen = true;
    await this.temporal.terminate(openRun);
  }

  async run(): Promise<Outcome> {
    const violation = await findViolation(this, () => this.goThrough());
    await this.temporal.forget();
    return {
      seed: this.seed,
      violation,
      strikes: this.nemesis.strikes,
      end: this.end(),
      story: () => tellStory(this, [this.jet]),
    };
  }

  /** After a termination the same case is resumed, or a new order comes first and must be refused. */
  takeUpAgain(): void {
    const { nemesis, temporal, journal, coverage } = this;
    const last = temporal.lastRun;
    if (!last || last.closed?.as !== 'terminated') return;
    const input = last.input as CancellationInput;
    const isBegun = journal.entries(input.caseId).some(({ kind }) => kind === 'opening');
    if (isBegun) coverage.hit('state', 'interrupted');
    const isToBeOrdered = !isBegun && this.caseNumber < CASE_IDS.length;
    if (isToBeOrdered || (nemesis.chance(0.2) && this.caseNumber < 2)) this.order();
    else {
      this.startRun({ ...input, resumption: { actor: RESUMER.actor, reason: 'Weiter' } });
      coverage.hit('action', 'resume accepted');
    }
  }

  /** An order while a run is open, which Temporal refuses. */
  orderBeside({ input }: Run): void {
    const isStarted = this.startRun({ ...(input as CancellationInput), caseId: CASE_IDS[2]! }) !== null;
    this.coverage.hit('action', 'resume refused');
    if (isStarted) throw new Violation('S14', 'two runs are open for one event');
  }

  abort(): Promise<unknown> {
    return this.people.abort();
  }

  private order(): void {
    const { nemesis, jet, policy, house } = this;
    const event = jet.event ?? anEvent();
    const { title, startsAt } = event;
    this.caseNumber += 1;
    const isGuided = house.backend === 'guided';
    const order = anOrder({
      marker: nemesis.pick(['ENTFÄLLT', 'ABGESAGT']),
      expected: { title: title.replace(/ – (ENTFÄLLT|ABGESAGT)$/, ''), startsAt },
      // Sometimes the order is one for a house of the other kind.
      ...(isGuided !== nemesis.chance(isGuided ? 0.06 : 0.005) && { seen: seenInMask(event) }),
      ...(!this.trouble && wrongOrder(nemesis)),
    });
    const isOrderMailed = isWatched(this.seed) ? ({ isOrderMailed: true } as const) : {};
    const caseId = CASE_IDS[this.caseNumber - 1];
    const input = anInput({ caseId, order, policy, orderedBy: ACTOR, ...isOrderMailed });
    // Begun by a build of before.
    if (this.seed % EARLIER_EVERY === 0) delete input.hasFewTurns;
    this.startRun(input);
  }

  private startRun(input: CancellationInput): Run | null {
    const { house, eventNumber } = input.order;
    const workflowId = this.sources.cancellationWorkflowId(house, eventNumber);
    const sealed = {
      ...input,
      seal: seal(sealedStart(workflowId, input), input.resumption ? RESUMER.by : BY),
    };
    return this.temporal.start(workflowId, 'cancelPerformance', sealed);
  }

  private async goThrough(): Promise<void> {
    const { nemesis, time, people, trouble } = this;
    keepTransferring(this.jet, time);
    this.order();
    if (trouble || nemesis.chance(0.25)) this.reconcile();
    if (isWatched(this.seed)) this.watch();
    if (isSwitched(this.seed)) switchAtRandom(this);
    const chaosMs = nemesis.pick([4, 12, 25, 45, 90, 240]) * MINUTE;
    const pace = this.policy.syncIntervalMs < MINUTE ? 0.1 : 1;
    const isMonth = trouble?.name === MONTH_OF_SILENCE;
    const calmAt = START + (isMonth ? MONTH_MS : trouble ? LONG_OUTAGE_MS : chaosMs) * pace;
    if (trouble) this.begin(trouble);
    else this.idle(calmAt);
    if (!trouble && nemesis.chance(0.06))
      time.after(this.policy.syncIntervalMs / 3, () => people.skipAndSave());
    await this.passUntil(calmAt);
    await people.look();
    if (isMonth && this.temporal.openRun) this.rules.at('onHistory', this.temporal.openRun, false);
    this.calm();
    await this.comeToRest();
    await people.lookBack();
    const isFreeAgain = this.journal.endOf(CASE_IDS[0]!) === 'aborted' && this.caseNumber < 3;
    if (isFreeAgain && !trouble && nemesis.chance(0.4)) {
      this.coverage.hit('mishap', 'ordered again after an abort');
      this.order();
      await this.comeToRest();
    }
    this.lookAtHappyHistory();
    // Frozen processes wake up now, and must find nothing to do.
    await this.passUntil(time.now + 45 * MINUTE);
  }

  private lookAtHappyHistory(): void {
    const { temporal, nemesis, rules, coverage } = this;
    const run = temporal.lastRun;
    const isHappy = nemesis.strikes.length === 0 && run?.closed?.as === 'completed' && run.updates.size === 0;
    // Each time that writes are off costs a case some events.
    const wasSwitched = this.journal.writes.since !== null;
    if (!isHappy || wasSwitched || this.house.backend === 'guided') return;
    coverage.hit('history', 'of a case without trouble');
    rules.at('onHistory', run, true);
  }

  private begin(trouble: Trouble): void {
    this.nemesis.isReserved = true;
    this.time.after(trouble.afterIntervals * this.policy.syncIntervalMs, () => {
      if (!this.nemesis.force(`trouble: ${trouble.name}`)) return;
      this.coverage.hit('trouble', trouble.name);
      return trouble.begin(this);
    });
  }

  /** The hourly look for cases that were begun and have no open run. */
  private reconcile(): void {
    this.time.after(HOUR, () => {
      this.temporal.start(`${RECONCILER_SCHEDULE.scheduleId}-hourly`, RECONCILE_CANCELLATIONS, undefined);
      this.reconcile();
    });
  }

  /** The watch on the status, beside everything else. It reads as any other program would: its calls are not struck. */
  private watch(): void {
    const { temporal, jet, journal, time, rules, coverage } = this;
    const lookAround = this.sources.createWatch({
      journal: {
        openStornoCases: () => Promise.resolve(journal.openStornoCases()),
        entries: (caseId) => Promise.resolve(journal.entries(caseId)),
      },
      readEvent: () => Promise.resolve(jet.readEvent(jet.eventNumber)),
      lookAgain: () => {
        coverage.hit('mishap', 'the watch sees another status');
        temporal.signal('lookAgain');
        return Promise.resolve();
      },
    });
    const goOn = async (): Promise<void> => {
      rules.at('onWatch');
      time.after(await lookAround(), goOn);
    };
    void goOn();
  }

  private passUntil(until: number): Promise<void> {
    return passUntil(this, until);
  }

  /** The faults have ended. Everything broken is mended, but open questions still need an operator's answer. */
  private calm(): void {
    const { jet, temporal, time, outages } = this;
    this.nemesis.isCalm = true;
    outages.clear();
    switchOn(this);
    Object.assign(jet.channel, { pausedUntil: 0, wrongWord: null });
    jet.isUserKnown = true;
    this.isAlwaysStale = false;
    this.isSimulator = true;
    this.configureHouse();
    time.workerOffsetMs = 0;
    temporal.worker.downUntil = Math.min(temporal.worker.downUntil, time.now);
    if (this.isInterruptionUnseen) this.rules.at('onInterruption');
    this.takeUpAgain();
  }

  /** L1: the case ends, or waits for an operator with a named action, and goes on after the operator has helped. */
  private async comeToRest(): Promise<void> {
    const { time, temporal, people, policy } = this;
    const { syncIntervalMs, pollIntervalMs, attentionAfterMs } = policy;
    const patienceMs = 2 * syncIntervalMs + pollIntervalMs + 3 * attentionAfterMs + 10 * MINUTE;
    const sliceMs = Math.max(5_000, syncIntervalMs / 6);
    for (let help = 0; help < MOST_HELP; help += 1) {
      const deadline = time.now + patienceMs;
      let status: CancellationStatus | null = null;
      const isResting = () => !temporal.openRun || status?.attention != null;
      while (!isResting() && time.now < deadline) {
        await this.passUntil(time.now + sliceMs);
        status = await people.look();
        if (status?.state === 'awaiting-approval') people.approve(status);
      }
      if (!temporal.openRun) {
        if (temporal.lastRun?.closed?.as !== 'terminated') return;
        this.takeUpAgain();
        continue;
      }
      const shown = status as CancellationStatus | null;
      if (!shown?.attention) throw new Violation('L1', `no rest: ${JSON.stringify(shown)}`);
      if (shown.attention.actions.length === 0)
        throw new Violation('L1', `nothing can be done: ${shown.attention.code}`);
      // Some cases wait for an operator. The others get time to heal by themselves first.
      await this.passUntil(time.now + sliceMs);
      const later = await people.look();
      if (!later?.attention) continue;
      people.help(later, later.attention);
      // The operator waits to see whether the action helped: the next attention may be another one.
      const { id } = later.attention;
      const patientUntil = time.now + attentionAfterMs + MINUTE;
      let asked: string | undefined = id;
      while (temporal.openRun && asked === id && time.now < patientUntil) {
        await this.passUntil(time.now + sliceMs);
        asked = (await people.look())?.attention?.id;
      }
    }
    throw new Violation('L1', `does not end: ${JSON.stringify((await people.look())?.attention)}`);
  }

  private idle(calmAt: number): void {
    const { time, nemesis, people, policy } = this;
    const pauseMs = policy.syncIntervalMs * nemesis.pick([0.1, 0.3, 0.7]);
    time.after(pauseMs, async () => {
      if (time.now >= calmAt) return;
      await people.idle();
      this.idle(calmAt);
    });
  }

  private end(): string {
    const end = this.journal.lines.findLast(({ kind }) => kind === 'end' || kind === 'refusal');
    return end?.kind === 'end' ? String(end.outcome) : end ? 'refused' : 'nothing';
  }
}

/** Runs one schedule with the seed's choices. The suppressed strikes are left out. */
export function simulate(
  sources: Sources,
  sandbox: WorkflowSandbox,
  seed: number,
  coverage: Coverage,
  suppressed: ReadonlySet<number> = new Set(),
): Promise<Outcome> {
  return new World(sources, sandbox, seed, coverage, suppressed).run();
}
