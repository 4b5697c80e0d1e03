import type { CancellationInput, CancellationStatus } from '../../../src/domain/case';
import { toInstant } from '../../../src/domain/clock';
import { sealedStart, type Seal, type SealedFor } from '../../../src/domain/seal';
import {
  itemInput,
  openedSeries,
  seriesWorkflowId,
  type SeriesInput,
  type SeriesItem,
} from '../../../src/domain/series';
import { seriesKeys, seriesStateOf, type SeriesLine } from '../../../src/domain/series-lines';
import type { RunHolder } from '../../../src/activities/activity';
import type { CasePolicy } from '../../../src/domain/case';
import type { CaseRef, House } from '../../../src/domain/types';
import type { Trust } from '../../../src/trust/trust';
import { aHouse, aPolicy } from '../../support/examples';
import { BY, notesInMemory, RING, seal } from '../../support/trust';
import {
  carryOut,
  chainOf,
  findViolation,
  keepTransferring,
  passUntil,
  type ActivitiesByType,
} from '../attempts';
import { seenInMask } from '../events';
import { ModelJet } from '../models/jet';
import { ModelJournal } from '../models/journal';
import { ModelMail } from '../models/mail';
import type { Attempt, Run } from '../models/run';
import { ModelSeries } from '../models/series';
import { ModelTemporal } from '../models/temporal';
import { VirtualTime } from '../models/virtual-time';
import type { WorkflowSandbox } from '../models/workflow-sandbox';
import { Nemesis } from '../nemesis';
import { ACTOR, EARLIER_EVERY, RESUMER } from '../people';
import { portsOfCaller, type Port, type Stage } from '../ports';
import type { Coverage } from '../report/coverage';
import { tellStory } from '../report/story';
import { Violation } from '../rules/violation';
import type { Outage, Outcome, Sources } from '../world';
import { Evening } from './evening';
import { someEvening } from './events';
import { Jets } from './jets';
import { SeriesPeople } from './people';
import { SeriesRules, WRONG_PLAN } from './rules';
import { isSwitched, ownNumbers, switchAtRandom, switchOn, type Switched } from '../switch';
import { seriesTroubleOf, type SeriesTrouble } from './troubles';
import type { Sleeper } from '../troubles';

const MINUTE = 60_000;
const START = Date.parse('2026-11-04T18:00:00.000+01:00');
const MOST_HELP = 90;
const LONG_MS = 240 * MINUTE;
/** The schedules in which somebody has to approve the performances of one house. */
const APPROVED_SLOTS = [2, 7];
const EVENTS_OF_TASK = [0, 60, 150];

/** In one of so many schedules somebody orders one of the events by itself. */
function isOrderedBeside(seed: number): boolean {
  return seed % 20 === 6;
}

export const ORDERED_BESIDE = 'an event was ordered by itself';

/** One schedule of a series: its events in two houses, the run of the series, those of its cases, and a nemesis. */
export class SeriesWorld implements Stage, Switched {
  readonly seriesId = 'c0000000-0000-4000-8000-000000000001';
  readonly startedAt = START;
  readonly time = new VirtualTime(START);
  readonly nemesis: Nemesis;
  readonly houses = new Map<string, House>();
  readonly policy: CasePolicy;
  readonly isRehearsal = true;
  readonly trust: Trust;
  readonly mail: ModelMail;
  readonly journal: ModelJournal;
  readonly series: ModelSeries;
  readonly temporal: ModelTemporal;
  /** The same server, asked for the runs of the series alone. */
  readonly seriesRuns: ModelTemporal;
  readonly evenings: readonly Evening[];
  readonly jet: Jets;
  readonly people: SeriesPeople;
  readonly rules: SeriesRules;
  readonly theme = null;
  readonly outages = new Map<Port, Outage>();
  isSimulator = true;
  isAlwaysStale = false;
  sleeper: Sleeper | null = null;
  slowSenderMs = null;
  isNoticeLost = false;
  isNoticeRefused = false;
  /** Nobody takes up a case that has no line yet: no page shows it. */
  isLostLeft = false;
  /** Between the claims of a mail and the mail. */
  readonly switchedAt = { activityType: 'sendSeriesNotice', operation: 'appendNewUnlessEnded' };
  private readonly activities: ActivitiesByType;
  /** When Temporal has last said of a case that it has no open run. */
  readonly saidEnded = new Map<string, number>();
  /** The cases that ask for a person, as somebody has last seen it. */
  private readonly inNeed = new Set<string>();
  private cases = 0;

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
    const isShort = nemesis.chance(0.5);
    this.policy = aPolicy(
      isShort
        ? { syncIntervalMs: 20_000, pollIntervalMs: 2_000, attentionAfterMs: 60_000 }
        : { pollIntervalMs: nemesis.pick([30_000, 120_000]) },
    );
    const alerts = { to: 'dienst@landestheater.example' };
    const houses = [
      aHouse(),
      aHouse({ key: 'LTN', backend: nemesis.chance(0.25) ? 'guided' : 'gateway', alerts }),
    ];
    for (const house of houses) {
      this.houses.set(house.key, house);
      coverage.hit('house', house.backend);
    }
    let lines = 0;
    const nextHash = () => `line ${(lines += 1)}`;
    const behind = (detail: string) => new sources.KnownFailure('journal-behind', detail);
    this.mail = new ModelMail(now);
    this.journal = new ModelJournal(() => new Date(), behind, nextHash);
    this.journal.writesAreOff = () => new sources.KnownFailure('writes-off', 'writes are switched off');
    this.series = new ModelSeries(() => new Date(), this.journal, nextHash, sources.meaning);
    this.temporal = new ModelTemporal(
      this.time,
      nemesis,
      sandbox,
      (attempt) => carryOut(this, this.activities, attempt),
      () => (this.outages.get('journal')?.until ?? 0) > now(),
    );
    this.seriesRuns = this.temporal.of(seriesWorkflowId(this.seriesId));
    const { syncIntervalMs } = this.policy;
    this.evenings = Array.from({ length: nemesis.between(2, 5) }, (_each, nth) => {
      const house = nemesis.pick([houses[0]!, houses[0]!, houses[1]!]);
      const channel = {
        tickMs: Math.round(syncIntervalMs * nemesis.pick([0.3, 0.6, 0.95])),
        processingMs: Math.round(syncIntervalMs * 0.04),
        showsTransferTime: true,
        pausedUntil: 0,
        wrongWord: null,
        isDown: false,
      };
      const jet = new ModelJet(now, someEvening(nemesis, house, nth), channel, house.connectOnlineUser);
      return new Evening(this, house, jet);
    });
    this.jet = new Jets(this.evenings.map(({ jet }) => jet));
    this.rules = new SeriesRules(this);
    this.people = new SeriesPeople(this);
    this.trust = sources.createTrust({
      ring: RING,
      notes: notesInMemory(),
      isProduction: false,
      chainOf: (run) => Promise.resolve(chainOf(this.temporal, run)),
      inputOf: () => Promise.resolve(null),
    });
    const ports = {
      ...portsOfCaller(this),
      seriesNoticeAfterMs: syncIntervalMs * nemesis.pick([0.2, 2]),
      seriesWindow: nemesis.pick([1, 2, 20]),
      abortCase: this.abortCase.bind(this),
      casesInNeed: () => Promise.resolve(this.inNeed),
      holderOf: this.holderOf.bind(this),
    };
    this.activities = {
      ...sources.createJetActivities(ports),
      ...sources.createActivities(ports),
    } as unknown as ActivitiesByType;
  }

  lines(): SeriesLine[] {
    return this.series.seriesLines(this.seriesId);
  }

  state() {
    return seriesStateOf(this.lines());
  }

  known() {
    const state = this.state();
    return state && { state, marks: this.series.caseMarks(state.items.map(({ item }) => item.caseId)) };
  }

  newCaseId(): string {
    this.cases += 1;
    return `7b0f6c1e-58f0-4f43-9f6a-${String(this.cases).padStart(12, '0')}`;
  }

  sealsOf(inputs: readonly CancellationInput[], by: SealedFor): Record<string, Seal> {
    return Object.fromEntries(
      inputs.map((input) => {
        const { house, eventNumber } = input.order;
        const workflowId = this.sources.cancellationWorkflowId(house, eventNumber);
        return [input.caseId, seal(sealedStart(workflowId, input), by)];
      }),
    );
  }

  /** By house; one of them wants a second person now and then. */
  get policies(): Record<string, CasePolicy> {
    const { syncIntervalMs } = this.policy;
    const approval = { expiresMs: syncIntervalMs * (1 + (this.seed % 7)), to: [] };
    const isAsked = (key: string) => key === 'FSP' && APPROVED_SLOTS.includes(this.seed % 10);
    return Object.fromEntries(
      [...this.houses.keys()].map((key) => [key, { ...this.policy, ...(isAsked(key) && { approval }) }]),
    );
  }

  /** `false`: a run of the series is open. */
  startRun(seals: Record<string, Seal>, by: SealedFor = BY): boolean {
    const workflowId = seriesWorkflowId(this.seriesId);
    const input = { seriesId: this.seriesId, seals };
    const sealed = { ...input, seal: seal(sealedStart<SeriesInput>(workflowId, input), by) };
    const eventsOfTask = EVENTS_OF_TASK[this.seed % EVENTS_OF_TASK.length];
    return this.temporal.start(workflowId, 'cancelSeries', sealed, { eventsOfTask }) !== null;
  }

  /** A series that has lost its run is taken up again, by somebody else than who ordered it. */
  resume(): void {
    const by = RESUMER.by;
    this.series.appendToSeries(this.seriesId, {
      actor: RESUMER.actor,
      actorId: by.actorId,
      operation: 'resume-series',
      effectKey: seriesKeys.decision('resume-series', String(this.lines().length)),
      after: { reason: 'Weiter', orderedAt: toInstant(this.time.now) },
      outcome: 'accepted',
    });
    this.coverage.hit('series: action', 'resume');
    const state = this.state()!;
    const whole = openedSeries(state.order.after);
    const inputs = state.items.map((item) => itemInput(this.seriesId, whole, item));
    this.startRun(this.sealsOf(inputs, by), by);
  }

  private async holderOf({ caseId, eventNumber }: CaseRef): Promise<RunHolder> {
    const run = this.evenings.find(({ jet }) => jet.eventNumber === eventNumber)?.temporal.openRun;
    if (!run) this.saidEnded.set(caseId, this.time.now);
    if (!run) return 'none';
    return run.options.caseId === caseId ? 'own' : 'other';
  }

  private async abortCase(...[ref, by, reason]: Parameters<NonNullable<AbortCase>>): Promise<void> {
    const evening = this.evenings.find(({ jet }) => jet.eventNumber === ref.eventNumber);
    evening?.people.abortFor(by, reason);
  }

  async run(): Promise<Outcome> {
    const violation = await findViolation(this, () => this.goThrough());
    await this.temporal.forget();
    return {
      seed: this.seed,
      violation,
      strikes: this.nemesis.strikes,
      end: `series ${this.state()?.end?.outcome ?? 'open'}`,
      story: () =>
        tellStory(
          this,
          this.evenings.map(({ jet }) => jet),
        ),
    };
  }

  private async goThrough(): Promise<void> {
    const { nemesis, time, policy, evenings } = this;
    for (const { jet } of evenings) keepTransferring(jet, time);
    if (isOrderedBeside(this.seed)) this.orderBeside();
    this.order();
    if (isSwitched(this.seed)) switchAtRandom(this);
    const pace = policy.syncIntervalMs < MINUTE ? 0.1 : 1;
    const trouble = seriesTroubleOf(this.seed);
    const chaosMs = nemesis.pick([4, 12, 25, 45, 90, 240]) * MINUTE;
    const calmAt = START + (trouble ? LONG_MS : chaosMs) * pace;
    if (trouble) this.begin(trouble);
    else this.idle(calmAt);
    await passUntil(this, calmAt);
    this.calm();
    await this.comeToRest();
    if (nemesis.chance(0.3)) await this.retryFailed();
    // Frozen processes wake up now, and must find nothing to do.
    await passUntil(this, time.now + 45 * MINUTE);
  }

  private begin({ name, begin }: SeriesTrouble): void {
    this.nemesis.isReserved = true;
    if (!this.nemesis.force(`trouble: ${name}`)) return;
    this.coverage.hit('series: trouble', name);
    begin(this);
    this.answer();
  }

  /** People do what they are asked, and nothing else. */
  private answer(): void {
    this.time.after(this.policy.syncIntervalMs / 3, async () => {
      if (this.nemesis.isCalm) return;
      for (const { house, people } of this.evenings) if (house.backend === 'guided') await people.idle();
      await this.lookAround();
      this.answer();
    });
  }

  private order(): void {
    const { nemesis, evenings } = this;
    const items: SeriesItem[] = evenings.map(({ house, jet }) => {
      const { title, startsAt, eventNumber } = jet.event!;
      return {
        house: house.key,
        eventNumber,
        expected: { title: title.replace(/ – ABGESAGT$/, ''), startsAt },
        ...(house.backend === 'guided' && { seen: seenInMask(jet.event!) }),
        caseId: this.newCaseId(),
      };
    });
    this.series.openSeries(this.seriesId, {
      actor: ACTOR,
      actorId: BY.actorId,
      operation: 'order-series',
      effectKey: seriesKeys.order,
      after: {
        title: 'Erkrankung',
        marker: nemesis.pick(['ENTFÄLLT', 'ABGESAGT']),
        reason: 'Die Vorstellung entfällt wegen einer Erkrankung.',
        ...(nemesis.chance(0.03) && !seriesTroubleOf(this.seed) && { planHash: WRONG_PLAN }),
        items,
        policies: this.policies,
        orderedAt: toInstant(this.time.now),
        ...(this.seed % EARLIER_EVERY !== 0 && { hasFewTurns: true }),
      },
      outcome: 'the same order',
    });
    const state = this.state()!;
    const whole = openedSeries(state.order.after);
    const inputs = state.items.map((item) => itemInput(this.seriesId, whole, item));
    this.startRun(this.sealsOf(inputs, BY));
  }

  /** One of the events is ordered by itself, too: before the series, or at any moment. */
  private orderBeside(): void {
    const random = ownNumbers(this.seed);
    const evening = this.evenings[Math.floor(random() * this.evenings.length)]!;
    const order = () => {
      if (this.nemesis.isCalm || !evening.orderByItself()) return;
      this.coverage.hit('series: mishap', ORDERED_BESIDE);
    };
    if (random() < 0.5) order();
    else this.time.after(random() * 3 * this.policy.syncIntervalMs, order);
  }

  abort(): void {
    this.people.ask('abort-series');
  }

  private idle(calmAt: number): void {
    const { time, nemesis, people, policy } = this;
    time.after(policy.syncIntervalMs * nemesis.pick([0.1, 0.3, 0.7]), async () => {
      if (time.now >= calmAt) return;
      await this.lookAround();
      await people.idle();
      this.idle(calmAt);
    });
  }

  /** What Temporal's lists show of the open cases. */
  private async lookAround(): Promise<void> {
    for (const evening of this.evenings) await this.lookAt(evening);
  }

  private async lookAt({ temporal, people }: Evening): Promise<CancellationStatus | null> {
    const status = temporal.openRun ? await people.look() : null;
    if (status) this.inNeed[status.attention ? 'add' : 'delete'](status.caseId);
    return status;
  }

  /** The faults have ended. */
  private calm(): void {
    const { evenings, temporal, time, outages } = this;
    this.nemesis.isCalm = true;
    outages.clear();
    switchOn(this);
    this.isNoticeLost = false;
    this.isNoticeRefused = false;
    this.isSimulator = true;
    time.workerOffsetMs = 0;
    temporal.worker.downUntil = Math.min(temporal.worker.downUntil, time.now);
    for (const evening of evenings) {
      Object.assign(evening.jet.channel, { pausedUntil: 0, wrongWord: null });
      evening.jet.isUserKnown = true;
      evening.configureHouse();
      evening.takeUpAgain();
    }
  }

  private get isAtRest(): boolean {
    const isOpen = ({ options, closed }: Run) => options.workflowType !== 'reconcileCancellations' && !closed;
    return !this.temporal.runs.some(isOpen) && this.state()?.end !== null;
  }

  /** L1 of a series: it ends, with each of its cases, once people have answered what they are asked. */
  private async comeToRest(): Promise<void> {
    const { time, people, policy } = this;
    const sliceMs = Math.max(5_000, policy.syncIntervalMs / 3);
    for (let help = 0; help < MOST_HELP && !this.isAtRest; help += 1) {
      await passUntil(this, time.now + sliceMs);
      for (const evening of this.evenings) {
        evening.takeUpAgain();
        const status = await this.lookAt(evening);
        if (status?.attention) evening.people.help(status, status.attention);
      }
      await people.help();
    }
    if (!this.isAtRest) throw new Violation('L1', `the series does not end: ${this.whatIsOpen()}`);
  }

  private whatIsOpen(): string {
    const open = this.temporal.runs.filter(({ closed }) => closed === null);
    return `${open.map(({ options }) => options.workflowId).join(', ')}; ended: ${this.state()?.end?.outcome}`;
  }

  /** Somebody tries once more what has failed. */
  private async retryFailed(): Promise<void> {
    const known = this.known();
    if (!known || known.state.abort || known.state.plan?.after.refusal) return;
    const failed = known.state.items
      .map(({ item }) => item.caseId)
      .filter((caseId) => {
        const mark = known.marks.get(caseId);
        return mark?.end === 'aborted' || mark?.end === 'refused';
      });
    if (failed.length === 0) return;
    this.coverage.hit('series: action', 'retry after the end');
    this.people.retry(failed);
    await passUntil(this, this.time.now + MINUTE);
    await this.comeToRest();
  }

  /** Which evening this attempt works for; `null`: it works for the series. */
  eveningOf({ task }: Attempt): Evening | null {
    const { eventNumber } = (task.run.input as Partial<CancellationInput>).order ?? {};
    return this.evenings.find(({ jet }) => jet.eventNumber === eventNumber) ?? null;
  }
}

type AbortCase = NonNullable<Parameters<Sources['createActivities']>[0]['abortCase']>;

/** Runs one schedule of a series with the seed's choices. The suppressed strikes are left out. */
export function simulateSeries(
  sources: Sources,
  sandbox: WorkflowSandbox,
  seed: number,
  coverage: Coverage,
  suppressed: ReadonlySet<number> = new Set(),
): Promise<Outcome> {
  return new SeriesWorld(sources, sandbox, seed, coverage, suppressed).run();
}
